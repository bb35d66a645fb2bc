/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An idle GPU is switched off, its SMMU after it, and both come back for the next submit. */
#include "../exerciser.h"

void idle_powers_off(void)
{
    struct buffer pages[2];
    unsigned rounds = 2 + random_below(2), i;

    gpu_open();
    buffers_scattered(pages, 2);
    for (i = 0; i < rounds; i++) {
        mark_phase("submit");
        write_through_gpu(&pages[0], &pages[1], 0x1d1e0000 + i);
        wait_until_suspended();
        mark_phase("idle");
        sleep_ms(200 + random_below(300));
        mark_phase("again");
    }
    write_through_gpu(&pages[1], &pages[0], 0x1d1effff);
}
