/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A buffer is unmapped while the GPU sleeps, both go off again, and a submit wakes them. What the
 * SMMU has lost with its power must be there again before the GPU's first transaction.
 */
#include "../exerciser.h"

void resume_without_restore(void)
{
    struct buffer buffers[6];

    gpu_open();
    buffers_scattered(buffers, 6);
    work(buffers, 6);
    wait_until_suspended();
    mark_phase("unmap");
    buffer_free(&buffers[5]);
    mark_phase("unmapped");
    sleep_ms(10 + random_below(40));
    wait_until_suspended();
    mark_phase("submit");
    work(buffers, 5);
    mark_phase("written");
}
