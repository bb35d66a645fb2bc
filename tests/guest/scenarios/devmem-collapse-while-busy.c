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
    unsigned dwords = 0, waited;

    gpu_open();
    buffers_scattered(buffers, 2);
    buffers[1].words[0] = buffers[1].words[1] = 0;
    dwords = put_mem_write(buffers[0].words, dwords, buffers[1].iova, 1);
    dwords = put_wait_memory(buffers[0].words, dwords, buffers[1].iova + 4, 1, 16);
    mark_phase("submit");
    submit(&buffers[0], dwords, &buffers[1], 1);
    for (waited = 0; buffers[1].words[0] == 0; waited++) {
        if (waited == 300)
            give_up("waited 300 ms for the GPU to begin with its work");
        sleep_ms(1);
    }
    sleep_ms(random_below(4));
    mark_phase("busy");
    controller_change(GPU_GDSCR, 0, SW_COLLAPSE);
    mark_phase("collapsed");
    sleep_ms(1);
    mark_done();
    /* The driver believes the SMMU to be on, and its shutdown hook would write to it. */
    power_cut();
}
