/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A control that must not pass: a clock that SMMU and GPU share is stopped through /dev/mem while
 * the GPU reads memory, and later runs again. The GPU cannot go on meanwhile, hence meets nothing
 * that is off; then it comes to its end as if nothing had been.
 */
#include "../controllers.h"
#include "../exerciser.h"

void clock_stopped_mid_dma(void)
{
    struct buffer buffers[2];
    unsigned dwords = 0, waited;
    uint32_t fence;

    gpu_open();
    buffers_scattered(buffers, 2);
    buffers[1].words[0] = buffers[1].words[1] = 0;
    dwords = put_mem_write(buffers[0].words, dwords, buffers[1].iova, 1);
    dwords = put_wait_memory(buffers[0].words, dwords, buffers[1].iova + 4, 1, 16);
    mark_phase("submit");
    fence = submit(&buffers[0], dwords, &buffers[1], 1);
    for (waited = 0; buffers[1].words[0] == 0; waited++) {
        if (waited == 300)
            give_up("waited 300 ms for the GPU to begin with its work");
        sleep_ms(1);
    }
    mark_phase("busy");
    controller_change(GCC_MMSS_BIMC_GFX_CBCR, CLK_ENABLE, 0);
    mark_phase("stopped");
    buffers[1].words[1] = 1;
    sleep_ms(5 + random_below(20));
    if (wait_fence(fence, 0))
        give_up("the GPU came to its end without the clock of its path to memory");
    mark_phase("start");
    controller_change(GCC_MMSS_BIMC_GFX_CBCR, 0, CLK_ENABLE);
    if (!wait_fence(fence, 300))
        give_up("waited 300 ms for fence %u", fence);
    mark_phase("written");
}
