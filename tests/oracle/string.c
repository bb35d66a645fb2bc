/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a compiler takes for granted even where there is no library. */
#include "oracle.h"

void *memset(void *to, int value, size_t count);
void *memcpy(void *to, const void *from, size_t count);

void *memset(void *to, int value, size_t count)
{
    for (size_t n = 0; n < count; n++)
        ((volatile u8 *)to)[n] = (u8)value;
    return to;
}

void *memcpy(void *to, const void *from, size_t count)
{
    for (size_t n = 0; n < count; n++)
        ((volatile u8 *)to)[n] = ((const u8 *)from)[n];
    return to;
}
