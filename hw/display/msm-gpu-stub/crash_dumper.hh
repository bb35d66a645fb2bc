// SPDX-License-Identifier: GPL-2.0-or-later
//
// The crash dumper: it runs a script of pairs of 64-bit words that it fetches from memory, and goes
// on when the command processor cannot. A pair is, with the register's number in bits 63:44 of the
// second word,
//
//   a register write   bit 21 of the second word set: the first word's low half is the value
//   a dump             else: as many registers as bits 19:0 say, to the address in the first word
//   the end            both words are 0
//
// The layout is a5xx_crashdumper_run's. How long a script may be nobody says: here it ends after
// max_work pairs and registers together, without having become done.
#pragma once

#include "bus.hh"

#include <array>
#include <cstdint>

namespace smmu_pm::gpu {

class CrashDumper {
public:
    static constexpr uint32_t max_work = 1u << 18;
    static constexpr uint32_t slice_transfers = 16;

    enum class Condition : uint8_t {
        Idle,
        Running,
        Done,
        Failed,  ///< bus error
        Refused, ///< a register beyond the window
        Hung,    ///< no answer
        Endless,
    };

    /// CP_CRASH_DUMP_CNTL: from the script's start. Not while it runs.
    void start(uint64_t script);
    /// Work for one slice; no effect unless running().
    void slice(Bus& bus);

    bool running() const { return condition_ == Condition::Running; }
    Condition condition() const { return condition_; }
    /// Where it failed: IOVA, or register index times 4; and whether that was a write.
    uint64_t error_address() const { return error_address_; }
    bool error_write() const { return error_write_ != 0; }

    /// f(field): all numbers of the state, in a fixed order.
    template <class F>
    void each_field(F&& f) const
    {
        visit(*this, f);
    }
    template <class F>
    void each_field(F&& f)
    {
        visit(*this, f);
    }
    bool valid() const;

    bool operator==(const CrashDumper&) const = default;

private:
    template <class Self, class F>
    static void visit(Self& self, F& f)
    {
        f(self.condition_);
        f(self.script_);
        f(self.target_);
        f(self.index_);
        f(self.left_);
        f(self.work_);
        f(self.error_address_);
        f(self.error_write_);
    }

    void next(Bus& bus);
    void dump(Bus& bus);
    bool moved(power::Status status, uint64_t iova);
    bool accessed(RegisterAccess access, uint32_t index, bool write);
    void stop(Condition condition, uint64_t address, bool write);

    Condition condition_ = Condition::Idle;
    uint64_t script_ = 0; ///< of the next pair
    uint64_t target_ = 0; ///< of the next register's value
    uint32_t index_ = 0;  ///< of the next register
    uint32_t left_ = 0;   ///< registers of the dump under way
    uint32_t work_ = 0;
    uint64_t error_address_ = 0;
    uint32_t error_write_ = 0;

    // Of the slice under way; nothing between two.
    uint32_t transfers_ = 0;
    bool stalled_ = false;
};

} // namespace smmu_pm::gpu
