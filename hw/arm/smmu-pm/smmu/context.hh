// SPDX-License-Identifier: GPL-2.0-or-later
//
// A context bank's registers, decoded into what walk and TLB understand.
#pragma once

#include "smmu/config.hh"
#include "smmu/registers.hh"
#include "smmu/streams.hh"
#include "smmu/walk.hh"

#include <algorithm>
#include <array>

namespace smmu_pm::smmu {

/// PASize of SMMU_CBn_TCR2 and TCR, IDR2.IAS and OAS. 6 and 7 are reserved: as 5.
constexpr unsigned address_bits(uint64_t encoded)
{
    constexpr std::array<unsigned, 6> bits = {32, 36, 40, 42, 44, 48};
    return bits[std::min<uint64_t>(encoded, bits.size() - 1)];
}

/// Whose translations a bank makes, and its TLB maintenance names; without an ASID.
Tag tag_of(const Registers& registers, const Config& config, unsigned bank);

/// A VMID of as many bits as VMIDs have: SMMU_sCR0.VMID16EN.
uint16_t vmid_of(const Registers& registers, uint64_t written);

/// Whether a bank is one that SMMU_SCR1 keeps for Secure state.
bool is_secure_bank(const Registers& registers, const Config& config, unsigned bank);

/// How a bank's tables are laid out, by SMMU_CBA2Rn.VA64 and SMMU_CBn_TCR.EAE.
Format format_of(const Registers& registers, const Config& config, unsigned bank);

/// What is wrong with a bank that asks for what the configuration has not: stages, a nested bank's
/// other bank, table formats. Nothing: it is a valid context. Of another bank that is not there, or
/// is Secure, the list of IHI 0062D 3.8 makes an invalid context and the pseudocode of 3.8.4 an
/// unimplemented one; this is the pseudocode, without which sGFSYNR0.NESTED would say nothing of
/// UCBF.
std::optional<GlobalFault> context_error(const Registers& registers, const Config& config,
                                         unsigned bank);

/// What SCTLR, TCR, TCR2 and the TTBRs of a bank ask for, and those of its stage 2 bank.
Context context_of(const Registers& registers, const Config& config, unsigned bank);

} // namespace smmu_pm::smmu
