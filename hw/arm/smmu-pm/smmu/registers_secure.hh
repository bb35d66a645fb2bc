// SPDX-License-Identifier: GPL-2.0-or-later
//
// What Secure state has of its own: the other copy of the registers that are banked, and those that
// Non-secure state has not at all. An access in Secure state to the first 0x400 bytes of GR0 finds
// them; they are declared on a page of no window, see layout.hh. Non-secure state's copies it finds
// 0x400 further: SMMU_NSCR0 is SMMU_sCR0 of registers_global.hh.
#pragma once

#include "smmu/registers_global.hh"

namespace smmu_pm::smmu {

struct SMMU_SCR0 : ControlRegister0<"SMMU_SCR0", 0x5000> {};

// The three numbers are kept as what Secure state takes away, since what there is to be had depends
// on the instance. Bits as in UG1087; the fields' names are IHI 0062D's.
struct SMMU_SCR1 : Reg<"SMMU_SCR1", at(0x5004), 0x0200'0000, Effect::OnReadWrite, //
                       Field<"NSNUMCBO", bits(7, 0)>, Field<"NSNUMSMRGO", bits(15, 8)>,
                       Field<"NSNUMIRPTO", bits(23, 16), Mode::RO>, Field<"GASRAE", bit(24)>,
                       Field<"GEFRO", bit(25)>, Field<"SIF", bit(26)>, Field<"SPMEN", bit(27)>,
                       Field<"NSCAFRO", bit(28)>, Res0<bits(31, 29)>> {};

struct SMMU_SCR2 : Reg<"SMMU_SCR2", at(0x5008), 0, Effect::None, Res0<bits(31, 0)>> {};
struct SMMU_SACR : AuxiliaryControl<"SMMU_SACR", 0x5010> {};
struct SMMU_SIDR0 : Identification0<"SMMU_SIDR0", 0x5020> {};
struct SMMU_SIDR1 : Identification1<"SMMU_SIDR1", 0x5024> {};
struct SMMU_SIDR2 : Identification2<"SMMU_SIDR2", 0x5028> {};
struct SMMU_SIDR7 : Identification7<"SMMU_SIDR7", 0x503c> {};
struct SMMU_SGFAR : GlobalFaultAddress<"SMMU_SGFAR", 0x5040> {};
struct SMMU_SGFSR : GlobalFaultStatus<"SMMU_SGFSR", 0x5048> {};
struct SMMU_SGFSRRESTORE : GlobalFaultRestore<"SMMU_SGFSRRESTORE", 0x504c> {};
struct SMMU_SGFSYNR0 : GlobalFaultSyndrome0<"SMMU_SGFSYNR0", 0x5050> {};
struct SMMU_SGFSYNR1 : GlobalFaultSyndrome1<"SMMU_SGFSYNR1", 0x5054> {};
struct SMMU_SGFSYNR2 : GlobalFaultSyndrome2<"SMMU_SGFSYNR2", 0x5058> {};
struct SMMU_STLBGSYNC : GlobalSync<"SMMU_STLBGSYNC", 0x5070> {};
struct SMMU_STLBGSTATUS : GlobalSyncStatus<"SMMU_STLBGSTATUS", 0x5074> {};
struct SMMU_SGATS1UR : GlobalTranslationOperation<"SMMU_SGATS1UR", 0x5100> {};
struct SMMU_SGATS1UW : GlobalTranslationOperation<"SMMU_SGATS1UW", 0x5108> {};
struct SMMU_SGATS1PR : GlobalTranslationOperation<"SMMU_SGATS1PR", 0x5110> {};
struct SMMU_SGATS1PW : GlobalTranslationOperation<"SMMU_SGATS1PW", 0x5118> {};
struct SMMU_SGATS12UR : GlobalTranslationOperation<"SMMU_SGATS12UR", 0x5120> {};
struct SMMU_SGATS12UW : GlobalTranslationOperation<"SMMU_SGATS12UW", 0x5128> {};
struct SMMU_SGATS12PR : GlobalTranslationOperation<"SMMU_SGATS12PR", 0x5130> {};
struct SMMU_SGATS12PW : GlobalTranslationOperation<"SMMU_SGATS12PW", 0x5138> {};
struct SMMU_SGPAR : GlobalPhysicalAddress<"SMMU_SGPAR", 0x5180> {};
struct SMMU_SGATSR : GlobalTranslationStatus<"SMMU_SGATSR", 0x5188> {};

// MMU-500's debug access to its RAMs: kept, but there is nothing behind them.
struct SMMU_DBGRPTRTBU
    : Reg<"SMMU_DBGRPTRTBU", at(0x5080), 0, Effect::None, //
          Field<"TLB_ENTRY_POINTER", bits(3, 0)>, Field<"TLB_POINTER", bits(15, 4)>,
          Res0<bits(23, 16)>, Field<"TBU_ID", bits(26, 24)>, Res0<bits(31, 27)>> {};
struct SMMU_DBGRDATATBU
    : Reg<"SMMU_DBGRDATATBU", at(0x5084), 0, Effect::None, Field<"DATA", bits(31, 0), Mode::RO>> {};
struct SMMU_DBGRPTRTCU
    : Reg<"SMMU_DBGRPTRTCU", at(0x5088), 0, Effect::None, //
          Field<"TLB_ENTRY_POINTER", bits(3, 0)>, Field<"TLB_POINTER", bits(12, 4)>,
          Res0<bits(23, 13)>, Field<"WAY_RAM", bits(25, 24)>, Field<"DATASRC", bits(27, 26)>,
          Res0<bits(31, 28)>> {};
struct SMMU_DBGRDATATCU
    : Reg<"SMMU_DBGRDATATCU", at(0x508c), 0, Effect::None, Field<"DATA", bits(31, 0), Mode::RO>> {};

// ---- Security state determination -------------------------------------------------------------

// One bit for each SSD index: clear, its transactions are Secure.
struct SMMU_SSDRn : Reg<"SMMU_SSDRn", at(0x4000, (1u << max_ssd_index_bits) / 32), 0, Effect::None,
                        Field<"NS", bits(31, 0)>> {};

} // namespace smmu_pm::smmu
