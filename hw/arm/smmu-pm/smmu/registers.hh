// SPDX-License-Identifier: GPL-2.0-or-later
//
// The register chapter of the SMMUv2, IHI 0062D chapters 9 to 16: declarations and nothing else.
// Offsets are bytes in the register window. With 4 KiB pages and IDR1.NUMPAGENDXB = 2 the global
// space has 8 pages: GR0 at 0, GR1 at 0x1000, context bank n at 0x8000 + n * 0x1000.
//
// Reset values are the manual's where it gives one (SMMU_sCR0.CLIENTPD) and MMU-500's where that
// names one for a Non-secure register (SMMU_S2CRn.TYPE = fault: UG1087); where the manual says
// UNKNOWN the model has zero. What the ID registers do not announce (stage 2, VMID16, extended
// stream IDs, secure banking, short descriptors) is RES0 here.
#pragma once

#include "regs/file.hh"

namespace smmu_pm::smmu {

using regs::at;
using regs::bit;
using regs::bits;
using regs::Effect;
using regs::Field;
using regs::Mode;
using regs::Reg;
using regs::Reg64;
using regs::Res0;
using regs::Value;

inline constexpr unsigned max_stream_groups = 127;
inline constexpr unsigned max_context_banks = 8;
inline constexpr uint32_t window_size = 0x10000;

// ---- Global register space 0 ------------------------------------------------------------------

struct SMMU_sCR0
    : Reg<"SMMU_sCR0", at(0x000), 0x0000'0001, Effect::OnWrite, //
          Field<"CLIENTPD", bit(0)>, Field<"GFRE", bit(1)>, Field<"GFIE", bit(2)>, Res0<bit(3)>,
          Field<"GCFGFRE", bit(4)>, Field<"GCFGFIE", bit(5)>, Field<"TRANSIENTCFG", bits(7, 6)>,
          Field<"STALLD", bit(8)>, Field<"GSE", bit(9)>, Field<"USFCFG", bit(10)>,
          Field<"VMIDPNE", bit(11)>, Field<"PTM", bit(12)>, Field<"FB", bit(13)>,
          Field<"BSU", bits(15, 14)>, Field<"MEMATTR", bits(19, 16)>, Field<"MTCFG", bit(20)>,
          Field<"SMCFCFG", bit(21)>, Field<"SHCFG", bits(23, 22)>, Field<"RACFG", bits(25, 24)>,
          Field<"WACFG", bits(27, 26)>, Field<"NSCFG", bits(29, 28)>, Res0<bits(31, 30)>> {};

// Secure configuration: no secure state is modelled, so a non-secure access sees zero.
struct SMMU_sCR1 : Reg<"SMMU_sCR1", at(0x004), 0, Effect::None, Res0<bits(31, 0)>> {};

// IMPLEMENTATION DEFINED; Linux's arm_mmu500_reset() sets bits 10 and 8 and clears 26.
struct SMMU_sACR : Reg<"SMMU_sACR", at(0x010), 0, Effect::None, Field<"IMPDEF", bits(31, 0)>> {};

struct SMMU_IDR0
    : Reg<"SMMU_IDR0", at(0x020), 0, Effect::OnRead, //
          Field<"NUMSMRG", bits(7, 0), Mode::RO>, Field<"EXIDS", bit(8), Mode::RO>,
          Field<"NUMSIDB", bits(12, 9), Mode::RO>, Field<"BTM", bit(13), Mode::RO>,
          Field<"CTTW", bit(14), Mode::RO>, Res0<bit(15)>, Field<"NUMIRPT", bits(23, 16), Mode::RO>,
          Field<"PTFSv7S", bit(24), Mode::RO>, Field<"PTFSv7L", bit(25), Mode::RO>,
          Field<"ATOSNS", bit(26), Mode::RO>, Field<"SMS", bit(27), Mode::RO>,
          Field<"NTS", bit(28), Mode::RO>, Field<"S2TS", bit(29), Mode::RO>,
          Field<"S1TS", bit(30), Mode::RO>, Field<"SES", bit(31), Mode::RO>> {};

struct SMMU_IDR1
    : Reg<"SMMU_IDR1", at(0x024), 0, Effect::OnRead, //
          Field<"NUMCB", bits(7, 0), Mode::RO>, Res0<bits(15, 8)>,
          Field<"NUMS2CB", bits(23, 16), Mode::RO>, Res0<bits(27, 24)>,
          Field<"NUMPAGENDXB", bits(30, 28), Mode::RO>, Field<"PAGESIZE", bit(31), Mode::RO>> {};

struct SMMU_IDR2
    : Reg<"SMMU_IDR2", at(0x028), 0, Effect::OnRead, //
          Field<"IAS", bits(3, 0), Mode::RO>, Field<"OAS", bits(7, 4), Mode::RO>,
          Field<"UBS", bits(11, 8), Mode::RO>, Field<"PTFSv8_4kB", bit(12), Mode::RO>,
          Field<"PTFSv8_16kB", bit(13), Mode::RO>, Field<"PTFSv8_64kB", bit(14), Mode::RO>,
          Field<"VMID16S", bit(15), Mode::RO>, Res0<bits(31, 16)>> {};

struct SMMU_IDR3 : Reg<"SMMU_IDR3", at(0x02c), 0, Effect::None, Res0<bits(31, 0)>> {};
struct SMMU_IDR4 : Reg<"SMMU_IDR4", at(0x030), 0, Effect::None, Res0<bits(31, 0)>> {};
struct SMMU_IDR5 : Reg<"SMMU_IDR5", at(0x034), 0, Effect::None, Res0<bits(31, 0)>> {};
struct SMMU_IDR6 : Reg<"SMMU_IDR6", at(0x038), 0, Effect::None, Res0<bits(31, 0)>> {};

struct SMMU_IDR7
    : Reg<"SMMU_IDR7", at(0x03c), 0x20, Effect::None, // r2p0, as the MMU-500 of MSM8996's time
          Field<"MINOR", bits(3, 0), Mode::RO>, Field<"MAJOR", bits(7, 4), Mode::RO>,
          Res0<bits(31, 8)>> {};

struct SMMU_sGFAR : Reg64<"SMMU_sGFAR", at(0x040), 0, Effect::None, Field<"FADDR", bits(63, 0)>> {};

struct SMMU_sGFSR
    : Reg<"SMMU_sGFSR", at(0x048), 0, Effect::OnWrite, //
          Field<"ICF", bit(0), Mode::W1C>, Field<"USF", bit(1), Mode::W1C>,
          Field<"SMCF", bit(2), Mode::W1C>, Field<"UCBF", bit(3), Mode::W1C>,
          Field<"UCIF", bit(4), Mode::W1C>, Field<"CAF", bit(5), Mode::W1C>,
          Field<"EF", bit(6), Mode::W1C>, Field<"PF", bit(7), Mode::W1C>,
          Field<"UUT", bit(8), Mode::W1C>, Res0<bits(30, 9)>, Field<"MULTI", bit(31), Mode::W1C>> {
};

// Writing sets the bits of SMMU_sGFSR: software restores a saved fault.
struct SMMU_sGFSRRESTORE : Reg<"SMMU_sGFSRRESTORE", at(0x04c), 0, Effect::OnWrite,
                               Field<"GFSR", bits(31, 0), Mode::WO>> {};

struct SMMU_sGFSYNR0 : Reg<"SMMU_sGFSYNR0", at(0x050), 0, Effect::None, //
                           Field<"NESTED", bit(0)>, Field<"WNR", bit(1)>, Field<"PNU", bit(2)>,
                           Field<"IND", bit(3)>, Field<"NSSTATE", bit(4)>, Field<"NSATTR", bit(5)>,
                           Field<"ATS", bit(6)>, Res0<bits(31, 7)>> {};

struct SMMU_sGFSYNR1 : Reg<"SMMU_sGFSYNR1", at(0x054), 0, Effect::None, //
                           Field<"STREAMID", bits(14, 0)>, Res0<bit(15)>,
                           Field<"SSD_INDEX", bits(30, 16)>, Res0<bit(31)>> {};

struct SMMU_sGFSYNR2
    : Reg<"SMMU_sGFSYNR2", at(0x058), 0, Effect::None, Field<"IMPDEF", bits(31, 0)>> {};

// Invalidates Secure entries; Secure only, and there are none.
struct SMMU_STLBIALL : Reg<"SMMU_STLBIALL", at(0x060), 0, Effect::None, Res0<bits(31, 0)>> {};

// TLB maintenance: write-only, the value of the *ALL* forms and of the syncs is ignored.
struct SMMU_TLBIVMID : Reg<"SMMU_TLBIVMID", at(0x064), 0, Effect::OnWrite,
                           Field<"VMID", bits(7, 0), Mode::WO>, Res0<bits(31, 8)>> {};
struct SMMU_TLBIALLNSNH
    : Reg<"SMMU_TLBIALLNSNH", at(0x068), 0, Effect::OnWrite, Field<"ANY", bits(31, 0), Mode::WO>> {
};
struct SMMU_TLBIALLH
    : Reg<"SMMU_TLBIALLH", at(0x06c), 0, Effect::OnWrite, Field<"ANY", bits(31, 0), Mode::WO>> {};
struct SMMU_sTLBGSYNC
    : Reg<"SMMU_sTLBGSYNC", at(0x070), 0, Effect::None, Field<"ANY", bits(31, 0), Mode::WO>> {};
struct SMMU_sTLBGSTATUS : Reg<"SMMU_sTLBGSTATUS", at(0x074), 0, Effect::None,
                              Field<"GSACTIVE", bit(0), Mode::RO>, Res0<bits(31, 1)>> {};

struct SMMU_SMRn : Reg<"SMMU_SMRn", at(0x800, max_stream_groups), 0, Effect::None, //
                       Field<"ID", bits(14, 0)>, Res0<bit(15)>, Field<"MASK", bits(30, 16)>,
                       Field<"VALID", bit(31)>> {};

enum class StreamType : uint8_t { Translate = 0, Bypass = 1, Fault = 2, Reserved = 3 };

struct SMMU_S2CRn
    : Reg<"SMMU_S2CRn", at(0xc00, max_stream_groups), 0x0002'0000, Effect::None, //
          Field<"CBNDX", bits(7, 0)>, Field<"SHCFG", bits(9, 8)>, Res0<bit(10)>,
          Field<"MTCFG", bit(11)>, Field<"MemAttr", bits(15, 12)>,
          Field<"TYPE", bits(17, 16), Mode::RW, StreamType>, Field<"NSCFG", bits(19, 18)>,
          Field<"RACFG", bits(21, 20)>, Field<"WACFG", bits(23, 22)>,
          Field<"PRIVCFG", bits(25, 24)>, Field<"INSTCFG", bits(27, 26)>,
          Field<"TRANSIENTCFG", bits(29, 28)>, Res0<bits(31, 30)>> {};

// ---- Global register space 1 ------------------------------------------------------------------

enum class ContextType : uint8_t {
    Stage2 = 0,
    Stage1Stage2Bypass = 1,
    Stage1Stage2Fault = 2,
    Nested = 3,
};

struct SMMU_CBARn
    : Reg<"SMMU_CBARn", at(0x1000, max_context_banks), 0, Effect::None, //
          Field<"VMID", bits(7, 0)>, Field<"BPSHCFG", bits(9, 8)>, Field<"HYPC", bit(10)>,
          Field<"FB", bit(11)>, Field<"MemAttr", bits(15, 12)>,
          Field<"TYPE", bits(17, 16), Mode::RW, ContextType>, Field<"BSU", bits(19, 18)>,
          Field<"RACFG", bits(21, 20)>, Field<"WACFG", bits(23, 22)>,
          Field<"IRPTNDX", bits(31, 24)>> {};

struct SMMU_CBFRSYNRAn : Reg<"SMMU_CBFRSYNRAn", at(0x1400, max_context_banks), 0, Effect::None, //
                             Field<"STREAMID", bits(14, 0)>, Res0<bit(15)>,
                             Field<"SSD_INDEX", bits(30, 16)>, Res0<bit(31)>> {};

struct SMMU_CBA2Rn : Reg<"SMMU_CBA2Rn", at(0x1800, max_context_banks), 0, Effect::None, //
                         Field<"VA64", bit(0)>, Field<"MONC", bit(1)>, Res0<bits(31, 2)>> {};

// ---- Context banks ----------------------------------------------------------------------------

consteval regs::Place bank(uint32_t offset)
{
    return at(0x8000 + offset, max_context_banks, 0x1000);
}

struct SMMU_CBn_SCTLR
    : Reg<"SMMU_CBn_SCTLR", bank(0x000), 0, Effect::OnWrite, //
          Field<"M", bit(0)>, Field<"TRE", bit(1)>, Field<"AFE", bit(2)>, Field<"AFFD", bit(3)>,
          Field<"E", bit(4)>, Field<"CFRE", bit(5)>, Field<"CFIE", bit(6)>, Field<"CFCFG", bit(7)>,
          Field<"HUPCF", bit(8)>, Field<"WXN", bit(9)>, Field<"UWXN", bit(10)>, Res0<bit(11)>,
          Field<"ASIDPNE", bit(12)>, Res0<bit(13)>, Field<"TRANSIENTCFG", bits(15, 14)>,
          Field<"MemAttr", bits(19, 16)>, Field<"MTCFG", bit(20)>, Res0<bit(21)>,
          Field<"SHCFG", bits(23, 22)>, Field<"RACFG", bits(25, 24)>, Field<"WACFG", bits(27, 26)>,
          Field<"NSCFG", bits(29, 28)>, Res0<bits(31, 30)>> {};

struct SMMU_CBn_ACTLR
    : Reg<"SMMU_CBn_ACTLR", bank(0x004), 0, Effect::None, Field<"IMPDEF", bits(31, 0)>> {};

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
    : Reg<"SMMU_CBn_TCR", bank(0x030), 0, Effect::None, //
          Field<"T0SZ", bits(5, 0)>, Res0<bit(6)>, Field<"EPD0", bit(7)>,
          Field<"IRGN0", bits(9, 8)>, Field<"ORGN0", bits(11, 10)>, Field<"SH0", bits(13, 12)>,
          Field<"TG0", bits(15, 14)>, Field<"T1SZ", bits(21, 16)>, Field<"A1", bit(22)>,
          Field<"EPD1", bit(23)>, Field<"IRGN1", bits(25, 24)>, Field<"ORGN1", bits(27, 26)>,
          Field<"SH1", bits(29, 28)>, Field<"TG1", bits(31, 30)>> {};

struct SMMU_CBn_CONTEXTIDR
    : Reg<"SMMU_CBn_CONTEXTIDR", bank(0x034), 0, Effect::None, Field<"PROCID", bits(31, 0)>> {};

struct SMMU_CBn_MAIR0 : Reg<"SMMU_CBn_MAIR0", bank(0x038), 0, Effect::None, //
                            Field<"Attr0", bits(7, 0)>, Field<"Attr1", bits(15, 8)>,
                            Field<"Attr2", bits(23, 16)>, Field<"Attr3", bits(31, 24)>> {};

struct SMMU_CBn_MAIR1 : Reg<"SMMU_CBn_MAIR1", bank(0x03c), 0, Effect::None, //
                            Field<"Attr4", bits(7, 0)>, Field<"Attr5", bits(15, 8)>,
                            Field<"Attr6", bits(23, 16)>, Field<"Attr7", bits(31, 24)>> {};

// Address translation operations: SMMU_IDR0.ATOSNS says that there are none.
struct SMMU_CBn_PAR : Reg64<"SMMU_CBn_PAR", bank(0x050), 0, Effect::None, Res0<bits(63, 0)>> {};

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
    : Reg<"SMMU_CBn_FSYNR0", bank(0x068), 0, Effect::None, //
          Field<"PLVL", bits(1, 0)>, Res0<bits(3, 2)>, Field<"WNR", bit(4)>, Field<"PNU", bit(5)>,
          Field<"IND", bit(6)>, Field<"NSSTATE", bit(7)>, Field<"NSATTR", bit(8)>,
          Field<"ATOF", bit(9)>, Field<"PTWF", bit(10)>, Field<"AFR", bit(11)>, Res0<bits(15, 12)>,
          Field<"S1CBNDX", bits(23, 16)>, Res0<bits(31, 24)>> {};

struct SMMU_CBn_FSYNR1
    : Reg<"SMMU_CBn_FSYNR1", bank(0x06c), 0, Effect::None, Field<"IMPDEF", bits(31, 0)>> {};

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
struct SMMU_CBn_TLBSYNC
    : Reg<"SMMU_CBn_TLBSYNC", bank(0x7f0), 0, Effect::None, Field<"ANY", bits(31, 0), Mode::WO>> {};
struct SMMU_CBn_TLBSTATUS : Reg<"SMMU_CBn_TLBSTATUS", bank(0x7f4), 0, Effect::None,
                                Field<"SACTIVE", bit(0), Mode::RO>, Res0<bits(31, 1)>> {};

template <regs::Name N, uint32_t Offset>
using TranslationOperation =
    Reg64<N, bank(Offset), 0, Effect::OnWrite, Field<"ADDR", bits(63, 0), Mode::WO>>;
struct SMMU_CBn_ATS1PR : TranslationOperation<"SMMU_CBn_ATS1PR", 0x800> {};
struct SMMU_CBn_ATS1PW : TranslationOperation<"SMMU_CBn_ATS1PW", 0x808> {};
struct SMMU_CBn_ATS1UR : TranslationOperation<"SMMU_CBn_ATS1UR", 0x810> {};
struct SMMU_CBn_ATS1UW : TranslationOperation<"SMMU_CBn_ATS1UW", 0x818> {};
struct SMMU_CBn_ATSR : Reg<"SMMU_CBn_ATSR", bank(0x8f0), 0, Effect::None, //
                           Field<"ACTIVE", bit(0), Mode::RO>, Res0<bits(31, 1)>> {};

/// A type of its own, so that symbols and messages name it in a word.
struct Registers
    : regs::File<SMMU_sCR0, SMMU_sCR1, SMMU_sACR, SMMU_IDR0, SMMU_IDR1, SMMU_IDR2, SMMU_IDR3,
                 SMMU_IDR4, SMMU_IDR5, SMMU_IDR6, SMMU_IDR7, SMMU_sGFAR, SMMU_sGFSR,
                 SMMU_sGFSRRESTORE, SMMU_sGFSYNR0, SMMU_sGFSYNR1, SMMU_sGFSYNR2, SMMU_STLBIALL,
                 SMMU_TLBIVMID, SMMU_TLBIALLNSNH, SMMU_TLBIALLH, SMMU_sTLBGSYNC, SMMU_sTLBGSTATUS,
                 SMMU_SMRn, SMMU_S2CRn, SMMU_CBARn, SMMU_CBFRSYNRAn, SMMU_CBA2Rn, SMMU_CBn_SCTLR,
                 SMMU_CBn_ACTLR, SMMU_CBn_RESUME, SMMU_CBn_TCR2, SMMU_CBn_TTBR0, SMMU_CBn_TTBR1,
                 SMMU_CBn_TCR, SMMU_CBn_CONTEXTIDR, SMMU_CBn_MAIR0, SMMU_CBn_MAIR1, SMMU_CBn_PAR,
                 SMMU_CBn_FSR, SMMU_CBn_FSRRESTORE, SMMU_CBn_FAR, SMMU_CBn_FSYNR0, SMMU_CBn_FSYNR1,
                 SMMU_CBn_TLBIVA, SMMU_CBn_TLBIVAA, SMMU_CBn_TLBIVAL, SMMU_CBn_TLBIVAAL,
                 SMMU_CBn_TLBIASID, SMMU_CBn_TLBIALL, SMMU_CBn_TLBSYNC, SMMU_CBn_TLBSTATUS,
                 SMMU_CBn_ATS1PR, SMMU_CBn_ATS1PW, SMMU_CBn_ATS1UR, SMMU_CBn_ATS1UW,
                 SMMU_CBn_ATSR> {};

} // namespace smmu_pm::smmu
