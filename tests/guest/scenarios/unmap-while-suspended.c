/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The question of 2018: a buffer is unmapped while the GPU sleeps. Who powers the SMMU? In the merged
 * form of the series the driver does, for the time of the unmap.
 */
#include "../exerciser.h"

void unmap_while_suspended(void)
{
    struct buffer pages[5];
    unsigned i;

    gpu_open();
    buffers_scattered(pages, 5);
    mark_phase("submit");
    for (i = 1; i < 5; i++)
        write_through_gpu(&pages[0], &pages[i], 0x0badb000 + i);
    for (i = 1; i < 4; i++) {
        wait_until_suspended();
        mark_phase("unmap");
        buffer_free(&pages[i]);
        mark_phase("unmapped");
        sleep_ms(1 + random_below(50));
    }
    mark_phase("after");
    write_through_gpu(&pages[0], &pages[4], 0x0badbfff);
}
