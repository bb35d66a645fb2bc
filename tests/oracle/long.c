/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "long.h"

#define CONTIGUOUS BIT(52)

static unsigned stride(const struct tree *tree)
{
    return tree->page_bits - 3;
}

/* Bits of an address below the index of a level. */
static unsigned shift(const struct tree *tree, unsigned level)
{
    return tree->page_bits + (3 - level) * stride(tree);
}

unsigned long_start_level(const struct tree *tree)
{
    return 4 - (tree->input_bits - tree->page_bits + stride(tree) - 1) / stride(tree);
}

unsigned long_root_bits(const struct tree *tree)
{
    int bits = (int)tree->input_bits - (int)shift(tree, tree->start_level) + 3;

    return bits < 3 ? 3 : (unsigned)bits;
}

u64 long_root(const struct tree *tree)
{
    unsigned bits = long_root_bits(tree);
    u64 space = BIT(bits > tree->page_bits ? bits : tree->page_bits);
    u64 table = tables_new(space, space);

    /* Somewhere in its page, as far as its own size aligns it; the rest is ignored. */
    if (bits < tree->page_bits)
        table += random64() & ONES(tree->page_bits) & ~ONES(bits < 6 ? 6 : bits);
    return one_in(30) ? table | BIT(between(36, 47)) : table;
}

u64 long_address(const struct tree *tree, u64 near)
{
    /* As its neighbour down to some bit: the tables above that are shared. */
    unsigned bits = tree->input_bits;
    u64 fresh = ONES(near ? between(12, bits > 12 ? bits : 12) : bits);

    return ((near & ~fresh) | (random64() & fresh)) & ONES(bits) & ~3ull;
}

/* Where a leaf may point: mostly where there is memory. */
static u64 output(unsigned bits)
{
    if (one_in(16))
        return random64() & ONES(48);
    if (bits > 26 || one_in(4))
        return between(BIG_FRAMES >> 30, (RAM_END >> 30) - 1) << 30 |
               (random64() & ONES(30) & 0x20e00000);
    return FRAMES + below(FRAMES_SIZE);
}

static u64 leaf(const struct tree *tree, unsigned level, u64 address, bool tame)
{
    unsigned bits = shift(tree, level);
    u64 descriptor = (tame ? address : output(bits)) & ~ONES(bits) & ONES(48);

    descriptor |= level == 3 ? 3 : 1;
    descriptor |= random64() & 0xfff00000000003fcull; /* ignored and attributes, but AF and nG */
    descriptor |= BIT(11) * below(2) | (one_in(12) && !tame ? 0 : BIT(10));
    if (tame)
        descriptor |= tree->stage == 2 ? 3 << 6 : BIT(6); /* S2AP, AP[1] */
    else if (one_in(8)) /* what is RES0 in a block */
        descriptor |= random64() & ONES(bits) & ~ONES(16);
    if (tree->stage == 2)
        descriptor = without_allocation_hints(descriptor);
    return one_in(8) && !tame ? descriptor | CONTIGUOUS : descriptor & ~CONTIGUOUS;
}

static u64 table(const struct tree *tree, bool tame)
{
    u64 page = tables_new(BIT(tree->page_bits), BIT(tree->page_bits));
    u64 descriptor = 3 | (random64() & 0x07f0000000000ffcull) |
                     (tree->stage == 1 && one_in(4) ? random64() << 59 : 0);

    if (tame && page)
        return descriptor | page;
    if (entry_count && (one_in(8) || !page)) { /* one that is there already, of another level even */
        const struct entry *other = &entries[below(entry_count)];

        if (other->stage == tree->stage)
            page = other->at & ~ONES(tree->page_bits);
    }
    if (one_in(24))
        page = one_in(2) ? (random64() & ONES(48)) | BIT(33) : NOWHERE + (random64() & ONES(32));
    return descriptor | (page & ONES(48) & ~ONES(tree->page_bits));
}

static u64 draw(const struct tree *tree, unsigned level, u64 address, bool tame)
{
    unsigned chance = (unsigned)below(16);

    tame = tame && chance != 0;
    if (chance == 0) /* invalid, with anything in it */
        return random64() & ~1ull;
    if (level == 3)
        return leaf(tree, 3, address, tame) & (chance == 1 && !tame ? ~2ull : ~0ull);
    if (chance == 1 && !tame) /* a block, be there one at this level or not */
        return leaf(tree, level, address, tame);
    /* AArch64 has no blocks at level 0, and with 64 KiB pages none at level 1. */
    if (chance < 5 && shift(tree, level) <= 30)
        return leaf(tree, level, address, tame);
    return table(tree, tame);
}

static void write_entry(const struct tree *tree, u64 entry, u64 value)
{
    /* MemAttr of stage 2 has no encodings xx00 but 0000. */
    if (tree->stage == 2 && BITS(value, 5, 4) && !BITS(value, 3, 2))
        value |= BIT(2);
    tables_write(entry, value, 8, tree->stage);
    tables_find(entry)->access_flag = ~value & BIT(10); /* which a table descriptor ignores */
}

/* Descriptors that the Contiguous bit speaks of: Arm ARM D5.3. */
static unsigned group_size(const struct tree *tree, unsigned level)
{
    return tree->page_bits == 12 ? 16 : tree->page_bits == 14 && level == 3 ? 128 : 32;
}

/* A group of neighbours, since to say so where it is not so is a mistake of software's. */
static bool write_group(const struct tree *tree, unsigned level, u64 entry, u64 value)
{
    unsigned count = group_size(tree, level);
    u64 first = entry & ~(8ull * count - 1), size = BIT(shift(tree, level));
    u64 base = value & ~(ONES(48) & ~ONES(12) & (size * count - 1));

    if (level == tree->start_level && BIT(long_root_bits(tree)) < 8ull * count)
        return false;
    for (unsigned n = 0; n < count; n++)
        if (tables_find(first + 8 * n))
            return false;
    for (unsigned n = 0; n < count; n++)
        write_entry(tree, first + 8 * n, base + n * size);
    return true;
}

static void draw_entry(const struct tree *tree, unsigned level, u64 entry, u64 address, bool tame)
{
    u64 value = draw(tree, level, address, tame);
    bool is_leaf = level == 3 ? (value & 3) == 3 : (value & 3) == 1;

    if (is_leaf && (value & CONTIGUOUS)) {
        if (write_group(tree, level, entry, value))
            return;
        value &= ~CONTIGUOUS;
    }
    write_entry(tree, entry, value);
}

bool long_build(const struct setup *setup, const struct tree *tree, u64 address, bool tame, u64 *out)
{
    unsigned level = tree->start_level;
    u64 at = tree->base & ~ONES(long_root_bits(tree));

    for (u64 mask = ONES(tree->input_bits); tables_hold(at) && level <= 3; level++) {
        struct entry *there;
        u64 entry = at + 8 * ((address & mask) >> shift(tree, level));

        if (tree->reach)
            tree->reach(setup, entry);
        there = tables_find(entry);
        if (!there) {
            draw_entry(tree, level, entry, address, tame);
            there = tables_find(entry);
        }
        if (there->size != 8 || !(there->value & 1))
            return false;
        mask = ONES(shift(tree, level));
        if (level == 1 && tree->page_bits == 16 && !(there->value & 2))
            leave_out_terabyte_block();
        if (level == 3 || !(there->value & 2)) {
            *out = (there->value & ONES(48) & ~mask) | (address & mask);
            return true;
        }
        at = there->value & ONES(48) & ~ONES(tree->page_bits);
    }
    return false;
}
