/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A control that must not pass: while the GPU sleeps and "on" in power/control keeps the SMMU on,
 * the SMMU's domain is switched off and on again through /dev/mem. What the SMMU was programmed
 * with is lost (with on-collapse=lose), its driver knows nothing of it, and the next submit has the
 * GPU read its ring through an SMMU that lets everything pass: CLIENTPD is 1 after reset. On two
 * CPUs, since one waits for the GPU for a second, in a loop.
 */
#include "../controllers.h"
#include "../exerciser.h"

void unprotected_dma(void)
{
    struct buffer pair[2];
    unsigned i, dwords;
    uint32_t fence;

    gpu_open();
    for (i = 0; i < 2; i++) {
        pair[i] = buffer_new();
        buffer_reserve(&pair[i]);
    }
    small_work(&pair[0], &pair[1]);
    smmu_hold_on();
    wait_until_gpu_suspended();
    mark_phase("collapse");
    controller_change(GPU_GDSCR, 0, SW_COLLAPSE);
    sleep_ms(1 + random_below(5));
    controller_change(GPU_GDSCR, SW_COLLAPSE, 0);
    sleep_ms(5);
    mark_phase("submit");
    pair[1].words[0] = 0;
    dwords = put_mem_write(pair[0].words, 0, pair[1].iova, 1);
    fence = submit(&pair[0], dwords, &pair[1], 1);
    say("the submit %s", wait_fence(fence, 50) && pair[1].words[0] == 1 ? "was done" : "was lost");
    mark_phase("over");
    mark_done();
    /* The drivers believe what is no longer so. */
    power_cut();
}
