/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plain case: the GPU writes through the SMMU, and what it wrote is there. Command and target
 * buffers are pages that lie apart.
 */
#include "../exerciser.h"

void submit_and_wait(void)
{
    struct buffer pages[6];
    unsigned rounds = 3 + random_below(4), i;

    gpu_open();
    buffers_scattered(pages, 6);
    mark_phase("submit");
    for (i = 0; i < rounds; i++) {
        unsigned commands = random_below(6);
        unsigned target = (commands + 1 + random_below(5)) % 6;

        write_through_gpu(&pages[commands], &pages[target], 0xcafef00d + i);
        if (random_below(4) == 1)
            sleep_ms(1 + random_below(400));
    }
    mark_phase("written");
}
