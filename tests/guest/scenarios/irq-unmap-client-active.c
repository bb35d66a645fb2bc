/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device's own interrupt handler unmaps what the device has just written: a hard interrupt. The
 * device is on, or it could not have interrupted, and so is its supplier: no power changes hands.
 */
#include "../exerciser.h"

#include "../module/pm_testdev.h"

void irq_unmap_client_active(void)
{
    const uint64_t iova = 0x10000000 + (uint64_t)random_below(256) * PAGE;

    testdev_open();
    testdev_domain(0);
    testdev_do(PM_TESTDEV_MAP, 0, iova, 0);
    testdev_do(PM_TESTDEV_MAP, 0, iova + PAGE, 1);
    testdev_do(PM_TESTDEV_GET, 0, 0, 0);
    testdev_arm(PM_TESTDEV_IN_IRQ, PM_TESTDEV_UNMAP, 0, iova, 0);
    mark_phase("armed");
    testdev_start(PM_TESTDEV_FILL, 0, iova, PAGE, 0xcafe0000, random_below(2000000));
    if (testdev_finish() != 0 || testdev_word(0, PAGE - 4) != 0xcafe0000)
        give_up("the device did not fill its page");
    testdev_wait();
    mark_phase("unmapped");
    /* It is unmapped, and its neighbour is not. */
    testdev_start(PM_TESTDEV_FILL, 0, iova, PAGE, 0xdead, 0);
    if (testdev_finish() == 0 || testdev_word(0, 0) != 0xcafe0000)
        give_up("the unmapped page was written to");
    testdev_start(PM_TESTDEV_FILL, 0, iova + PAGE, PAGE, 0xcafe0001, 0);
    if (testdev_finish() != 0)
        give_up("the page beside it cannot be written to any more");
    mark_phase("refused");
    testdev_do(PM_TESTDEV_PUT_SYNC, 0, 0, 0);
}
