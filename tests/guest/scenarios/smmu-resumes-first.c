/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Supplier and consumer, in order: the SMMU is on and programmed before the GPU comes on, and goes
 * off after it. Two scenarios, that ask for one half each.
 */
#include "../exerciser.h"

void smmu_resumes_first(void)
{
    unsigned rounds = 2 + random_below(2);
    struct buffer buffers[5];

    gpu_open();
    buffers_scattered(buffers, 5);
    work(buffers, 5);
    wait_until_suspended();
    for (; rounds > 0; rounds--) {
        mark_phase("submit");
        work(buffers, 5);
        mark_phase("written");
        wait_until_suspended();
        mark_phase("asleep");
        sleep_ms(random_below(200));
    }
}
