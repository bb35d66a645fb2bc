// SPDX-License-Identifier: GPL-2.0-or-later
//
// The register chapter of the SMMUv2, IHI 0062D chapters 9 to 13, 16 and 17: declarations and
// nothing else, in registers_global.hh, registers_bank.hh and the others that are included here.
// Offsets are those of the window of an instance with 4 KiB pages and IDR1.NUMPAGENDXB = 2, whose
// global space has 8 pages: GR0 at 0, GR1 at 0x1000, context bank n at 0x8000 + n * 0x1000. Where
// they stand in another's window is in layout.hh.
//
// Reset values are the manual's where it gives one (SMMU_sCR0.CLIENTPD) and MMU-500's where that
// names one for a Non-secure register (SMMU_S2CRn.TYPE = fault: UG1087); where the manual says
// UNKNOWN the model has zero. Declared is what any instance has; which of it, and which bits, one
// that announces less has, is in instance.hh.
#pragma once

#include "smmu/registers_bank.hh"
#include "smmu/registers_global.hh"
#include "smmu/registers_mmu500.hh"
#include "smmu/registers_monitors.hh"
#include "smmu/registers_secure.hh"

namespace smmu_pm::smmu {

/// A type of its own, so that symbols and messages name it in a word.
struct Registers
    : regs::File<SMMU_sCR0, SMMU_sCR1, SMMU_sCR2, SMMU_sACR, SMMU_IDR0, SMMU_IDR1, SMMU_IDR2,
                 SMMU_IDR3, SMMU_IDR4, SMMU_IDR5, SMMU_IDR6, SMMU_IDR7, SMMU_sGFAR, SMMU_sGFSR,
                 SMMU_sGFSRRESTORE, SMMU_sGFSYNR0, SMMU_sGFSYNR1, SMMU_sGFSYNR2, SMMU_STLBIALL,
                 SMMU_TLBIVMID, SMMU_TLBIALLNSNH, SMMU_TLBIALLH, SMMU_sTLBGSYNC, SMMU_sTLBGSTATUS,
                 SMMU_TLBIVAH, SMMU_STLBIVALM, SMMU_STLBIVAM, SMMU_TLBIVALH64, SMMU_TLBIVMIDS1,
                 SMMU_STLBIALLM, SMMU_TLBIVAH64, SMMU_sGATS1UR, SMMU_sGATS1UW, SMMU_sGATS1PR,
                 SMMU_sGATS1PW, SMMU_sGATS12UR, SMMU_sGATS12UW, SMMU_sGATS12PR, SMMU_sGATS12PW,
                 SMMU_sGPAR, SMMU_sGATSR, SMMU_SMRn, SMMU_S2CRn, SMMU_CBARn, SMMU_CBFRSYNRAn,
                 SMMU_CBA2Rn, SMMU_CBn_SCTLR, SMMU_CBn_ACTLR, SMMU_CBn_RESUME, SMMU_CBn_TCR2,
                 SMMU_CBn_TTBR0, SMMU_CBn_TTBR1, SMMU_CBn_TCR, SMMU_CBn_CONTEXTIDR, SMMU_CBn_MAIR0,
                 SMMU_CBn_MAIR1, SMMU_CBn_PAR, SMMU_CBn_FSR, SMMU_CBn_FSRRESTORE, SMMU_CBn_FAR,
                 SMMU_CBn_FSYNR0, SMMU_CBn_FSYNR1, SMMU_CBn_IPAFAR, SMMU_CBn_TLBIVA,
                 SMMU_CBn_TLBIVAA, SMMU_CBn_TLBIVAL, SMMU_CBn_TLBIVAAL, SMMU_CBn_TLBIASID,
                 SMMU_CBn_TLBIALL, SMMU_CBn_TLBIIPAS2, SMMU_CBn_TLBIIPAS2L, SMMU_CBn_TLBSYNC,
                 SMMU_CBn_TLBSTATUS, SMMU_CBn_ATS1PR, SMMU_CBn_ATS1PW, SMMU_CBn_ATS1UR,
                 SMMU_CBn_ATS1UW, SMMU_CBn_ATSR,
                 // Secure state's own
                 SMMU_SCR0, SMMU_SCR1, SMMU_SCR2, SMMU_SACR, SMMU_SIDR0, SMMU_SIDR1, SMMU_SIDR2,
                 SMMU_SIDR7, SMMU_SGFAR, SMMU_SGFSR, SMMU_SGFSRRESTORE, SMMU_SGFSYNR0,
                 SMMU_SGFSYNR1, SMMU_SGFSYNR2, SMMU_STLBGSYNC, SMMU_STLBGSTATUS, SMMU_SGATS1UR,
                 SMMU_SGATS1UW, SMMU_SGATS1PR, SMMU_SGATS1PW, SMMU_SGATS12UR, SMMU_SGATS12UW,
                 SMMU_SGATS12PR, SMMU_SGATS12PW, SMMU_SGPAR, SMMU_SGATSR, SMMU_DBGRPTRTBU,
                 SMMU_DBGRDATATBU, SMMU_DBGRPTRTCU, SMMU_DBGRDATATCU, SMMU_SSDRn,
                 // MMU-500
                 SMMU_PIDR4, SMMU_PIDR5, SMMU_PIDR6, SMMU_PIDR7, SMMU_PIDR0, SMMU_PIDR1, SMMU_PIDR2,
                 SMMU_PIDR3, SMMU_CIDR0, SMMU_CIDR1, SMMU_CIDR2, SMMU_CIDR3, SMMU_ITCTRL, SMMU_ITIP,
                 SMMU_ITOP_GLBL, SMMU_ITOP_PERF_INDEX, SMMU_ITOP_CXT0TO31_RAM0, SMMU_TBUQOS0,
                 SMMU_PER, SMMU_TBU_PWR_STATUS,
                 // Performance monitors
                 PMEVCNTRn, PMEVTYPERn, PMCGCRn, PMCGSMRn, PMCNTENSETn, PMCNTENCLRn, PMINTENSETn,
                 PMINTENCLRn, PMOVSCLRn, PMOVSSETn, PMCFGR, PMCR, PMCEID0, PMCEID1, PMAUTHSTATUS,
                 PMDEVTYPE, PMCYCLES, SMMU_CBn_PMEVCNTR0, SMMU_CBn_PMEVCNTR1, SMMU_CBn_PMEVCNTR2,
                 SMMU_CBn_PMEVCNTR3, SMMU_CBn_PMEVTYPER0, SMMU_CBn_PMEVTYPER1, SMMU_CBn_PMEVTYPER2,
                 SMMU_CBn_PMEVTYPER3, SMMU_CBn_PMCFGR, SMMU_CBn_PMCR, SMMU_CBn_PMCEID0,
                 SMMU_CBn_PMCEID1, SMMU_CBn_PMCNTENSET, SMMU_CBn_PMCNTENCLR, SMMU_CBn_PMINTENSET,
                 SMMU_CBn_PMINTENCLR, SMMU_CBn_PMOVSCLR, SMMU_CBn_PMOVSSET, SMMU_CBn_PMAUTHSTATUS> {
};

/// Whether a register of this name is an address translation operation: ATS1PR of a bank,
/// sGATS12UW…
constexpr bool names_translation_operation(std::string_view name)
{
    return name.find("ATS1") != std::string_view::npos;
}
template <class R>
inline constexpr bool is_translation_operation = names_translation_operation(R::name);

} // namespace smmu_pm::smmu
