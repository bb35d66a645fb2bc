// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/monitors.hh"

namespace smmu_pm::smmu {
namespace {

/// PMCGCRn.TCEFCFG.
constexpr uint64_t filter_stream = 1, filter_bank = 2;

constexpr uint64_t bit_of(MonitorEvent event)
{
    return uint64_t{1} << static_cast<unsigned>(event);
}
static_assert(every_event ==
              (bit_of(MonitorEvent::Cycle) | bit_of(MonitorEvent::Cycle64) |
               bit_of(MonitorEvent::TlbAllocate) | bit_of(MonitorEvent::TlbReadAllocate) |
               bit_of(MonitorEvent::TlbWriteAllocate) | bit_of(MonitorEvent::Access) |
               bit_of(MonitorEvent::ReadAccess) | bit_of(MonitorEvent::WriteAccess)));

/// An IMPLEMENTATION DEFINED event is announced nowhere.
bool is_counted(const Config& config, MonitorEvent event)
{
    return event == MonitorEvent::Walk ||
           (static_cast<unsigned>(event) < 32 && (config.events & bit_of(event)) != 0);
}

bool bit_of(uint64_t word, unsigned counter)
{
    return (word >> counter % 32 & 1) != 0;
}

void add(Registers& registers, unsigned counter, uint64_t count)
{
    const uint64_t sum = registers.get<PMEVCNTRn>(counter).raw() + count;
    registers.put(Value<PMEVCNTRn>(sum), counter);
    if (sum >> 32 != 0) {
        const auto overflows = registers.get<PMOVSSETn>(counter / 32);
        registers.put(Value<PMOVSSETn>(overflows.raw() | uint64_t{1} << counter % 32),
                      counter / 32);
    }
}

/// f(counter, its event) for each counter that is enabled and in a group that is.
template <class F>
void each_enabled(const Registers& registers, const Config& config, F&& f)
{
    for (unsigned group = 0; group < config.counter_groups; ++group) {
        if (!is_enabled(registers, group))
            continue;
        for (unsigned i = 0; i < counters_per_group; ++i) {
            const unsigned counter = group * counters_per_group + i;
            const auto event =
                static_cast<MonitorEvent>(registers.get<PMEVTYPERn>(counter).get<"EVENT">());
            if (bit_of(registers.get<PMCNTENSETn>(counter / 32).raw(), counter) &&
                is_counted(config, event))
                f(counter, event);
        }
    }
}

/// Whether a group's filter and a counter's take a transaction.
bool takes(const Registers& registers, unsigned counter, const Monitored& what)
{
    const unsigned group = counter / counters_per_group;
    const auto control = registers.get<PMCGCRn>(group);
    if (control.get<"TCEFCFG">() == filter_stream) {
        const auto match = registers.get<PMCGSMRn>(group);
        if (((match.get<"ID">() ^ what.stream) & ~match.get<"MASK">() & 0xffff) != 0)
            return false;
    } else if (control.get<"TCEFCFG">() == filter_bank && what.bank != control.get<"NDX">()) {
        return false;
    }
    const auto type = registers.get<PMEVTYPERn>(counter);
    bool excluded = what.privileged ? type.get<"P">() : type.get<"U">();
    if (!what.secure)
        excluded = excluded != (what.privileged ? type.get<"NSP">() : type.get<"NSU">());
    // Secure transactions are counted where Secure software permits it.
    return !excluded && (!what.secure || registers.get<SMMU_SCR1>().get<"SPMEN">());
}

} // namespace

bool monitors_run(const Config& config, const Registers& registers)
{
    for (unsigned group = 0; group < config.counter_groups; ++group)
        if (is_enabled(registers, group))
            return true;
    return false;
}

void reset_counters(Registers& registers, unsigned group)
{
    for (unsigned i = 0; i < counters_per_group; ++i)
        registers.put(Value<PMEVCNTRn>(0), group * counters_per_group + i);
}

void count_cycles(Registers& registers, const Config& config, uint64_t now)
{
    const uint64_t last = registers.get<PMCYCLES>().raw();
    registers.put(Value<PMCYCLES>(now));
    if (!monitors_run(config, registers))
        return;
    each_enabled(registers, config, [&](unsigned counter, MonitorEvent event) {
        if (event == MonitorEvent::Cycle)
            add(registers, counter, now - last);
        else if (event == MonitorEvent::Cycle64)
            add(registers, counter, (now >> 6) - (last >> 6));
    });
}

void count_access(Registers& registers, const Config& config, const Monitored& what)
{
    const auto own = what.write ? MonitorEvent::WriteAccess : MonitorEvent::ReadAccess;
    each_enabled(registers, config, [&](unsigned counter, MonitorEvent event) {
        if ((event == MonitorEvent::Access || event == own) && takes(registers, counter, what))
            add(registers, counter, 1);
    });
}

void count_walk(Registers& registers, const Config& config, const Monitored& what,
                uint64_t allocated)
{
    const auto own = what.write ? MonitorEvent::TlbWriteAllocate : MonitorEvent::TlbReadAllocate;
    each_enabled(registers, config, [&](unsigned counter, MonitorEvent event) {
        const uint64_t count = event == MonitorEvent::Walk                          ? 1
                               : event == MonitorEvent::TlbAllocate || event == own ? allocated
                                                                                    : 0;
        if (count != 0 && takes(registers, counter, what))
            add(registers, counter, count);
    });
}

bool monitor_irq(const Registers& registers, unsigned group)
{
    const unsigned first = group * counters_per_group;
    const uint64_t mask = ((uint64_t{1} << counters_per_group) - 1) << first % 32;
    return is_enabled(registers, group) &&
           (registers.get<PMOVSSETn>(first / 32).raw() &
            registers.get<PMINTENSETn>(first / 32).raw() & mask) != 0;
}

std::optional<unsigned> group_of_bank(const Registers& registers, const Config& config,
                                      unsigned bank)
{
    for (unsigned group = 0; group < config.counter_groups; ++group) {
        const auto control = registers.get<PMCGCRn>(group);
        if (control.get<"CBAEN">() && control.get<"NDX">() == bank)
            return group;
    }
    return std::nullopt;
}

} // namespace smmu_pm::smmu
