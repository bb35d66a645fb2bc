/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "formats.h"

/* In this order; what the SMMU does not announce is skipped. */
const struct format_ops *const formats[] = {
    &aarch64_format,        &lpae_format,        &short_format,         &aarch64_hypervisor_format,
    &aarch64_stage2_format, &lpae_stage2_format, &aarch64_nested_format, &lpae_nested_format,
};
const unsigned format_count = COUNT(formats);

/* What Arm ARM D17, MAIR_EL1, has no meaning for is left alone. */
u64 draw_mair(void)
{
    u64 mair = 0;

    for (unsigned n = 0; n < 8; n++) {
        u64 normal = between(1, 15) << 4 | between(1, 15), device = below(4) << 2;

        mair |= (one_in(4) ? device : normal) << 8 * n;
    }
    return mair;
}

u32 draw_sctlr(void)
{
    return (u32)((one_in(8) ? SCTLR_AFFD : 0) | (one_in(16) ? SCTLR_E : 0) |
                 (random64() & (SCTLR_WXN | SCTLR_UWXN | SCTLR_TRE | SCTLR_AFE)));
}
