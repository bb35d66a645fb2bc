/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The SMMU: its context banks, its address translation operations, and pm-testdev's DMA through it. */
#include "../../hw/arm/smmu-pm/qemu/msm8996_map.h"
#include "oracle.h"

/* Global space, and a bank's registers: IHI 0062D chapters 9, 10, 16 and 17. */
#define SCR0 0x000
#define SGFSR 0x048
#define TLBIALLH 0x06c
#define TLBIALLNSNH 0x068
#define GATS1UR 0x100
#define GATS12UR 0x120
#define GPAR 0x180
#define SMR(n) (0x800 + 4 * (n))
#define S2CR(n) (0xc00 + 4 * (n))
#define SCTLR 0x000
#define TCR2 0x010
#define TTBR0 0x020
#define TTBR1 0x028
#define TCR 0x030
#define MAIR0 0x038
#define MAIR1 0x03c
#define PAR 0x050
#define FSR 0x058
#define FAR 0x060
#define FSYNR0 0x068
#define ATOT 0x80000000 /* of PAR */
#define ATS1PR 0x800
#define ATS1PW 0x808
#define ATS1UR 0x810
#define ATS1UW 0x818

#define SCTLR_M 1
#define SCTLR_CFRE BIT(5)
#define SCTLR_HUPCF BIT(8)

/* pm-testdev: docs/pm-testdev.rst. */
#define SRC 0x10
#define DST 0x18
#define LENGTH 0x20
#define PATTERN 0x24
#define CONTROL 0x2c
#define STATUS 0x30
#define FILL 0x100 /* with GO */
#define COMPARE 0x102
#define BUSY 1
enum ended { WELL, BUS_ERROR, MISMATCH };

#define TRIES 100000

/* SMMU_CBARn.TYPE */
enum { ONLY_STAGE2, STAGE2_BYPASSED, STAGE2_FAULT, STAGE2_OF_A_BANK };
#define HYPC BIT(10)

struct smmu smmu;
static u64 gr0, page_size, first_bank;
static unsigned stage1_bank, stage2_bank, bank_of_stream;
static u32 sentinel;

static u64 gr1(u32 offset)
{
    return gr0 + page_size + offset;
}

static u64 bank(unsigned n, u32 offset)
{
    return first_bank + n * page_size + offset;
}

static unsigned address_bits(unsigned field)
{
    static const u8 bits[] = { 32, 36, 40, 42, 44, 48 };

    return field < COUNT(bits) ? bits[field] : 48;
}

static bool is_there(u64 address)
{
    bool there;

    caught[0] = 0;
    (void)*(volatile u32 *)address;
    there = caught[0] == 0;
    caught[0] = 0;
    return there;
}

void smmu_discover(void)
{
    gr0 = is_there(MSM8996_SMMU_LARGE) ? MSM8996_SMMU_LARGE : MSM8996_SMMU;
    for (unsigned n = 0; n < COUNT(smmu.idr); n++)
        smmu.idr[n] = read32(gr0 + 0x20 + 4 * n);
    page_size = smmu.idr[1] >> 31 ? 0x10000 : 0x1000;
    first_bank = gr0 + (page_size << (BITS(smmu.idr[1], 30, 28) + 1));
    stage2_bank = 0; /* the first banks may have stage 2 alone */
    stage1_bank = BITS(smmu.idr[1], 23, 16) ? BITS(smmu.idr[1], 23, 16) : 1;
    smmu.banks = BITS(smmu.idr[1], 7, 0);
    smmu.groups = BITS(smmu.idr[0], 7, 0);
    smmu.stage1 = smmu.idr[0] & BIT(30);
    smmu.stage2 = smmu.idr[0] & BIT(29);
    smmu.nested = smmu.idr[0] & BIT(28);
    smmu.ats = !(smmu.idr[0] & BIT(26)); /* ATOSNS: not supported */
    smmu.lpae = !(smmu.idr[0] & BIT(25));
    smmu.short_descriptors = !(smmu.idr[0] & BIT(24));
    smmu.input_bits = address_bits(BITS(smmu.idr[2], 3, 0));
    smmu.output_bits = address_bits(BITS(smmu.idr[2], 7, 4));
    smmu.bus_bits = BITS(smmu.idr[2], 11, 8) == 5 ? 49 : address_bits(BITS(smmu.idr[2], 11, 8));
    smmu.granule_4k = smmu.idr[2] & BIT(12);
    smmu.granule_16k = smmu.idr[2] & BIT(13);
    smmu.granule_64k = smmu.idr[2] & BIT(14);

    for (unsigned n = 0; n < smmu.groups; n++)
        write32(gr0 + SMR(n), n == 0 ? 0x80000000 | MSM8996_TESTDEV_STREAM : 0);
    /* USFCFG, GCFGFRE, GFRE: who is not translated is refused. CLIENTPD is clear. */
    write32(gr0 + SCR0, BIT(10) | BIT(4) | BIT(1));
}

static void attribute_bank(unsigned n, enum format format, u32 cbar)
{
    write32(gr1(0x800 + 4 * n), format == AARCH64); /* CBA2R.VA64 */
    write32(gr1(4 * n), cbar);
}

static void program_bank(unsigned n, const struct stage *stage, enum format format, u32 cbar)
{
    attribute_bank(n, format, cbar);
    write32(bank(n, TCR), stage->tcr);
    write32(bank(n, TCR2), stage->tcr2);
    write64(bank(n, TTBR0), stage->ttbr0);
    write64(bank(n, TTBR1), stage->ttbr1);
    write32(bank(n, MAIR0), (u32)stage->mair);
    write32(bank(n, MAIR1), (u32)(stage->mair >> 32));
    write32(bank(n, FSR), ~0u);
    write32(bank(n, SCTLR), (u32)(stage->sctlr | SCTLR_M | SCTLR_CFRE | SCTLR_HUPCF));
}

void smmu_program(const struct setup *setup)
{
    u32 below = STAGE2_BYPASSED << 16;

    if (setup->regime == NESTED || setup->regime == STAGE2)
        below = STAGE2_OF_A_BANK << 16 | stage2_bank << 8;
    if (setup->regime == HYPERVISOR)
        below |= HYPC;
    if (setup->regime != STAGE2) {
        program_bank(stage1_bank, &setup->s1, setup->format, below);
    } else {
        /* Operations name no bank of stage 2, but one above it whose stage 1 is off. */
        attribute_bank(stage1_bank, setup->s2_format, below);
        write32(bank(stage1_bank, TCR), setup->s2_format == LPAE ? BIT(31) /* EAE */ : 0);
        write32(bank(stage1_bank, SCTLR), 0);
    }
    if (setup->regime == STAGE2 || setup->regime == NESTED)
        program_bank(stage2_bank, &setup->s2, setup->s2_format, ONLY_STAGE2 << 16);
    bank_of_stream = setup->regime == STAGE2 ? stage2_bank : stage1_bank;
    write32(gr0 + TLBIALLNSNH, 0);
    write32(gr0 + TLBIALLH, 0);
}

static bool is_ram(u64 pa)
{
    return pa >= TABLES && pa < RAM_END;
}

bool smmu_has(const struct setup *setup, const struct question *question, enum way way)
{
    /* An operation of an AArch32 bank takes 32 bits, and stage 2's addresses have 40. */
    bool fits = setup->regime != STAGE2 || setup->s2_format == AARCH64 || question->iova >> 32 == 0;

    if (way == DMA)
        return !question->stage1_alone;
    return smmu.ats && !question->instruction && fits && (setup->regime != STAGE2 || smmu.nested);
}

/* Class, level and stage by the fault registers of a bank. */
static struct answer class_of(unsigned n)
{
    static const struct {
        u32 flag;
        enum kind kind;
    } kinds[] = { { 0x02, TF }, { 0x04, AFF }, { 0x08, PF }, { 0x10, EF }, { 0x80, ASF } };
    u32 fsr = read32(bank(n, FSR));
    struct answer answer = { .kind = OTHER, .level = read32(bank(n, FSYNR0)) & 3,
                             .stage = n == stage2_bank ? 2 : 1 };

    for (unsigned kind = 0; kind < COUNT(kinds); kind++)
        if ((fsr & 0x800001fe) == kinds[kind].flag)
            answer.kind = kinds[kind].kind;
    return answer;
}

/* What the fault registers of a bank say; then they are cleared. */
static struct answer fault_of(unsigned n, const struct question *question)
{
    u32 fsr = read32(bank(n, FSR)), fsynr0 = read32(bank(n, FSYNR0));
    u64 far = read64(bank(n, FAR));
    struct answer answer = class_of(n);

    if (far != question->iova)
        answer.oddity = "FAR is not the address";
    else if (BITS(fsynr0, 4, 4) != question->write)
        answer.oddity = "FSYNR0.WNR is not the access";
    else if (BITS(fsynr0, 5, 5) != question->privileged)
        answer.oddity = "FSYNR0.PNU is not the access";
    else if (BITS(fsynr0, 6, 6) != question->instruction)
        answer.oddity = "FSYNR0.IND is not the access";
    else if (BITS(fsynr0, 10, 10) != (answer.kind == EF))
        answer.oddity = "FSYNR0.PTWF is not the fault";
    write32(bank(n, FSR), fsr);
    return answer;
}

static bool fault_pending(unsigned n)
{
    return read32(bank(n, FSR)) & 0x1fe;
}

static enum ended run(u32 operation, u64 iova, u32 pattern)
{
    u64 device = MSM8996_TESTDEV;
    u32 status;

    write64(device + (operation == FILL ? DST : SRC), iova);
    write32(device + LENGTH, 4);
    write32(device + PATTERN, pattern);
    write32(device + CONTROL, operation);
    /* Looking takes longer than to wait for the 200 ns that are 100 instructions. */
    for (volatile unsigned n = 0; n < 50;)
        n++;
    for (unsigned tries = 0; (status = read32(device + STATUS)) & BUSY; tries++)
        if (tries == TRIES)
            give_up("pm-testdev never ends: IOVA %lx, status %x", iova, status);
    return (enum ended)BITS(status, 6, 4);
}

/*
 * By what lies in memory: a word that is nowhere else goes to where the CPU says, and the device has to
 * read it there; or the device writes one, and it has to be there.
 */
static struct answer by_dma(const struct question *question, const struct answer *expected)
{
    struct answer answer = { .kind = TRANSLATED };
    bool known = expected->kind == TRANSLATED && is_ram(expected->pa);
    volatile u32 *word = (volatile u32 *)expected->pa;
    u32 pattern = ++sentinel;
    enum ended ended;

    write32(gr0 + S2CR(0), bank_of_stream | (question->privileged ? 3 : 2) << 24 /* PRIVCFG */ |
                           (question->instruction ? 3 : 2) << 26 /* INSTCFG */);
    if (known && expected->pa < FRAMES)
        pattern = *word;
    else if (known && !question->write)
        *word = pattern;
    ended = run(question->write ? FILL : COMPARE, question->iova, pattern);
    if (ended == BUS_ERROR && fault_pending(bank_of_stream))
        return fault_of(bank_of_stream, question);
    if (ended == BUS_ERROR && fault_pending(stage2_bank))
        return fault_of(stage2_bank, question);
    if (ended == BUS_ERROR && read32(gr0 + SGFSR)) {
        answer = (struct answer){ .kind = OTHER, .oddity = "a global fault" };
        write32(gr0 + SGFSR, ~0u);
        return answer;
    }
    if (known) { /* a bus error: translated to where there is no memory */
        answer.pa_known = true;
        answer.pa = ended == WELL && *word == pattern ? expected->pa : ELSEWHERE;
    }
    return answer;
}

/*
 * By an address translation operation: the bank's own where there is one for the stages, or the global
 * one; which of the two the address decides. Operations take the whole address: TCR2.SEP is a bus's.
 */
static struct answer by_ats(const struct setup *setup, const struct question *question)
{
    static const u32 flags[] = { [TF] = 0x02, [AFF] = 0x04, [PF] = 0x08, [EF] = 0x10, [ASF] = 0x80 };
    u32 which = 8 * ((question->privileged ? 2 : 0) + question->write); /* UR, UW, PR, PW */
    u64 va = va_of(setup, question->iova), page = va & ~0xfffull, par;
    bool both = setup->regime == STAGE2 || (setup->regime == NESTED && !question->stage1_alone);
    bool short_par = setup->format == SHORT;
    struct answer answer = { .kind = TRANSLATED, .pa_known = true };

    if (!both && BITS(va, 12, 12)) {
        static const u32 offsets[] = { ATS1UR, ATS1UW, ATS1PR, ATS1PW };

        write64(bank(stage1_bank, offsets[which / 8]), page);
        par = read64(bank(stage1_bank, PAR));
        if (par == (ATOT | 1)) { /* PAR does not say what stage 2 met */
            answer = class_of(stage2_bank);
            if (!BITS(read32(bank(stage2_bank, FSYNR0)), 9, 9) || read64(bank(stage2_bank, FAR)) != page)
                answer.oddity = "FSYNR0.ATOF or FAR is not the operation's";
            write32(bank(stage2_bank, FSR), ~0u);
            return answer;
        }
    } else {
        write64(gr0 + (both ? GATS12UR : GATS1UR) + which, page | stage1_bank);
        par = read64(gr0 + GPAR);
    }
    if (par & 1) {
        answer = (struct answer){ .kind = OTHER, .level = (u8)BITS(par, 33, 32),
                                  .stage = BITS(par, 35, 35) ? 2 : 1 };
        for (unsigned kind = TF; kind < COUNT(flags); kind++)
            if ((par & 0xe00000fe) == flags[kind])
                answer.kind = (enum kind)kind;
        return answer;
    }
    if (short_par && (par & 2)) /* a supersection: bits 39:32 are in 23:16 */
        answer.pa = (par & 0xff000000) | BITS(par, 23, 16) << 32 | (va & 0xffffff);
    else
        answer.pa = (par & (short_par ? 0xfffff000 : ONES(48) & ~0xfffull)) | (va & 0xfff);
    answer.type_known = !short_par;
    answer.attr = (u8)BITS(par, 63, 56);
    answer.shareability = (u8)BITS(par, 8, 7);
    return answer;
}

struct answer smmu_ask(const struct setup *setup, const struct question *question, enum way way,
                       const struct answer *expected)
{
    return way == DMA ? by_dma(question, expected) : by_ats(setup, question);
}
