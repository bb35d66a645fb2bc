// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/context.hh"

#include <algorithm>
#include <array>

namespace smmu_pm::smmu {
namespace {

/// IDR2.OAS = 4: output addresses of 44 bits.
constexpr unsigned output_bits = 44;

/// SMMU_CBn_TCR2.PASize.
constexpr unsigned pa_bits(uint64_t pasize)
{
    constexpr std::array<unsigned, 6> bits = {32, 36, 40, 42, 44, 48};
    return std::min(output_bits, bits[std::min<uint64_t>(pasize, bits.size() - 1)]);
}

} // namespace

Tag tag_of(const Registers& registers, unsigned bank)
{
    const auto cbar = registers.get<SMMU_CBARn>(bank);
    if (cbar.get<"TYPE">() == ContextType::Stage2)
        return {.vmid = static_cast<uint16_t>(cbar.get<"VMID">()), .stage2 = true};
    // Bit 10 is HYPC in a bank of stage 1 alone.
    if (cbar.get<"TYPE">() != ContextType::Nested && cbar.get<"HYPC">())
        return {.regime = Regime::Hypervisor};
    return {.vmid = static_cast<uint16_t>(cbar.get<"VMID">())};
}

Context context_of(const Registers& registers, unsigned bank)
{
    const auto sctlr = registers.get<SMMU_CBn_SCTLR>(bank);
    const auto tcr = registers.get<SMMU_CBn_TCR>(bank);
    const auto tcr2 = registers.get<SMMU_CBn_TCR2>(bank);
    const auto ttbr0 = registers.get<SMMU_CBn_TTBR0>(bank);
    const auto ttbr1 = registers.get<SMMU_CBn_TTBR1>(bank);
    Tag tag = tag_of(registers, bank);
    if (has_asids(tag.regime) && !tag.stage2) {
        const uint64_t asid = tcr.get<"A1">() ? ttbr1.get<"ASID">() : ttbr0.get<"ASID">();
        tag.asid = static_cast<uint16_t>(tcr2.get<"AS">() ? asid : asid & 0xff);
    }
    return {
        .low = {.base = ttbr0.get<"ADDRESS">(),
                .tsz = static_cast<unsigned>(tcr.get<"T0SZ">()),
                .granule = tcr.get<"TG0">() == 0 ? 12u : 0u,
                .disabled = tcr.get<"EPD0">(),
                .top_byte_ignored = tcr2.get<"TBI0">()},
        .high = {.base = ttbr1.get<"ADDRESS">(),
                 .tsz = static_cast<unsigned>(tcr.get<"T1SZ">()),
                 .granule = tcr.get<"TG1">() == 2 ? 12u : 0u,
                 .disabled = tcr.get<"EPD1">(),
                 .top_byte_ignored = tcr2.get<"TBI1">()},
        .stages = sctlr.get<"M">() ? Stages::One : Stages::None,
        .tag = tag,
        .sep = static_cast<unsigned>(tcr2.get<"SEP">()),
        .pa_bits = pa_bits(tcr2.get<"PASize">()),
        .af_fault = !sctlr.get<"AFFD">(),
        .wxn = sctlr.get<"WXN">(),
    };
}

} // namespace smmu_pm::smmu
