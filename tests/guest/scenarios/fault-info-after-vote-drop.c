/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A control that must not pass: fault-irq-after-power-off once more, on a machine whose registers
 * read as ones when they cannot be reached, which to the handler is a fault. So it goes on to ask the
 * GPU's SMMU for the particulars. Its interrupt never falls; hence a second CPU, which ends the run.
 */
#define _GNU_SOURCE /* sched_setaffinity() */
#include "../exerciser.h"

#include <sched.h>

/* Interrupts go to the first. */
static void move_to_second_cpu(void)
{
    cpu_set_t second;

    CPU_ZERO(&second);
    CPU_SET(1, &second);
    if (sched_setaffinity(0, sizeof(second), &second) != 0)
        give_up("there is no second CPU");
}

void fault_info_after_vote_drop(void)
{
    uint32_t fence;

    gpu_open();
    move_to_second_cpu();
    fence = stale_submit();
    /* Given up by hangcheck, within 500 ms to 1 s. */
    if (!wait_fence(fence, 2000))
        give_up("waited 2 s for the driver to notice that the GPU hangs");
    wait_until_suspended();
    mark_phase("off");
    kernel_says("gpu fault: ttbr0", "", 6000);
    mark_phase("over");
    mark_done();
    power_cut();
}
