/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Robin Murphy's worst case of February 2018: an SMMU whose domain is only ever clock gated keeps
 * its TLB while it is off. The GPU writes to a buffer, which fills the TLB; all sleep; the buffer is
 * unmapped; and a submit writes to its old address. An invalidate that was lost on the way would
 * have that write go to a page that is somebody else's by now.
 */
#include "../exerciser.h"

#define PATTERN 0x5afe5afeu

void unmap_while_suspended_gated(void)
{
    struct buffer buffers[6], again;
    unsigned dwords, i;
    uint64_t stale;
    uint32_t fence;

    gpu_open();
    buffers_scattered(buffers, 6);
    mark_phase("submit");
    work(buffers, 6);
    small_work(&buffers[0], &buffers[5]);
    stale = buffers[5].iova + 4 * random_below(PAGE_WORDS);
    wait_until_suspended();
    sleep_ms(random_below(100));
    mark_phase("unmap");
    buffer_free(&buffers[5]);
    mark_phase("unmapped");
    wait_until_suspended();

    /* Mostly the page that was just freed. */
    again = buffer_new();
    for (i = 0; i < PAGE_WORDS; i++)
        again.words[i] = PATTERN;
    dwords = put_mem_write(buffers[0].words, 0, stale, 0xbad0bad0);
    mark_phase("stale");
    fence = submit(&buffers[0], dwords, NULL, 0);
    if (!wait_fence(fence, 100))
        say("the GPU hangs at the fault");
    mark_phase("after");
    for (i = 0; i < PAGE_WORDS; i++)
        if (again.words[i] != PATTERN)
            say("the write reached a page that is another buffer's");
    /* The hangcheck gives the submit up; on Linux 6.12 only another one sets its timer. */
    work(buffers, 5);
    if (!wait_fence(fence, 1000))
        give_up("waited 1 s for the fence of the submit that faulted");
    mark_phase("over");
}
