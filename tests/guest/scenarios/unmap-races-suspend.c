/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One CPU suspends the SMMU, as its autosuspend timer would, and the other unmaps: a little later
 * with each round, so that the unmap falls before, into and behind the suspend. In the middle it
 * has to wait for the suspend to end, and to resume what has just gone.
 */
#include "../exerciser.h"

#include "../module/pm_testdev.h"

enum { SUSPENDING = 3 };

void unmap_races_suspend(void)
{
    const uint64_t iova = 0x10000000 + (uint64_t)random_below(256) * PAGE;
    const unsigned step = 20 + random_below(20);
    unsigned round, raced = 0;

    testdev_open();
    testdev_domain(0);
    testdev_do(PM_TESTDEV_MAP, 0, iova, 0);
    testdev_fill(iova, 0, 0xcafe0000);
    for (round = 0; round < 40; round++) {
        struct pm_testdev_pair pair = {
            .op = {{.action = PM_TESTDEV_SUSPEND_SMMU, .delay_us = 100},
                   {.action = PM_TESTDEV_UNMAP, .iova = iova, .delay_us = 1 + round * step}}};

        /* Leaves the SMMU on and without a reference, for the 20 ms of its autosuspend delay. */
        testdev_wait_until_off();
        testdev_do(PM_TESTDEV_GET, 0, 0, 0);
        testdev_do(PM_TESTDEV_PUT_SYNC, 0, 0, 0);
        mark_phase("race");
        testdev_together(&pair);
        mark_phase("raced");
        testdev_check(&pair.op[1]);
        if (pair.op[1].smmu_status == SUSPENDING)
            raced++;
        testdev_do(PM_TESTDEV_MAP, 0, iova, 0);
    }
    if (raced == 0)
        give_up("in %u rounds no unmap met an SMMU that was being suspended", round);
    say("%u of %u unmaps met an SMMU that was being suspended", raced, round);
    testdev_fill(iova, 0, 0xcafe0001);
    mark_phase("written");
}
