/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A control that must not pass: the answer to a stalled transaction comes after the last reference
 * to the SMMU was dropped. In drm/msm fault_worker() drops the GPU's and then has the SMMU's driver
 * write RESUME. It gets away with that, because the SMMU goes off behind it, on the same CPU; so
 * the write is made here through /dev/mem. Needs iomem=relaxed.
 */
#include "../exerciser.h"

#include "../../../hw/arm/smmu-pm/qemu/msm8996_map.h"

/* In the page of context bank 0 */
#define CB_RESUME 0x8
#define TERMINATE 1u

void resume_write_after_put(void)
{
    volatile uint8_t *bank = devmem(MSM8996_SMMU + 0x8000);
    uint32_t fence;

    if (bank == NULL)
        give_up("/dev/mem does not map the SMMU: is iomem=relaxed on the command line?");
    gpu_open();
    fence = stale_submit();
    if (!wait_fence(fence, 2000))
        give_up("waited 2 s for the driver to notice that the GPU hangs");
    wait_until_suspended();
    mark_phase("off");
    say("RESUME is %s", try_write32(bank + CB_RESUME, TERMINATE) ? "answered" : "a bus error");
    mark_phase("over");
    mark_done();
    /* Before the late interrupt of the fault arrives. */
    power_cut();
}
