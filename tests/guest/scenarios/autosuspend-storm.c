/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A process ends: a thousand buffers are unmapped one by one while the GPU sleeps. Each unmap powers
 * the SMMU; its autosuspend delay of 20 ms makes few power cycles of them.
 */
#include "../exerciser.h"

void autosuspend_storm(void)
{
    unsigned count = unmaps_max - random_below(100);

    gpu_open();
    mark_phase("submit");
    unmaps_prepare(count);
    wait_until_suspended();
    sleep_ms(random_below(20));
    mark_budget("smmu 1/20");
    mark_phase("storm");
    unmaps(count, 0);
    mark_phase("quiet");
    wait_until_suspended();
    mark_budget("");
    mark_phase("over");
}
