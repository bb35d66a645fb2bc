/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The CPU's MMU: registers of EL1 and EL2, and the AT instructions. */
#include "oracle.h"

#define WRITE(name, value) __asm__ volatile("msr " name ", %0" : : "r"((u64)(value)))

#define SCR_NS BIT(0)
#define SCR_RES1 (3ull << 4)
#define SCR_HCE BIT(8)
#define SCR_RW BIT(10)
#define HCR_VM BIT(0)
#define HCR_RW BIT(31)

extern u64 at_s1e1r(u64), at_s1e1w(u64), at_s1e0r(u64), at_s1e0w(u64), at_s12e1r(u64), at_s12e1w(u64),
    at_s12e0r(u64), at_s12e0w(u64), at_s1e2r(u64), at_s1e2w(u64);

volatile u64 caught[2];
bool planted;

/* SCTLR_EL1, of what a bank's SMMU_CBn_SCTLR says. */
static u64 sctlr_of(const struct stage *stage)
{
    return 1 | BITS(stage->sctlr, 1, 1) << 28 /* TRE */ | BITS(stage->sctlr, 2, 2) << 29 /* AFE */ |
           BITS(stage->sctlr, 4, 4) << 25 /* EE */ | BITS(stage->sctlr, 9, 9) << 19 /* WXN */ |
           BITS(stage->sctlr, 10, 10) << 20 /* UWXN */;
}

/* TCR_EL1: the upper half is the bank's TCR2. */
static u64 tcr_of(const struct stage *stage)
{
    return stage->tcr | BITS(stage->tcr2, 6, 4) << 36 /* TBI1, TBI0, AS */ |
           BITS(stage->tcr2, 2, 0) << 32 /* IPS */ | (planted ? 3ull << 41 : 0) /* HPD1, HPD0 */;
}

/* TCR_EL2: one range, and what TCR_EL1 has above bit 32 is below it. */
static u64 tcr_el2_of(const struct stage *stage)
{
    return (stage->tcr & 0xff3f) | BIT(31) | BIT(23) | BITS(stage->tcr2, 2, 0) << 16 /* PS */ |
           BITS(stage->tcr2, 5, 5) << 20 /* TBI */ | (planted ? BIT(24) : 0) /* HPD */;
}

void cpu_program(const struct setup *setup)
{
    bool two = setup->regime == STAGE2 || setup->regime == NESTED;
    u64 hcr = (setup->format == AARCH64 ? HCR_RW : 0) | (two ? HCR_VM : 0);

    /* EL2 is AArch32's where stage 2 is: its VTCR has other fields. */
    WRITE("scr_el3", SCR_NS | SCR_RES1 | SCR_HCE |
                     (two && setup->s2_format != AARCH64 ? 0 : SCR_RW));
    WRITE("hcr_el2", hcr);
    if (setup->regime == HYPERVISOR) {
        WRITE("sctlr_el2", sctlr_of(&setup->s1));
        WRITE("tcr_el2", tcr_el2_of(&setup->s1));
        WRITE("ttbr0_el2", setup->s1.ttbr0);
        WRITE("mair_el2", setup->s1.mair);
        __asm__ volatile("isb" : : : "memory");
        return;
    }
    WRITE("sctlr_el2", two ? sctlr_of(&setup->s2) & ~1ull : 0);
    WRITE("vtcr_el2", setup->s2.tcr | BIT(31));
    WRITE("vttbr_el2", setup->s2.ttbr0);
    WRITE("dacr32_el2", 0x55555555); /* clients all: the SMMU has no DACR */
    /* What it has read of tables through stage 2 it may have kept. */
    if (two)
        __asm__ volatile("dsb sy; tlbi alle1; dsb sy; isb" : : : "memory");
    WRITE("sctlr_el1", setup->regime == STAGE2 ? 0 : sctlr_of(&setup->s1));
    WRITE("tcr_el1", tcr_of(&setup->s1));
    WRITE("ttbr0_el1", setup->s1.ttbr0);
    WRITE("ttbr1_el1", setup->s1.ttbr1);
    WRITE("mair_el1", setup->s1.mair);
    __asm__ volatile("isb" : : : "memory");
}

struct answer cpu_fault(u64 status, u8 stage)
{
    static const u8 kinds[] = { ASF, TF, AFF, PF };
    struct answer answer = { .kind = OTHER, .level = (u8)BITS(status, 1, 0), .stage = stage };

    if (status < 0x10)
        answer.kind = kinds[status >> 2];
    else if (status >> 2 == 5) /* external abort on a walk */
        answer.kind = EF;
    return answer;
}

struct answer cpu_ask(const struct setup *setup, const struct question *question)
{
    static u64 (*const stage1[])(u64) = { at_s1e0r, at_s1e0w, at_s1e1r, at_s1e1w };
    static u64 (*const both[])(u64) = { at_s12e0r, at_s12e0w, at_s12e1r, at_s12e1w };
    static u64 (*const hypervisor[])(u64) = { at_s1e2r, at_s1e2w, at_s1e2r, at_s1e2w };
    bool one = setup->regime == STAGE1 || question->stage1_alone;
    u64 (*const *functions)(u64) = one                           ? stage1
                                   : setup->regime == HYPERVISOR ? hypervisor
                                                                 : both;
    u64 par = functions[question->privileged * 2 + question->write](question->iova);

    if (caught[0]) { /* an external abort on the walk is an abort of the instruction */
        u64 syndrome = caught[0];

        caught[0] = 0;
        return cpu_fault(BITS(syndrome, 5, 0), BITS(syndrome, 7, 7) ? 2 : 1);
    }
    if (par & 1)
        return cpu_fault(BITS(par, 6, 1), BITS(par, 9, 9) ? 2 : 1);
    return (struct answer){ .kind = TRANSLATED,
                            .pa = (par & ONES(48) & ~0xfffull) | (question->iova & 0xfff),
                            .pa_known = true,
                            /* QEMU tells no types of short descriptors. */
                            .type_known = setup->format != SHORT,
                            .attr = (u8)BITS(par, 63, 56),
                            .shareability = (u8)BITS(par, 8, 7) };
}
