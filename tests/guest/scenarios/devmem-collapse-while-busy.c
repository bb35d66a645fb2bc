/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A control that must not pass: the SMMU's power domain is switched off through /dev/mem while the
 * GPU works behind it. Needs iomem=relaxed.
 */
#include "../exerciser.h"

#include "../../../hw/arm/smmu-pm/qemu/msm8996_map.h"

#include <stdio.h>

#define GPU_GDSCR 0x34 /* in the page at 0x4000 */
#define SW_COLLAPSE 1u

/* Some milliseconds of work for the stub. */
#define WRITES 8192

void devmem_collapse_while_busy(void)
{
    volatile uint8_t *page = devmem(MSM8996_MMCC + 0x4000);
    struct buffer commands, target;
    unsigned dwords = 0, i;
    uint32_t gdscr = 0;

    if (page == NULL)
        give_up("/dev/mem does not map the MMCC: is iomem=relaxed on the command line?");
    gpu_open();
    commands = buffer_new(16 * WRITES);
    target = buffer_new(PAGE);
    target.words[0] = 0;
    for (i = 1; i <= WRITES; i++)
        dwords = put_mem_write(&commands, dwords, target.iova, i);
    submit(&commands, dwords, &target);
    for (i = 0; target.words[0] == 0; i++)
        if (i > 5000000)
            give_up("the GPU did not begin with its work");
    mark_phase("busy");
    try_read32(page + GPU_GDSCR, &gdscr);
    try_write32(page + GPU_GDSCR, gdscr | SW_COLLAPSE);
    mark_phase("collapsed");
    /* Long enough for the GPU to run into it; the kernel, which knows of nothing, is not waited for. */
    sleep_ms(20);
    printf("smmu-pm: %u of %u writes had arrived\n", target.words[0], WRITES);
}
