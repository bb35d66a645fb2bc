/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hypervisor's own context: stage 1 AArch64 with one range of addresses, as EL2 has it. */
#include "formats.h"

static bool announced(void)
{
    return smmu.stage2 && aarch64_format.announced();
}

static void choose(struct setup *setup)
{
    setup->regime = HYPERVISOR;
    aarch64_choose(setup);
}

static u64 address(const struct setup *setup, u64 near)
{
    u64 iova = aarch64_address(setup, near);

    /* No upper half; an address up there is one that there is not. */
    return BITS(iova, 55, 55) && !one_in(16) ? iova & ONES(47) : iova;
}

static void build(const struct setup *setup, u64 va)
{
    u64 output;

    aarch64_build(setup, va, &output);
}

const struct format_ops aarch64_hypervisor_format = {
    .name = "AArch64 hypervisor context",
    .announced = announced,
    .choose = choose,
    .address = address,
    .build = build,
};
