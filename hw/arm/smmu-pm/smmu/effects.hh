// SPDX-License-Identifier: GPL-2.0-or-later
//
// What reading and writing a register does beside giving and keeping its bits, as far as it
// concerns registers alone: identification, Secure state's claims, MMU-500's own, performance
// monitors. What concerns TLB, transactions and faults is in access.cc.
#pragma once

#include "smmu/id_registers.hh"
#include "smmu/instance.hh"
#include "smmu/monitors.hh"

namespace smmu_pm::smmu {

/// The counters of a group among those of a word: in its first register, from this bit on.
constexpr unsigned word_of_group(unsigned group)
{
    return group * counters_per_group / 32;
}
constexpr unsigned shift_of_group(unsigned group)
{
    return group * counters_per_group % 32;
}

/// Which of a bank's registers of counter bits stands for which of all.
template <class R>
struct Whole {
};
template <>
struct Whole<SMMU_CBn_PMCNTENSET> {
    using Set = PMCNTENSETn;
    static constexpr bool clears = false;
};
template <>
struct Whole<SMMU_CBn_PMCNTENCLR> {
    using Set = PMCNTENSETn;
    static constexpr bool clears = true;
};
template <>
struct Whole<SMMU_CBn_PMINTENSET> {
    using Set = PMINTENSETn;
    static constexpr bool clears = false;
};
template <>
struct Whole<SMMU_CBn_PMINTENCLR> {
    using Set = PMINTENSETn;
    static constexpr bool clears = true;
};
template <>
struct Whole<SMMU_CBn_PMOVSSET> {
    using Set = PMOVSSETn;
    static constexpr bool clears = false;
};
template <>
struct Whole<SMMU_CBn_PMOVSCLR> {
    using Set = PMOVSSETn;
    static constexpr bool clears = true;
};
template <>
struct Whole<PMCNTENSETn> : Whole<SMMU_CBn_PMCNTENSET> {
};
template <>
struct Whole<PMCNTENCLRn> : Whole<SMMU_CBn_PMCNTENCLR> {
};
template <>
struct Whole<PMINTENSETn> : Whole<SMMU_CBn_PMINTENSET> {
};
template <>
struct Whole<PMINTENCLRn> : Whole<SMMU_CBn_PMINTENCLR> {
};
template <>
struct Whole<PMOVSSETn> : Whole<SMMU_CBn_PMOVSSET> {
};
template <>
struct Whole<PMOVSCLRn> : Whole<SMMU_CBn_PMOVSCLR> {
};

template <class R>
inline constexpr bool bits_of_all =
    any_of<R, PMCNTENSETn, PMCNTENCLRn, PMINTENSETn, PMINTENCLRn, PMOVSSETn, PMOVSCLRn>;
template <class R>
inline constexpr bool bits_of_group =
    any_of<R, SMMU_CBn_PMCNTENSET, SMMU_CBn_PMCNTENCLR, SMMU_CBn_PMINTENSET, SMMU_CBn_PMINTENCLR,
           SMMU_CBn_PMOVSSET, SMMU_CBn_PMOVSCLR>;
template <class R>
inline constexpr bool counter_of_group =
    any_of<R, SMMU_CBn_PMEVCNTR0, SMMU_CBn_PMEVCNTR1, SMMU_CBn_PMEVCNTR2, SMMU_CBn_PMEVCNTR3>;
template <class R>
inline constexpr bool type_of_group =
    any_of<R, SMMU_CBn_PMEVTYPER0, SMMU_CBn_PMEVTYPER1, SMMU_CBn_PMEVTYPER2, SMMU_CBn_PMEVTYPER3>;
template <class R>
inline constexpr unsigned number_in_group = R::place.offset / 4 % counters_per_group;

/// Which counters there are of those in a word.
constexpr uint64_t counters_in_word(const Config& config, unsigned word)
{
    const unsigned counters = config.counter_groups * counters_per_group;
    return counters <= 32 * word        ? 0
           : counters - 32 * word >= 32 ? 0xffff'ffff
                                        : (uint64_t{1} << (counters - 32 * word)) - 1;
}

template <class R>
Value<R> monitor_configuration(unsigned counters, unsigned groups)
{
    return Value<R>()
        .template with<"N">(counters - 1)
        .template with<"SIZE">(31)
        .template with<"EX">(true)
        .template with<"NCG">(groups - 1);
}

/// What a guest reads of a bank's view of its group; zero when it has none.
template <class R>
Value<R> read_bank_monitor(const Registers& registers, const Config& config, unsigned bank)
{
    const auto group = group_of_bank(registers, config, bank);
    if (!group)
        return Value<R>(0);
    [[maybe_unused]] const unsigned first = *group * counters_per_group;
    if constexpr (counter_of_group<R>)
        return Value<R>(registers.get<PMEVCNTRn>(first + number_in_group<R>).raw());
    else if constexpr (type_of_group<R>)
        return Value<R>(registers.get<PMEVTYPERn>(first + number_in_group<R>).raw());
    else if constexpr (bits_of_group<R>)
        return Value<R>(registers.get<typename Whole<R>::Set>(word_of_group(*group)).raw() >>
                            shift_of_group(*group) &
                        0xf);
    else if constexpr (std::is_same_v<R, SMMU_CBn_PMCFGR>)
        return monitor_configuration<R>(counters_per_group, 1);
    else if constexpr (std::is_same_v<R, SMMU_CBn_PMCR>)
        return Value<R>()
            .template with<"E">(registers.get<PMCGCRn>(*group).get<"E">())
            .template with<"X">(registers.get<PMCGCRn>(*group).get<"X">());
    else if constexpr (std::is_same_v<R, SMMU_CBn_PMCEID0>)
        return Value<R>(config.events);
    else
        return Value<R>(0x80); // SMMU_CBn_PMAUTHSTATUS
}

template <class R>
void write_bank_monitor(Registers& registers, const Config& config, unsigned bank, Value<R> written)
{
    // What the view keeps is kept where it is seen from.
    registers.put(Value<R>(), bank);
    const auto group = group_of_bank(registers, config, bank);
    if (!group)
        return;
    [[maybe_unused]] const unsigned first = *group * counters_per_group;
    if constexpr (counter_of_group<R>) {
        registers.put(Value<PMEVCNTRn>(written.raw()), first + number_in_group<R>);
    } else if constexpr (type_of_group<R>) {
        registers.put(Value<PMEVTYPERn>(written.raw() & PMEVTYPERn::rw_mask),
                      first + number_in_group<R>);
    } else if constexpr (bits_of_group<R>) {
        using Set = typename Whole<R>::Set;
        const uint64_t bits = (written.raw() & 0xf) << shift_of_group(*group);
        const uint64_t held = registers.get<Set>(word_of_group(*group)).raw();
        registers.put(Value<Set>(Whole<R>::clears ? held & ~bits : held | bits),
                      word_of_group(*group));
    } else if constexpr (std::is_same_v<R, SMMU_CBn_PMCR>) {
        registers.put(registers.get<PMCGCRn>(*group)
                          .with<"E">(written.template get<"E">())
                          .template with<"X">(written.template get<"X">()),
                      *group);
        if (written.template get<"P">())
            reset_counters(registers, *group);
    }
}

/// What a guest reads of a register that asks for it.
template <class R>
Value<R> effect_of_reading(const Registers& registers, const Config& config, unsigned index,
                           Value<R> stored)
{
    const Counted mine = counted(registers, config, false), all = counted(registers, config, true);
    if constexpr (std::is_same_v<R, SMMU_IDR0>)
        return id0(config, mine, false);
    else if constexpr (std::is_same_v<R, SMMU_SIDR0>)
        return Value<R>(id0(config, all, true).raw());
    else if constexpr (std::is_same_v<R, SMMU_IDR1>)
        return id1(config, mine, false);
    else if constexpr (std::is_same_v<R, SMMU_SIDR1>)
        return Value<R>(id1(config, all, true).raw());
    else if constexpr (any_of<R, SMMU_IDR2, SMMU_SIDR2>)
        return Value<R>(id2(config).raw());
    else if constexpr (any_of<R, SMMU_IDR7, SMMU_SIDR7>)
        return Value<R>(id7(config).raw());
    else if constexpr (is_translation_operation<R>)
        return Value<R>(0);
    else if constexpr (std::is_same_v<R, SMMU_CBn_IPAFAR>)
        // Without nested banks it is another name of FAR (IHI 0062D 17.3.2).
        return config.nested ? stored : Value<R>(registers.get<SMMU_CBn_FAR>(index).raw());
    else if constexpr (std::is_same_v<R, SMMU_CBn_TCR>)
        // EAE of an AArch32 stage 2, whose tables are long, is RAO/WI (IHI 0062D 17.3.8).
        return config.stage2 && config.formats.aarch32_long &&
                       registers.get<SMMU_CBARn>(index).get<"TYPE">() == ContextType::Stage2 &&
                       !registers.get<SMMU_CBA2Rn>(index).get<"VA64">()
                   ? Value<R>(stored.raw() | 1u << 31)
                   : stored;
    else if constexpr (std::is_same_v<R, SMMU_SCR1>)
        return stored.template with<"NSNUMCBO">(mine.context_banks)
            .template with<"NSNUMSMRGO">(mine.stream_groups)
            .template with<"NSNUMIRPTO">(mine.context_interrupts);
    else if constexpr (any_of<R, SMMU_sACR, SMMU_SACR, SMMU_CBn_ACTLR>)
        return Value<R>(stored.raw() ^ reset_of(R{}, config));
    else if constexpr (std::is_same_v<R, SMMU_TBU_PWR_STATUS>)
        return Value<R>((uint64_t{1} << config.counter_groups) - 1);
    else if constexpr (std::is_same_v<R, PMCFGR>)
        return monitor_configuration<R>(config.counter_groups * counters_per_group,
                                        config.counter_groups);
    else if constexpr (std::is_same_v<R, PMCEID0>)
        return Value<R>(config.events);
    else if constexpr (std::is_same_v<R, PMCGCRn>)
        return stored.template with<"CGNC">(counters_per_group).template with<"SIDG">(index);
    else if constexpr (bits_of_all<R>)
        return Value<R>(registers.get<typename Whole<R>::Set>(index).raw());
    else if constexpr (any_of<R, PMEVCNTRn, PMEVTYPERn, PMCR>)
        return stored;
    else
        return read_bank_monitor<R>(registers, config, index);
}

/// What a guest's write does; the access rules were applied already.
template <class R>
void effect_of_writing(Registers& registers, const Config& config, unsigned index,
                       [[maybe_unused]] Value<R> before, [[maybe_unused]] Value<R> written)
{
    if (const uint64_t absent = absent_bits(R{}, config); absent != 0)
        registers.put(Value<R>(registers.get<R>(index).raw() & ~absent), index);

    if constexpr (any_of<R, SMMU_sGFSRRESTORE, SMMU_SGFSRRESTORE>) {
        using Status =
            std::conditional_t<std::is_same_v<R, SMMU_sGFSRRESTORE>, SMMU_sGFSR, SMMU_SGFSR>;
        registers.put(
            Value<Status>(written.raw() & Status::w1c_mask & ~absent_bits(Status{}, config)));
    } else if constexpr (std::is_same_v<R, SMMU_SCR1>) {
        const auto left = [](unsigned all, uint64_t given) {
            return given < all ? all - given : 0;
        };
        registers.put(registers.get<R>()
                          .template with<"NSNUMCBO">(
                              left(config.context_banks, written.template get<"NSNUMCBO">()))
                          .template with<"NSNUMSMRGO">(
                              left(config.stream_groups, written.template get<"NSNUMSMRGO">())));
    } else if constexpr (any_of<R, SMMU_sACR, SMMU_SACR>) {
        registers.put(Value<R>(written.raw() ^ reset_of(R{}, config)));
    } else if constexpr (std::is_same_v<R, SMMU_CBn_ACTLR>) {
        // MMU-500 r2 and later: only while CACHE_LOCK is clear (Linux's arm_mmu500_reset()).
        const uint64_t control = registers.get<SMMU_sACR>().raw() ^ reset_of(SMMU_sACR{}, config);
        const bool locked = config.mmu500 && (control >> 26 & 1) != 0;
        registers.put(locked ? before : Value<R>(written.raw() ^ reset_of(R{}, config)), index);
    } else if constexpr (bits_of_all<R>) {
        using Set = typename Whole<R>::Set;
        const uint64_t held = registers.get<Set>(index).raw();
        const uint64_t bits = written.raw() & counters_in_word(config, index);
        registers.put(Value<Set>(Whole<R>::clears ? held & ~bits : held | bits), index);
    } else if constexpr (std::is_same_v<R, PMCR>) {
        for (unsigned group = 0; written.template get<"P">() && group < config.counter_groups;
             ++group)
            if (!is_revealed(registers, group))
                reset_counters(registers, group);
    } else if constexpr (counter_of_group<R> || type_of_group<R> || bits_of_group<R> ||
                         std::is_same_v<R, SMMU_CBn_PMCR>) {
        write_bank_monitor(registers, config, index, written);
    }
}

} // namespace smmu_pm::smmu
