/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two CPUs map and unmap at once, in one domain, with the SMMU off when they begin: whoever comes
 * second waits for the resume of the first, and whoever leaves first must not take the power.
 */
#include "../exerciser.h"

#include "../module/pm_testdev.h"

void two_cpus_at_once(void)
{
    const uint64_t iova = 0x10000000 + (uint64_t)random_below(128) * 2 * PAGE;
    unsigned round, i;

    testdev_open();
    testdev_domain(0);
    for (round = 0; round < 8; round++) {
        struct pm_testdev_pair pair = {
            .op = {{.action = PM_TESTDEV_MAP, .iova = iova, .page = 0},
                   {.action = PM_TESTDEV_MAP, .iova = iova + PAGE, .page = 1}}};

        testdev_wait_until_off();
        mark_phase("map");
        testdev_together(&pair);
        mark_phase("mapped");
        for (i = 0; i < 2; i++)
            testdev_check(&pair.op[i]);
        testdev_fill(iova, 0, 0xcafe0000 + round);
        testdev_fill(iova + PAGE, 1, 0xbabe0000 + round);
        for (i = 0; i < 2; i++) {
            pair.op[i].action = PM_TESTDEV_UNMAP;
            pair.op[i].delay_us = random_below(300);
        }
        testdev_wait_until_off();
        mark_phase("unmap");
        testdev_together(&pair);
        mark_phase("unmapped");
        for (i = 0; i < 2; i++)
            testdev_check(&pair.op[i]);
    }
}
