/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A control that must not pass: the register accesses of an unmap whose kernel forgot to power the
 * SMMU, made through /dev/mem. Needs iomem=relaxed.
 */
#include "../exerciser.h"

#include "../../../hw/arm/smmu-pm/qemu/msm8996_map.h"

/* In the page of context bank 0 */
#define TLBIVAL 0x620
#define TLBSYNC 0x7f0
#define TLBSTATUS 0x7f4

void devmem_invalidate_while_off(void)
{
    volatile uint8_t *bank = devmem(MSM8996_SMMU + 0x8000);
    struct buffer buffers[5];
    uint32_t status = 0;
    bool answered;

    if (bank == NULL)
        give_up("/dev/mem does not map the SMMU: is iomem=relaxed on the command line?");
    gpu_open();
    buffers_scattered(buffers, 5);
    mark_phase("submit");
    work(buffers, 5);
    wait_until_suspended();
    sleep_ms(random_below(500));
    mark_phase("unmap");
    answered = try_write64(bank + TLBIVAL, buffers[4].iova >> 12);
    answered &= try_write32(bank + TLBSYNC, 0);
    answered &= try_read32(bank + TLBSTATUS, &status);
    say("invalidated behind the driver's back: %s", answered ? "answered" : "bus error");
    mark_phase("unmapped");
}
