// SPDX-License-Identifier: GPL-2.0-or-later
//
// Whose translation a TLB entry is. TLB maintenance names sets of entries by it: IHI 0062D 2.1
// (translation regimes), 10.6 and 16.5 (the TLBI registers).
#pragma once

#include <cstdint>

namespace smmu_pm::smmu {

/// The exception levels whose translations a context bank makes: SMMU_CBARn.HYPC, SMMU_CBA2Rn.MONC
/// and the security state of the bank.
enum class Regime : uint8_t {
    Guest,      ///< Non-secure EL1 and EL0, with VMID: guests, and a host without HYPC
    Hypervisor, ///< EL2: neither VMID nor ASID
    Secure,     ///< Secure EL1 and EL0: ASIDs, no VMID
    Monitor,    ///< EL3: neither
};

/// Whether the entries of a regime are told apart by ASID.
constexpr bool has_asids(Regime regime)
{
    return regime == Regime::Guest || regime == Regime::Secure;
}

/// What an entry is tagged with, beside its address; and what a look-up asks for.
struct Tag {
    Regime regime{};
    uint16_t vmid = 0;   ///< of Guest, 0 otherwise; 8 bits unless the instance has VMID16
    bool stage2 = false; ///< of stage 2 alone, by IPA; else stage 1 or both stages in one, by VA
    uint16_t asid = 0;   ///< of stage 1 where has_asids(), 0 otherwise
    bool operator==(const Tag&) const = default;
};

} // namespace smmu_pm::smmu
