/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A control that must not pass: the SMMU's domain is switched off through /dev/mem while the GPU,
 * its consumer, is on. The GPU has nothing to do, so nothing runs into it.
 */
#include "../controllers.h"
#include "../exerciser.h"

void power_order(void)
{
    struct buffer buffers[5];

    gpu_open();
    buffers_scattered(buffers, 5);
    mark_phase("submit");
    work(buffers, 5);
    /* Well within the autosuspend delay of 250 ms. */
    sleep_ms(20 + random_below(100));
    mark_phase("collapse");
    controller_change(GPU_GDSCR, 0, SW_COLLAPSE);
    mark_phase("collapsed");
    sleep_ms(1);
    mark_done();
    /* The driver believes the SMMU to be on, and its shutdown hook would write to it. */
    power_cut();
}
