/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A domain is attached, detached and attached again while device and SMMU are off: the stream's and
 * the context bank's registers have to be written, and nobody holds a reference.
 */
#include "../exerciser.h"

#include "../module/pm_testdev.h"

void attach_while_off(void)
{
    const uint64_t iova = 0x10000000 + (uint64_t)random_below(256) * PAGE;

    testdev_open();
    testdev_do(PM_TESTDEV_ALLOC, 0, 0, 0);
    testdev_wait_until_off();
    sleep_ms(random_below(50));
    mark_phase("attach");
    testdev_do(PM_TESTDEV_ATTACH, 0, 0, 0);
    mark_phase("attached");
    mark_phase("dma");
    testdev_do(PM_TESTDEV_MAP, 0, iova, 0);
    testdev_fill(iova, 0, 0xcafe0000);
    testdev_wait_until_off();
    mark_phase("detach");
    testdev_do(PM_TESTDEV_DETACH, 0, 0, 0);
    mark_phase("detached");
    testdev_wait_until_off();
    mark_phase("attach");
    testdev_do(PM_TESTDEV_ATTACH, 0, 0, 0);
    mark_phase("attached");
    testdev_fill(iova, 0, 0xcafe0001);
    mark_phase("written");
}
