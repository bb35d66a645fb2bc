// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the GPU holds as long as it has power, and the one thing about it that is elsewhere: a
// transaction of its own that somebody keeps.
#pragma once

#include "command_processor.hh"
#include "counters.hh"
#include "crash_dumper.hh"
#include "registers.hh"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace smmu_pm::gpu {

/// The part of the window that only remembers: 0 at power-up. Takes memory with the first write.
class Ram {
public:
    uint32_t read(uint32_t index) const { return dwords_.empty() ? 0 : dwords_[index]; }
    /// `index` in dwords, below window_dwords.
    void write(uint32_t index, uint32_t value);
    /// f(index, value) for each dword that is not 0.
    template <class F>
    void each_stored(F&& f) const
    {
        for (std::size_t i = 0; i < dwords_.size(); ++i)
            if (dwords_[i] != 0)
                f(static_cast<uint32_t>(i), dwords_[i]);
    }

private:
    std::vector<uint32_t> dwords_;
};

/// A transaction that is held. While it is, no other one leaves the GPU: there is one way to
/// memory. When it is let go, its engine sends it again, and `state` says what it then meets.
struct Hold {
    enum class State : uint8_t { None, Waiting, Retry, Abort, RazWi };
    enum class Owner : uint8_t { CommandProcessor, CrashDumper };

    State state = State::None;
    Owner owner = Owner::CommandProcessor;

    bool waiting() const { return state == State::Waiting; }
    bool answered() const { return state > State::Waiting; }
    bool of(Owner engine) const { return state != State::None && owner == engine; }
    bool operator==(const Hold&) const = default;
};

/// All that a loss of power, or a reset, takes away.
struct Contents {
    RegisterFile file;
    Ram ram;
    CommandProcessor cp;
    CrashDumper dumper;
    Counters counters;
    uint64_t busy_ns = 0;       ///< virtual time spent working, counted by the slice
    uint32_t hang_reported = 0; ///< of the standstill that lasts

    Ring ring() const;
    /// The command processor would do something, as far as its own registers have a say.
    bool cp_can_work() const;
    /// A slice would do something, as far as the GPU's own registers have a say.
    bool can_work(const Hold& hold) const;
    /// The command processor has unfinished work, whether or not anything stands in its way.
    bool working(const Hold& hold) const;
    /// Anything has.
    bool busy(const Hold& hold) const;
    /// The command processor stands still in the middle of its work and the hang detector is on.
    bool hanging(const Hold& hold) const;
    /// How long that may last before it is reported.
    uint64_t hang_threshold_ns() const;
    /// The level of the interrupt line.
    bool irq() const;
};

} // namespace smmu_pm::gpu
