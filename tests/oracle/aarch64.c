/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VMSAv8-64 stage 1: Arm ARM D5, granules of 4, 16 and 64 KiB, two ranges of addresses. */
#include "formats.h"

/* TCR and TCR2 of a context bank: IHI 0062D 16.5.38, 16.5.39. */
#define EPD0 BIT(7)
#define EPD1 BIT(23)
#define SHARED 0x3f403f00u /* A1, SH, ORGN, IRGN */
#define TCR2_AS BIT(4)
#define TCR2_SEP_BUS 7

static struct tree half_of(const struct setup *setup, bool upper)
{
    /* TG0 and TG1 have the same granules under other numbers. */
    static const u8 low[] = { 12, 16, 14, 12 }, high[] = { 12, 14, 12, 16 };
    unsigned tsz = upper ? BITS(setup->s1.tcr, 21, 16) : BITS(setup->s1.tcr, 5, 0);
    struct tree tree = {
        .stage = 1,
        .page_bits = upper ? high[BITS(setup->s1.tcr, 31, 30)] : low[BITS(setup->s1.tcr, 15, 14)],
        .input_bits = tsz < 16 ? 48 : tsz > 39 ? 25 : 64 - tsz,
        .base = (upper ? setup->s1.ttbr1 : setup->s1.ttbr0) & ONES(48),
        .reach = setup->regime == NESTED ? stage2_reach : NULL,
    };

    tree.start_level = long_start_level(&tree);
    return tree;
}

static bool announced(void)
{
    return smmu.stage1 && aarch64_granules();
}

bool aarch64_granules(void)
{
    return smmu.granule_4k || smmu.granule_16k || smmu.granule_64k;
}

unsigned draw_granule(void)
{
    for (;;) {
        unsigned n = (unsigned)below(3);

        if (n == 0 ? smmu.granule_4k : n == 1 ? smmu.granule_16k : smmu.granule_64k)
            return n;
    }
}

unsigned draw_size(void)
{
    return (unsigned)(one_in(20) ? below(64) : between(16, 39));
}

unsigned draw_pasize(void)
{
    static const u8 bits[] = { 32, 36, 40, 42, 44, 48 };
    unsigned pasize;

    do
        pasize = (unsigned)below(COUNT(bits));
    while (bits[pasize] > smmu.output_bits);
    return pasize;
}

void aarch64_choose(struct setup *setup)
{
    static const u8 tg0[] = { 0, 2, 1 }, tg1[] = { 2, 1, 3 };
    struct stage *s1 = &setup->s1;
    struct tree half;

    setup->format = AARCH64;
    s1->tcr = (u32)(draw_size() | tg0[draw_granule()] << 14 | draw_size() << 16 |
                    (u32)tg1[draw_granule()] << 30 | (random64() & SHARED));
    s1->tcr |= (u32)((one_in(16) ? EPD0 : 0) | (one_in(16) ? EPD1 : 0));
    s1->tcr2 = (u32)(draw_pasize() | (random64() & TCR2_AS) |
                     (one_in(8) ? below(8) : TCR2_SEP_BUS) << 15 |
                     (one_in(2) ? below(4) * TCR2_TBI0 : 0));
    s1->sctlr = draw_sctlr() & ~(SCTLR_TRE | SCTLR_AFE | SCTLR_UWXN);
    s1->mair = draw_mair();
    half = half_of(setup, false);
    s1->ttbr0 = long_root(&half) | random64() << 48;
    half = half_of(setup, true);
    s1->ttbr1 = long_root(&half) | random64() << 48;
}

static void choose(struct setup *setup)
{
    setup->regime = STAGE1;
    aarch64_choose(setup);
    if (one_in(4) && !(setup->s1.sctlr & SCTLR_E)) { /* to be fetched from: there have to be vectors */
        setup->s1.tcr = (setup->s1.tcr & ~FETCH_TCR_MASK) | FETCH_TCR;
        setup->s1.ttbr1 = fetch_ttbr1();
    }
}

u64 aarch64_address(const struct setup *setup, u64 near)
{
    bool upper = near ? BITS(near, 55, 55) : setup->s1.ttbr1 != fetch_ttbr1() && one_in(2);
    struct tree half = half_of(setup, upper);
    u64 iova = long_address(&half, near);

    if (upper)
        iova |= ~ONES(half.input_bits);
    if (one_in(16)) /* outside of what there is, or by the top byte alone */
        iova ^= BIT(between(one_in(2) ? 56 : half.input_bits, 63));
    iova = va_of(setup, iova);
    return one_in(2) ? iova : iova & ONES(sign_bit(setup) + 1); /* of a narrow bus */
}

bool aarch64_build(const struct setup *setup, u64 va, u64 *output)
{
    struct tree half = half_of(setup, BITS(va, 55, 55));

    return long_build(setup, &half, va, false, output);
}

static void build(const struct setup *setup, u64 va)
{
    u64 output;

    aarch64_build(setup, va, &output);
}

const struct format_ops aarch64_format = {
    .name = "AArch64 stage 1",
    .announced = announced,
    .choose = choose,
    .address = aarch64_address,
    .build = build,
};
