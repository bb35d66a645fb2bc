/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plain case: the GPU writes through the SMMU, and what it wrote is there. */
#include "../exerciser.h"

void submit_and_wait(void)
{
    unsigned count = 6 + random_below(5), rounds = 3 + random_below(4), i;
    struct buffer buffers[buffers_max];

    gpu_open();
    buffers_scattered(buffers, count);
    for (i = 0; i < rounds; i++) {
        mark_phase("submit");
        work(buffers, count);
        mark_phase("written");
        /* Now and then longer than the autosuspend delay. */
        sleep_ms(random_below(2) * random_below(600));
    }
}
