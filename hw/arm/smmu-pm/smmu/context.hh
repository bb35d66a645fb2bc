// SPDX-License-Identifier: GPL-2.0-or-later
//
// A context bank's registers, decoded into what walk and TLB understand.
#pragma once

#include "smmu/registers.hh"
#include "smmu/walk.hh"

namespace smmu_pm::smmu {

/// Whose translations a bank makes, and its TLB maintenance names; without an ASID.
Tag tag_of(const Registers& registers, unsigned bank);

/// What SCTLR, TCR, TCR2 and the TTBRs of a bank ask for.
Context context_of(const Registers& registers, unsigned bank);

} // namespace smmu_pm::smmu
