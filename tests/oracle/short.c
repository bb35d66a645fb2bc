/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VMSAv8-32 with short descriptors: Arm ARM G5.4. Sections, supersections, large and small pages. */
#include "formats.h"

#define PD0 BIT(4)
#define PD1 BIT(5)

enum { INVALID, TABLE, SECTION, SECTION_PXN };
#define SUPERSECTION BIT(18)
#define GROUP 16 /* descriptors that say the same: of a supersection, of a large page */

static bool upper_half(const struct setup *setup, u64 va)
{
    unsigned n = BITS(setup->s1.tcr, 2, 0);

    return n && BITS(va, 31, 32 - n);
}

static unsigned index_bits(const struct setup *setup, bool upper)
{
    return 12 - (upper ? 0 : BITS(setup->s1.tcr, 2, 0));
}

static bool announced(void)
{
    return smmu.stage1 && smmu.short_descriptors;
}

static u64 root(const struct setup *setup, bool upper)
{
    unsigned bits = index_bits(setup, upper) + 2;
    u64 table = tables_new(BIT(bits), BIT(bits));

    return one_in(30) ? table | BIT(31) : table;
}

static void choose(struct setup *setup)
{
    setup->regime = STAGE1;
    setup->format = SHORT;
    setup->s1.tcr = (u32)((one_in(2) ? 0 : below(8)) | (one_in(16) ? PD0 : 0) | (one_in(16) ? PD1 : 0));
    setup->s1.sctlr = draw_sctlr();
    setup->s1.mair = random64(); /* PRRR, NMRR */
    setup->s1.ttbr0 = root(setup, false);
    setup->s1.ttbr1 = root(setup, true);
}

static u64 address(const struct setup *setup, u64 near)
{
    u64 fresh = ONES(near ? between(12, 32) : 32);

    (void)setup;
    return ((near & ~fresh) | (random64() & fresh)) & ~3ull;
}

static u64 output(unsigned bits)
{
    u64 pa = FRAMES + below(FRAMES_SIZE);

    if (one_in(16))
        pa = random64() & ONES(32);
    else if (bits > 20 || one_in(4))
        pa = BIG_FRAMES + (random64() & 0x01f00000);
    return pa & ~ONES(bits);
}

/* Writes a group, unless some of it is there. */
static bool write_group(u64 entry, u64 value)
{
    u64 first = entry & ~(u64)(4 * GROUP - 1);

    for (unsigned n = 0; n < GROUP; n++)
        if (tables_find(first + 4 * n))
            return false;
    for (unsigned n = 0; n < GROUP; n++)
        tables_write(first + 4 * n, value, 4, 1);
    return true;
}

static void flag(u64 entry, u64 bit, bool group)
{
    u64 first = group ? entry & ~(u64)(4 * GROUP - 1) : entry;

    for (unsigned n = 0; n < (group ? GROUP : 1); n++)
        tables_find(first + 4 * n)->access_flag = bit;
}

/* AP[0], which SCTLR.AFE makes the access flag, at `flag_bit`. */
static void write_leaf(u64 entry, u64 value, unsigned flag_bit, bool group)
{
    value |= one_in(8) ? 0 : BIT(flag_bit);
    if (group && !write_group(entry, value))
        group = false, value = INVALID;
    if (!group)
        tables_write(entry, value, 4, 1);
    flag(entry, value & 3 ? ~value & BIT(flag_bit) : 0, group);
}

static void draw_second(u64 entry)
{
    u64 random = random64();
    unsigned chance = (unsigned)below(8);

    if (chance == 0)
        tables_write(entry, random & 0xfffffffc, 4, 1);
    else if (chance < 4) /* a large page: XN, TEX, and all below it but the type */
        write_leaf(entry, output(16) | (random & 0xfffc & ~BIT(4)) | 1, 4, true);
    else
        write_leaf(entry, output(12) | (random & 0xffd & ~BIT(4)) | 2, 4, false);
}

static void draw_first(u64 entry)
{
    u64 random = random64(), table;
    unsigned chance = (unsigned)below(16);

    if (chance == 0) {
        tables_write(entry, random & 0xfffffffc, 4, 1);
    } else if (chance < 4) {
        write_leaf(entry, output(20) | (random & 0xbfffd & ~BIT(10)) | SECTION, 10, false);
    } else if (chance < 6) { /* extended addresses, seldom: bits 23:20 and 8:5 */
        u64 extended = one_in(4) ? random & 0xf001e0 : 0;

        write_leaf(entry,
                   output(24) | extended | (random & 0xbfe1d & ~BIT(10)) | SECTION | SUPERSECTION, 10,
                   true);
    } else {
        table = tables_new(0x400, 0x400);
        if (!table || one_in(24))
            table = 0x80000000 | (random & 0x3ffffc00);
        tables_write(entry, table | (random & 0x3fc) | TABLE, 4, 1);
    }
}

static void build(const struct setup *setup, u64 va)
{
    bool upper = upper_half(setup, va);
    unsigned bits = index_bits(setup, upper);
    u64 base = (upper ? setup->s1.ttbr1 : setup->s1.ttbr0) & ~ONES(bits + 2) & ONES(32);
    u64 entry = base + 4 * (BITS(va, 31, 20) & ONES(bits));

    if (!tables_hold(entry))
        return;
    if (!tables_find(entry))
        draw_first(entry);
    base = tables_read(entry, 4);
    entry = (base & ~0x3ffull & ONES(32)) + 4 * BITS(va, 19, 12);
    if ((base & 3) == TABLE && tables_hold(entry) && !tables_find(entry))
        draw_second(entry);
}

const struct format_ops short_format = {
    .name = "AArch32 short descriptors",
    .announced = announced,
    .choose = choose,
    .address = address,
    .build = build,
};
