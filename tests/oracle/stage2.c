/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stage 2, by itself and below stage 1: Arm ARM D5 and G5.5; a bank's TCR is then like VTCR_EL2. */
#include "formats.h"

#define SHARED 0x3f00u /* SH0, ORGN0, IRGN0 */

static struct tree tree_of(const struct setup *setup)
{
    static const u8 page_bits[] = { 12, 16, 14, 12 };
    u32 tcr = setup->s2.tcr;
    unsigned t0sz = BITS(tcr, 5, 0), sl0 = BITS(tcr, 7, 6);
    struct tree tree = { .stage = 2, .page_bits = 12, .base = setup->s2.ttbr0 & ONES(48) };

    if (setup->s2_format == AARCH64) {
        tree.page_bits = page_bits[BITS(tcr, 15, 14)];
        tree.input_bits = t0sz < 16 ? 48 : t0sz > 39 ? 25 : 64 - t0sz;
        tree.start_level = (tree.page_bits == 12 ? 2u : 3u) - sl0;
    } else {
        tree.input_bits = (u32)(32 - (int)(BITS(tcr, 2, 0) - BITS(tcr, 3, 3) * 8));
        tree.start_level = 2 - sl0;
    }
    if (tree.start_level > 3)
        tree.start_level = 3;
    return tree;
}

/* Whether as many tables as there may be, sixteen, hold what is translated at this level first. */
static bool fits(unsigned input_bits, unsigned page_bits, unsigned level)
{
    unsigned low = page_bits + (3 - level) * (page_bits - 3);

    return input_bits > low && input_bits <= low + page_bits - 3 + 4;
}

static void root(struct setup *setup)
{
    struct tree tree = tree_of(setup);

    setup->s2.ttbr0 = long_root_bits(&tree) > 20 ? TABLES : long_root(&tree);
}

/* Below stage 1 without the values that are reserved: no rule tells which stage is first to fault. */
static void choose_aarch64(struct setup *setup)
{
    static const u8 tg0[] = { 0, 2, 1 }, page_bits[] = { 12, 14, 16 };
    bool alone = setup->regime == STAGE2;
    unsigned granule = draw_granule(), sl0 = (unsigned)below(4);
    unsigned t0sz = alone ? draw_size() : (unsigned)between(16, 39);
    unsigned last = granule == 0 ? 2 : 3;

    setup->s2_format = AARCH64;
    if (!(alone && one_in(20)) && t0sz >= 16 && t0sz <= 39)
        for (sl0 = (unsigned)below(3); !fits(64 - t0sz, page_bits[granule], last - sl0);)
            sl0 = (unsigned)below(3);
    setup->s2.tcr = (u32)(t0sz | sl0 << 6 | (random64() & SHARED) | tg0[granule] << 14 |
                          draw_pasize() << 16);
}

static void choose_lpae(struct setup *setup)
{
    int t0sz = (int)between(0, 15) - 8; /* 40 to 25 bits */
    unsigned sl0 = (unsigned)below(2);

    setup->s2_format = LPAE;
    if (!one_in(20) && !fits((unsigned)(32 - t0sz), 12, 2 - sl0))
        sl0 = !sl0;
    setup->s2.tcr = (u32)(((u32)t0sz & 0x1f) | sl0 << 6 | (random64() & SHARED) | BIT(31));
}

static void choose_stage2(struct setup *setup)
{
    if (setup->s2_format == AARCH64)
        choose_aarch64(setup);
    else
        choose_lpae(setup);
    setup->s2.sctlr = draw_sctlr() & (SCTLR_AFFD | SCTLR_E);
    root(setup);
}

void stage2_reach(const struct setup *setup, u64 ipa)
{
    struct tree tree = tree_of(setup);
    u64 output;

    long_build(setup, &tree, ipa, true, &output);
}

static u64 address(const struct setup *setup, u64 near)
{
    struct tree tree = tree_of(setup);
    u64 ipa = long_address(&tree, near);

    return one_in(16) ? ipa ^ BIT(between(30, setup->format == AARCH64 ? 47 : 39)) : ipa;
}

static void build(const struct setup *setup, u64 ipa)
{
    struct tree tree = tree_of(setup);
    u64 output;

    long_build(setup, &tree, ipa, false, &output);
}

static void build_after(const struct setup *setup, bool ends, u64 ipa)
{
    struct tree tree = tree_of(setup);
    u64 output;

    if (ends)
        long_build(setup, &tree, ipa, !one_in(4), &output);
}

static bool stage2_announced(void)
{
    return smmu.stage2 && aarch64_granules();
}

static bool lpae_stage2_announced(void)
{
    return smmu.stage2 && smmu.lpae;
}

static void choose_alone(struct setup *setup)
{
    setup->regime = STAGE2;
    setup->format = setup->s2_format = AARCH64;
    choose_stage2(setup);
}

static void choose_lpae_alone(struct setup *setup)
{
    setup->regime = STAGE2;
    setup->format = setup->s2_format = LPAE;
    choose_stage2(setup);
}

const struct format_ops aarch64_stage2_format = {
    .name = "AArch64 stage 2",
    .announced = stage2_announced,
    .choose = choose_alone,
    .address = address,
    .build = build,
};

const struct format_ops lpae_stage2_format = {
    .name = "AArch32 long descriptors, stage 2",
    .announced = lpae_stage2_announced,
    .choose = choose_lpae_alone,
    .address = address,
    .build = build,
};

/* ---- Below stage 1 */

static bool nested_announced(void)
{
    return smmu.nested && stage2_announced();
}

static bool lpae_nested_announced(void)
{
    return smmu.nested && lpae_stage2_announced();
}

static void choose_nested(struct setup *setup)
{
    setup->regime = NESTED;
    setup->s2_format = AARCH64;
    choose_stage2(setup);
    aarch64_choose(setup);
}

static void choose_lpae_nested(struct setup *setup)
{
    setup->regime = NESTED;
    setup->s2_format = one_in(2) && aarch64_granules() ? AARCH64 : LPAE;
    choose_stage2(setup);
    lpae_choose(setup);
}

static void build_nested(const struct setup *setup, u64 va)
{
    u64 ipa;

    build_after(setup, aarch64_build(setup, va, &ipa), ipa);
}

static void build_lpae_nested(const struct setup *setup, u64 va)
{
    u64 ipa;

    build_after(setup, lpae_build(setup, va, &ipa), ipa);
}

const struct format_ops aarch64_nested_format = {
    .name = "AArch64 nested",
    .announced = nested_announced,
    .choose = choose_nested,
    .address = aarch64_address,
    .build = build_nested,
};

const struct format_ops lpae_nested_format = {
    .name = "AArch32 long descriptors, nested",
    .announced = lpae_nested_announced,
    .choose = choose_lpae_nested,
    .address = lpae_address,
    .build = build_lpae_nested,
};
