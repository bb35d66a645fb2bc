/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A write to an address whose page-table entry is gone: it must fault, and must not reach the page
 * that was behind it. That page is taken again by the next buffer of the size, which is never handed
 * to the GPU.
 */
#include "../exerciser.h"

#define PATTERN 0x5afe5afe

void dropped_pte(void)
{
    struct buffer pages[2], again;
    uint64_t stale;
    unsigned dwords, i;
    uint32_t fence;

    gpu_open();
    buffers_scattered(pages, 2);
    mark_phase("submit");
    write_through_gpu(&pages[0], &pages[1], 0xd0d0d0d0);
    stale = pages[1].iova;
    buffer_free(&pages[1]);

    again = buffer_new(PAGE);
    for (i = 0; i < PAGE / 4; i++)
        again.words[i] = PATTERN;
    dwords = put_mem_write(&pages[0], 0, stale, 0xbad0bad0);
    mark_phase("stale");
    fence = submit(&pages[0], dwords, NULL);
    /* The driver recovers the GPU after its hangcheck of 500 ms and signals the fence. */
    if (!wait_fence(fence, 5000))
        give_up("waited 5 s for the driver to recover the GPU");
    mark_phase("recovered");
    for (i = 0; i < PAGE / 4; i++)
        if (again.words[i] != PATTERN)
            give_up("a write to a dropped mapping reached memory: 0x%x", again.words[i]);
    write_through_gpu(&pages[0], &again, 0x600d600d);
}
