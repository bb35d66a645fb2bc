// SPDX-License-Identifier: GPL-2.0-or-later
//
// From a register write to the TLB entries that it names, whether or not the write reached the
// SMMU.
#pragma once

#include "smmu/context.hh"
#include "smmu/tlb.hh"

#include <optional>
#include <type_traits>

namespace smmu_pm::smmu {

/// SMMU_CBn_TLBIVA and its kin: Address is VA[55:12], the bits above follow bit 55.
template <class R>
constexpr uint64_t va_of(Value<R> written)
{
    const auto address = static_cast<int64_t>(written.template get<"Address">() << 20);
    return static_cast<uint64_t>(address >> 8);
}

/// What a write of R invalidates, in the registers as they are; nothing: R is no TLB invalidate.
template <class R>
std::optional<Invalidation> invalidation_of(Value<R> written, unsigned bank,
                                            const Registers& registers)
{
    using enum Invalidation::What;
    if constexpr (std::is_same_v<R, SMMU_TLBIALLNSNH>)
        return Invalidation{.what = NonHypervisor};
    else if constexpr (std::is_same_v<R, SMMU_TLBIALLH>)
        return Invalidation{.what = WholeRegime, .regime = hypervisor};
    else if constexpr (std::is_same_v<R, SMMU_TLBIVMID>)
        return Invalidation{.what = WholeRegime,
                            .regime = static_cast<Regime>(written.template get<"VMID">())};
    else if constexpr (std::is_same_v<R, SMMU_CBn_TLBIALL>)
        return Invalidation{.what = WholeRegime, .regime = regime_of(registers, bank)};
    else if constexpr (std::is_same_v<R, SMMU_CBn_TLBIASID>)
        return Invalidation{.what = Asid,
                            .regime = regime_of(registers, bank),
                            .asid = static_cast<uint16_t>(written.template get<"ASID">())};
    // Every entry is a leaf: the last-level form is the same.
    else if constexpr (std::is_same_v<R, SMMU_CBn_TLBIVA> || std::is_same_v<R, SMMU_CBn_TLBIVAL>)
        return Invalidation{.what = Va,
                            .regime = regime_of(registers, bank),
                            .asid = static_cast<uint16_t>(written.template get<"ASID">()),
                            .va = va_of(written)};
    else if constexpr (std::is_same_v<R, SMMU_CBn_TLBIVAA> || std::is_same_v<R, SMMU_CBn_TLBIVAAL>)
        return Invalidation{
            .what = VaOfAnyone, .regime = regime_of(registers, bank), .va = va_of(written)};
    else
        return std::nullopt;
}

} // namespace smmu_pm::smmu
