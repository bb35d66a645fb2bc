/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VMSAv8-32 with long descriptors, stage 1: Arm ARM G5.5. */
#include "formats.h"

#define EAE BIT(31)
#define EPD0 BIT(7)
#define EPD1 BIT(23)
#define SHARED 0x3f403f00u /* A1, SH, ORGN, IRGN */

static struct tree half_of(const struct setup *setup, u64 va)
{
    unsigned t0sz = BITS(setup->s1.tcr, 2, 0), t1sz = BITS(setup->s1.tcr, 18, 16);
    /* What is not of the lower half is of the upper one, unless that has a size of its own. */
    bool upper = t1sz ? va >= (u32)~(0xffffffffu >> t1sz) : va > 0xffffffffu >> t0sz;
    struct tree tree = {
        .stage = 1,
        .page_bits = 12,
        .input_bits = 32 - (upper ? t1sz : t0sz),
        .base = (upper ? setup->s1.ttbr1 : setup->s1.ttbr0) & ONES(48),
        .reach = setup->regime == NESTED ? stage2_reach : NULL,
    };

    tree.start_level = long_start_level(&tree);
    return tree;
}

static bool announced(void)
{
    return smmu.stage1 && smmu.lpae;
}

void lpae_choose(struct setup *setup)
{
    struct stage *s1 = &setup->s1;
    struct tree half;

    setup->format = LPAE;
    s1->tcr = (u32)(EAE | below(8) | below(8) << 16 | (random64() & SHARED) |
                    (one_in(16) ? EPD0 : 0) | (one_in(16) ? EPD1 : 0));
    s1->sctlr = draw_sctlr();
    s1->tcr2 = 5; /* PASize, which is AArch64's: not in the way */
    s1->mair = draw_mair();
    half = half_of(setup, 0);
    s1->ttbr0 = long_root(&half) | below(256) << 48;
    half = half_of(setup, 0xffffffff);
    s1->ttbr1 = long_root(&half) | below(256) << 48;
}

static void choose(struct setup *setup)
{
    setup->regime = STAGE1;
    lpae_choose(setup);
}

u64 lpae_address(const struct setup *setup, u64 near)
{
    struct tree half = half_of(setup, near ? near : random64() & ONES(32));
    u64 va = long_address(&half, near);

    if (half.input_bits < 32 && (near ? BITS(near, 31, 31) : one_in(2)))
        va |= ONES(32) & ~ONES(half.input_bits);
    return one_in(16) ? va ^ BIT(between(25, 31)) : va;
}

bool lpae_build(const struct setup *setup, u64 va, u64 *output)
{
    struct tree half = half_of(setup, va);

    return long_build(setup, &half, va, false, output);
}

static void build(const struct setup *setup, u64 va)
{
    u64 output;

    lpae_build(setup, va, &output);
}

const struct format_ops lpae_format = {
    .name = "AArch32 long descriptors, stage 1",
    .announced = announced,
    .choose = choose,
    .address = lpae_address,
    .build = build,
};
