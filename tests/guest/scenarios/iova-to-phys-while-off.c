/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where does this IOVA lead? Asked while all is off. An SMMU with translation operations would be
 * asked itself, and would have to be on; this one announces none, and the tables are walked in
 * software.
 */
#include "../exerciser.h"

#include "../module/pm_testdev.h"

void iova_to_phys_while_off(void)
{
    const unsigned page = 3 + random_below(4);
    const uint64_t iova = 0x20000000 + (uint64_t)random_below(256) * PAGE;

    testdev_open();
    testdev_domain(0);
    testdev_do(PM_TESTDEV_MAP, 0, iova, page);
    testdev_fill(iova, page, 0x12345678);
    testdev_wait_until_off();
    mark_phase("ask");
    if (testdev_do(PM_TESTDEV_IOVA_TO_PHYS, 0, iova, 0) != page)
        give_up("the IOVA does not lead to the page that was mapped");
    if (testdev_do(PM_TESTDEV_IOVA_TO_PHYS, 0, iova + PAGE, 0) != ~0ull)
        give_up("the IOVA behind it leads to a page, and nothing is mapped there");
    mark_phase("asked");
}
