/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * drm/msm asks for stalls once its SMMU domain is attached, with the SMMU on, and the SMMU's driver
 * takes it down for the next time that it programs the context bank. A GPU that is opened before
 * the SMMU has gone off once faults without a stall; after that it stalls.
 */
#include "../exerciser.h"

static void fault(struct buffer *commands, uint64_t iova, struct buffer *target)
{
    unsigned dwords = put_mem_write(commands->words, 0, iova, 0xbad0bad0);
    uint32_t fence = submit(commands, dwords, NULL, 0);

    kernel_says("gpu fault: ttbr0", "", 2000);
    /* If the GPU hangs at the fault, another submit sets the timer of the hangcheck again. */
    if (!wait_fence(fence, 20))
        say("the GPU hangs at the fault");
    small_work(commands, target);
    if (!wait_fence(fence, 2000))
        give_up("waited 2 s for the fence of the submit that faulted");
}

void stall_set_while_active(void)
{
    struct buffer buffers[3];
    uint64_t stale;

    gpu_open_at_once();
    stale = freed_iova(buffers);
    mark_phase("first");
    fault(&buffers[0], stale, &buffers[1]);
    mark_phase("rest");
    wait_until_suspended();
    mark_phase("second");
    fault(&buffers[0], stale, &buffers[1]);
    mark_phase("over");
}
