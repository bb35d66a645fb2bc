/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The V4L2-like third party of 2018: a buffer is unmapped by code that knows a domain and nothing
 * of any device, and has nobody's power to take. The GPU is off, the device behind the domain is,
 * and so is the SMMU.
 */
#include "../exerciser.h"

#include "../module/pm_testdev.h"

void third_party_unmap(void)
{
    unsigned pages = 2 + random_below(3), i;
    const uint64_t iova = 0x10000000 + (uint64_t)random_below(256) * PAGE;

    testdev_open();
    testdev_domain(0);
    for (i = 0; i < pages; i++)
        testdev_do(PM_TESTDEV_MAP, 0, iova + i * PAGE, i);
    mark_phase("dma");
    for (i = 0; i < pages; i++)
        testdev_fill(iova + i * PAGE, i, 0xcafe0000 + i);
    for (i = 0; i < pages; i++) {
        testdev_wait_until_off();
        sleep_ms(random_below(50));
        mark_phase("unmap");
        testdev_do(PM_TESTDEV_UNMAP, 0, iova + i * PAGE, 0);
        mark_phase("unmapped");
    }
    testdev_wait_until_off();
    mark_phase("off");
    /* What was unmapped is: the device gets a bus error, and memory is as it was. */
    testdev_do(PM_TESTDEV_GET, 0, 0, 0);
    testdev_start(PM_TESTDEV_FILL, 0, iova, PAGE, 0, 0);
    if (testdev_finish() == 0 || testdev_word(0, 0) != 0xcafe0000)
        give_up("the unmapped page was written to");
    testdev_do(PM_TESTDEV_PUT_SYNC, 0, 0, 0);
    mark_phase("refused");
}
