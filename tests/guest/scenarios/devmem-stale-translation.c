/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A control that must not pass: while the driver unmaps a buffer, the clock of the SMMU's registers
 * stands still, stopped through /dev/mem. With policy=razwi the driver notices nothing: its
 * invalidate is lost, its sync reads as complete. The TLB keeps the entry, since a clock that stops
 * loses nothing, and the next submit writes through it.
 */
#include "../controllers.h"
#include "../exerciser.h"

#define PATTERN 0x5afe5afeu

void devmem_stale_translation(void)
{
    struct buffer buffers[6], again;
    unsigned dwords, i;
    uint64_t stale;

    gpu_open();
    buffers_scattered(buffers, 6);
    mark_phase("submit");
    work(buffers, 6);
    small_work(&buffers[0], &buffers[5]);
    stale = buffers[5].iova + 4 * random_below(PAGE_WORDS);
    /* Well within the autosuspend delay of 250 ms: nothing is resumed, and nothing reset. */
    sleep_ms(random_below(50));
    mark_phase("unmap");
    controller_change(MMCC_GPU_AHB_CBCR, CLK_ENABLE, 0);
    buffer_free(&buffers[5]);
    controller_change(MMCC_GPU_AHB_CBCR, 0, CLK_ENABLE);
    mark_phase("unmapped");
    again = buffer_new();
    for (i = 0; i < PAGE_WORDS; i++)
        again.words[i] = PATTERN;
    dwords = put_mem_write(buffers[0].words, 0, stale, 0xbad0bad0);
    mark_phase("stale");
    if (!wait_fence(submit(&buffers[0], dwords, NULL, 0), 1000))
        give_up("waited 1 s for the submit that writes through a stale entry");
    mark_phase("written");
    for (i = 0; i < PAGE_WORDS; i++)
        if (again.words[i] != PATTERN)
            say("the write reached a page that is another buffer's");
}
