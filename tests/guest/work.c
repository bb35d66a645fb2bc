/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 *   head ──indirect buffer──▶ | page 1 | page 2 | ──writes──▶ | page 3 | page 4 | …
 *                                 └──────┘                        └──────┘
 * The GPU sees pages 1 and 2 side by side, and so 3, 4 and on; the memory behind them is scattered.
 * The indirect buffer and the first write lie across such a border.
 */
#include "exerciser.h"

#include <string.h>

#define CP_INDIRECT_BUFFER 0x3fu
#define CP_MEM_WRITE 0x3du
#define CP_WAIT_REG_MEM 0x3cu

#define WAIT_EQUAL 3u
#define WAIT_MEMORY (1u << 4)

#define LONGEST_WRITE 24u

/* Type 7: operation and count each have a bit that makes the number of their ones odd. */
static uint32_t header(uint32_t operation, uint32_t count)
{
    uint32_t operation_parity = !__builtin_parity(operation);
    uint32_t count_parity = !__builtin_parity(count);

    return 7u << 28 | operation_parity << 23 | operation << 16 | count_parity << 15 | count;
}

unsigned put_mem_write(volatile uint32_t *words, unsigned at, uint64_t iova, uint32_t value)
{
    words[at++] = header(CP_MEM_WRITE, 3);
    words[at++] = (uint32_t)iova;
    words[at++] = (uint32_t)(iova >> 32);
    words[at++] = value;
    return at;
}

unsigned put_wait_memory(volatile uint32_t *words, unsigned at, uint64_t iova, uint32_t value,
                         uint32_t cycles)
{
    words[at++] = header(CP_WAIT_REG_MEM, 6);
    words[at++] = WAIT_MEMORY | WAIT_EQUAL;
    words[at++] = (uint32_t)iova;
    words[at++] = (uint32_t)(iova >> 32);
    words[at++] = value;
    words[at++] = ~0u; /* mask */
    words[at++] = cycles;
    return at;
}

static volatile uint32_t *word_of(const struct buffer *pages, unsigned index)
{
    return &pages[index / PAGE_WORDS].words[index % PAGE_WORDS];
}

/* What the targets are to hold in the end. */
static uint32_t expected[buffers_max * PAGE_WORDS];

void work(const struct buffer *buffers, unsigned count)
{
    const struct buffer *indirect = buffers + 1, *targets = buffers + command_buffers;
    unsigned words = (count - command_buffers) * PAGE_WORDS, writes = 2 + random_below(4);
    unsigned start, at, write, i;
    uint32_t fence;
    static uint32_t value = 0xcafe0000;

    for (i = 0; i < words; i++)
        *word_of(targets, i) = expected[i] = ~i;

    /* The border between the two pages falls into the first packet. */
    start = at = PAGE_WORDS - 4 - random_below(8);
    for (write = 0; write < writes; write++) {
        unsigned length = LONGEST_WRITE - random_below(LONGEST_WRITE - 12);
        unsigned first = write == 0 ? PAGE_WORDS - length / 2 : random_below(words - length);
        uint64_t iova = targets->iova + 4ull * first;

        *word_of(indirect, at++) = header(CP_MEM_WRITE, 2 + length);
        *word_of(indirect, at++) = (uint32_t)iova;
        *word_of(indirect, at++) = (uint32_t)(iova >> 32);
        for (i = 0; i < length; i++)
            *word_of(indirect, at++) = expected[first + i] = ++value;
    }
    buffers[0].words[0] = header(CP_INDIRECT_BUFFER, 3);
    buffers[0].words[1] = (uint32_t)(indirect->iova + 4ull * start);
    buffers[0].words[2] = (uint32_t)((indirect->iova + 4ull * start) >> 32);
    buffers[0].words[3] = at - start;

    fence = submit(&buffers[0], 4, buffers + 1, count - 1);
    if (!wait_fence(fence, 3000))
        give_up("waited 3 s for fence %u", fence);
    for (i = 0; i < words; i++)
        if (*word_of(targets, i) != expected[i])
            give_up("word %u at IOVA 0x%llx is 0x%x, not 0x%x", i,
                    (unsigned long long)targets->iova + 4 * i, *word_of(targets, i), expected[i]);
}

void small_work(const struct buffer *commands, const struct buffer *target)
{
    static uint32_t value = 0xbeef0000;
    unsigned word = random_below(PAGE_WORDS), dwords;
    uint32_t fence;

    target->words[word] = 0;
    dwords = put_mem_write(commands->words, 0, target->iova + 4ull * word, ++value);
    fence = submit(commands, dwords, target, 1);
    if (!wait_fence(fence, 3000))
        give_up("waited 3 s for fence %u", fence);
    if (target->words[word] != value)
        give_up("word %u at IOVA 0x%llx is 0x%x, not 0x%x", word, (unsigned long long)target->iova,
                target->words[word], value);
}

uint64_t freed_iova(struct buffer buffers[3])
{
    uint64_t iova;
    unsigned i;

    for (i = 0; i < 3; i++) {
        buffers[i] = buffer_new();
        buffer_reserve(&buffers[i]);
    }
    small_work(&buffers[0], &buffers[1]);
    small_work(&buffers[0], &buffers[2]);
    iova = buffers[2].iova;
    buffer_free(&buffers[2]);
    return iova;
}

uint32_t stale_submit(void)
{
    struct buffer buffers[3];
    uint64_t stale = freed_iova(buffers);
    unsigned dwords;

    dwords = put_mem_write(buffers[0].words, 0, stale, 0xbad0bad0);
    mark_phase("stale");
    return submit(&buffers[0], dwords, NULL, 0);
}

uint32_t waiting_work(struct buffer buffers[2])
{
    unsigned dwords = 0, waited;
    uint32_t fence;

    buffers[1].words[0] = buffers[1].words[1] = 0;
    dwords = put_mem_write(buffers[0].words, dwords, buffers[1].iova, 1);
    dwords = put_wait_memory(buffers[0].words, dwords, buffers[1].iova + 4, 1, 16);
    fence = submit(&buffers[0], dwords, &buffers[1], 1);
    for (waited = 0; buffers[1].words[0] == 0; waited++) {
        if (waited == 300)
            give_up("waited 300 ms for the GPU to begin with its work");
        sleep_ms(1);
    }
    return fence;
}
