// SPDX-License-Identifier: GPL-2.0-or-later
//
// From a fault to the registers that tell software of it: IHI 0062D chapter 3. The first fault
// stays; those that come while it is unread set MULTI and nothing else.
#pragma once

#include "smmu/config.hh"
#include "smmu/registers.hh"
#include "smmu/stalls.hh"
#include "smmu/streams.hh"
#include "smmu/walk.hh"

#include <optional>

namespace smmu_pm::smmu {

/// A transaction, as the fault registers want to describe it.
struct Faulted {
    uint64_t iova = 0;
    uint16_t stream = 0;
    uint16_t ssd_index = 0;
    Request request{};      ///< of a context fault: as SMMU_S2CRn has it
    Request sent{};         ///< of a context fault: as its master sent it, for a global one with it
    bool non_secure = true; ///< the attribute, not the state
    unsigned stage1_bank = 0; ///< of a context fault: the bank that the stream has
    bool behind = false;      ///< of a context fault: FSR.SS stands for another's
    bool operation = false;   ///< of an address translation operation
    bool nested = false;      ///< of a global fault: in what SMMU_CBARn says, not SMMU_S2CRn
};

/// How that is held for a bank; without a token yet.
Held held_of(const Faulted& faulted, Hold why, unsigned bank);

/// Records a fault in SMMU_CBn_FSR, FAR, FSYNR0 and SMMU_CBFRSYNRAn of a bank, and in IPAFAR of one
/// of stage 2. `secure`: the bank is; NSATTR is of such banks (IHI 0062D 16.5.11) and of those of
/// stage 2 (17.3.1), and 0 in reports of MMU-500's other ones (fsynr=0x220003 on a Tegra X2).
void record(Registers& registers, unsigned bank, const Fault& fault, const Faulted& faulted,
            bool secure);

/// Records a fault in SMMU_sGFSR, sGFAR, sGFSYNR0 and sGFSYNR1 of a security state. The Non-secure
/// SMMU_GFSYNR0 has neither NSATTR nor NSSTATE, the Secure one has no NESTED (9.6.17). NSSTATE is
/// set where Non-secure software has met what is Secure (3.9; 3.8.1 has it UNKNOWN there).
void record(Registers& registers, GlobalFault fault, const Faulted& faulted, bool secure);

/// Whether a bank has an unread fault: what SCTLR.HUPCF speaks of.
bool fault_pending(const Registers& registers, unsigned bank);

/// The line of a bank: its own, as Linux's driver takes it of an SMMUv2, or where interrupts can be
/// assigned the one that SMMU_CBARn.IRPTNDX names; nothing: there is no such one.
std::optional<unsigned> context_line(const Config& config, const Registers& registers,
                                     unsigned bank);

/// Levels of the interrupt lines, from the registers alone.
bool context_irq(const Registers& registers, unsigned bank);
bool global_irq(const Registers& registers, bool secure);

/// The flag's name in the manual: "SMMU_CBn_FSR.TF", "SMMU_sGFSR.USF"…
std::string_view name_of(FaultKind kind);
std::string_view name_of(GlobalFault kind);

} // namespace smmu_pm::smmu
