/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Buffers are unmapped now and then while the GPU sleeps. That takes the SMMU; to boot the GPU for
 * it would be silly.
 */
#include "../exerciser.h"

void gpu_booted_to_unmap(void)
{
    unsigned count = 12 + random_below(8);

    gpu_open();
    mark_phase("submit");
    unmaps_prepare(count);
    wait_until_suspended();
    mark_budget("gpu 0");
    mark_phase("unmap");
    unmaps(count, 30000);
    mark_phase("unmapped");
    wait_until_suspended();
    mark_budget("");
    mark_phase("over");
}
