// SPDX-License-Identifier: GPL-2.0-or-later
//
// Masters behind their C header: types are turned into one another, nothing else.
#include "seam/master.hh"

using namespace smmu_pm;

static_assert(SMMU_PM_NEVER == power::never);
static_assert(SMMU_PM_SUPPLY_COUNT == power::supply_count);
static_assert(SMMU_PM_HANG == static_cast<int>(power::Status::Hang));
static_assert(SMMU_PM_STALLED == static_cast<int>(power::Status::Stalled));
static_assert(SMMU_PM_RELEASED_RETRY == static_cast<int>(power::Released::Retry));
static_assert(SMMU_PM_RELEASED_ABORT == static_cast<int>(power::Released::Abort));
static_assert(SMMU_PM_RELEASED_RAZWI == static_cast<int>(power::Released::RazWi));

namespace {

SmmuPmAnswer to_c(power::Answer answer)
{
    return {answer.value, static_cast<SmmuPmStatus>(answer.status)};
}

} // namespace

void smmu_pm_master_free(SmmuPmMaster* master)
{
    delete master;
}

void smmu_pm_master_reset(SmmuPmMaster* master)
{
    master->reset();
}

void smmu_pm_master_set_supply(SmmuPmMaster* master, uint64_t now_ns, SmmuPmSupply supply,
                               bool level)
{
    master->set_supply(now_ns, static_cast<power::Supply>(supply), level);
}

SmmuPmWires smmu_pm_master_wires(const SmmuPmMaster* master)
{
    return master->wires();
}

int smmu_pm_master_counters(const SmmuPmMaster* master, SmmuPmCounter* counters, int max)
{
    int number = 0;
    master->counters.each(master->block, [&](const char* name, uint64_t value) {
        if (number < max)
            counters[number] = {name, value};
        ++number;
    });
    return number;
}

SmmuPmAnswer smmu_pm_master_read(SmmuPmMaster* master, uint64_t now_ns, uint64_t offset,
                                 unsigned size)
{
    master->counters.access(false);
    return to_c(master->read(now_ns, offset, size));
}

SmmuPmAnswer smmu_pm_master_write(SmmuPmMaster* master, uint64_t now_ns, uint64_t offset,
                                  unsigned size, uint64_t value)
{
    master->counters.access(true);
    return to_c(master->write(now_ns, offset, size, value));
}

void smmu_pm_master_released(SmmuPmMaster* master, uint64_t now_ns, SmmuPmReleased how)
{
    master->released(now_ns, static_cast<power::Released>(how));
}

uint64_t smmu_pm_master_deadline(const SmmuPmMaster* master)
{
    return master->deadline();
}

void smmu_pm_master_advance(SmmuPmMaster* master, uint64_t now_ns)
{
    master->advance(now_ns);
}

size_t smmu_pm_master_save(const SmmuPmMaster* master, SmmuPmPair* pairs, size_t max)
{
    return master->save(pairs, max);
}

bool smmu_pm_master_load(SmmuPmMaster* master, const SmmuPmPair* pairs, size_t count)
{
    return master->load(pairs, count);
}
