// SPDX-License-Identifier: GPL-2.0-or-later
//
// Counting: which counters a transaction moves, the passing of cycles, overflow. The counters are
// the registers; there is nothing else to keep. A cycle is a nanosecond of the host's virtual time.
// Counters of cycles are brought up to now when a register of the monitors is accessed and when a
// transaction passes, and their overflow is noticed then.
#pragma once

#include "smmu/config.hh"
#include "smmu/registers.hh"

#include <optional>

namespace smmu_pm::smmu {

/// Event numbers of IHI 0062D; Walk is ours, among the IMPLEMENTATION DEFINED ones.
enum class MonitorEvent : uint16_t {
    Cycle = 0x00,
    Cycle64 = 0x01,
    TlbAllocate = 0x08,
    TlbReadAllocate = 0x09,
    TlbWriteAllocate = 0x0a,
    Access = 0x10,
    ReadAccess = 0x11,
    WriteAccess = 0x12,
    Walk = 0x80,
};

/// A transaction, as the counters' filters see it.
struct Monitored {
    uint16_t stream = 0;
    std::optional<unsigned> bank{}; ///< nothing: it passed none
    bool write = false;
    bool privileged = false;
    bool secure = false;
};

/// Whether a group is revealed in a bank. One is that is assigned to a bank that there is not, too.
inline bool is_revealed(const Registers& registers, unsigned group)
{
    return registers.get<PMCGCRn>(group).get<"CBAEN">();
}

/// Whether the counters of a group count, and interrupt: with PMCR.E, or when it is revealed in a
/// bank with that bank's SMMU_CBn_PMCR.E, which is PMCGCRn.E, and of no other group (IHI 0062D
/// 6.7.2, 12.2.5, 12.2.9).
inline bool is_enabled(const Registers& registers, unsigned group)
{
    return is_revealed(registers, group) ? registers.get<PMCGCRn>(group).get<"E">()
                                         : registers.get<PMCR>().get<"E">();
}

/// Whether anything is counted at all.
bool monitors_run(const Config& config, const Registers& registers);

/// Counts the cycles since the last call; before an access to registers of the monitors.
void count_cycles(Registers& registers, const Config& config, uint64_t now);
void count_access(Registers& registers, const Config& config, const Monitored& what);
/// An access that missed the TLB and walked, and how many entries the TLB has got of it: none of a
/// walk that is not kept, and of a nested one those of stage 2 alone, too (IHI 0062D 6.3 counts
/// entries, and does not say of what).
void count_walk(Registers& registers, const Config& config, const Monitored& what,
                uint64_t allocated);

/// All counters of a group to zero.
void reset_counters(Registers& registers, unsigned group);

/// Level of a group's interrupt line. Overflows interrupt while their group is enabled.
bool monitor_irq(const Registers& registers, unsigned group);

/// The group that is assigned to a context bank: PMCGCRn.CBAEN and NDX.
std::optional<unsigned> group_of_bank(const Registers& registers, const Config& config,
                                      unsigned bank);

} // namespace smmu_pm::smmu
