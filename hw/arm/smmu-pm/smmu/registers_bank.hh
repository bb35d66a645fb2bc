// SPDX-License-Identifier: GPL-2.0-or-later
//
// The context banks: IHI 0062D chapters 16 and 17. registers.hh says how to read it.
#pragma once

#include "smmu/register_words.hh"

namespace smmu_pm::smmu {

// ---- Context banks ----------------------------------------------------------------------------

consteval regs::Place bank(uint32_t offset)
{
    return at(0x8000 + offset, max_context_banks, 0x1000);
}

// Of a bank of stage 2 bits 15:14 are BSU and bit 21 is FB, which a bank of stage 1 has not.
struct SMMU_CBn_SCTLR
    : Reg<"SMMU_CBn_SCTLR", bank(0x000), 0, Effect::OnReadWrite, //
          Field<"M", bit(0)>, Field<"TRE", bit(1)>, Field<"AFE", bit(2)>, Field<"AFFD", bit(3)>,
          Field<"E", bit(4)>, Field<"CFRE", bit(5)>, Field<"CFIE", bit(6)>, Field<"CFCFG", bit(7)>,
          Field<"HUPCF", bit(8)>, Field<"WXN", bit(9)>, Field<"UWXN", bit(10)>, Res0<bit(11)>,
          Field<"ASIDPNE", bit(12)>, Field<"PTW", bit(13)>, Field<"TRANSIENTCFG", bits(15, 14)>,
          Field<"MemAttr", bits(19, 16)>, Field<"MTCFG", bit(20)>, Field<"FB", bit(21)>,
          Field<"SHCFG", bits(23, 22)>, Field<"RACFG", bits(25, 24)>, Field<"WACFG", bits(27, 26)>,
          Field<"NSCFG", bits(29, 28)>, Field<"UCI", bit(30)>, Res0<bit(31)>> {};

struct SMMU_CBn_ACTLR
    : Reg<"SMMU_CBn_ACTLR", bank(0x004), 0, Effect::OnReadWrite, Field<"IMPDEF", bits(31, 0)>> {};

struct SMMU_CBn_RESUME : Reg<"SMMU_CBn_RESUME", bank(0x008), 0, Effect::OnWrite,
                             Field<"TnR", bit(0), Mode::WO>, Res0<bits(31, 1)>> {};

struct SMMU_CBn_TCR2
    : Reg<"SMMU_CBn_TCR2", bank(0x010), 0, Effect::None, //
          Field<"PASize", bits(2, 0)>, Res0<bit(3)>, Field<"AS", bit(4)>, Field<"TBI0", bit(5)>,
          Field<"TBI1", bit(6)>, Res0<bits(13, 7)>, Field<"NSCFG0", bit(14)>,
          Field<"SEP", bits(17, 15)>, Res0<bits(29, 18)>, Field<"NSCFG1", bit(30)>, Res0<bit(31)>> {
};

struct SMMU_CBn_TTBR0 : Reg64<"SMMU_CBn_TTBR0", bank(0x020), 0, Effect::None, //
                              Field<"ADDRESS", bits(47, 0)>, Field<"ASID", bits(63, 48)>> {};

struct SMMU_CBn_TTBR1 : Reg64<"SMMU_CBn_TTBR1", bank(0x028), 0, Effect::None, //
                              Field<"ADDRESS", bits(47, 0)>, Field<"ASID", bits(63, 48)>> {};

struct SMMU_CBn_TCR
    : Reg<"SMMU_CBn_TCR", bank(0x030), 0, Effect::OnRead, //
          Field<"T0SZ", bits(5, 0)>, Field<"SL0", bit(6)>, Field<"EPD0", bit(7)>,
          Field<"IRGN0", bits(9, 8)>, Field<"ORGN0", bits(11, 10)>, Field<"SH0", bits(13, 12)>,
          Field<"TG0", bits(15, 14)>, Field<"T1SZ", bits(21, 16)>, Field<"A1", bit(22)>,
          Field<"EPD1", bit(23)>, Field<"IRGN1", bits(25, 24)>, Field<"ORGN1", bits(27, 26)>,
          Field<"SH1", bits(29, 28)>, Field<"TG1", bits(31, 30)>> {};

// The same register of other banks: views, to decode what SMMU_CBn_TCR holds.
struct SMMU_CBn_TCR_Stage2
    : Reg<"SMMU_CBn_TCR", bank(0x030), 0, Effect::None, // VTCR
          Field<"T0SZ", bits(5, 0)>, Field<"SL0", bits(7, 6)>, Field<"IRGN0", bits(9, 8)>,
          Field<"ORGN0", bits(11, 10)>, Field<"SH0", bits(13, 12)>, Field<"TG0", bits(15, 14)>,
          Field<"PASize", bits(18, 16)>, Res0<bits(31, 19)>> {};
struct SMMU_CBn_TCR_Aarch32Stage2
    : Reg<"SMMU_CBn_TCR", bank(0x030), 0, Effect::None, //
          Field<"T0SZ", bits(3, 0)>, Field<"S", bit(4)>, Res0<bit(5)>, Field<"SL0", bits(7, 6)>,
          Field<"IRGN0", bits(9, 8)>, Field<"ORGN0", bits(11, 10)>, Field<"SH0", bits(13, 12)>,
          Res0<bits(30, 14)>, Field<"EAE", bit(31)>> {};
struct SMMU_CBn_TTBCR_Long
    : Reg<"SMMU_CBn_TTBCR", bank(0x030), 0, Effect::None, // with EAE
          Field<"T0SZ", bits(2, 0)>, Res0<bits(6, 3)>, Field<"EPD0", bit(7)>,
          Field<"IRGN0", bits(9, 8)>, Field<"ORGN0", bits(11, 10)>, Field<"SH0", bits(13, 12)>,
          Res0<bits(15, 14)>, Field<"T1SZ", bits(18, 16)>, Res0<bits(21, 19)>, Field<"A1", bit(22)>,
          Field<"EPD1", bit(23)>, Field<"IRGN1", bits(25, 24)>, Field<"ORGN1", bits(27, 26)>,
          Field<"SH1", bits(29, 28)>, Res0<bit(30)>, Field<"EAE", bit(31)>> {};
struct SMMU_CBn_TTBCR_Short : Reg<"SMMU_CBn_TTBCR", bank(0x030), 0, Effect::None, // without EAE
                                  Field<"N", bits(2, 0)>, Res0<bit(3)>, Field<"PD0", bit(4)>,
                                  Field<"PD1", bit(5)>, Res0<bits(30, 6)>, Field<"EAE", bit(31)>> {
};

struct SMMU_CBn_CONTEXTIDR
    : Reg<"SMMU_CBn_CONTEXTIDR", bank(0x034), 0, Effect::None, Field<"PROCID", bits(31, 0)>> {};

struct SMMU_CBn_MAIR0 : Reg<"SMMU_CBn_MAIR0", bank(0x038), 0, Effect::None, //
                            Field<"Attr0", bits(7, 0)>, Field<"Attr1", bits(15, 8)>,
                            Field<"Attr2", bits(23, 16)>, Field<"Attr3", bits(31, 24)>> {};

struct SMMU_CBn_MAIR1 : Reg<"SMMU_CBn_MAIR1", bank(0x03c), 0, Effect::None, //
                            Field<"Attr4", bits(7, 0)>, Field<"Attr5", bits(15, 8)>,
                            Field<"Attr6", bits(23, 16)>, Field<"Attr7", bits(31, 24)>> {};

// What an address translation operation found; par.hh has its three layouts. Without such
// operations (SMMU_IDR0.ATOSNS) it is RES0.
struct SMMU_CBn_PAR : Reg64<"SMMU_CBn_PAR", bank(0x050), 0, Effect::OnWrite, //
                            Field<"F", bit(0)>, Field<"PAR", bits(63, 1)>> {};

struct SMMU_CBn_FSR
    : Reg<"SMMU_CBn_FSR", bank(0x058), 0, Effect::OnReadWrite, //
          Res0<bit(0)>, Field<"TF", bit(1), Mode::W1C>, Field<"AFF", bit(2), Mode::W1C>,
          Field<"PF", bit(3), Mode::W1C>, Field<"EF", bit(4), Mode::W1C>,
          Field<"TLBMCF", bit(5), Mode::W1C>, Field<"TLBLKF", bit(6), Mode::W1C>,
          Field<"ASF", bit(7), Mode::W1C>, Field<"UUT", bit(8), Mode::W1C>,
          Field<"FORMAT", bits(10, 9), Mode::RO>, Res0<bits(29, 11)>,
          Field<"SS", bit(30), Mode::RO>, Field<"MULTI", bit(31), Mode::W1C>> {};

struct SMMU_CBn_FSRRESTORE : Reg<"SMMU_CBn_FSRRESTORE", bank(0x05c), 0, Effect::OnWrite,
                                 Field<"FSR", bits(31, 0), Mode::WO>> {};

struct SMMU_CBn_FAR
    : Reg64<"SMMU_CBn_FAR", bank(0x060), 0, Effect::None, Field<"FADDR", bits(63, 0)>> {};

struct SMMU_CBn_FSYNR0
    : Reg<"SMMU_CBn_FSYNR0", bank(0x068), 0, Effect::OnWrite, //
          Field<"PLVL", bits(1, 0)>, Field<"NESTED", bit(2)>, Field<"S1PTWF", bit(3)>,
          Field<"WNR", bit(4)>, Field<"PNU", bit(5)>, Field<"IND", bit(6)>,
          Field<"NSSTATE", bit(7)>, Field<"NSATTR", bit(8)>, Field<"ATOF", bit(9)>,
          Field<"PTWF", bit(10)>, Field<"AFR", bit(11)>, Res0<bits(15, 12)>,
          Field<"S1CBNDX", bits(23, 16)>, Res0<bits(31, 24)>> {};

struct SMMU_CBn_FSYNR1
    : Reg<"SMMU_CBn_FSYNR1", bank(0x06c), 0, Effect::None, Field<"IMPDEF", bits(31, 0)>> {};

// Of a stage 2 bank. Bits 11:0 are SMMU_CBn_FAR's.
struct SMMU_CBn_IPAFAR : Reg64<"SMMU_CBn_IPAFAR", bank(0x070), 0, Effect::OnRead, //
                               Field<"FADDR", bits(48, 0)>, Res0<bits(63, 49)>> {};

// AArch64 form: Address is VA[55:12].
template <regs::Name N, uint32_t Offset>
using TlbiByVa = Reg64<N, bank(Offset), 0, Effect::OnWrite, //
                       Field<"Address", bits(43, 0), Mode::WO>, Res0<bits(47, 44)>,
                       Field<"ASID", bits(63, 48), Mode::WO>>;
struct SMMU_CBn_TLBIVA : TlbiByVa<"SMMU_CBn_TLBIVA", 0x600> {};
struct SMMU_CBn_TLBIVAA : TlbiByVa<"SMMU_CBn_TLBIVAA", 0x608> {};
struct SMMU_CBn_TLBIVAL : TlbiByVa<"SMMU_CBn_TLBIVAL", 0x620> {};
struct SMMU_CBn_TLBIVAAL : TlbiByVa<"SMMU_CBn_TLBIVAAL", 0x628> {};

struct SMMU_CBn_TLBIASID : Reg<"SMMU_CBn_TLBIASID", bank(0x610), 0, Effect::OnWrite, //
                               Field<"ASID", bits(15, 0), Mode::WO>, Res0<bits(31, 16)>> {};
struct SMMU_CBn_TLBIALL : Reg<"SMMU_CBn_TLBIALL", bank(0x618), 0, Effect::OnWrite,
                              Field<"ANY", bits(31, 0), Mode::WO>> {};
// Of stage 2: Address is IPA[47:12].
template <regs::Name N, uint32_t Offset>
using TlbiByIpa = Reg64<N, bank(Offset), 0, Effect::OnWrite, //
                        Field<"Address", bits(35, 0), Mode::WO>, Res0<bits(63, 36)>>;
struct SMMU_CBn_TLBIIPAS2 : TlbiByIpa<"SMMU_CBn_TLBIIPAS2", 0x630> {};
struct SMMU_CBn_TLBIIPAS2L : TlbiByIpa<"SMMU_CBn_TLBIIPAS2L", 0x638> {};

struct SMMU_CBn_TLBSYNC : Reg<"SMMU_CBn_TLBSYNC", bank(0x7f0), 0, Effect::OnWrite,
                              Field<"ANY", bits(31, 0), Mode::WO>> {};
struct SMMU_CBn_TLBSTATUS : Reg<"SMMU_CBn_TLBSTATUS", bank(0x7f4), 0, Effect::OnRead,
                                Field<"SACTIVE", bit(0), Mode::RO>, Res0<bits(31, 1)>> {};

// Reads as zero; kept, so that a write in two halves ends with the whole address.
template <regs::Name N, uint32_t Offset>
using TranslationOperation =
    Reg64<N, bank(Offset), 0, Effect::OnReadWrite, Field<"ADDR", bits(63, 0)>>;
struct SMMU_CBn_ATS1PR : TranslationOperation<"SMMU_CBn_ATS1PR", 0x800> {};
struct SMMU_CBn_ATS1PW : TranslationOperation<"SMMU_CBn_ATS1PW", 0x808> {};
struct SMMU_CBn_ATS1UR : TranslationOperation<"SMMU_CBn_ATS1UR", 0x810> {};
struct SMMU_CBn_ATS1UW : TranslationOperation<"SMMU_CBn_ATS1UW", 0x818> {};
struct SMMU_CBn_ATSR : Reg<"SMMU_CBn_ATSR", bank(0x8f0), 0, Effect::OnRead, //
                           Field<"ACTIVE", bit(0), Mode::RO>, Res0<bits(31, 1)>> {};

} // namespace smmu_pm::smmu
