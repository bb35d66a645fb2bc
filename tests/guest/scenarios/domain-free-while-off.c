/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A domain is freed while all is off: its context bank has to be taken down. */
#include "../exerciser.h"

#include "../module/pm_testdev.h"

void domain_free_while_off(void)
{
    const uint64_t iova = 0x10000000 + (uint64_t)random_below(256) * PAGE;

    testdev_open();
    testdev_domain(0);
    testdev_do(PM_TESTDEV_MAP, 0, iova, 0);
    testdev_fill(iova, 0, 0xcafe0000);
    testdev_do(PM_TESTDEV_DETACH, 0, 0, 0);
    testdev_wait_until_off();
    sleep_ms(random_below(50));
    mark_phase("free");
    testdev_do(PM_TESTDEV_FREE, 0, 0, 0);
    mark_phase("freed");
    testdev_wait_until_off();
    mark_phase("off");
    /* The next domain gets the bank, and nothing of the old one's. */
    testdev_domain(1);
    testdev_do(PM_TESTDEV_MAP, 1, iova, 1);
    testdev_fill(iova, 1, 0xcafe0001);
    if (testdev_word(0, 0) != 0xcafe0000)
        give_up("the page of the domain that was freed was written to");
    mark_phase("written");
}
