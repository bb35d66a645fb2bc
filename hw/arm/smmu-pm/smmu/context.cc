// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/context.hh"

#include "smmu/id_registers.hh"

#include <algorithm>
#include <array>

namespace smmu_pm::smmu {

namespace {

/// The granule of a TGn that asks for one; 0: a reserved value. What there is not is taken for one
/// that there is, and which is left to the implementation (IHI 0062D 16.5.38, 17.3.8): the
/// smallest.
unsigned configured(const Formats& formats, unsigned granule)
{
    const bool has =
        (granule == 14 && formats.aarch64_16k) || (granule == 16 && formats.aarch64_64k);
    return has ? granule : formats.aarch64_4k ? 12 : formats.aarch64_16k ? 14 : 16;
}

constexpr std::array<unsigned, 4> tg0 = {12, 16, 14, 0}, tg1 = {0, 14, 12, 16};

template <class View>
Value<View> tcr_of(const Registers& registers, unsigned bank)
{
    return Value<View>(registers.get<SMMU_CBn_TCR>(bank).raw());
}

/// SMMU_CBARn.CBNDX of a nested bank, in the place of BPSHCFG, HYPC, FB and MemAttr.
unsigned stage2_bank_of(const Registers& registers, unsigned bank)
{
    return static_cast<unsigned>(registers.get<SMMU_CBARn>(bank).raw() >> 8 & 0xff);
}

/// Whether a bank of stage 1 alone is a hypervisor's or a monitor's. Bit 10 is HYPC in no other
/// bank, and Secure state has no hypervisor. AArch32 has its monitor among the rest of Secure
/// state.
bool is_single_range(const Registers& registers, const Config& config, unsigned bank)
{
    if (is_secure_bank(registers, config, bank)) {
        const auto cba2r = registers.get<SMMU_CBA2Rn>(bank);
        return cba2r.get<"MONC">() && cba2r.get<"VA64">();
    }
    const auto cbar = registers.get<SMMU_CBARn>(bank);
    return cbar.get<"TYPE">() == ContextType::Stage1Stage2Bypass && cbar.get<"HYPC">();
}

} // namespace

Format format_of(const Registers& registers, const Config& config, unsigned bank)
{
    if (registers.get<SMMU_CBA2Rn>(bank).get<"VA64">())
        return Format::Aarch64;
    // A hypervisor's tables, and stage 2's, are long whatever EAE says.
    const bool long_form = is_single_range(registers, config, bank) ||
                           registers.get<SMMU_CBARn>(bank).get<"TYPE">() == ContextType::Stage2 ||
                           tcr_of<SMMU_CBn_TTBCR_Long>(registers, bank).get<"EAE">();
    return long_form ? Format::Long : Format::Short;
}

namespace {

bool has_format(const Formats& formats, Format format)
{
    switch (format) {
    case Format::Short:
        return formats.aarch32_short;
    case Format::Long:
        return formats.aarch32_long;
    case Format::Aarch64:
        break;
    }
    return formats.aarch64_4k || formats.aarch64_16k || formats.aarch64_64k;
}

Context::Stage2 stage2_of(const Registers& registers, const Config& config, unsigned bank)
{
    const auto sctlr = registers.get<SMMU_CBn_SCTLR>(bank);
    Context::Stage2 stage2 = {.format = format_of(registers, config, bank),
                              .base = registers.get<SMMU_CBn_TTBR0>(bank).get<"ADDRESS">(),
                              .ias_bits = address_bits(config.ias),
                              .oas_bits = address_bits(config.oas),
                              .af_fault = !sctlr.get<"AFFD">(),
                              .protected_walk = sctlr.get<"PTW">(),
                              .big_endian = sctlr.get<"E">()};
    if (stage2.format == Format::Aarch64) {
        const auto tcr = tcr_of<SMMU_CBn_TCR_Stage2>(registers, bank);
        stage2.granule = configured(config.formats, tg0[tcr.get<"TG0">()]);
        stage2.input_bits = 64 - static_cast<unsigned>(tcr.get<"T0SZ">());
        stage2.sl0 = static_cast<unsigned>(tcr.get<"SL0">());
        stage2.pa_bits = std::min(address_bits(tcr.get<"PASize">()), stage2.oas_bits);
    } else {
        // T0SZ is signed, -8 to 7; S ought to be its sign.
        const auto tcr = tcr_of<SMMU_CBn_TCR_Aarch32Stage2>(registers, bank);
        const auto t0sz = static_cast<unsigned>(tcr.get<"T0SZ">());
        stage2.input_bits = 40 - (t0sz ^ 8);
        stage2.sl0 = static_cast<unsigned>(tcr.get<"SL0">());
        stage2.pa_bits = std::min(40u, stage2.oas_bits);
    }
    return stage2;
}

std::optional<Stage2Type> unless_weakest(const Stage2Type& type)
{
    return type == Stage2Type{} ? std::nullopt : std::optional(type);
}

/// What SMMU_CBARn says of a bank whose stage 2 is bypassed. BPSHCFG has no form that leaves out:
/// 0 is reserved, and is 1 (IHI 0062D 2.4.1).
std::optional<Stage2Type> stage2_type_of(const Value<SMMU_CBARn>& cbar)
{
    // As Linux writes it, and whoever wants to hear nothing of it.
    if ((cbar.raw() & 0x00f0'f300) == 0x0000'f300)
        return std::nullopt;
    const uint64_t shared = cbar.get<"BPSHCFG">();
    return unless_weakest(
        {.memory = memory_of(static_cast<unsigned>(cbar.get<"MemAttr">())),
         .sharing = shared == 0 ? Shareability::Outer : sharing_of(shared),
         .allocation = allocation_of(static_cast<unsigned>(cbar.get<"RACFG">()),
                                     static_cast<unsigned>(cbar.get<"WACFG">()))});
}

/// What SMMU_CBn_SCTLR says of a stage 2 that is off. IHI 0062D has MTCFG there in table 2-2 and
/// not in 17.3.3; here it is asked, as stage 1's. SHCFG of 0 is Non-shareable, and so changes
/// nothing.
std::optional<Stage2Type> stage2_type_of(const Value<SMMU_CBn_SCTLR>& sctlr)
{
    Stage2Type type = {.sharing = sharing_of(sctlr.get<"SHCFG">()),
                       .allocation = allocation_of(static_cast<unsigned>(sctlr.get<"RACFG">()),
                                                   static_cast<unsigned>(sctlr.get<"WACFG">()))};
    if (sctlr.get<"MTCFG">())
        type.memory = memory_of(static_cast<unsigned>(sctlr.get<"MemAttr">()));
    return unless_weakest(type);
}

} // namespace

bool is_secure_bank(const Registers& registers, const Config& config, unsigned bank)
{
    return config.secure && bank >= counted(registers, config, false).context_banks;
}

uint16_t vmid_of(const Registers& registers, uint64_t written)
{
    const bool wide = registers.get<SMMU_sCR0>().get<"VMID16EN">();
    return static_cast<uint16_t>(written & (wide ? 0xffff : 0xff));
}

Tag tag_of(const Registers& registers, const Config& config, unsigned bank)
{
    const bool single_range = is_single_range(registers, config, bank);
    if (is_secure_bank(registers, config, bank))
        return {.regime = single_range ? Regime::Monitor : Regime::Secure};
    if (single_range)
        return {.regime = Regime::Hypervisor};
    const auto cbar = registers.get<SMMU_CBARn>(bank);
    // With 16 bits VMIDs stand elsewhere.
    const uint64_t vmid = registers.get<SMMU_sCR0>().get<"VMID16EN">()
                              ? registers.get<SMMU_CBA2Rn>(bank).get<"VMID16">()
                              : cbar.get<"VMID">();
    return {.vmid = static_cast<uint16_t>(vmid),
            .stage2 = cbar.get<"TYPE">() == ContextType::Stage2};
}

std::optional<GlobalFault> context_error(const Registers& registers, const Config& config,
                                         unsigned bank)
{
    const auto type = registers.get<SMMU_CBARn>(bank).get<"TYPE">();
    const Format format = format_of(registers, config, bank);
    if (!has_format(config.formats, format))
        return GlobalFault::ICF;
    // Secure state has no stage 2.
    if (is_secure_bank(registers, config, bank) && type != ContextType::Stage1Stage2Bypass)
        return GlobalFault::ICF;
    const bool stage2_only = bank < config.stage2_banks;
    bool there_is = false;
    switch (type) {
    case ContextType::Stage2:
        there_is = config.stage2;
        break;
    case ContextType::Stage1Stage2Bypass:
        there_is = config.stage1 && !stage2_only;
        break;
    case ContextType::Stage1Stage2Fault: // a fault by name
        break;
    case ContextType::Nested:
        there_is = config.nested && !stage2_only;
        break;
    }
    if (!there_is)
        return GlobalFault::ICF;
    if (type != ContextType::Nested)
        return std::nullopt;
    const unsigned other = stage2_bank_of(registers, bank);
    if (other >= counted(registers, config, false).context_banks)
        return GlobalFault::UCBF;
    // AArch64 tables do not stand on AArch32 ones.
    const Format under = format_of(registers, config, other);
    const bool fits = registers.get<SMMU_CBARn>(other).get<"TYPE">() == ContextType::Stage2 &&
                      has_format(config.formats, under) &&
                      (format != Format::Aarch64 || under == Format::Aarch64);
    return fits ? std::nullopt : std::optional(GlobalFault::ICF);
}

Context context_of(const Registers& registers, const Config& config, unsigned bank)
{
    const auto sctlr = registers.get<SMMU_CBn_SCTLR>(bank);
    const auto ttbr0 = registers.get<SMMU_CBn_TTBR0>(bank);
    const auto ttbr1 = registers.get<SMMU_CBn_TTBR1>(bank);
    const auto cbar = registers.get<SMMU_CBARn>(bank);
    const auto type = cbar.get<"TYPE">();
    const bool enabled = sctlr.get<"M">();

    Context context;
    context.format = format_of(registers, config, bank);
    context.stages = enabled ? Stages::One : Stages::None;
    context.tag = tag_of(registers, config, bank);
    context.stage2_bank = static_cast<uint8_t>(bank);
    if (type == ContextType::Stage2) {
        context.has_stage1 = false;
        context.has_stage2 = true;
        context.stages = enabled ? Stages::Two : Stages::None;
        context.stage2 = stage2_of(registers, config, bank);
        if (!enabled)
            context.without_stage2 = stage2_type_of(sctlr);
        return context;
    }
    if (type == ContextType::Nested) {
        const unsigned other = stage2_bank_of(registers, bank);
        context.has_stage2 = true;
        context.stage2_bank = static_cast<uint8_t>(other);
        context.stage2 = stage2_of(registers, config, other);
        const auto other_sctlr = registers.get<SMMU_CBn_SCTLR>(other);
        if (other_sctlr.get<"M">())
            context.stages = enabled ? Stages::Nested : Stages::Two;
        else
            context.without_stage2 = stage2_type_of(other_sctlr);
        context.tag.stage2 = context.stages == Stages::Two;
    } else {
        context.without_stage2 = stage2_type_of(cbar);
    }
    context.single_range = is_single_range(registers, config, bank);
    context.secure_fetch_only = context.secure() && registers.get<SMMU_SCR1>().get<"SIF">();
    context.af_fault = !sctlr.get<"AFFD">();
    context.wxn = sctlr.get<"WXN">();
    context.uwxn = sctlr.get<"UWXN">();
    context.afe = sctlr.get<"AFE">();
    context.tre = sctlr.get<"TRE">();
    context.big_endian = sctlr.get<"E">();
    context.mair =
        registers.get<SMMU_CBn_MAIR0>(bank).raw() | registers.get<SMMU_CBn_MAIR1>(bank).raw() << 32;
    context.low.base = ttbr0.get<"ADDRESS">();
    context.high.base = ttbr1.get<"ADDRESS">();
    // What stage 1 puts out is an IPA, and a physical address too where there is no stage 2: IHI
    // 0062D 1.6.1.
    const unsigned most =
        address_bits(type == ContextType::Nested ? config.ias : std::min(config.ias, config.oas));
    context.ipa_bits = most;

    const uint64_t asid0 = ttbr0.get<"ASID">(), asid1 = ttbr1.get<"ASID">();
    uint64_t asid{};
    switch (context.format) {
    case Format::Short: {
        const auto ttbcr = tcr_of<SMMU_CBn_TTBCR_Short>(registers, bank);
        context.low.tsz = static_cast<unsigned>(ttbcr.get<"N">());
        context.low.disabled = ttbcr.get<"PD0">();
        context.high.disabled = ttbcr.get<"PD1">();
        context.pa_bits = std::min(40u, most);
        asid = registers.get<SMMU_CBn_CONTEXTIDR>(bank).raw() & 0xff;
        break;
    }
    case Format::Long: {
        const auto ttbcr = tcr_of<SMMU_CBn_TTBCR_Long>(registers, bank);
        context.low.tsz = static_cast<unsigned>(ttbcr.get<"T0SZ">());
        context.low.disabled = ttbcr.get<"EPD0">() && !context.single_range;
        context.high.tsz = static_cast<unsigned>(ttbcr.get<"T1SZ">());
        context.high.disabled = ttbcr.get<"EPD1">();
        context.pa_bits = std::min(40u, most);
        asid = (ttbcr.get<"A1">() ? asid1 : asid0) & 0xff;
        break;
    }
    case Format::Aarch64: {
        const auto tcr = registers.get<SMMU_CBn_TCR>(bank);
        const auto tcr2 = registers.get<SMMU_CBn_TCR2>(bank);
        context.low.tsz = static_cast<unsigned>(tcr.get<"T0SZ">());
        context.low.granule = configured(config.formats, tg0[tcr.get<"TG0">()]);
        context.low.disabled = tcr.get<"EPD0">() && !context.single_range;
        context.low.top_byte_ignored = tcr2.get<"TBI0">();
        context.high.tsz = static_cast<unsigned>(tcr.get<"T1SZ">());
        context.high.granule = configured(config.formats, tg1[tcr.get<"TG1">()]);
        context.high.disabled = tcr.get<"EPD1">();
        context.high.top_byte_ignored = tcr2.get<"TBI1">();
        context.sep = static_cast<unsigned>(tcr2.get<"SEP">());
        context.bus_bits = config.ubs == 5 ? 49 : address_bits(config.ubs);
        context.pa_bits = std::min(address_bits(tcr2.get<"PASize">()), most);
        asid = (tcr.get<"A1">() ? asid1 : asid0) & (tcr2.get<"AS">() ? 0xffff : 0xff);
        break;
    }
    }
    if (has_asids(context.tag.regime) && !context.tag.stage2)
        context.tag.asid = static_cast<uint16_t>(asid);
    return context;
}

} // namespace smmu_pm::smmu
