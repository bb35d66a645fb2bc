/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A driver unmaps in its device's runtime_suspend callback: the device is on its way off, and its
 * supplier, which is on until the callback has returned, is asked for once more.
 */
#include "../exerciser.h"

#include "../module/pm_testdev.h"

void unmap_in_suspend(void)
{
    const uint64_t iova = 0x10000000 + (uint64_t)random_below(256) * PAGE;

    testdev_open();
    testdev_domain(0);
    testdev_do(PM_TESTDEV_MAP, 0, iova, 0);
    testdev_do(PM_TESTDEV_GET, 0, 0, 0);
    sleep_ms(50 + random_below(50));
    testdev_arm(PM_TESTDEV_IN_SUSPEND, PM_TESTDEV_UNMAP, 0, iova, 0);
    mark_phase("put");
    testdev_do(PM_TESTDEV_PUT_SYNC, 0, 0, 0);
    testdev_wait();
    testdev_wait_until_off();
    mark_phase("off");
}
