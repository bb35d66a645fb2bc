// SPDX-License-Identifier: GPL-2.0-or-later
//
// The performance counters that can count something here: eight of the command processor, four of
// RBBM. A countable is always on, counts while there is work, or, as all those of blocks that do
// not exist here, stands still. All of them count at 19.2 MHz, not at the core clock.
#pragma once

#include <array>
#include <cstdint>

namespace smmu_pm::gpu {

/// The crystal.
constexpr uint64_t ticks(uint64_t ns)
{
    return ns / 625 * 12 + ns % 625 * 12 / 625;
}

/// What there is to count, in ns.
struct Moment {
    uint64_t now_ns = 0;
    uint64_t busy_ns = 0;
};

class Counters {
public:
    static constexpr unsigned cp = 8;
    static constexpr unsigned rbbm = 4;
    static constexpr unsigned count = cp + rbbm;

    /// Number 0 to 7: RBBM_PERFCTR_CP_n; 8 to 11: RBBM_PERFCTR_RBBM_n.
    uint64_t read(unsigned number, const Moment& moment) const;
    /// CP_PERFCTR_CP_SEL_n or RBBM_PERFCTR_RBBM_SEL_n: it goes on from what it has.
    void select(unsigned number, uint32_t countable, const Moment& moment);
    /// RBBM_PERFCTR_CNTL bit 0: stops all of them, and lets them go on.
    void enable(bool on, const Moment& moment);

    /// f(field): all numbers of the state, in a fixed order.
    template <class F>
    void each_field(F&& f) const
    {
        visit(*this, f);
    }
    template <class F>
    void each_field(F&& f)
    {
        visit(*this, f);
    }
    bool valid() const { return enabled_ <= 1; }

    bool operator==(const Counters&) const = default;

private:
    struct Counter {
        uint64_t value = 0; ///< up to `since`
        uint64_t since = 0; ///< what its source showed then
        uint32_t countable = 0;
        bool operator==(const Counter&) const = default;
    };

    template <class Self, class F>
    static void visit(Self& self, F& f)
    {
        f(self.enabled_);
        for (auto& counter : self.counters_) {
            f(counter.value);
            f(counter.since);
            f(counter.countable);
        }
    }

    static uint64_t source(unsigned number, uint32_t countable, const Moment& moment);
    void settle(unsigned number, const Moment& moment);

    uint32_t enabled_ = 0;
    std::array<Counter, count> counters_{};
};

} // namespace smmu_pm::gpu
