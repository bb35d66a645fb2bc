// SPDX-License-Identifier: GPL-2.0-or-later
//
// The SMMUv2: registers, streams, walk, TLB and faults behind one gate. Two ways in, a CPU's access
// and a master's transaction, and both ask the gate first.
//
// What of the manual there is, and what there is not, stands in docs/conformance.rst; what an
// instance announces of it, in config.hh.
//
// Not thread-safe: one caller at a time. Callbacks of Host must not call back in.
#pragma once

#include "journal/event.hh"
#include "power/gate.hh"
#include "power/pair.hh"
#include "smmu/attributes.hh"
#include "smmu/config.hh"
#include "smmu/faults.hh"
#include "smmu/layout.hh"
#include "smmu/par.hh"
#include "smmu/registers.hh"
#include "smmu/stalls.hh"
#include "smmu/tlb.hh"

#include <array>
#include <bitset>
#include <span>
#include <vector>

namespace smmu_pm::smmu {

/// What the SMMU asks of the machine around it.
class Host : public DescriptorReader {
public:
    /// Line 0 is the global interrupt, 1 + n the nth of contexts; more in config.hh. Only called on
    /// a change.
    virtual void set_irq(unsigned line, bool level) = 0;
    /// What was translated from these addresses may not be so any more: for whoever caches what
    /// Smmu::translate() said.
    virtual void tlb_invalidated(const Extent& addresses) = 0;
    /// A transaction that was held goes on. Whoever sent it acts later: not within this call.
    virtual void released(uint32_t token, power::Released how) = 0;
    /// An access or a transaction could not reach.
    virtual void pm_fault() = 0;
    /// Virtual time in nanoseconds, never going back.
    virtual uint64_t now() const = 0;
    /// An architected feature without a model was used; once per feature, or per offset where there
    /// is no register. The text lives as long as the call.
    virtual void unimplemented(const char* what) = 0;

protected:
    ~Host() = default;
};

struct Transaction {
    uint64_t iova = 0;
    uint16_t stream = 0;
    Request request{};
    bool can_stall = false;  ///< its master can wait for Host::released()
    bool secure = false;     ///< of an SMMU with two security states and no SSD table
    uint16_t ssd_index = 0;  ///< of an SMMU with an SSD table
    Attributes attributes{}; ///< privileged and instruction are those of `request`
};

struct Translation {
    enum class Result : uint8_t { Ok, Decode, RazWi, Stalled } result = Result::Decode;
    bool unreachable = false; ///< of Decode and Stalled: a wire was missing, no fault was recorded
    bool writable = false;
    uint64_t pa = 0;
    uint64_t mask = 0;       ///< size of the page or block less one; 0xfff for a bypass
    uint32_t token = 0;      ///< of a transaction that is held: names it in Host::released()
    Attributes attributes{}; ///< with which it goes on
};

using power::Pair;

class Smmu {
public:
    /// `config` must be valid(). `sink` may be nullptr.
    Smmu(const Config& config, Host& host, journal::Sink* sink);

    /// Cold reset: registers and TLB as after power-up, held transactions lost. Supplies keep their
    /// level.
    void reset();
    void set_supply(power::Supply supply, bool level);
    power::SupplySet missing(power::Access access) const { return gate_.missing(access); }
    const Config& config() const { return config_; }

    /// `size` is 4 or 8, `offset` naturally aligned; beyond the window is RAZ/WI. `secure`: of an
    /// SMMU with two security states.
    power::Answer read(uint64_t offset, unsigned size, bool secure = false);
    power::Answer write(uint64_t offset, unsigned size, uint64_t value, bool secure = false);
    Translation translate(const Transaction& transaction);

    std::vector<Pair> save() const;
    /// False: not a state this model can be in; nothing has changed then.
    bool load(std::span<const Pair> pairs);

    unsigned tlb_entries() const;
    /// f(held) for each transaction that is held.
    template <class F>
    void each_held(F&& f) const
    {
        for (const Held& held : parked_)
            f(held);
        for (const Held& held : in_flight())
            f(held);
    }

    // Side effects of registers, called by regs::File.
    Value<SMMU_CBn_FSR> reading(SMMU_CBn_FSR, unsigned bank, Value<SMMU_CBn_FSR> stored) const;
    Value<SMMU_CBn_SCTLR> reading(SMMU_CBn_SCTLR, unsigned bank, Value<SMMU_CBn_SCTLR>) const;
    Value<SMMU_CBn_ATSR> reading(SMMU_CBn_ATSR, unsigned bank, Value<SMMU_CBn_ATSR>) const;
    Value<SMMU_sTLBGSTATUS> reading(SMMU_sTLBGSTATUS, unsigned, Value<SMMU_sTLBGSTATUS>) const;
    Value<SMMU_STLBGSTATUS> reading(SMMU_STLBGSTATUS, unsigned, Value<SMMU_STLBGSTATUS>) const;
    Value<SMMU_CBn_TLBSTATUS> reading(SMMU_CBn_TLBSTATUS, unsigned bank,
                                      Value<SMMU_CBn_TLBSTATUS>) const;
    template <class R>
    Value<R> reading(R, unsigned index, Value<R> stored) const;
    template <class R>
    void wrote(R, unsigned index, Value<R> before, Value<R> written);

private:
    friend class Inspection;
    using Gate = power::Gate<Registers, Tlb, Stalls>;

    Translation translate_in(Gate::State& state, unsigned bank, const Transaction& transaction,
                             Attributes attributes, bool secure);
    bool is_secure(const Registers& registers, const Transaction& transaction) const;
    Translation bypass(const Transaction& transaction, std::string_view why,
                       const Attributes& attributes);
    Translation pass(Registers& registers, const Transaction& transaction, std::string_view why,
                     const Attributes& attributes, bool secure);
    Translation refuse(const Transaction& transaction, std::string_view why, bool abort);
    void record_global(Registers& registers, GlobalFault fault, const Faulted& faulted,
                       bool secure);
    Translation global_fault(Registers& registers, const StreamAction& action,
                             const Transaction& transaction, bool secure);
    std::optional<Held> context_fault(Gate::State& state, const Context& context,
                                      const Fault& fault, const Faulted& met, bool can_stall);
    Translation faulted(Gate::State& state, unsigned own, const Context& context,
                        const Fault& fault, const Transaction& transaction,
                        const Attributes& attributes);

    // In translation_operations.cc.
    std::optional<uint64_t> translate_address(Gate::State& state, unsigned bank,
                                              const TranslationRequest& operation, bool global);
    void start_operation(Gate::State& state, unsigned bank, const TranslationRequest& operation);
    void end_operation(Gate::State& state, const Held& held, bool retry);

    // In stalls.cc.
    bool stalls_forbidden(const Registers& registers, unsigned bank) const;
    std::optional<Hold> hold_of_fault(const Gate::State& state, unsigned bank, bool can_stall);
    bool find_slot();
    bool slot_free() const;
    uint32_t new_token();
    Held hold(Stalls& stalls, const Held& asked);
    Translation stalled(const Held& held, std::string_view why, power::SupplySet missing = {});
    void resume(Gate::State& state, unsigned bank, bool terminate);
    void release(Gate::State& state, const Held& held, power::Released how);
    void let_go(Gate::State& state);
    void let_parked_go();
    void lost(const Stalls& stalls);
    void record_release(const Held& held, std::string_view how);
    const Stalls& in_flight() const;

    // In stale.cc.
    struct Touch;
    uint32_t lose_invalidate(const Touch& touch);
    void hit_condemned(Tlb& tlb, Tlb::Entry& entry, unsigned bank, const Context& context,
                       uint64_t va, const Transaction& transaction, Request request);
    bool walked_condemned(const Tlb& tlb, const LostInvalidate& lost, const WalkResult& result,
                          unsigned bank, const Context& context, uint64_t va,
                          const Transaction& transaction, Request request);
    WalkResult without_condemned(const Tlb& tlb, const Context& context, uint64_t va,
                                 Request request);
    void compare(const LostInvalidate& lost, const WalkResult& got, const WalkResult& without,
                 unsigned bank, const Context& context, uint64_t va, const Transaction& transaction,
                 Request request);

    // In syncs.cc.
    void start_sync(Tlb& tlb, unsigned whose);
    void complete_syncs(Tlb& tlb);
    bool sync_active(unsigned whose) const;

    // In saved.cc.
    bool possible(const Gate::State& state, const Stalls& parked) const;

    /// What has been reported as missing; from FirstOffset on, one for each word of the registers,
    /// the banks as one.
    enum class Feature : std::size_t {
        StallSlots,
        TranslationOperation,
        FirstOffset,
    };
    void once(Feature feature, const char* what);
    void no_such_register(uint64_t offset);

    void update_irqs();
    /// A CPU's access to the window.
    struct Touch {
        uint64_t offset;
        unsigned size;
        bool write;
        bool secure;
        uint64_t value; ///< of a write

        Touch half(bool high) const
        {
            return {high ? offset + 4 : offset, 4, write, secure,
                    high ? value >> 32 : value & 0xffff'ffff};
        }
    };
    std::optional<uint32_t> find(const Touch& touch) const;
    bool is_pair(const Touch& touch) const;
    bool is_refused(const Registers& registers, const Touch& touch, uint32_t declared) const;
    static bool is_ignored(const Touch& touch, uint32_t declared);
    power::Answer touch(const Touch& touch);
    power::Answer touch_one(Gate::State& state, const Touch& touch);
    power::Answer refuse_access(Registers& registers, const Touch& touch);
    power::Answer unreachable(const Touch& touch, power::SupplySet missing);
    void record(const journal::Event& event);

    Config config_;
    Host& host_;
    journal::Sink* sink_;
    Gate gate_;
    Stalls parked_{}; ///< held for want of power: outside of the block, so power cannot lose them
    uint32_t last_token_ = 0;
    uint64_t walks_ = 0;     ///< so far: tells a miss of the TLB from a hit
    uint32_t last_lost_ = 0; ///< number of the last lost invalidate that left entries behind
    std::array<bool, max_lines> irq_{};
    std::bitset<static_cast<std::size_t>(Feature::FirstOffset) + Registers::words> spoken_of_{};
};

} // namespace smmu_pm::smmu
