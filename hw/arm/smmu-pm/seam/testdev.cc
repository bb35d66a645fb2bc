// SPDX-License-Identifier: GPL-2.0-or-later
//
// pm-testdev behind its C header: types are turned into one another, nothing else.
#include "seam/testdev.h"

#include "seam/master.hh"
#include "testdev/testdev.hh"

#include <new>

using namespace smmu_pm;

static_assert(SMMU_PM_TESTDEV_SIZE == testdev::window_size);

SmmuPmMaster* smmu_pm_testdev_new(const SmmuPmTestdevConfig* config, const SmmuPmMasterHost* host,
                                  SmmuPmJournal* journal)
{
    const testdev::Config own = {.policy = static_cast<power::Policy>(config->policy),
                                 .beat_ns = config->beat_ns,
                                 .seed = config->seed};
    return new (std::nothrow)
        seam::Master<testdev::Testdev>(journal::Block::Testdev, own, *host, journal);
}
