/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A driver that is done with its device in the interrupt handler, and says so with a put_sync: with
 * the last reference the device, and the SMMU behind it, are suspended in a hard interrupt.
 */
#include "../exerciser.h"

#include "../module/pm_testdev.h"

void irq_put_sync_to_zero(void)
{
    const uint64_t iova = 0x10000000 + (uint64_t)random_below(256) * PAGE;

    testdev_open();
    testdev_domain(0);
    testdev_do(PM_TESTDEV_MAP, 0, iova, 0);
    testdev_do(PM_TESTDEV_GET, 0, 0, 0);
    /* Beyond the autosuspend delay, which counts from the SMMU's last resume. */
    sleep_ms(50 + random_below(50));
    testdev_arm(PM_TESTDEV_IN_IRQ, PM_TESTDEV_PUT_SYNC, 0, 0, 0);
    mark_phase("armed");
    testdev_start(PM_TESTDEV_FILL, 0, iova, PAGE, 0xcafe0000, random_below(2000000));
    testdev_finish();
    testdev_wait();
    mark_phase("put");
    testdev_wait_until_off();
    mark_phase("off");
}
