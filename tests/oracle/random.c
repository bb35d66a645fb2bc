/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chance, the same for the same seed: splitmix64. */
#include "oracle.h"

static u64 state;

void random_seed(u64 seed)
{
    state = seed;
}

u64 random64(void)
{
    u64 z = (state += 0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

u64 below(u64 limit)
{
    return random64() % limit;
}

bool one_in(unsigned n)
{
    return below(n) == 0;
}

u64 between(u64 low, u64 high)
{
    return low + below(high - low + 1);
}
