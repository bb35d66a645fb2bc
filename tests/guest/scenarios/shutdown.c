/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An orderly end: every driver's shutdown hook runs, with the GPU asleep or just done with its
 * work. The SMMU's is powered for it, and switched off at the end.
 */
#include "../exerciser.h"

void shutdown_in_order(void)
{
    struct buffer buffers[5];

    gpu_open();
    buffers_scattered(buffers, 5);
    mark_phase("submit");
    work(buffers, 5);
    if (random_below(3) != 1)
        wait_until_suspended();
    mark_phase("shutdown");
    /* What follows in main() is the mark `done`, and power_off(). */
}
