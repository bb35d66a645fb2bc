// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/instance.hh"

#include "smmu/id_registers.hh"

namespace smmu_pm::smmu {
namespace {

bool monitor_exists(const Config& config, const regs::Info& info, unsigned index)
{
    unsigned count = config.counter_groups;
    if (info.place.count == max_counters)
        count *= counters_per_group;
    else if (info.place.count == counter_words)
        count = (count * counters_per_group + 31) / 32;
    return index < count;
}

} // namespace

bool secure_alone(const Registers& registers, const Config& config, uint32_t declared)
{
    const regs::Info* info = Registers::find(declared);
    const unsigned index = Registers::index_at(*info, declared);
    const Counted left = counted(registers, config, false);
    const bool restricted = registers.get<SMMU_SCR1>().get<"GASRAE">();
    if (declared >= page_banks)
        return index >= left.context_banks ||
               (restricted &&
                registers.get<SMMU_CBARn>(index).get<"TYPE">() == ContextType::Stage2);
    if (restricted)
        return true;
    if (declared >= page_gr1 && declared < page_gid)
        return index >= left.context_banks;
    if (declared >= SMMU_SMRn::place.offset && declared < 0xfd0)
        return config.stream_groups != 0 && index >= left.stream_groups;
    return declared >= page_ssd;
}

namespace {

template <class R>
bool holds_what_there_is(R, const Registers& registers, const Config& config)
{
    const uint64_t absent = absent_bits(R{}, config);
    for (unsigned i = 0; i < R::place.count; ++i)
        if ((registers.get<R>(i).raw() & absent) != 0)
            return false;
    return true;
}

} // namespace

bool hold_what_there_is(const Registers& registers, const Config& config)
{
    const auto all = [&](auto... each) {
        return (true && ... && holds_what_there_is(each, registers, config));
    };
    // What is left to Non-secure state is counted, and a negative number would have no end.
    const auto taken = registers.get<SMMU_SCR1>();
    if (taken.get<"NSNUMSMRGO">() > config.stream_groups ||
        taken.get<"NSNUMCBO">() > config.context_banks)
        return false;
    return all(SMMU_sCR0{}, SMMU_SCR0{}, SMMU_SMRn{}, SMMU_S2CRn{}, SMMU_sGFSYNR1{},
               SMMU_SGFSYNR1{}, SMMU_CBARn{}, SMMU_CBFRSYNRAn{}, SMMU_CBA2Rn{}, SMMU_CBn_SCTLR{},
               SMMU_CBn_FSYNR0{}, SMMU_sGFSR{});
}

bool exists(const Config& config, const regs::Info& info, uint32_t declared)
{
    const unsigned index = Registers::index_at(info, declared);
    if (declared >= page_banks)
        return index < config.context_banks &&
               (declared % 0x1000 < 0xe00 || config.counter_groups != 0);
    switch (declared & ~uint32_t{0xfff}) {
    case 0:
        if (declared >= 0xfd0)
            return config.mmu500;
        return index < (info.place.count == max_stream_groups ? config.stream_groups
                                                              : stream_entries(config));
    case page_gr1:
        return index < config.context_banks;
    case page_gid:
        return config.mmu500;
    case page_pm:
        return monitor_exists(config, info, index);
    case page_ssd:
        return config.ssd_table && index < ((1u << config.ssd_index_bits) + 31) / 32;
    default:
        if (declared == PMCYCLES::place.offset)
            return config.counter_groups != 0;
        return config.secure && ((declared & ~0xfu) != page_secure + 0x80 || config.mmu500);
    }
}

} // namespace smmu_pm::smmu
