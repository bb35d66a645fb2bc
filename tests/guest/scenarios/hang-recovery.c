/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The GPU waits for a word in memory that never comes. The driver's hangcheck (500 ms) finds it,
 * resets the GPU, and replays the submit that was queued behind.
 */
#include "../exerciser.h"

void hang_recovery(void)
{
    struct buffer buffers[5], waits[2];
    unsigned dwords, i;
    uint32_t hung;

    gpu_open();
    buffers_scattered(buffers, 5);
    for (i = 0; i < 2; i++) {
        waits[i] = buffer_new();
        buffer_reserve(&waits[i]);
    }
    waits[1].words[0] = 0;
    dwords = put_wait_memory(waits[0].words, 0, waits[1].iova, 1, 0x1000);
    mark_phase("hang");
    hung = submit(&waits[0], dwords, &waits[1], 1);
    sleep_ms(random_below(100));
    work(buffers, 5);
    mark_phase("recovered");
    if (!wait_fence(hung, 0))
        give_up("the submit that hung has not been given up");
    wait_until_suspended();
    mark_phase("again");
    work(buffers, 5);
    mark_phase("written");
}
