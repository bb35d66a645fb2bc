/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Submits at all distances from the autosuspend delay (250 ms): before it, while it strikes, and
 * long after. Everything is mapped already, so it is the GPU's resume alone that powers the SMMU.
 */
#include "../exerciser.h"

void submit_after_idle(void)
{
    unsigned rounds = 6 + random_below(4), i;
    struct buffer buffers[5];

    gpu_open();
    buffers_scattered(buffers, 5);
    work(buffers, 5);
    for (i = 0; i < rounds; i++) {
        sleep_ms(240 + random_below(80));
        work(buffers, 5);
    }
    wait_until_suspended();
    mark_phase("submit");
    work(buffers, 5);
    mark_phase("written");
}
