// SPDX-License-Identifier: GPL-2.0-or-later
//
// What SMMU_CBn_PAR and SMMU_sGPAR say of an address translation operation: IHI 0062D
// 9.6.20, 16.5.14.
#pragma once

#include "smmu/walk.hh"

namespace smmu_pm::smmu {

/// One of the eight operations on a bank.
struct TranslationRequest {
    uint64_t va = 0;
    Request request{};
    bool both_stages = false;
};

/// F, the fault's flag at its place in FSR, in bits 9:8 how the tables are laid out in which it was
/// met; PLVL in bits 33:32, STAGE in bit 35.
uint64_t par_of(const Fault& fault, Format format);

/// F and ATOT: the operation came to no end.
uint64_t par_terminated();
/// F and UCBF: there is no such bank, nor such another one, or it is one of stage 2 alone.
uint64_t par_unimplemented_bank();
/// F and ICF: what SMMU_CBARn says of the bank cannot be.
uint64_t par_invalid_context();

/// The physical address of `va`, with its attributes, in the layout of the tables that gave it. NS
/// is of Secure banks alone.
uint64_t par_of(const Mapping& mapping, uint64_t va, Format format, bool secure);

} // namespace smmu_pm::smmu
