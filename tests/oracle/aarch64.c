/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VMSAv8-64 stage 1: Arm ARM D5, granules of 4, 16 and 64 KiB, one range of addresses or two. */
#include "oracle.h"

/* TCR and TCR2 of a context bank: IHI 0062D 16.5.38, 16.5.39. */
#define EPD0 BIT(7)
#define EPD1 BIT(23)
#define TCR2_AS BIT(4)
#define TCR2_TBI0 BIT(5)
#define TCR2_SEP_BUS 7

#define SCTLR_AFFD BIT(3)
#define SCTLR_E BIT(4)
#define SCTLR_WXN BIT(9)

static const u8 physical_bits[] = { 32, 36, 40, 42, 44, 48 };

/* One half of the addresses. */
struct half {
    unsigned page_bits; /* 12, 14 or 16 */
    unsigned input_bits;
    u64 base;
};

static struct half half_of(const struct setup *setup, bool upper)
{
    /* TG0 and TG1 have the same granules under other numbers. */
    static const u8 low[] = { 12, 16, 14, 12 }, high[] = { 12, 14, 12, 16 };
    unsigned tsz = upper ? BITS(setup->s1.tcr, 21, 16) : BITS(setup->s1.tcr, 5, 0);

    return (struct half){
        .page_bits = upper ? high[BITS(setup->s1.tcr, 31, 30)] : low[BITS(setup->s1.tcr, 15, 14)],
        .input_bits = tsz < 16 ? 48 : tsz > 39 ? 25 : 64 - tsz,
        .base = (upper ? setup->s1.ttbr1 : setup->s1.ttbr0) & ONES(48),
    };
}

static unsigned stride(const struct half *half)
{
    return half->page_bits - 3;
}

/* Bits of an address below the index of a level. */
static unsigned shift(const struct half *half, unsigned level)
{
    return half->page_bits + (3 - level) * stride(half);
}

static unsigned start_level(const struct half *half)
{
    return 4 - (half->input_bits - half->page_bits + stride(half) - 1) / stride(half);
}

static bool announced(void)
{
    return smmu.stage1 && (smmu.granule_4k || smmu.granule_16k || smmu.granule_64k);
}

static unsigned granule(void)
{
    for (;;) {
        unsigned n = (unsigned)below(3);

        if (n == 0 ? smmu.granule_4k : n == 1 ? smmu.granule_16k : smmu.granule_64k)
            return n;
    }
}

/* Mostly what there is, now and then what there is not. */
static unsigned size_field(void)
{
    return (unsigned)(one_in(20) ? below(64) : between(16, 39));
}

static u64 root(const struct half *half)
{
    unsigned bits = half->input_bits - shift(half, start_level(half)) + 3;
    u64 table = tables_new(BIT(half->page_bits), BIT(half->page_bits));

    /* Somewhere in its page, as far as its own size aligns it; the rest is ignored. */
    table += random64() & ONES(half->page_bits) & ~ONES(bits < 6 ? 6 : bits);
    return one_in(30) ? table | BIT(between(36, 47)) : table;
}

static void choose(struct setup *setup)
{
    static const u8 tg0[] = { 0, 2, 1 }, tg1[] = { 2, 1, 3 };
    struct stage *s1 = &setup->s1;
    unsigned pasize;
    struct half half;

    setup->format = AARCH64;
    setup->regime = STAGE1;
    do
        pasize = (unsigned)below(COUNT(physical_bits));
    while (physical_bits[pasize] > smmu.output_bits);
    s1->tcr = (u32)(size_field() | tg0[granule()] << 14 | size_field() << 16 |
                    (u32)tg1[granule()] << 30 | (random64() & 0x3f403f00)); /* A1, SH, ORGN, IRGN */
    s1->tcr |= (u32)((one_in(16) ? EPD0 : 0) | (one_in(16) ? EPD1 : 0));
    s1->tcr2 = (u32)(pasize | (random64() & TCR2_AS) | (one_in(8) ? below(8) : TCR2_SEP_BUS) << 15 |
                     (one_in(2) ? below(4) * TCR2_TBI0 : 0));
    s1->sctlr = (u32)((one_in(8) ? SCTLR_AFFD : 0) | (random64() & SCTLR_WXN));
    s1->mair = random64();
    big_endian = s1->sctlr & SCTLR_E;
    half = half_of(setup, false);
    s1->ttbr0 = root(&half) | random64() << 48;
    half = half_of(setup, true);
    s1->ttbr1 = root(&half) | random64() << 48;
    if (one_in(4) && !big_endian) { /* to be fetched from: there have to be vectors */
        s1->tcr = (s1->tcr & ~FETCH_TCR_MASK) | FETCH_TCR;
        s1->ttbr1 = fetch_ttbr1();
    }
}


static u64 address(const struct setup *setup, u64 near)
{
    bool upper = near ? BITS(near, 55, 55) : setup->s1.ttbr1 != fetch_ttbr1() && one_in(2);
    struct half half = half_of(setup, upper);
    /* As its neighbour down to some bit: the tables above that are shared. */
    u64 fresh = ONES(near ? between(12, half.input_bits) : half.input_bits);
    u64 iova = (near & ~fresh) | (random64() & fresh);

    iova &= ONES(half.input_bits) & ~3ull;
    if (upper)
        iova |= ~ONES(half.input_bits);
    if (one_in(16)) /* outside of what there is, or by the top byte alone */
        iova ^= BIT(between(one_in(2) ? 56 : half.input_bits, 63));
    iova = va_of(setup, iova);
    return one_in(2) ? iova : iova & ONES(sign_bit(setup) + 1); /* of a narrow bus */
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

static u64 leaf(const struct half *half, unsigned level)
{
    unsigned bits = shift(half, level);
    u64 descriptor = output(bits) & ~ONES(bits) & ONES(48);

    descriptor |= level == 3 ? 3 : 1;
    descriptor |= random64() & 0xfff00000000003fcull; /* ignored and attributes, but AF and nG */
    descriptor |= BIT(11) * below(2) | (one_in(12) ? 0 : BIT(10));
    if (one_in(8)) /* what is RES0 in a block */
        descriptor |= random64() & ONES(bits) & ~ONES(16);
    if (!one_in(8))
        descriptor &= ~BIT(52); /* Contiguous: seldom, since neighbours hardly are */
    return descriptor;
}

static u64 table(const struct half *half)
{
    u64 page = tables_new(BIT(half->page_bits), BIT(half->page_bits));
    u64 descriptor = 3 | (random64() & 0x07f0000000000ffcull) | (one_in(4) ? random64() << 59 : 0);

    if (entry_count && (one_in(8) || !page)) /* one that is there already, of another level even */
        page = entries[below(entry_count)].at & ~ONES(half->page_bits);
    if (one_in(24))
        page = one_in(2) ? (random64() & ONES(48)) | BIT(33) : NOWHERE + (random64() & ONES(32));
    return descriptor | (page & ONES(48) & ~ONES(half->page_bits));
}

static u64 descriptor(const struct half *half, unsigned level)
{
    unsigned chance = (unsigned)below(16);

    if (chance == 0) /* invalid, with anything in it */
        return random64() & ~1ull;
    if (level == 3)
        return leaf(half, 3) & (chance == 1 ? ~2ull : ~0ull);
    if (chance == 1) /* a block, be there one at this level or not */
        return leaf(half, level);
    if (chance < 5 && level > 0)
        return leaf(half, level);
    return table(half);
}

static void build(const struct setup *setup, u64 va)
{
    struct half half = half_of(setup, BITS(va, 55, 55));
    unsigned level = start_level(&half);
    u64 at = half.base & ~ONES(half.input_bits - shift(&half, level) + 3);

    for (u64 mask = ONES(half.input_bits); tables_hold(at); level++, mask = ~0ull) {
        unsigned low = shift(&half, level);
        u64 entry = at + 8 * ((va & mask) >> low & ONES(level == start_level(&half) ? 48 : stride(&half)));
        struct entry *there = tables_find(entry);

        if (!there) {
            u64 value = descriptor(&half, level);

            tables_write(entry, value, 8, 1);
            there = tables_find(entry);
            there->access_flag = ~value & BIT(10); /* which a table descriptor ignores */
        }
        if (level == 3 || (there->value & 3) != 3)
            return;
        at = there->value & ONES(48) & ~ONES(half.page_bits);
    }
}

const struct format_ops aarch64_format = {
    .name = "AArch64 stage 1",
    .announced = announced,
    .choose = choose,
    .address = address,
    .build = build,
};

const struct format_ops *const formats[] = { &aarch64_format };
const unsigned format_count = COUNT(formats);
