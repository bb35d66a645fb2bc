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
    /* A look every 50 us or so: what follows the end of translation takes 200. */
    dwords = put_wait_memory(buffers[0].words, 0, buffers[1].iova, 1, 0x100);
    mark_phase("submit");
    submit(&buffers[0], dwords, &buffers[1], 1);
    sleep_ms(random_below(100));
    mark_phase("shutdown");
    /* What follows in main() is the mark `done`, and power_off(). */
}
