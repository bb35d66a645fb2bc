/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A control that must not pass: the GPU's own rail is switched off through /dev/mem while it works.
 * Its SMMU stays on and meets nothing; the work is gone. Needs iomem=relaxed.
 */
#include "../controllers.h"
#include "../exerciser.h"

void work_lost(void)
{
    struct buffer buffers[2];

    gpu_open();
    buffers_scattered(buffers, 2);
    mark_phase("submit");
    waiting_work(buffers);
    sleep_ms(random_below(4));
    mark_phase("busy");
    controller_change(GPU_GX_GDSCR, 0, SW_COLLAPSE);
    mark_phase("collapsed");
    sleep_ms(1);
    mark_done();
    /* The driver believes the GPU to be on, and would read its registers. */
    power_cut();
}
