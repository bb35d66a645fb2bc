/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A write to an address whose page-table entry is gone: it must fault, and must not reach the page
 * that was behind it. That page is taken again by the next buffer, which the GPU is never told of.
 */
#include "../exerciser.h"

#define PATTERN 0x5afe5afeu

static void expect_pattern(const struct buffer *buffer)
{
    unsigned i;

    for (i = 0; i < PAGE_WORDS; i++)
        if (buffer->words[i] != PATTERN)
            give_up("a write to a dropped mapping reached memory: word %u is 0x%x", i,
                    buffer->words[i]);
}

void dropped_pte(void)
{
    struct buffer buffers[6], again;
    uint64_t stale, page;
    unsigned dwords, i;
    uint32_t fence;

    gpu_open();
    buffers_scattered(buffers, 6);
    mark_phase("submit");
    work(buffers, 6);
    stale = buffers[5].iova;
    page = buffers[5].physical;
    buffer_free(&buffers[5]);

    again = buffer_new();
    if (again.physical != page)
        give_up("the page behind the dropped mapping, 0x%llx, was not to be had again",
                (unsigned long long)page);
    for (i = 0; i < PAGE_WORDS; i++)
        again.words[i] = PATTERN;
    dwords = put_mem_write(buffers[0].words, 0, stale + 4 * random_below(PAGE_WORDS), 0xbad0bad0);
    mark_phase("stale");
    fence = submit(&buffers[0], dwords, NULL, 0);
    /* The driver recovers the GPU after its hangcheck of 500 ms and signals the fence. */
    if (!wait_fence(fence, 5000))
        give_up("waited 5 s for the driver to recover the GPU");
    mark_phase("recovered");
    expect_pattern(&again);
    work(buffers, 5);
    expect_pattern(&again);
}
