/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "formats.h"

/* In this order; what the SMMU does not announce is skipped. */
const struct format_ops *const formats[] = {
    &aarch64_format,        &lpae_format,        &short_format,         &aarch64_hypervisor_format,
    &aarch64_stage2_format, &lpae_stage2_format, &aarch64_nested_format, &lpae_nested_format,
};
const unsigned format_count = COUNT(formats);

u32 draw_sctlr(void)
{
    return (u32)((one_in(8) ? SCTLR_AFFD : 0) |
                 (random64() & (SCTLR_WXN | SCTLR_UWXN | SCTLR_TRE | SCTLR_AFE)));
}
