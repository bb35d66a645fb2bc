// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/streams.hh"

namespace smmu_pm::smmu {
namespace {

StreamAction fault(GlobalFault kind, unsigned group, bool matched)
{
    return {.kind = StreamAction::Kind::Fault, .group = group, .matched = matched, .fault = kind};
}

StreamAction act(const Registers& registers, unsigned banks, unsigned group)
{
    const auto s2cr = registers.get<SMMU_S2CRn>(group);
    switch (s2cr.get<"TYPE">()) {
    case StreamType::Bypass:
        return {.kind = StreamAction::Kind::Bypass, .group = group, .matched = true};
    case StreamType::Fault:
    case StreamType::Reserved:
        return fault(GlobalFault::ICF, group, true);
    case StreamType::Translate:
        break;
    }
    const auto number = static_cast<unsigned>(s2cr.get<"CBNDX">());
    if (number >= banks)
        return fault(GlobalFault::UCBF, group, true);
    // A bank that asks for what the ID registers do not announce (stage 2, nested, AArch32 tables)
    // or for a fault by name is an invalid context.
    if (registers.get<SMMU_CBARn>(number).get<"TYPE">() != ContextType::Stage1Stage2Bypass ||
        !registers.get<SMMU_CBA2Rn>(number).get<"VA64">())
        return fault(GlobalFault::ICF, group, true);
    return {.kind = StreamAction::Kind::Translate, .group = group, .matched = true, .bank = number};
}

} // namespace

StreamAction match_stream(const Registers& registers, unsigned groups, unsigned banks,
                          uint16_t stream)
{
    const auto scr0 = registers.get<SMMU_sCR0>();
    bool found = false;
    unsigned first = 0;
    for (unsigned i = 0; i < groups; ++i) {
        const auto smr = registers.get<SMMU_SMRn>(i);
        const uint64_t differs = (smr.get<"ID">() ^ stream) & ~smr.get<"MASK">() & 0x7fff;
        if (!smr.get<"VALID">() || differs != 0)
            continue;
        if (found && scr0.get<"SMCFCFG">())
            return fault(GlobalFault::SMCF, first, true);
        if (!found)
            first = i; // without SMCFCFG the manual leaves the choice open: the lowest one wins
        found = true;
    }
    if (found)
        return act(registers, banks, first);
    if (scr0.get<"USFCFG">())
        return fault(GlobalFault::USF, 0, false);
    return {.kind = StreamAction::Kind::Bypass};
}

} // namespace smmu_pm::smmu
