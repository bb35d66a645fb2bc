/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The question of 2018: a buffer is unmapped while the GPU sleeps. Who powers the SMMU? In the
 * merged form of the series the driver does, for the time of the unmap.
 */
#include "../exerciser.h"

void unmap_while_suspended(void)
{
    unsigned unmaps = 2 + random_below(3), count = command_buffers + 2 + unmaps;
    struct buffer buffers[buffers_max];

    gpu_open();
    buffers_scattered(buffers, count);
    mark_phase("submit");
    work(buffers, count);
    for (; unmaps > 0; unmaps--) {
        wait_until_suspended();
        mark_phase("unmap");
        buffer_free(&buffers[--count]);
        mark_phase("unmapped");
        /* The SMMU may still be on, or off again: its autosuspend delay is 20 ms. */
        sleep_ms(random_below(50));
    }
    mark_phase("after");
    work(buffers, count);
}
