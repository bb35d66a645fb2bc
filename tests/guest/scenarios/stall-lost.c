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
    struct buffer buffers[3];
    unsigned dwords, i;
    uint64_t stale;

    gpu_open();
    for (i = 0; i < 3; i++) {
        buffers[i] = buffer_new();
        buffer_reserve(&buffers[i]);
    }
    small_work(&buffers[0], &buffers[1]);
    small_work(&buffers[0], &buffers[2]);
    stale = buffers[2].iova;
    buffer_free(&buffers[2]);
    dwords = put_mem_write(buffers[0].words, 0, stale, 0xbad0bad0);
    mark_phase("stale");
    submit(&buffers[0], dwords, NULL, 0);
    sleep_ms(20 + random_below(100));
    mark_phase("stalled");
    controller_change(GPU_GDSCR, 0, SW_COLLAPSE);
    mark_phase("collapsed");
    sleep_ms(1);
    mark_done();
    /* The driver believes the SMMU to be on, and its shutdown hook would write to it. */
    power_cut();
}
