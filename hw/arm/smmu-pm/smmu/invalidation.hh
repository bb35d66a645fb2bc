// SPDX-License-Identifier: GPL-2.0-or-later
//
// From a register write to the TLB entries that it names, whether or not the write reached the
// SMMU. Every entry is a leaf, so the last-level forms are the same as the others; and none is
// locked.
#pragma once

#include "smmu/context.hh"
#include "smmu/tlb.hh"

#include <optional>
#include <type_traits>

namespace smmu_pm::smmu {

/// The AArch64 format, SMMU_TLBIVAH64 and its kin: Address is VA[55:12], the bits above follow bit
/// 55.
template <class R>
constexpr uint64_t va_of(Value<R> written)
{
    const auto address = static_cast<int64_t>(written.template get<"Address">() << 20);
    return static_cast<uint64_t>(address >> 8);
}

/// Of a context bank's registers that take a VA and an ASID.
struct VaAndAsid {
    uint64_t va;
    uint16_t asid;
};

/// They have two formats: with SMMU_CBA2Rn.VA64 the 64-bit one, without it VA[31:12] and ASID[7:0]
/// in 32 bits (Linux' arm_smmu_tlb_inv_range_s1 writes both).
template <class R>
VaAndAsid va_and_asid_of(Value<R> written, bool va64)
{
    if (va64)
        return {va_of(written), static_cast<uint16_t>(written.template get<"ASID">())};
    return {written.raw() & 0xffff'f000, static_cast<uint16_t>(written.raw() & 0xff)};
}

/// What a write to a register of a context bank invalidates.
template <class R>
std::optional<Invalidation> invalidation_of_bank(Value<R> written, unsigned bank,
                                                 const Registers& registers, const Config& config)
{
    Tag tag = tag_of(registers, config, bank);
    const bool va64 = registers.get<SMMU_CBA2Rn>(bank).get<"VA64">();
    if constexpr (any_of<R, SMMU_CBn_TLBIIPAS2, SMMU_CBn_TLBIIPAS2L>) {
        // IPA[47:12], as many bits as there are (IHI 0062D 17.3.4). What both stages made together
        // stays: its IPA is kept for a permission fault, whose IPAFAR would be UNKNOWN without, and
        // software has SMMU_TLBIVMIDS1 for that.
        const unsigned there_are = address_bits(config.ias), most = va64 ? there_are : 40;
        const uint64_t page = written.template get<"Address">() &
                              ((uint64_t{1} << (std::min(there_are, most) - 12)) - 1);
        return tag.stage2 ? std::optional(Invalidation::of_stage(tag).at(page << 12))
                          : std::nullopt;
    }
    // The others are those of stage 1, by itself or nested.
    if (tag.stage2)
        return std::nullopt;
    if constexpr (std::is_same_v<R, SMMU_CBn_TLBIALL>) {
        return Invalidation::of_stage(tag);
    } else if constexpr (std::is_same_v<R, SMMU_CBn_TLBIASID>) {
        // Without effect where there are no ASIDs.
        if (!has_asids(tag.regime))
            return std::nullopt;
        tag.asid = static_cast<uint16_t>(written.template get<"ASID">() & (va64 ? 0xffff : 0xff));
        return Invalidation::of_asid(tag);
    } else if constexpr (any_of<R, SMMU_CBn_TLBIVA, SMMU_CBn_TLBIVAL>) {
        const auto [va, asid] = va_and_asid_of(written, va64);
        tag.asid = has_asids(tag.regime) ? asid : uint16_t{0};
        return Invalidation::of_va(tag, va);
    } else if constexpr (any_of<R, SMMU_CBn_TLBIVAA, SMMU_CBn_TLBIVAAL>) {
        return Invalidation::of_stage(tag).at(va_and_asid_of(written, va64).va);
    }
    return std::nullopt;
}

/// What a write of R invalidates, in the registers as they are; nothing: R is no TLB invalidate.
template <class R>
std::optional<Invalidation> invalidation_of(Value<R> written, unsigned index,
                                            const Registers& registers, const Config& config)
{
    if constexpr (std::is_same_v<R, SMMU_TLBIALLNSNH>)
        return Invalidation::of_regimes(Regime::Guest, Regime::Guest);
    else if constexpr (std::is_same_v<R, SMMU_TLBIALLH>)
        return Invalidation::of_regimes(Regime::Hypervisor, Regime::Hypervisor);
    else if constexpr (std::is_same_v<R, SMMU_STLBIALL>)
        return Invalidation::of_regimes(Regime::Secure, Regime::Monitor);
    else if constexpr (std::is_same_v<R, SMMU_STLBIALLM>)
        return Invalidation::of_regimes(Regime::Monitor, Regime::Monitor);
    else if constexpr (std::is_same_v<R, SMMU_TLBIVMID>)
        return Invalidation::of_vmid(vmid_of(registers, written.template get<"VMID">()));
    else if constexpr (std::is_same_v<R, SMMU_TLBIVMIDS1>)
        return Invalidation::of_stage({.vmid = vmid_of(registers, written.template get<"VMID">())});
    else if constexpr (std::is_same_v<R, SMMU_TLBIVAH>)
        return Invalidation::of_stage({.regime = Regime::Hypervisor})
            .at(written.raw() & 0xffff'f000);
    else if constexpr (any_of<R, SMMU_TLBIVAH64, SMMU_TLBIVALH64>)
        return Invalidation::of_stage({.regime = Regime::Hypervisor}).at(va_of(written));
    else if constexpr (any_of<R, SMMU_STLBIVAM, SMMU_STLBIVALM>)
        return Invalidation::of_stage({.regime = Regime::Monitor}).at(va_of(written));
    else if constexpr (any_of<R, SMMU_CBn_TLBIALL, SMMU_CBn_TLBIASID, SMMU_CBn_TLBIVA,
                              SMMU_CBn_TLBIVAL, SMMU_CBn_TLBIVAA, SMMU_CBn_TLBIVAAL,
                              SMMU_CBn_TLBIIPAS2, SMMU_CBn_TLBIIPAS2L>)
        return invalidation_of_bank(written, index, registers, config);
    else
        return std::nullopt;
}

} // namespace smmu_pm::smmu
