/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The render node is opened and closed again and again: right away, after work, with buffers left
 * for the last close to unmap; while the GPU is on, falls asleep, and sleeps.
 */
#include "../exerciser.h"

#include <sys/mman.h>

void open_close_storm(void)
{
    unsigned rounds = 24 + random_below(8), i;

    gpu_open();
    gpu_close();
    mark_phase("storm");
    for (i = 0; i < rounds; i++) {
        struct buffer pair[2];
        unsigned kind = i % 4;

        gpu_reopen();
        if (kind != 0) {
            pair[0] = buffer_new();
            pair[1] = buffer_new();
            buffer_reserve(&pair[0]);
            buffer_reserve(&pair[1]);
            small_work(&pair[0], &pair[1]);
            if (kind == 1) {
                buffer_free(&pair[1]);
                buffer_free(&pair[0]);
            } else {
                /* Two buffers for the close to unmap, once long after the last work. */
                munmap((void *)pair[0].words, PAGE);
                munmap((void *)pair[1].words, PAGE);
                if (kind == 3)
                    sleep_ms(230 + random_below(80));
            }
        }
        gpu_close();
        sleep_ms(random_below(3) * random_below(30));
    }
    wait_until_suspended();
    mark_phase("quiet");
}
