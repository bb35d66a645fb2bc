/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the formats share. */
#ifndef FORMATS_H
#define FORMATS_H

#include "long.h"

/* SMMU_CBn_SCTLR: IHI 0062D 16.5.34. */
#define SCTLR_TRE BIT(1)
#define SCTLR_AFE BIT(2)
#define SCTLR_AFFD BIT(3)
#define SCTLR_E BIT(4)
#define SCTLR_WXN BIT(9)
#define SCTLR_UWXN BIT(10)

/* SMMU_CBn_TCR2 */
#define TCR2_TBI0 BIT(5)
#define TCR2_TBI1 BIT(6)

/* ---- formats.c. Mostly what there is, now and then what there is not. */
u32 draw_sctlr(void);
u64 draw_mair(void);

/* ---- aarch64.c */
bool aarch64_granules(void);
unsigned draw_granule(void); /* 0: 4 KiB, 1: 16 KiB, 2: 64 KiB */
unsigned draw_size(void);    /* TnSZ */
unsigned draw_pasize(void);
void aarch64_choose(struct setup *setup);
u64 aarch64_address(const struct setup *setup, u64 near);
bool aarch64_build(const struct setup *setup, u64 va, u64 *output);

/* ---- lpae.c */
void lpae_choose(struct setup *setup);
u64 lpae_address(const struct setup *setup, u64 near);
bool lpae_build(const struct setup *setup, u64 va, u64 *output);

/* ---- stage2.c. What stage 1 says is at some address is to be there, mostly. */
void stage2_reach(const struct setup *setup, u64 ipa);

extern const struct format_ops aarch64_format, lpae_format, short_format, aarch64_stage2_format,
    lpae_stage2_format, aarch64_nested_format, lpae_nested_format, aarch64_hypervisor_format;

#endif
