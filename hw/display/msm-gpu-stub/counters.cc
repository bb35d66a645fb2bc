// SPDX-License-Identifier: GPL-2.0-or-later
#include "counters.hh"

namespace smmu_pm::gpu {

/// Countables: a5xx.xml, a5xx_cp_perfcounter_select and a5xx_rbbm_perfcounter_select.
uint64_t Counters::source(unsigned number, uint32_t countable, const Moment& moment)
{
    if (number < cp) {
        if (countable == 0) // PERF_CP_ALWAYS_COUNT
            return ticks(moment.now_ns);
        // PERF_CP_BUSY_CYCLES, _PFP_BUSY_WORKING, _ME_BUSY_WORKING
        return countable == 2 || countable == 4 || countable == 10 ? ticks(moment.busy_ns) : 0;
    }
    if (countable <= 1) // PERF_RBBM_ALWAYS_COUNT, _ALWAYS_ON
        return ticks(moment.now_ns);
    return countable == 6 ? ticks(moment.busy_ns) : 0; // PERF_RBBM_STATUS_MASKED
}

uint64_t Counters::read(unsigned number, const Moment& moment) const
{
    const Counter& counter = counters_[number];
    return enabled_ == 0
               ? counter.value
               : counter.value + source(number, counter.countable, moment) - counter.since;
}

void Counters::settle(unsigned number, const Moment& moment)
{
    Counter& counter = counters_[number];
    counter.value = read(number, moment);
    counter.since = source(number, counter.countable, moment);
}

void Counters::select(unsigned number, uint32_t countable, const Moment& moment)
{
    settle(number, moment);
    counters_[number].countable = countable;
    counters_[number].since = source(number, countable, moment);
}

void Counters::enable(bool on, const Moment& moment)
{
    for (unsigned number = 0; number < count; ++number)
        settle(number, moment);
    enabled_ = on;
}

} // namespace smmu_pm::gpu
