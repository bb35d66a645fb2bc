// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/streams.hh"

#include "smmu/context.hh"
#include "smmu/id_registers.hh"

#include <optional>

namespace smmu_pm::smmu {
namespace {

StreamAction fault(GlobalFault kind, bool nested = false)
{
    return {.kind = StreamAction::Kind::Fault, .fault = kind, .nested = nested};
}

StreamAction bypass(BypassReason reason, unsigned group = 0)
{
    return {.kind = StreamAction::Kind::Bypass, .group = group, .reason = reason};
}

/// A bank of the other security state is not there (IHI 0062D 3.8.4; 2.3.9 leaves it open what
/// becomes of a Secure stream that names one).
StreamAction act(const Registers& registers, const Config& config, bool secure, unsigned group)
{
    const auto s2cr = registers.get<SMMU_S2CRn>(group);
    switch (s2cr.get<"TYPE">()) {
    case StreamType::Bypass:
        return bypass(BypassReason::StreamType, group);
    case StreamType::Fault:
    case StreamType::Reserved:
        return fault(GlobalFault::ICF);
    case StreamType::Translate:
        break;
    }
    const auto number = static_cast<unsigned>(s2cr.get<"CBNDX">());
    if (number >= config.context_banks || is_secure_bank(registers, config, number) != secure)
        return fault(GlobalFault::UCBF);
    if (const auto error = context_error(registers, config, number))
        return fault(*error, true);
    return {.kind = StreamAction::Kind::Translate, .group = group, .bank = number};
}

/// Whether a group's registers name a stream. With extended StreamIDs both numbers have 16 bits,
/// and the mark of a valid group is in the S2CR.
bool matches(const Registers& registers, unsigned group, uint16_t stream, bool extended)
{
    const auto smr = registers.get<SMMU_SMRn>(group);
    const bool valid =
        extended ? registers.get<SMMU_S2CRn>(group).get<"EXIDVALID">() : smr.get<"VALID">();
    const uint64_t id = smr.get<"ID">() & (extended ? 0xffff : 0x7fff);
    const uint64_t mask = extended ? smr.raw() >> 16 : smr.get<"MASK">();
    // 16 bits wide: with SMMU_IDR0.NUMSIDB = 15 a stream above that matches no group.
    return valid && ((id ^ stream) & ~mask & 0xffff) == 0;
}

/// The groups of a security state: Secure state has those that SMMU_SCR1 takes from the other.
struct Groups {
    unsigned first, end;
};
Groups groups_of(const Registers& registers, const Config& config, bool secure)
{
    const unsigned left = counted(registers, config, false).stream_groups;
    return secure ? Groups{left, config.stream_groups} : Groups{0, left};
}

} // namespace

Value<SMMU_sCR0> control_of(const Registers& registers, bool secure)
{
    return secure ? Value<SMMU_sCR0>(registers.get<SMMU_SCR0>().raw()) : registers.get<SMMU_sCR0>();
}

StreamAction match_stream(const Registers& registers, const Config& config, uint16_t stream,
                          bool secure)
{
    const auto scr0 = control_of(registers, secure);
    const auto unmatched =
        scr0.get<"USFCFG">() ? fault(GlobalFault::USF) : bypass(BypassReason::Unmatched);
    if (config.stream_groups == 0)
        return stream < stream_entries(config) ? act(registers, config, secure, stream) : unmatched;

    const bool extended = scr0.get<"EXIDENABLE">();
    const auto [first, end] = groups_of(registers, config, secure);
    std::optional<unsigned> found;
    for (unsigned i = first; i < end; ++i) {
        if (!matches(registers, i, stream, extended))
            continue;
        if (found)
            return scr0.get<"SMCFCFG">() ? fault(GlobalFault::SMCF)
                                         : bypass(BypassReason::Conflict);
        found = i;
    }
    return found ? act(registers, config, secure, *found) : unmatched;
}

Overrides overrides_of(const Value<SMMU_sCR0>& scr0)
{
    return {.memory = static_cast<unsigned>(scr0.get<"MEMATTR">()),
            .type = scr0.get<"MTCFG">(),
            .sharing = static_cast<unsigned>(scr0.get<"SHCFG">()),
            .read_allocate = static_cast<unsigned>(scr0.get<"RACFG">()),
            .write_allocate = static_cast<unsigned>(scr0.get<"WACFG">()),
            .transient = static_cast<unsigned>(scr0.get<"TRANSIENTCFG">()),
            .security = static_cast<unsigned>(scr0.get<"NSCFG">())};
}

Overrides overrides_of(const Registers& registers, const StreamAction& action)
{
    const auto s2cr = registers.get<SMMU_S2CRn>(action.group);
    Overrides overrides = {.memory = static_cast<unsigned>(s2cr.get<"MemAttr">()),
                           .type = s2cr.get<"MTCFG">(),
                           .sharing = static_cast<unsigned>(s2cr.get<"SHCFG">()),
                           .read_allocate = static_cast<unsigned>(s2cr.get<"RACFG">()),
                           .write_allocate = static_cast<unsigned>(s2cr.get<"WACFG">()),
                           .transient = static_cast<unsigned>(s2cr.get<"TRANSIENTCFG">()),
                           .security = static_cast<unsigned>(s2cr.get<"NSCFG">())};
    // A bypassed stream's have other fields in the place of these two: BSU and FB.
    if (action.kind == StreamAction::Kind::Translate) {
        overrides.privilege = static_cast<unsigned>(s2cr.get<"PRIVCFG">());
        overrides.instruction = static_cast<unsigned>(s2cr.get<"INSTCFG">());
    }
    return overrides;
}

Overrides overrides_of(const Value<SMMU_CBn_SCTLR>& sctlr)
{
    return {.memory = static_cast<unsigned>(sctlr.get<"MemAttr">()),
            .type = sctlr.get<"MTCFG">(),
            .sharing = static_cast<unsigned>(sctlr.get<"SHCFG">()),
            .read_allocate = static_cast<unsigned>(sctlr.get<"RACFG">()),
            .write_allocate = static_cast<unsigned>(sctlr.get<"WACFG">()),
            .transient = static_cast<unsigned>(sctlr.get<"TRANSIENTCFG">()),
            .security = static_cast<unsigned>(sctlr.get<"NSCFG">())};
}

} // namespace smmu_pm::smmu
