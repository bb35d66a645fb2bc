/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A control that must not pass: the GPU has nothing to do and is not switched off, since "on" in
 * power/control keeps it, and with it the SMMU.
 */
#include "../exerciser.h"

void held_awake(void)
{
    struct buffer buffers[5];

    gpu_open();
    buffers_scattered(buffers, 5);
    gpu_hold_on();
    mark_phase("submit");
    work(buffers, 5);
    mark_idle("smmu gpu");
    sleep_ms(1500 + random_below(500));
    mark_busy();
    mark_phase("over");
}
