/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exerciser.h"

static uint64_t state;

void random_seed(uint64_t seed) { state = seed; }

/* xorshift64* (Vigna 2016); zero stays zero. */
uint32_t random_below(uint32_t bound)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (uint32_t)((state * 0x2545f4914f6cdd1d) >> 32) % bound;
}
