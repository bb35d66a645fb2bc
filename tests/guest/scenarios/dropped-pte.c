/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A write to an address whose page-table entry is gone: it must fault, and must not reach the page
 * that was behind it. That page is taken again by the next buffer, which the GPU is never told of.
 */
#include "../exerciser.h"

#define PATTERN 0x5afe5afeu

static void expect_pattern(const struct buffer *buffer, const char *otherwise)
{
    unsigned i;

    for (i = 0; i < PAGE_WORDS; i++)
        if (buffer->words[i] != PATTERN)
            give_up("%s: word %u is 0x%x", otherwise, i, buffer->words[i]);
}

void dropped_pte(void)
{
    struct buffer buffers[6], again;
    uint64_t stale;
    unsigned dwords, i;
    uint32_t fence;

    gpu_open();
    buffers_scattered(buffers, 6);
    mark_phase("submit");
    work(buffers, 6);
    stale = buffers[5].iova;
    for (i = 0; i < PAGE_WORDS; i++)
        buffers[5].words[i] = PATTERN;
    buffer_free(&buffers[5]);

    /* drm/msm does not clear its carve-out, so the page can be told by what it holds. */
    again = buffer_new();
    expect_pattern(&again, "the page behind the dropped mapping was not to be had again");
    dwords = put_mem_write(buffers[0].words, 0, stale + 4 * random_below(PAGE_WORDS), 0xbad0bad0);
    mark_phase("stale");
    fence = submit(&buffers[0], dwords, NULL, 0);
    /* The driver's hangcheck gives the submit up and signals its fence. */
    if (!wait_fence(fence, 5000))
        give_up("waited 5 s for the driver to notice that the GPU hangs");
    mark_phase("faulted");
    expect_pattern(&again, "a write to a dropped mapping reached memory");
    /*
     * With no other submit waiting, Linux does not reset the GPU but signals the fence and is done
     * (msm_gpu.c: recover_worker() asks msm_gpu_active() after it has moved the fence on). Idle, the
     * GPU loses its power, and with it what hangs.
     */
    wait_until_suspended();
    mark_phase("after");
    work(buffers, 5);
    expect_pattern(&again, "a repeated write to a dropped mapping reached memory");
}
