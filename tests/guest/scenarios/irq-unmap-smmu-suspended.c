/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rob Clark's worry of 2018: somebody unmaps in a hard interrupt, a timer's, and the SMMU is
 * suspended. The driver resumes it then and there, which may sleep.
 */
#include "../exerciser.h"

#include "../module/pm_testdev.h"

void irq_unmap_smmu_suspended(void)
{
    const uint64_t iova = 0x10000000 + (uint64_t)random_below(256) * PAGE;

    testdev_open();
    testdev_domain(0);
    testdev_do(PM_TESTDEV_MAP, 0, iova, 0);
    testdev_fill(iova, 0, 0xcafe0000);
    testdev_wait_until_off();
    mark_phase("armed");
    testdev_arm(PM_TESTDEV_IN_TIMER, PM_TESTDEV_UNMAP, 0, iova, 0);
    testdev_wait();
    mark_phase("unmapped");
    testdev_wait_until_off();
}
