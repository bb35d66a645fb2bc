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
    uint32_t fence;

    gpu_open();
    buffers_scattered(buffers, 2);
    mark_phase("submit");
    fence = waiting_work(buffers);
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
