/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A control that must not pass: a driver drops its last reference while its device is at work. The
 * device goes off, the SMMU after it, and the request is never finished.
 */
#include "../exerciser.h"

#include "../module/pm_testdev.h"

void dma_in_flight_at_power_off(void)
{
    const uint64_t iova = 0x10000000 + (uint64_t)random_below(256) * PAGE;

    testdev_open();
    testdev_domain(0);
    testdev_do(PM_TESTDEV_MAP, 0, iova, 0);
    testdev_fill(iova, 0, 0xcafe0000);
    testdev_do(PM_TESTDEV_GET, 0, 0, 0);
    /* A second from now, and the device is off long before. */
    testdev_start(PM_TESTDEV_FILL, 0, iova, PAGE, 0xdead, 1000000000);
    sleep_ms(random_below(20));
    mark_phase("busy");
    testdev_do(PM_TESTDEV_PUT_SYNC, 0, 0, 0);
    testdev_wait_until_off();
    mark_phase("off");
    sleep_ms(1100);
    if (testdev_word(0, 0) != 0xcafe0000)
        give_up("a device that is off has written to memory");
    mark_phase("over");
}
