/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many buffers, mapped by submits that touch them, and then unmapped one by one while the GPU
 * sleeps: what a process does at its end, and what Linux 5.5 got its autosuspend delay for.
 */
#include "exerciser.h"

static struct buffer pool[unmaps_max];

void unmaps_prepare(unsigned count)
{
    struct buffer commands = buffer_new();
    unsigned done, i;

    if (count > unmaps_max)
        give_up("asked for %u buffers, there is room for %u", count, unmaps_max);
    buffer_reserve(&commands);
    for (i = 0; i < count; i++) {
        pool[i] = buffer_new();
        buffer_reserve(&pool[i]);
    }
    for (done = 0; done < count; done += i) {
        unsigned dwords = 0;

        /* One submit maps as many buffers as it may name. */
        for (i = 0; i < buffers_max && done + i < count; i++)
            dwords = put_mem_write(commands.words, dwords, pool[done + i].iova, done + i);
        if (!wait_fence(submit(&commands, dwords, &pool[done], i), 3000))
            give_up("waited 3 s for a submit of %u buffers", i);
    }
    for (i = 0; i < count; i++)
        if (pool[i].words[0] != i)
            give_up("buffer %u of %u holds 0x%x", i, count, pool[i].words[0]);
}

void unmaps(unsigned count, unsigned gap_us)
{
    unsigned i, j;

    /* In an order drawn from the seed. */
    for (i = count; i > 1; i--) {
        struct buffer swapped;

        j = random_below(i);
        swapped = pool[i - 1];
        pool[i - 1] = pool[j];
        pool[j] = swapped;
    }
    for (i = 0; i < count; i++) {
        buffer_free(&pool[i]);
        if (gap_us != 0)
            sleep_us(gap_us / 2 + random_below(gap_us));
    }
}
