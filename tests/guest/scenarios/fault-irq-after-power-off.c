/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A control that must not pass, for a hole that stock kernels have: the interrupt of a context
 * fault is late (irq-delay=), the GPU has been given up, SMMU and GPU are off. The handler takes no
 * runtime PM reference, and reads the fault status of an SMMU that is off.
 */
#include "../exerciser.h"

void fault_irq_after_power_off(void)
{
    uint32_t fence;

    gpu_open();
    fence = stale_submit();
    /* Given up by hangcheck, within 500 ms to 1 s. */
    if (!wait_fence(fence, 2000))
        give_up("waited 2 s for the driver to notice that the GPU hangs");
    wait_until_suspended();
    mark_phase("off");
    /* With another policy than abort the handler returns, and so does this. */
    kernel_says("Unhandled context fault", "nobody cared", 4000);
    mark_phase("over");
}
