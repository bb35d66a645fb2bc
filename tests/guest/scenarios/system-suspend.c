/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole system is suspended to idle and woken by its clock: with the GPU and the SMMU suspended
 * by runtime PM before, or with both on, the GPU having just come to the end of its work. In the
 * latter case it is the order of system suspend that has the SMMU go last and come first.
 */
#include "../exerciser.h"

static void suspend_between_work(bool runtime_suspended)
{
    struct buffer buffers[6];

    gpu_open();
    buffers_scattered(buffers, 6);
    work(buffers, 6);
    if (runtime_suspended)
        wait_until_suspended();
    else
        sleep_ms(random_below(100)); /* well within the autosuspend delay of 250 ms */
    mark_phase("suspend");
    system_suspend(2 + random_below(3));
    mark_phase("resumed");
    if (runtime_suspended) {
        sleep_ms(random_below(50));
        mark_phase("unmap");
        buffer_free(&buffers[5]);
        mark_phase("unmapped");
    }
    work(buffers, 5);
    mark_phase("written");
    wait_until_suspended();
    mark_phase("asleep");
}

void system_suspend_while_runtime_suspended(void) { suspend_between_work(true); }
void no_link_system_suspend(void) { suspend_between_work(false); }
