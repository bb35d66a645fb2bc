// SPDX-License-Identifier: GPL-2.0-or-later
//
// The global address space: IHI 0062D chapters 9 and 10. registers.hh says how to read it.
#pragma once

#include "smmu/register_words.hh"

namespace smmu_pm::smmu {

// ---- Global register space 0 ------------------------------------------------------------------

// SMMU_sCR0 and its kin are banked by security state. Declared here is the copy of Non-secure
// state, which is the only one of an SMMU without the other; registers_secure.hh has the Secure
// copies. Bits that an instance does not have (SMMU_sCR0.EXIDENABLE…) are in instance.hh. There are
// no global stalls, and so GSE is RAZ/WI (IHI 0062D 3.7.5).

template <regs::Name N, uint32_t Offset>
using ControlRegister0 =
    Reg<N, at(Offset), 0x0000'0001, Effect::OnWrite, //
        Field<"CLIENTPD", bit(0)>, Field<"GFRE", bit(1)>, Field<"GFIE", bit(2)>,
        Field<"EXIDENABLE", bit(3)>, Field<"GCFGFRE", bit(4)>, Field<"GCFGFIE", bit(5)>,
        Field<"TRANSIENTCFG", bits(7, 6)>, Field<"STALLD", bit(8)>, Field<"GSE", bit(9), Mode::RO>,
        Field<"USFCFG", bit(10)>, Field<"VMIDPNE", bit(11)>, Field<"PTM", bit(12)>,
        Field<"FB", bit(13)>, Field<"BSU", bits(15, 14)>, Field<"MEMATTR", bits(19, 16)>,
        Field<"MTCFG", bit(20)>, Field<"SMCFCFG", bit(21)>, Field<"SHCFG", bits(23, 22)>,
        Field<"RACFG", bits(25, 24)>, Field<"WACFG", bits(27, 26)>, Field<"NSCFG", bits(29, 28)>,
        Res0<bit(30)>, Field<"VMID16EN", bit(31)>>;
struct SMMU_sCR0 : ControlRegister0<"SMMU_sCR0", 0x000> {};

// Secure alone: SMMU_SCR1. A Non-secure access sees zero.
struct SMMU_sCR1 : Reg<"SMMU_sCR1", at(0x004), 0, Effect::None, Res0<bits(31, 0)>> {};

// Extended stream matching, compressed indices, and a VMID for what bypasses (IHI 0062D 9.6.4): all
// of them are optional, and none is there.
struct SMMU_sCR2 : Reg<"SMMU_sCR2", at(0x008), 0, Effect::None, Res0<bits(31, 0)>> {};

// IMPLEMENTATION DEFINED. Fields of MMU-500's are those of UG1087's SMMU_NSACR; Linux's
// arm_mmu500_reset() sets bits 10 and 8 and clears 26. Kept as what differs from the reset value,
// which is another one for each part.
template <regs::Name N, uint32_t Offset>
using AuxiliaryControl =
    Reg<N, at(Offset), 0, Effect::OnReadWrite, //
        Field<"IMPDEF_1_0", bits(1, 0)>, Field<"S1WC2EN", bit(2)>, Field<"S2WC2EN", bit(3)>,
        Field<"IPA2PA_CEN", bit(4)>, Field<"IMPDEF_7_5", bits(7, 5)>, Field<"SMTNMB_TLBEN", bit(8)>,
        Field<"MMUDISB_TLBEN", bit(9)>, Field<"S2CRB_TLBEN", bit(10)>,
        Field<"IMPDEF_15_11", bits(15, 11)>, Field<"PAGESIZE", bit(16)>,
        Field<"IMPDEF_23_17", bits(23, 17)>, Field<"DP4K_TCUDISB", bit(24)>,
        Field<"DP4K_TBUDISB", bit(25)>, Field<"CACHE_LOCK", bit(26)>, Field<"NORMALIZE", bit(27)>,
        Field<"IMPDEF_31_28", bits(31, 28)>>;
struct SMMU_sACR : AuxiliaryControl<"SMMU_sACR", 0x010> {};

template <regs::Name N, uint32_t Offset>
using Identification0 =
    Reg<N, at(Offset), 0, Effect::OnRead, //
        Field<"NUMSMRG", bits(7, 0), Mode::RO>, Field<"EXIDS", bit(8), Mode::RO>,
        Field<"NUMSIDB", bits(12, 9), Mode::RO>, Field<"BTM", bit(13), Mode::RO>,
        Field<"CTTW", bit(14), Mode::RO>, Res0<bit(15)>, Field<"NUMIRPT", bits(23, 16), Mode::RO>,
        Field<"PTFS", bits(25, 24), Mode::RO>, Field<"ATOSNS", bit(26), Mode::RO>,
        Field<"SMS", bit(27), Mode::RO>, Field<"NTS", bit(28), Mode::RO>,
        Field<"S2TS", bit(29), Mode::RO>, Field<"S1TS", bit(30), Mode::RO>,
        Field<"SES", bit(31), Mode::RO>>;
struct SMMU_IDR0 : Identification0<"SMMU_IDR0", 0x020> {};

template <regs::Name N, uint32_t Offset>
using Identification1 =
    Reg<N, at(Offset), 0, Effect::OnRead, //
        Field<"NUMCB", bits(7, 0), Mode::RO>, Field<"NUMSSDNDXB", bits(11, 8), Mode::RO>,
        Field<"SSDTP", bit(12), Mode::RO>, Res0<bits(14, 13)>, Field<"SMCD", bit(15), Mode::RO>,
        Field<"NUMS2CB", bits(23, 16), Mode::RO>, Res0<bits(27, 24)>,
        Field<"NUMPAGENDXB", bits(30, 28), Mode::RO>, Field<"PAGESIZE", bit(31), Mode::RO>>;
struct SMMU_IDR1 : Identification1<"SMMU_IDR1", 0x024> {};

template <regs::Name N, uint32_t Offset>
using Identification2 =
    Reg<N, at(Offset), 0, Effect::OnRead, //
        Field<"IAS", bits(3, 0), Mode::RO>, Field<"OAS", bits(7, 4), Mode::RO>,
        Field<"UBS", bits(11, 8), Mode::RO>, Field<"PTFSv8_4kB", bit(12), Mode::RO>,
        Field<"PTFSv8_16kB", bit(13), Mode::RO>, Field<"PTFSv8_64kB", bit(14), Mode::RO>,
        Field<"VMID16S", bit(15), Mode::RO>, Res0<bits(31, 16)>>;
struct SMMU_IDR2 : Identification2<"SMMU_IDR2", 0x028> {};

struct SMMU_IDR3 : Reg<"SMMU_IDR3", at(0x02c), 0, Effect::None, Res0<bits(31, 0)>> {};
struct SMMU_IDR4 : Reg<"SMMU_IDR4", at(0x030), 0, Effect::None, Res0<bits(31, 0)>> {};
struct SMMU_IDR5 : Reg<"SMMU_IDR5", at(0x034), 0, Effect::None, Res0<bits(31, 0)>> {};
struct SMMU_IDR6 : Reg<"SMMU_IDR6", at(0x038), 0, Effect::None, Res0<bits(31, 0)>> {};

template <regs::Name N, uint32_t Offset>
using Identification7 = // the revision: MMU-500's r2p0 is 0x20
    Reg<N, at(Offset), 0, Effect::OnRead, Field<"MINOR", bits(3, 0), Mode::RO>,
        Field<"MAJOR", bits(7, 4), Mode::RO>, Res0<bits(31, 8)>>;
struct SMMU_IDR7 : Identification7<"SMMU_IDR7", 0x03c> {};

template <regs::Name N, uint32_t Offset>
using GlobalFaultAddress = Reg64<N, at(Offset), 0, Effect::None, Field<"FADDR", bits(63, 0)>>;
struct SMMU_sGFAR : GlobalFaultAddress<"SMMU_sGFAR", 0x040> {};

template <regs::Name N, uint32_t Offset>
using GlobalFaultStatus =
    Reg<N, at(Offset), 0, Effect::OnWrite, //
        Field<"ICF", bit(0), Mode::W1C>, Field<"USF", bit(1), Mode::W1C>,
        Field<"SMCF", bit(2), Mode::W1C>, Field<"UCBF", bit(3), Mode::W1C>,
        Field<"UCIF", bit(4), Mode::W1C>, Field<"CAF", bit(5), Mode::W1C>,
        Field<"EF", bit(6), Mode::W1C>, Field<"PF", bit(7), Mode::W1C>,
        Field<"UUT", bit(8), Mode::W1C>, Res0<bits(30, 9)>, Field<"MULTI", bit(31), Mode::W1C>>;
struct SMMU_sGFSR : GlobalFaultStatus<"SMMU_sGFSR", 0x048> {};

// Writing overwrites SMMU_sGFSR: software restores a saved fault.
template <regs::Name N, uint32_t Offset>
using GlobalFaultRestore =
    Reg<N, at(Offset), 0, Effect::OnWrite, Field<"GFSR", bits(31, 0), Mode::WO>>;
struct SMMU_sGFSRRESTORE : GlobalFaultRestore<"SMMU_sGFSRRESTORE", 0x04c> {};

template <regs::Name N, uint32_t Offset>
using GlobalFaultSyndrome0 =
    Reg<N, at(Offset), 0, Effect::None, //
        Field<"NESTED", bit(0)>, Field<"WNR", bit(1)>, Field<"PNU", bit(2)>, Field<"IND", bit(3)>,
        Field<"NSSTATE", bit(4)>, Field<"NSATTR", bit(5)>, Field<"ATS", bit(6)>, Res0<bits(31, 7)>>;
struct SMMU_sGFSYNR0 : GlobalFaultSyndrome0<"SMMU_sGFSYNR0", 0x050> {};

template <regs::Name N, uint32_t Offset>
using GlobalFaultSyndrome1 =
    Reg<N, at(Offset), 0, Effect::OnWrite, //
        Field<"STREAMID", bits(15, 0)>, Field<"SSD_INDEX", bits(30, 16)>, Res0<bit(31)>>;
struct SMMU_sGFSYNR1 : GlobalFaultSyndrome1<"SMMU_sGFSYNR1", 0x054> {};

template <regs::Name N, uint32_t Offset>
using GlobalFaultSyndrome2 = Reg<N, at(Offset), 0, Effect::None, Field<"IMPDEF", bits(31, 0)>>;
struct SMMU_sGFSYNR2 : GlobalFaultSyndrome2<"SMMU_sGFSYNR2", 0x058> {};

// TLB maintenance: write-only, the value of the *ALL* forms and of the syncs is ignored. The forms
// with an S in front are for Secure entries, those with an M at the end for the monitor's.
struct SMMU_STLBIALL
    : Reg<"SMMU_STLBIALL", at(0x060), 0, Effect::OnWrite, Field<"ANY", bits(31, 0), Mode::WO>> {};
struct SMMU_TLBIVMID : Reg<"SMMU_TLBIVMID", at(0x064), 0, Effect::OnWrite,
                           Field<"VMID", bits(15, 0), Mode::WO>, Res0<bits(31, 16)>> {};
struct SMMU_TLBIALLNSNH
    : Reg<"SMMU_TLBIALLNSNH", at(0x068), 0, Effect::OnWrite, Field<"ANY", bits(31, 0), Mode::WO>> {
};
struct SMMU_TLBIALLH
    : Reg<"SMMU_TLBIALLH", at(0x06c), 0, Effect::OnWrite, Field<"ANY", bits(31, 0), Mode::WO>> {};
template <regs::Name N, uint32_t Offset>
using GlobalSync = Reg<N, at(Offset), 0, Effect::OnWrite, Field<"ANY", bits(31, 0), Mode::WO>>;
struct SMMU_sTLBGSYNC : GlobalSync<"SMMU_sTLBGSYNC", 0x070> {};
template <regs::Name N, uint32_t Offset>
using GlobalSyncStatus =
    Reg<N, at(Offset), 0, Effect::OnRead, Field<"GSACTIVE", bit(0), Mode::RO>, Res0<bits(31, 1)>>;
struct SMMU_sTLBGSTATUS : GlobalSyncStatus<"SMMU_sTLBGSTATUS", 0x074> {};

// The AArch32 format: VA[31:12].
struct SMMU_TLBIVAH : Reg<"SMMU_TLBIVAH", at(0x078), 0, Effect::OnWrite, Res0<bits(11, 0)>,
                          Field<"Address", bits(31, 12), Mode::WO>> {};
// The AArch64 format: VA[55:12].
template <regs::Name N, uint32_t Offset>
using TlbiByAddress = Reg64<N, at(Offset), 0, Effect::OnWrite, //
                            Field<"Address", bits(43, 0), Mode::WO>, Res0<bits(63, 44)>>;
struct SMMU_STLBIVALM : TlbiByAddress<"SMMU_STLBIVALM", 0x0a0> {};
struct SMMU_STLBIVAM : TlbiByAddress<"SMMU_STLBIVAM", 0x0a8> {};
struct SMMU_TLBIVALH64 : TlbiByAddress<"SMMU_TLBIVALH64", 0x0b0> {};
struct SMMU_TLBIVMIDS1 : Reg<"SMMU_TLBIVMIDS1", at(0x0b8), 0, Effect::OnWrite,
                             Field<"VMID", bits(15, 0), Mode::WO>, Res0<bits(31, 16)>> {};
struct SMMU_STLBIALLM
    : Reg<"SMMU_STLBIALLM", at(0x0bc), 0, Effect::OnWrite, Field<"ANY", bits(31, 0), Mode::WO>> {};
struct SMMU_TLBIVAH64 : TlbiByAddress<"SMMU_TLBIVAH64", 0x0c0> {};

// Address translation of any bank: not with SMMU_IDR0.ATOSNS. As those of a bank, kept and read as
// zero.
template <regs::Name N, uint32_t Offset>
using GlobalTranslationOperation =
    Reg64<N, at(Offset), 0, Effect::OnReadWrite, //
          Field<"NDX", bits(7, 0)>, Res0<bits(11, 8)>, Field<"ADDR", bits(63, 12)>>;
struct SMMU_sGATS1UR : GlobalTranslationOperation<"SMMU_sGATS1UR", 0x100> {};
struct SMMU_sGATS1UW : GlobalTranslationOperation<"SMMU_sGATS1UW", 0x108> {};
struct SMMU_sGATS1PR : GlobalTranslationOperation<"SMMU_sGATS1PR", 0x110> {};
struct SMMU_sGATS1PW : GlobalTranslationOperation<"SMMU_sGATS1PW", 0x118> {};
struct SMMU_sGATS12UR : GlobalTranslationOperation<"SMMU_sGATS12UR", 0x120> {};
struct SMMU_sGATS12UW : GlobalTranslationOperation<"SMMU_sGATS12UW", 0x128> {};
struct SMMU_sGATS12PR : GlobalTranslationOperation<"SMMU_sGATS12PR", 0x130> {};
struct SMMU_sGATS12PW : GlobalTranslationOperation<"SMMU_sGATS12PW", 0x138> {};
template <regs::Name N, uint32_t Offset>
using GlobalPhysicalAddress =
    Reg64<N, at(Offset), 0, Effect::OnWrite, Field<"F", bit(0)>, Field<"PAR", bits(63, 1)>>;
struct SMMU_sGPAR : GlobalPhysicalAddress<"SMMU_sGPAR", 0x180> {};
template <regs::Name N, uint32_t Offset>
using GlobalTranslationStatus =
    Reg<N, at(Offset), 0, Effect::None, Field<"ACTIVE", bit(0), Mode::RO>, Res0<bits(31, 1)>>;
struct SMMU_sGATSR : GlobalTranslationStatus<"SMMU_sGATSR", 0x188> {};

// With SMMU_sCR0.EXIDENABLE: ID is bits 15:0, MASK 31:16, and SMMU_S2CRn.EXIDVALID says whether it
// matches.
struct SMMU_SMRn
    : Reg<"SMMU_SMRn", at(0x800, max_stream_groups), 0, Effect::OnWrite, //
          Field<"ID", bits(15, 0)>, Field<"MASK", bits(30, 16)>, Field<"VALID", bit(31)>> {};

enum class StreamType : uint8_t { Translate = 0, Bypass = 1, Fault = 2, Reserved = 3 };

struct SMMU_S2CRn
    : Reg<"SMMU_S2CRn", at(0xc00, max_stream_entries), 0x0002'0000, Effect::OnWrite, //
          Field<"CBNDX", bits(7, 0)>, Field<"SHCFG", bits(9, 8)>, Field<"EXIDVALID", bit(10)>,
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
    : Reg<"SMMU_CBARn", at(0x1000, max_context_banks), 0, Effect::OnWrite, //
          Field<"VMID", bits(7, 0)>, Field<"BPSHCFG", bits(9, 8)>, Field<"HYPC", bit(10)>,
          Field<"FB", bit(11)>, Field<"MemAttr", bits(15, 12)>,
          Field<"TYPE", bits(17, 16), Mode::RW, ContextType>, Field<"BSU", bits(19, 18)>,
          Field<"RACFG", bits(21, 20)>, Field<"WACFG", bits(23, 22)>,
          Field<"IRPTNDX", bits(31, 24)>> {};

struct SMMU_CBFRSYNRAn
    : Reg<"SMMU_CBFRSYNRAn", at(0x1400, max_context_banks), 0, Effect::OnWrite, //
          Field<"STREAMID", bits(15, 0)>, Field<"SSD_INDEX", bits(30, 16)>, Res0<bit(31)>> {};

struct SMMU_CBA2Rn : Reg<"SMMU_CBA2Rn", at(0x1800, max_context_banks), 0, Effect::OnWrite, //
                         Field<"VA64", bit(0)>, Field<"MONC", bit(1)>, Res0<bits(15, 2)>,
                         Field<"VMID16", bits(31, 16)>> {};

} // namespace smmu_pm::smmu
