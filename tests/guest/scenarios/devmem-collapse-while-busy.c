/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A control that must not pass: the SMMU's power domain is switched off through /dev/mem while the
 * GPU works behind it. The GPU waits for a word in memory that never comes, hence reads it again
 * and again. Needs iomem=relaxed.
 */
#include "../exerciser.h"

#include "../../../hw/arm/smmu-pm/qemu/msm8996_map.h"

#define GPU_GDSCR 0x34 /* in the page at 0x4000 */
#define SW_COLLAPSE 1u

void devmem_collapse_while_busy(void)
{
    volatile uint8_t *page = devmem(MSM8996_MMCC + 0x4000);
    struct buffer buffers[2];
    unsigned dwords = 0, waited;
    uint32_t gdscr = 0;

    if (page == NULL)
        give_up("/dev/mem does not map the MMCC: is iomem=relaxed on the command line?");
    gpu_open();
    buffers_scattered(buffers, 2);
    buffers[1].words[0] = buffers[1].words[1] = 0;
    dwords = put_mem_write(buffers[0].words, dwords, buffers[1].iova, 1);
    dwords = put_wait_memory(buffers[0].words, dwords, buffers[1].iova + 4, 1);
    mark_phase("submit");
    submit(&buffers[0], dwords, &buffers[1], 1);
    for (waited = 0; buffers[1].words[0] == 0; waited++) {
        if (waited == 300)
            give_up("waited 300 ms for the GPU to begin with its work");
        sleep_ms(1);
    }
    sleep_ms(random_below(4));
    mark_phase("busy");
    if (!try_read32(page + GPU_GDSCR, &gdscr) ||
        !try_write32(page + GPU_GDSCR, gdscr | SW_COLLAPSE))
        give_up("the MMCC does not answer");
    mark_phase("collapsed");
    sleep_ms(1);
    mark_done();
    /* The driver believes the SMMU to be on, and its shutdown hook would write to it. */
    power_cut();
}
