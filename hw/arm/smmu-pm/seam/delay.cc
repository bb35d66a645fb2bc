// SPDX-License-Identifier: GPL-2.0-or-later
#include "seam/delay.h"

#include "power/delay.hh"
#include "seam/pairs.hh"
#include "seam/sink.hh"

#include <new>

using namespace smmu_pm;

struct SmmuPmDelay final : power::Delay::Lines {
    SmmuPmDelay(unsigned lines, uint64_t rise, uint64_t fall, uint64_t seed,
                const SmmuPmDelayHost& its_host, journal::Sink* sink)
        : host(its_host), core(lines, rise, fall, seed, *this, sink)
    {
    }

    void set_line(unsigned line, bool level) override { host.set_line(host.opaque, line, level); }

    SmmuPmDelayHost host;
    power::Delay core;
};

SmmuPmDelay* smmu_pm_delay_new(unsigned lines, uint64_t rise_ns, uint64_t fall_ns, uint64_t seed,
                               const SmmuPmDelayHost* host, SmmuPmJournal* journal)
{
    return new (std::nothrow)
        SmmuPmDelay(lines, rise_ns, fall_ns, seed, *host, journal::sink_of(journal));
}

void smmu_pm_delay_free(SmmuPmDelay* delay)
{
    delete delay;
}

void smmu_pm_delay_reset(SmmuPmDelay* delay)
{
    delay->core.reset();
}

void smmu_pm_delay_set(SmmuPmDelay* delay, uint64_t now_ns, unsigned line, bool level)
{
    delay->core.set(now_ns, line, level);
}

uint64_t smmu_pm_delay_deadline(const SmmuPmDelay* delay)
{
    return delay->core.deadline();
}

void smmu_pm_delay_advance(SmmuPmDelay* delay, uint64_t now_ns)
{
    delay->core.advance(now_ns);
}

size_t smmu_pm_delay_save(const SmmuPmDelay* delay, SmmuPmPair* pairs, size_t max)
{
    return seam::save(delay->core, pairs, max);
}

bool smmu_pm_delay_load(SmmuPmDelay* delay, const SmmuPmPair* pairs, size_t count)
{
    return seam::load(delay->core, pairs, count);
}
