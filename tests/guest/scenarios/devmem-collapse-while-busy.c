/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A control that must not pass: the SMMU's power domain is switched off through /dev/mem while the
 * GPU works behind it. The GPU waits for a word in memory that never comes, hence reads it again
 * and again. Needs iomem=relaxed.
 */
#include "../controllers.h"
#include "../exerciser.h"

void devmem_collapse_while_busy(void)
{
    struct buffer buffers[2];

    gpu_open();
    buffers_scattered(buffers, 2);
    mark_phase("submit");
    waiting_work(buffers);
    sleep_ms(random_below(4));
    mark_phase("busy");
    controller_change(GPU_GDSCR, 0, SW_COLLAPSE);
    mark_phase("collapsed");
    sleep_ms(1);
    mark_done();
    /* The driver believes the SMMU to be on, and its shutdown hook would write to it. */
    power_cut();
}
