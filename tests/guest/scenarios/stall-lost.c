/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A control that must not pass: a transaction of the GPU is stalled at a fault, its interrupt is
 * late (irq-delay=), so that nobody has answered it, when the SMMU's domain is switched off through
 * /dev/mem. For kernels that have the SMMU stall (Linux 6.12).
 */
#include "../controllers.h"
#include "../exerciser.h"

void stall_lost(void)
{
    gpu_open();
    stale_submit();
    sleep_ms(20 + random_below(100));
    mark_phase("stalled");
    controller_change(GPU_GDSCR, 0, SW_COLLAPSE);
    mark_phase("collapsed");
    sleep_ms(1);
    mark_done();
    /* The driver believes the SMMU to be on, and its shutdown hook would write to it. */
    power_cut();
}
