/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What clients of a GPU do, in an order, in sizes and with pauses that the seed draws: work on
 * buffers that are mapped, buffers mapped by work or without any, unmapped one by one or by the
 * last close, pauses from a millisecond to beyond both autosuspend delays. Once in the middle all of
 * it is off for certain. Short, because a soak boots a thousand of it.
 */
#include "../exerciser.h"

enum { pages_max = 8 };

/* Those below `count` are there; the first is for commands, and always mapped. */
static struct buffer pages[pages_max];
static unsigned count;

static void more(unsigned wanted)
{
    for (; wanted > 0 && count < pages_max; wanted--) {
        pages[count] = buffer_new();
        buffer_reserve(&pages[count++]);
    }
}

/* Commands of one to 16 words written, each to a page of its own choice, and checked. */
static void submit_words(void)
{
    struct {
        unsigned page, word;
    } written[16];
    unsigned words = 1 + random_below(16), dwords = 0, i;
    static uint32_t value = 0xfeed0000;
    uint32_t fence;

    more(2);
    for (i = 0; i < words; i++) {
        written[i].page = 1 + random_below(count - 1);
        /* No word twice: each has its own sixteenth of a page. */
        written[i].word = i * (PAGE_WORDS / 16) + random_below(PAGE_WORDS / 16);
        pages[written[i].page].words[written[i].word] = 0;
        dwords = put_mem_write(pages[0].words, dwords,
                               pages[written[i].page].iova + 4ull * written[i].word, value + i);
    }
    fence = submit(&pages[0], dwords, pages + 1, count - 1);
    if (!wait_fence(fence, 3000))
        give_up("waited 3 s for fence %u", fence);
    for (i = 0; i < words; i++)
        if (pages[written[i].page].words[written[i].word] != value + i)
            give_up("word %u of page %u is 0x%x, not 0x%x", written[i].word, written[i].page,
                    pages[written[i].page].words[written[i].word], value + i);
    value += words;
}

static void unmap_some(void)
{
    unsigned some = 1 + random_below(3);

    for (; some > 0 && count > 2; some--) {
        unsigned i = 1 + random_below(count - 1);
        struct buffer freed = pages[i];

        pages[i] = pages[--count];
        buffer_free(&freed);
    }
}

/* What is still mapped the driver unmaps at the close. */
static void close_and_reopen(void)
{
    buffers_forget(pages, count);
    count = 0;
    gpu_close();
    sleep_ms(random_below(2) * random_below(30));
    gpu_reopen();
    more(2 + random_below(2));
}

static void pause_for_a_while(void)
{
    switch (random_below(4)) {
    case 0: /* about the SMMU's autosuspend delay */
        sleep_ms(15 + random_below(20));
        break;
    case 1: /* about the GPU's */
        sleep_ms(245 + random_below(60));
        break;
    default:
        sleep_ms(1 + random_below(10));
    }
}

static void step(void)
{
    switch (random_below(8)) {
    default:
        submit_words();
        break;
    case 3:
        more(1 + random_below(3));
        map_only(pages, count);
        break;
    case 4:
    case 5:
        unmap_some();
        break;
    case 6:
        pause_for_a_while();
        break;
    case 7:
        close_and_reopen();
        break;
    }
}

void random_load(void)
{
    unsigned before = 7 + random_below(6), after = 7 + random_below(6);

    gpu_open();
    more(4);
    mark_phase("load");
    submit_words();
    for (; before > 0; before--)
        step();
    /* For the unmap below: something that is mapped, for certain. */
    more(4);
    submit_words();
    wait_until_suspended();
    mark_phase("asleep");
    unmap_some();
    mark_phase("awake");
    for (; after > 0; after--)
        step();
    submit_words();
    mark_phase("loaded");
}
