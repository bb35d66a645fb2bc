/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle.h"

#define ENTRIES_MAX 4096

struct entry entries[ENTRIES_MAX];
unsigned entry_count;
static bool big_endian[3]; /* by stage */
static u64 next = TABLES;

void tables_clear(void)
{
    for (unsigned n = 0; n < entry_count; n++) {
        if (entries[n].size == 8)
            *(volatile u64 *)entries[n].at = 0;
        else
            *(volatile u32 *)entries[n].at = 0;
    }
    entry_count = 0;
    next = TABLES;
}

u64 tables_new(u64 bytes, u64 align)
{
    u64 at = (next + align - 1) & -align;

    if (at + bytes > TABLES + TABLES_SIZE || entry_count > ENTRIES_MAX - 1024)
        return 0;
    next = at + bytes;
    return at;
}

bool tables_hold(u64 at)
{
    return at >= TABLES && at < TABLES + TABLES_SIZE;
}

/* Where there is nothing there is zero: only what was written is searched for. */
struct entry *tables_find(u64 at)
{
    for (unsigned n = entry_count; n-- > 0;)
        if (entries[n].at == at)
            return &entries[n];
    return NULL;
}

void tables_set_endianness(const struct setup *setup)
{
    big_endian[1] = BITS(setup->s1.sctlr, 4, 4);
    big_endian[2] = BITS(setup->s2.sctlr, 4, 4);
}

void tables_put(const struct entry *entry)
{
    bool swapped = big_endian[entry->stage];

    if (entry->size == 8)
        *(volatile u64 *)entry->at = swapped ? __builtin_bswap64(entry->value) : entry->value;
    else
        *(volatile u32 *)entry->at = swapped ? __builtin_bswap32((u32)entry->value) : (u32)entry->value;
}

void tables_write(u64 at, u64 value, unsigned size, unsigned stage)
{
    struct entry *entry = tables_find(at);

    if (!entry) {
        if (entry_count == ENTRIES_MAX)
            give_up("too many descriptors");
        entry = &entries[entry_count++];
    }
    *entry = (struct entry){ .at = at, .value = value, .size = (u8)size, .stage = (u8)stage };
    tables_put(entry);
}

u64 tables_read(u64 at, unsigned size)
{
    struct entry *entry = tables_find(at);

    return entry && entry->size == size ? entry->value : 0;
}

void tables_set_access_flags(const struct setup *setup, bool set)
{
    for (unsigned n = 0; n < entry_count; n++) {
        struct entry entry = entries[n];

        if (entry.access_flag && access_flag_disabled(setup, entry.stage)) {
            entry.value |= set ? entry.access_flag : 0;
            tables_put(&entry);
        }
    }
}
