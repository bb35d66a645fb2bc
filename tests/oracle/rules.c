/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the CPU and an SMMUv2 differ by design. All of it is here: each difference has a name and a
 * reason, and everything else that differs is wrong.
 */
#include "formats.h"

enum { SMALL_TABLES, LARGE_ADDRESSES, ACCESS_FLAG_DISABLED, SIGN_EXTENSION, TERABYTE_BLOCKS, ABORT_STAGE, START_LEVEL, STAGE2_TYPE, RESERVED_SH, DEVICE_OVER_NORMAL, ALLOCATION_HINTS, TRANSIENT };

struct rule rules[] = {
    [SMALL_TABLES] = { .name = "small-tables",
                       .reason = "TnSZ above 39, and SL0 = 3 with 4 KiB pages, are FEAT_TTST, which the "
                                 "CPU has; in an SMMUv2 they are reserved, and the walk does not begin" },
    [LARGE_ADDRESSES] = { .name = "large-addresses",
                          .reason = "TnSZ below 16 with 64 KiB pages is FEAT_LVA, likewise" },
    [ACCESS_FLAG_DISABLED] = { .name = "affd",
                               .reason = "the CPU has no SCTLR.AFFD: it is asked with every access "
                                         "flag set" },
    [SIGN_EXTENSION] = { .name = "sep",
                         .reason = "a bus narrower than an address: TCR2.SEP names the bit that stands "
                                   "for those above it, and the CPU is asked for the whole address" },
    [TERABYTE_BLOCKS] = { .name = "terabyte-blocks",
                          .reason = "a block at level 1 with 64 KiB pages is FEAT_LPA: a descriptor that "
                                    "is not asked about" },
    [ABORT_STAGE] = { .name = "abort-stage",
                      .reason = "an AT instruction aborts when its walk meets nothing, and ESR does not "
                                "tell in which of two stages" },
    [START_LEVEL] = { .name = "start-level",
                      .reason = "AArch32 stage 2 whose SL0 does not go with T0SZ: QEMU's fault has level 0, "
                                "the Arm ARM's (AArch32.TranslationTableWalkLD) has 1" },
    [STAGE2_TYPE] = { .name = "stage2-type",
                      .reason = "stage 2 alone is to the CPU a stage 1 that is off, whose memory is "
                                "Device: types are not compared" },
    [DEVICE_OVER_NORMAL] = { .name = "device-over-normal",
                             .reason = "a Device of one stage over Normal memory of the other stays what "
                                       "it is (Arm ARM D5.5); QEMU's combined_attrs_nofwb() takes the "
                                       "inner cacheability of the Normal for a Device's type: any Device "
                                       "will do" },
    [ALLOCATION_HINTS] = { .name = "allocation-hints",
                           .reason = "bits 63:60 of a leaf of stage 2 are WACFG and RACFG to an SMMUv2 "
                                     "(IHI 0062D 2.7.1) and ignored by a CPU: they are 0" },
    [TRANSIENT] = { .name = "transient",
                    .reason = "write-back transient over write-through stays transient (IHI 0062D 2.4.2); "
                              "QEMU's combine_cacheattr_nibble() drops that" },
    [RESERVED_SH] = { .name = "reserved-sh",
                      .reason = "SH = 01 is reserved: types are not compared" },
};
const unsigned rule_count = COUNT(rules);


/* Of a bus of 49 bits, IDR2.UBS = 5, the highest: SEP = 7. */
#define BUS_SIGN 48

unsigned sign_bit(const struct setup *setup)
{
    static const u8 bits[] = { 31, 35, 39, 41, 43, 47, BUS_SIGN, BUS_SIGN };
    bool two_ranges = setup->format == AARCH64 && setup->regime != STAGE2 &&
                      setup->regime != HYPERVISOR;

    return two_ranges ? bits[BITS(setup->s1.tcr2, 17, 15)] : 63;
}

u64 va_of(const struct setup *setup, u64 iova)
{
    unsigned sign = sign_bit(setup), above = 63 - sign;
    bool tagged = BITS(iova, 63, 56) != 0;

    /* What such a bus cannot carry is no other address; a tag it can. */
    if (sign == BUS_SIGN && (BITS(iova, 55, BUS_SIGN) != 1 || (tagged && !(setup->s1.tcr2 & TCR2_TBI1))))
        return iova;
    rules[SIGN_EXTENSION].applied += above != 0;
    return (u64)((int64_t)(iova << above) >> above);
}

bool access_flag_disabled(const struct setup *setup, unsigned stage)
{
    if (stage == 2)
        return setup->s2.sctlr & SCTLR_AFFD;
    /* Short descriptors have one with SCTLR.AFE alone. */
    return (setup->s1.sctlr & SCTLR_AFFD) && (setup->format != SHORT || setup->s1.sctlr & SCTLR_AFE);
}

bool left_out;

void leave_out_terabyte_block(void)
{
    left_out = true;
    rules[TERABYTE_BLOCKS].applied++;
}

u64 without_allocation_hints(u64 descriptor)
{
    rules[ALLOCATION_HINTS].applied++;
    return descriptor & ONES(60);
}

static bool is_write_through(unsigned half)
{
    return (half & 0xc) == 8;
}

static struct answer ask_cpu(const struct setup *setup, const struct question *question)
{
    struct answer answer = question->instruction ? cpu_fetch(setup, question)
                                                 : cpu_ask(setup, question);

    if (answer.type_known && setup->regime == STAGE2) {
        answer.type_known = false;
        rules[STAGE2_TYPE].applied++;
    } else if (answer.type_known && answer.shareability == 1) {
        answer.type_known = false;
        rules[RESERVED_SH].applied++;
    }
    if (answer.type_known && setup->regime == NESTED && answer.attr < 0x10) {
        answer.any_device = true;
        rules[DEVICE_OVER_NORMAL].applied++;
    } else if (answer.type_known && setup->regime == NESTED &&
               (is_write_through(answer.attr >> 4) || is_write_through(answer.attr & 0xf))) {
        answer.any_transience = true;
        rules[TRANSIENT].applied++;
    }
    if (answer.kind == EF && setup->regime == STAGE2) {
        answer.stage = 2;
    } else if (answer.kind == EF && setup->regime == NESTED) {
        answer.stage = 0; /* either */
        rules[ABORT_STAGE].applied++;
    } else if (answer.kind == TF && answer.stage == 2 && answer.level == 0 &&
               setup->s2_format == LPAE) {
        answer.level = 1;
        rules[START_LEVEL].applied++;
    }
    return answer;
}

/* What an SMMUv2's walk does not begin with: the fault is of level 0. Stage 2 below stage 1 has no such. */
static bool rule_against_start(const struct setup *setup, u64 va)
{
    bool upper = setup->regime != HYPERVISOR && BITS(va, 55, 55);
    u32 tcr = setup->regime == STAGE2 ? setup->s2.tcr : setup->s1.tcr;
    u64 tsz = setup->regime != STAGE2 && upper ? BITS(tcr, 21, 16) : BITS(tcr, 5, 0);
    bool level3_first = setup->regime == STAGE2 && BITS(tcr, 7, 6) == 3 && BITS(tcr, 15, 14) == 0;

    if (setup->format != AARCH64)
        return false;
    if (tsz > 39 || level3_first)
        rules[SMALL_TABLES].applied++;
    else if (tsz < 16)
        rules[LARGE_ADDRESSES].applied++;
    return tsz > 39 || level3_first || tsz < 16;
}

struct answer expect(const struct setup *setup, const struct question *question)
{
    struct question own = *question;
    struct answer answer;

    own.iova = va_of(setup, question->iova);
    if (rule_against_start(setup, own.iova))
        return (struct answer){ .kind = TF, .stage = setup->regime == STAGE2 ? 2 : 1 };
    if (access_flag_disabled(setup, 1) || access_flag_disabled(setup, 2)) {
        rules[ACCESS_FLAG_DISABLED].applied++;
        tables_set_access_flags(setup, true);
        answer = ask_cpu(setup, &own);
        tables_set_access_flags(setup, false);
        return answer;
    }
    return ask_cpu(setup, &own);
}
