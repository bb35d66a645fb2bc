/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Buffers are mapped while the GPU sleeps, and the GPU sleeps on: the driver powers the SMMU for
 * the time of it. Then the GPU uses what was mapped.
 */
#include "../exerciser.h"

void map_while_suspended(void)
{
    unsigned rounds = 1 + random_below(2), i;
    struct buffer buffers[5], first[2];

    gpu_open();
    for (i = 0; i < 2; i++) {
        first[i] = buffer_new();
        buffer_reserve(&first[i]);
    }
    small_work(&first[0], &first[1]);
    for (; rounds > 0; rounds--) {
        wait_until_suspended();
        buffers_scattered(buffers, 5);
        mark_phase("map");
        map_only(buffers, 5);
        mark_phase("mapped");
        sleep_ms(random_below(60));
        mark_phase("use");
        work(buffers, 5);
        mark_phase("used");
        for (i = 0; i < 5; i++)
            buffer_free(&buffers[i]);
    }
}
