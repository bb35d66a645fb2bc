/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fetches, about which no AT instruction tells: the CPU is sent there. What lies there is an instruction
 * that EL3 alone forbids, and so are the vectors of EL1, in the upper half of the addresses: whether the
 * fetch goes well or aborts, the next instruction comes back.
 */
#include "oracle.h"

#define READ(name)                                                                                       \
    ({                                                                                                   \
        u64 value_;                                                                                      \
        __asm__ volatile("mrs %0, " name : "=r"(value_));                                                \
        value_;                                                                                          \
    })
#define WRITE(name, value) __asm__ volatile("msr " name ", %0" : : "r"((u64)(value)))

#define FMOV_D0_XZR 0x9e6703e0u
#define TFP BIT(10)
#define EL0T 0x3c0
#define EL1H 0x3c5
#define EC_FP 0x07
#define EXTERNAL_ABORT 0x10
#define EC_ABORT_EL0 0x20
#define EC_ABORT_EL1 0x21

/* The last page of the upper half: 39 bits of it, and so a table of level 1 is the first. */
#define VECTORS 0xfffffffffffff000ull
#define FETCH_INDEX 511

extern void enter(u64 pc, u64 spsr);

static u64 upper[3][512] __attribute__((aligned(4096)));
static u32 vectors[1024] __attribute__((aligned(4096)));

u64 fetch_ttbr1(void)
{
    if (!vectors[0]) {
        for (unsigned n = 0; n < COUNT(vectors); n++)
            vectors[n] = FMOV_D0_XZR;
        upper[0][FETCH_INDEX] = (u64)upper[1] | 3;
        upper[1][FETCH_INDEX] = (u64)upper[2] | 3;
        /* A page of EL1's own, read-only since SCTLR.WXN may be set: AF, AP[2]. */
        upper[2][FETCH_INDEX] = (u64)vectors | 0x483;
    }
    return (u64)upper[0];
}

/* Where it would end, permissions aside: privileged code may read whatever it may execute. */
static struct answer target(const struct setup *setup, const struct question *question)
{
    struct question data = { .iova = question->iova, .privileged = true };

    return cpu_ask(setup, &data);
}

static bool in_frames(u64 pa)
{
    return pa >= FRAMES && pa < RAM_END;
}

bool cpu_can_fetch(const struct setup *setup, const struct question *question)
{
    struct answer answer;

    if (setup->format != AARCH64 || setup->regime != STAGE1 || BITS(setup->s1.sctlr, 4, 4) ||
        setup->s1.ttbr1 != fetch_ttbr1() || (setup->s1.tcr & FETCH_TCR_MASK) != FETCH_TCR ||
        BITS(question->iova, 55, 55))
        return false;
    tables_set_access_flags(setup, true);
    answer = target(setup, question);
    tables_set_access_flags(setup, false);
    /* Nothing but frames is to be run, but to go where nothing is does no harm. */
    return answer.kind != TRANSLATED || in_frames(answer.pa) || answer.pa >= NOWHERE;
}

struct answer cpu_fetch(const struct setup *setup, const struct question *question)
{
    struct answer answer = target(setup, question);
    u64 syndrome, at;

    if (answer.kind == TRANSLATED && in_frames(answer.pa))
        *(volatile u32 *)answer.pa = FMOV_D0_XZR;

    WRITE("cpacr_el1", 3 << 20);
    WRITE("cptr_el2", 0x33ff);
    WRITE("cptr_el3", TFP);
    WRITE("vbar_el1", VECTORS);
    __asm__ volatile("dsb sy; tlbi alle1; dsb sy; ic iallu; dsb sy; isb" : : : "memory");
    enter(question->iova, question->privileged ? EL1H : EL0T);
    syndrome = caught[0];
    at = caught[1];
    caught[0] = 0;
    WRITE("cptr_el3", 0);
    __asm__ volatile("isb");
    if (BITS(syndrome, 31, 26) != EC_FP)
        give_up("fetching from %lx ended at %lx with ESR_EL3 %lx", question->iova, at, syndrome);
    if (BITS(at, 55, 12) != BITS(VECTORS, 55, 12))
        return answer;
    syndrome = READ("esr_el1");
    switch (BITS(syndrome, 31, 26)) {
    case EC_ABORT_EL0:
    case EC_ABORT_EL1:
        if (BITS(syndrome, 5, 0) == EXTERNAL_ABORT) /* of the fetch itself: it was translated */
            return answer;
        return cpu_fault(BITS(syndrome, 5, 0), 1);
    default:
        give_up("fetching from %lx gave ESR_EL1 %lx", question->iova, syndrome);
    }
}
