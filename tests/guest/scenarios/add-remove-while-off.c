/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device is removed from its bus and added again while it and the SMMU are off: its stream is
 * taken out of the SMMU's registers and put back, and the device link goes and comes with it.
 */
#include "../exerciser.h"

#include "../module/pm_testdev.h"

void add_remove_while_off(void)
{
    const uint64_t iova = 0x10000000 + (uint64_t)random_below(256) * PAGE;
    unsigned times;

    testdev_open();
    for (times = 2 + random_below(2); times > 0; times--) {
        testdev_wait_until_off();
        mark_phase("remove");
        testdev_do(PM_TESTDEV_REMOVE, 0, 0, 0);
        mark_phase("removed");
        wait_until_suspended();
        sleep_ms(random_below(50));
        mark_phase("add");
        testdev_do(PM_TESTDEV_ADD, 0, 0, 0);
        mark_phase("added");
    }
    testdev_domain(0);
    testdev_do(PM_TESTDEV_MAP, 0, iova, 0);
    mark_phase("dma");
    testdev_fill(iova, 0, 0xcafe0000);
    mark_phase("written");
}
