// SPDX-License-Identifier: GPL-2.0-or-later
//
// The performance monitors: IHI 0062D chapters 6 and 12, with MMU-500's four counters a group. A
// bank sees the group that is assigned to it a second time.
#pragma once

#include "smmu/register_words.hh"

namespace smmu_pm::smmu {

inline constexpr unsigned counters_per_group = 4;
inline constexpr unsigned max_counters = max_counter_groups * counters_per_group;

template <regs::Name N, regs::Place P>
using EventCounter = Reg<N, P, 0, Effect::OnReadWrite, Field<"EVCNT", bits(31, 0)>>;
struct PMEVCNTRn : EventCounter<"PMEVCNTRn", at(0x3000, max_counters)> {};

// P and U: do not count privileged and unprivileged transactions; where NSP or NSU differs from
// them, it is so of Secure ones alone, or of Non-secure ones alone.
template <regs::Name N, regs::Place P>
using EventType = Reg<N, P, 0, Effect::OnReadWrite, //
                      Field<"EVENT", bits(15, 0)>, Res0<bits(27, 16)>, Field<"NSU", bit(28)>,
                      Field<"NSP", bit(29)>, Field<"U", bit(30)>, Field<"P", bit(31)>>;
struct PMEVTYPERn : EventType<"PMEVTYPERn", at(0x3400, max_counters)> {};

// E and X are those of SMMU_CBn_PMCR, where the group is revealed in a bank.
struct PMCGCRn : Reg<"PMCGCRn", at(0x3800, max_counter_groups), 0, Effect::OnReadWrite, //
                     Field<"NDX", bits(7, 0)>, Field<"TCEFCFG", bits(9, 8)>,
                     Field<"CBAEN", bit(10)>, Field<"E", bit(11)>, Field<"X", bit(12)>,
                     Res0<bits(15, 13)>, Field<"SIDG", bits(22, 16), Mode::RO>, Res0<bit(23)>,
                     Field<"CGNC", bits(27, 24), Mode::RO>, Res0<bits(31, 28)>> {};
struct PMCGSMRn : Reg<"PMCGSMRn", at(0x3a00, max_counter_groups), 0, Effect::None, //
                      Field<"ID", bits(15, 0)>, Field<"MASK", bits(31, 16)>> {};

// One bit a counter. The set forms hold them; the clear forms show the same.
inline constexpr unsigned counter_words = max_counters / 32;
template <regs::Name N, uint32_t Offset>
using CounterBits = Reg<N, at(Offset, counter_words), 0, Effect::OnReadWrite,
                        Field<"COUNTER", bits(31, 0), Mode::RO>>;
struct PMCNTENSETn : CounterBits<"PMCNTENSETn", 0x3c00> {};
struct PMCNTENCLRn : CounterBits<"PMCNTENCLRn", 0x3c20> {};
struct PMINTENSETn : CounterBits<"PMINTENSETn", 0x3c40> {};
struct PMINTENCLRn : CounterBits<"PMINTENCLRn", 0x3c60> {};
struct PMOVSCLRn : CounterBits<"PMOVSCLRn", 0x3c80> {};
struct PMOVSSETn : CounterBits<"PMOVSSETn", 0x3cc0> {};

template <regs::Name N, regs::Place P>
using MonitorConfiguration =
    Reg<N, P, 0, Effect::OnRead, //
        Field<"N", bits(7, 0), Mode::RO>, Field<"SIZE", bits(13, 8), Mode::RO>,
        Field<"CC", bit(14), Mode::RO>, Field<"CCD", bit(15), Mode::RO>,
        Field<"EX", bit(16), Mode::RO>, Res0<bits(18, 17)>, Field<"UEN", bit(19), Mode::RO>,
        Res0<bits(23, 20)>, Field<"NCG", bits(31, 24), Mode::RO>>;
struct PMCFGR : MonitorConfiguration<"PMCFGR", at(0x3e00)> {};

template <regs::Name N, regs::Place P>
using MonitorControl =
    Reg<N, P, 0, Effect::OnReadWrite, //
        Field<"E", bit(0)>, Field<"P", bit(1), Mode::WO>, Res0<bits(3, 2)>, Field<"X", bit(4)>,
        Res0<bits(23, 5)>, Field<"IMP", bits(31, 24), Mode::RO>>;
struct PMCR : MonitorControl<"PMCR", at(0x3e04)> {}; // of the groups that are in no bank

struct PMCEID0
    : Reg<"PMCEID0", at(0x3e20), 0, Effect::OnRead, Field<"EVENTS", bits(31, 0), Mode::RO>> {};
struct PMCEID1
    : Reg<"PMCEID1", at(0x3e24), 0, Effect::None, Field<"EVENTS", bits(31, 0), Mode::RO>> {};
// UG1087's. IHI 0062D 12.2.1 sets bit 3 too, of an SMMU with two security states, and has the bits
// that tell of debug signals, which there are none of here.
struct PMAUTHSTATUS : Reg<"PMAUTHSTATUS", at(0x3fb8), 0x80, Effect::None,
                          Field<"STATUS", bits(7, 0), Mode::RO>, Res0<bits(31, 8)>> {};
struct PMDEVTYPE : Reg<"PMDEVTYPE", at(0x3fcc), 0x56, Effect::None,
                       Field<"TYPE", bits(7, 0), Mode::RO>, Res0<bits(31, 8)>> {};

// Of no window: the moment up to which the counters of cycles have been brought.
struct PMCYCLES
    : Reg64<"PMCYCLES", at(0x5f00), 0, Effect::None, Field<"TIME", bits(63, 0), Mode::RO>> {};

// ---- A context bank's view of the group that is assigned to it --------------------------------

consteval regs::Place bank_monitor(uint32_t offset)
{
    return at(0x8000 + offset, max_context_banks, 0x1000);
}
struct SMMU_CBn_PMEVCNTR0 : EventCounter<"SMMU_CBn_PMEVCNTR0", bank_monitor(0xe00)> {};
struct SMMU_CBn_PMEVCNTR1 : EventCounter<"SMMU_CBn_PMEVCNTR1", bank_monitor(0xe04)> {};
struct SMMU_CBn_PMEVCNTR2 : EventCounter<"SMMU_CBn_PMEVCNTR2", bank_monitor(0xe08)> {};
struct SMMU_CBn_PMEVCNTR3 : EventCounter<"SMMU_CBn_PMEVCNTR3", bank_monitor(0xe0c)> {};
struct SMMU_CBn_PMEVTYPER0 : EventType<"SMMU_CBn_PMEVTYPER0", bank_monitor(0xe80)> {};
struct SMMU_CBn_PMEVTYPER1 : EventType<"SMMU_CBn_PMEVTYPER1", bank_monitor(0xe84)> {};
struct SMMU_CBn_PMEVTYPER2 : EventType<"SMMU_CBn_PMEVTYPER2", bank_monitor(0xe88)> {};
struct SMMU_CBn_PMEVTYPER3 : EventType<"SMMU_CBn_PMEVTYPER3", bank_monitor(0xe8c)> {};
struct SMMU_CBn_PMCFGR : MonitorConfiguration<"SMMU_CBn_PMCFGR", bank_monitor(0xf00)> {};
struct SMMU_CBn_PMCR : MonitorControl<"SMMU_CBn_PMCR", bank_monitor(0xf04)> {};
struct SMMU_CBn_PMCEID0 : Reg<"SMMU_CBn_PMCEID0", bank_monitor(0xf20), 0, Effect::OnRead,
                              Field<"EVENTS", bits(31, 0), Mode::RO>> {};
struct SMMU_CBn_PMCEID1 : Reg<"SMMU_CBn_PMCEID1", bank_monitor(0xf24), 0, Effect::None,
                              Field<"EVENTS", bits(31, 0), Mode::RO>> {};
template <regs::Name N, uint32_t Offset>
using GroupBits = Reg<N, bank_monitor(Offset), 0, Effect::OnReadWrite,
                      Field<"COUNTER", bits(3, 0), Mode::RO>, Res0<bits(31, 4)>>;
struct SMMU_CBn_PMCNTENSET : GroupBits<"SMMU_CBn_PMCNTENSET", 0xf40> {};
struct SMMU_CBn_PMCNTENCLR : GroupBits<"SMMU_CBn_PMCNTENCLR", 0xf44> {};
struct SMMU_CBn_PMINTENSET : GroupBits<"SMMU_CBn_PMINTENSET", 0xf48> {};
struct SMMU_CBn_PMINTENCLR : GroupBits<"SMMU_CBn_PMINTENCLR", 0xf4c> {};
struct SMMU_CBn_PMOVSCLR : GroupBits<"SMMU_CBn_PMOVSCLR", 0xf50> {};
struct SMMU_CBn_PMOVSSET : GroupBits<"SMMU_CBn_PMOVSSET", 0xf58> {};
struct SMMU_CBn_PMAUTHSTATUS : Reg<"SMMU_CBn_PMAUTHSTATUS", bank_monitor(0xfb8), 0, Effect::OnRead,
                                   Field<"STATUS", bits(7, 0), Mode::RO>, Res0<bits(31, 8)>> {};

} // namespace smmu_pm::smmu
