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
    uint16_t asid = 0;   ///< of stage 1 where has_asids(), 0 otherwise and of a global entry
    bool operator==(const Tag&) const = default;

    /// A number in which the tags that an invalidate names follow each other: all of a regime, of a
    /// VMID, of one stage of it. A global entry is of no ASID.
    constexpr uint64_t key(bool global = false) const
    {
        return uint64_t{static_cast<uint8_t>(regime)} << 34 | uint64_t{vmid} << 18 |
               uint64_t{stage2} << 17 | uint64_t{global} << 16 | (global ? 0u : asid);
    }
};

} // namespace smmu_pm::smmu
