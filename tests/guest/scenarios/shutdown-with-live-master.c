/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The shutdown hooks run while the GPU is at work that does not end: its driver gives up waiting
 * for it after a second and leaves it running, and the SMMU's hook switches translation off.
 */
#include "../exerciser.h"

void shutdown_with_live_master(void)
{
    struct buffer buffers[2];
    unsigned dwords;

    gpu_open();
    buffers_scattered(buffers, 2);
    buffers[1].words[0] = 0;
    /* A look every millisecond or so: the hangcheck is slower than what follows. */
    dwords = put_wait_memory(buffers[0].words, 0, buffers[1].iova, 1, 0xffff);
    mark_phase("submit");
    submit(&buffers[0], dwords, &buffers[1], 1);
    sleep_ms(random_below(100));
    mark_phase("shutdown");
    /* What follows in main() is the mark `done`, and power_off(). */
}
