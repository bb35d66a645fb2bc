// SPDX-License-Identifier: GPL-2.0-or-later
//
// The TLB. It keeps an entry until an invalidation names it or room is needed: a stale entry is a
// thing this model exists to show. Entries are tagged by regime and ASID, not by bank: two banks
// that share them share entries. Bounded; the oldest entry goes first, so that a run is
// reproducible.
#pragma once

#include "smmu/walk.hh"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace smmu_pm::smmu {

/// What a TLB invalidate names: a set of entries, by what they are tagged with.
struct Invalidation {
    enum class What : uint8_t {
        NonHypervisor, ///< all guests' and hosts' entries, whatever their VMID
        WholeRegime,
        Asid,       ///< entries of one address space, not the global ones
        Va,         ///< the entries that cover an address: of an ASID, or global
        VaOfAnyone, ///< the same, whatever their ASID
    } what{};
    Regime regime = 0;
    uint16_t asid = 0;
    uint64_t va = 0;
};

/// A CPU's write that should have removed entries, and did not reach the SMMU.
struct LostInvalidate {
    uint32_t number = 0; ///< what its entries carry; never 0
    uint32_t offset = 0;
    uint8_t size = 0;
    uint64_t value = 0;
    bool operator==(const LostInvalidate&) const = default;
};

class Tlb {
public:
    static constexpr unsigned capacity = 1024;

    struct Entry {
        Mapping mapping{};
        Regime regime = 0;
        uint16_t asid = 0;      ///< of an entry that is not global
        uint32_t condemned = 0; ///< number of the lost invalidate that should have removed it
        bool operator==(const Entry&) const = default;
    };

    /// The mapping that covers `va`, a sign-extended address. Good until the next change.
    const Mapping* find(Regime regime, uint16_t asid, uint64_t va) const;
    /// The same, with all that is kept of it.
    Entry* look_up(Regime regime, uint16_t asid, uint64_t va);
    void insert(Regime regime, uint16_t asid, const Mapping& mapping);

    void invalidate(const Invalidation& named);

    void invalidate_all();
    /// All guests' and hosts' entries, whatever their VMID; those of hypervisor contexts stay.
    void invalidate_non_hypervisor();
    void invalidate_regime(Regime regime);
    /// Entries of one address space; global ones stay, as TLBIASID wants it.
    void invalidate_asid(Regime regime, uint16_t asid);
    /// The entries that cover `va`: of this ASID or global; without an ASID of any.
    void invalidate_va(Regime regime, std::optional<uint16_t> asid, uint64_t va);

    /// Marks the entries that an invalidate would have removed, but for those that an earlier one
    /// should have; false: there are none. `lost.number` is new, or that of the call before.
    bool condemn(const Invalidation& named, const LostInvalidate& lost);
    /// As find(), among the entries that are not condemned.
    const Mapping* find_unblamed(Regime regime, uint16_t asid, uint64_t va) const;
    /// The entry is as good as one that has just been inserted.
    void pardon(Entry& entry);
    /// The lost invalidate of that number, if there are entries that carry it; nullptr else.
    const LostInvalidate* lost(uint32_t number) const;
    unsigned condemned() const { return condemned_; }
    /// All that condemned entries carry, in the order in which they were lost.
    std::vector<LostInvalidate> lost() const;
    /// An entry as it was saved; and then what all of them carry. False: that is not what they do.
    void restore(const Entry& entry);
    bool restore(std::vector<LostInvalidate> lost);

    unsigned size() const { return live_; }
    /// f(entry), oldest first: inserting them in this order gives an equal TLB.
    template <class F>
    void each(F&& f) const
    {
        for (uint16_t i = oldest_; i != none; i = slots_[i].newer)
            f(slots_[i].entry);
    }

    /// The same entries in the same order: then they behave alike for ever.
    bool operator==(const Tlb& other) const;

private:
    static constexpr uint16_t none = 0xffff;
    static constexpr unsigned buckets = 2048;

    struct Slot {
        Entry entry{};
        uint16_t next = none; ///< in the chain of its bucket, or among the free
        uint16_t older = none, newer = none;
    };

    template <class Condition>
    uint16_t slot_of(Regime regime, uint16_t asid, uint64_t va, Condition&& condition) const;
    std::vector<uint32_t> carried_numbers() const;
    uint16_t& head_of(const Entry& entry);
    uint16_t take();
    void drop(uint16_t slot);
    template <class Condition>
    void drop_if(Condition&& condition);

    std::vector<Slot> slots_{};          ///< grows up to capacity
    std::vector<LostInvalidate> lost_{}; ///< those that are not carried any more are swept
    std::vector<uint16_t> heads_{};      ///< of the chains; empty until the first insert
    std::array<unsigned, 4> levels_{};   ///< entries of each level: empty ones are not probed
    std::array<uint16_t, hypervisor + 1> regimes_{}; ///< entries of each regime
    uint16_t free_ = none;
    uint16_t oldest_ = none, newest_ = none;
    unsigned live_ = 0;
    unsigned condemned_ = 0; ///< entries that are
};

} // namespace smmu_pm::smmu
