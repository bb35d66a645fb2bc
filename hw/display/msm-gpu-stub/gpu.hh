// SPDX-License-Identifier: GPL-2.0-or-later
//
// A stub of the Adreno A510, or A530: registers behind their wires and a command processor that
// works on virtual time. It renders nothing. What it is for: a master that fetches and writes
// memory through the SMMU when Linux' drm/msm asks it to, can be switched off or kept waiting at
// any moment, and reports what went wrong as the part does. docs/gpu-stub.rst has the particulars.
#pragma once

#include "contents.hh"
#include "journal/event.hh"
#include "power/gate.hh"
#include "power/jitter.hh"
#include "power/master.hh"
#include "power/pair.hh"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace smmu_pm::gpu {

using power::never;
using power::Pair;

/// The GPU's DMA is of 4 to 64 bytes.
using Host = power::MasterHost;

enum class Chip : uint16_t { A510 = 510, A530 = 530 };

struct Config {
    power::Policy policy = power::Policy::Abort;
    uint64_t slice_ns = 2000; ///< virtual time from one slice of work to the next; at least 1
    uint64_t seed = 0;        ///< 0: exactly slice_ns, else drawn from [slice_ns, 2 * slice_ns)
    Chip chip = Chip::A510;
};

class Gpu {
public:
    /// `host` and `sink` outlive the GPU; sink may be nullptr. No supply is present at first.
    Gpu(const Config& config, Host& host, journal::Sink* sink);

    /// Cold reset from outside. Supplies keep their level.
    void reset();

    /// `now_ns`, here and below: virtual time, never going back.
    void set_supply(uint64_t now_ns, power::Supply supply, bool level);
    power::SupplySet supplies() const { return gate_.supplies(); }
    power::SupplySet missing(power::Access access) const { return gate_.missing(access); }

    /// size: 4 or 8 bytes (two registers, the lower first), offset naturally aligned and within
    /// the window; anything else is a bus error.
    power::Answer read(uint64_t now_ns, uint64_t offset, unsigned size);
    power::Answer write(uint64_t now_ns, uint64_t offset, unsigned size, uint64_t value);

    /// The transaction that a Host call answered with Stalled is let go. What follows from that
    /// follows in advance(); when nobody waits (any more), nothing does.
    void released(uint64_t now_ns, power::Released how);

    /// When advance() is due, or `never`; to be asked again after every call.
    uint64_t deadline() const { return std::min(deadline_, hang_deadline_); }
    /// Does at most one slice of work; nothing before the deadline.
    void advance(uint64_t now_ns);

    /// f(pair) for each number of the state.
    template <class F>
    void save(F&& f) const;
    /// False: not understood, or not a state the GPU can be in; it is then as it was before.
    bool load(std::span<const Pair> pairs);

private:
    friend class Inspection;
    using Gate = power::Gate<Contents>;
    class Port;

    power::Answer unreachable(uint64_t offset, unsigned size, bool write, uint64_t value,
                              power::SupplySet missing);
    void schedule(uint64_t now_ns);
    void work(Contents& contents, uint64_t now_ns);
    void run(Hold::Owner engine, Contents& contents, Port& port);
    void drained(const Contents& contents);
    void report(Contents& contents);
    void report_dump(Contents& contents);
    void raise(Contents& contents, Value<CP_INTERRUPT_STATUS> cause,
               Value<RBBM_INT_0_STATUS> status);
    static void register_fault(Contents& contents, uint64_t address, bool write, uint64_t access);
    void update_irq(bool level);
    void note(std::string_view name, uint64_t address, uint64_t value, std::string_view text = {});

    template <class F>
    static void emit(const Gate& gate, const power::Jitter& jitter, uint64_t deadline,
                     uint64_t hang_deadline, const Hold& hold, F&& f);
    static bool restore(const Pair& pair, Contents& contents);

    static constexpr uint32_t key_supplies = 0x8000'0000;
    static constexpr uint32_t key_deadline = 0x8000'0001;
    static constexpr uint32_t key_jitter = 0x8000'0002;
    static constexpr uint32_t key_busy = 0x8000'0003;
    static constexpr uint32_t key_hold = 0x8000'0010; ///< state, and owner << 8; none: not there
    static constexpr uint32_t key_hang_deadline = 0x8000'0011; ///< never: not there
    static constexpr uint32_t key_hang_reported = 0x8000'0012;
    static constexpr uint32_t key_counters = 0x8000'0040; ///< and one more for each field
    static constexpr uint32_t key_dumper = 0x8000'0080;   ///< the same
    static constexpr uint32_t key_cp = 0x8000'0100;       ///< the same

    Config config_;
    Host& host_;
    journal::Sink* sink_;
    Gate gate_;
    power::Jitter jitter_;
    uint64_t deadline_ = never;      ///< of the next slice
    uint64_t hang_deadline_ = never; ///< of the hang detector
    Hold hold_;
    bool irq_ = false;
};

template <class F>
void Gpu::save(F&& f) const
{
    emit(gate_, jitter_, deadline_, hang_deadline_, hold_, f);
}

template <class F>
void Gpu::emit(const Gate& gate, const power::Jitter& jitter, uint64_t deadline,
               uint64_t hang_deadline, const Hold& hold, F&& f)
{
    f(Pair{key_supplies, gate.supplies().bits()});
    f(Pair{key_deadline, deadline});
    f(Pair{key_jitter, jitter.state()});
    if (hold.state != Hold::State::None)
        f(Pair{key_hold, static_cast<uint64_t>(hold.state) | static_cast<uint64_t>(hold.owner)
                                                                 << 8});
    if (hang_deadline != never)
        f(Pair{key_hang_deadline, hang_deadline});
    const Gate::State* state = gate.saved();
    if (state == nullptr)
        return;
    const Contents& contents = state->registers;
    f(Pair{key_busy, contents.busy_ns});
    if (contents.hang_reported != 0)
        f(Pair{key_hang_reported, contents.hang_reported});
    contents.file.each_stored([&f](uint32_t offset, uint64_t value) { f(Pair{offset, value}); });
    contents.ram.each_stored([&f](uint32_t index, uint32_t value) { f(Pair{index * 4, value}); });
    const auto emit_fields = [&f](uint32_t key, const auto& part) {
        part.each_field([&f, &key](auto field) {
            if (static_cast<uint64_t>(field) != 0)
                f(Pair{key, static_cast<uint64_t>(field)});
            ++key;
        });
    };
    emit_fields(key_counters, contents.counters);
    emit_fields(key_dumper, contents.dumper);
    emit_fields(key_cp, contents.cp);
}

} // namespace smmu_pm::gpu
