// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/streams.hh"

#include <optional>

namespace smmu_pm::smmu {
namespace {

StreamAction fault(GlobalFault kind)
{
    return {.kind = StreamAction::Kind::Fault, .fault = kind};
}

StreamAction bypass(BypassReason reason, unsigned group = 0)
{
    return {.kind = StreamAction::Kind::Bypass, .group = group, .reason = reason};
}

StreamAction act(const Registers& registers, unsigned banks, unsigned group)
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
    if (number >= banks)
        return fault(GlobalFault::UCBF);
    // A bank that asks for what the ID registers do not announce (stage 2, nested, AArch32 tables)
    // or for a fault by name is an invalid context.
    if (registers.get<SMMU_CBARn>(number).get<"TYPE">() != ContextType::Stage1Stage2Bypass ||
        !registers.get<SMMU_CBA2Rn>(number).get<"VA64">())
        return fault(GlobalFault::ICF);
    return {.kind = StreamAction::Kind::Translate, .group = group, .bank = number};
}

} // namespace

StreamAction match_stream(const Registers& registers, const Config& config, uint16_t stream)
{
    const auto scr0 = registers.get<SMMU_sCR0>();
    std::optional<unsigned> found;
    for (unsigned i = 0; i < config.stream_groups; ++i) {
        const auto smr = registers.get<SMMU_SMRn>(i);
        // 16 bits wide: SMMU_IDR0.NUMSIDB is 15, so a stream above that matches no group.
        const uint64_t differs = (smr.get<"ID">() ^ stream) & ~smr.get<"MASK">() & 0xffff;
        if (!smr.get<"VALID">() || differs != 0)
            continue;
        if (found)
            return scr0.get<"SMCFCFG">() ? fault(GlobalFault::SMCF)
                                         : bypass(BypassReason::Conflict);
        found = i;
    }
    if (found)
        return act(registers, config.context_banks, *found);
    return scr0.get<"USFCFG">() ? fault(GlobalFault::USF) : bypass(BypassReason::Unmatched);
}

} // namespace smmu_pm::smmu
