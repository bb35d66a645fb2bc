/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An idle GPU is switched off, its SMMU after it, and both come back for the next submit. */
#include "../exerciser.h"

void idle_powers_off(void)
{
    unsigned rounds = 2 + random_below(2), i;
    struct buffer buffers[5];

    gpu_open();
    buffers_scattered(buffers, 5);
    for (i = 0; i < rounds; i++) {
        mark_phase("submit");
        work(buffers, 5);
        mark_idle("smmu gpu");
        wait_until_suspended();
        mark_phase("asleep");
        sleep_ms(1000 + random_below(500));
        mark_busy();
        mark_phase("again");
        work(buffers, 5);
        mark_phase("written");
    }
}
