// SPDX-License-Identifier: GPL-2.0-or-later
//
// The judge: a pure function from the events of a run to findings. Fed one event at a time, it is
// linked twice, live into QEMU and into the program that judges a journal again; both must find the
// same. It is bounded: a guest that misbehaves for ever makes one finding with a count.
#pragma once

#include "journal/record.hh"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace smmu_pm::journal {

/// When a supply of a block went away, and who took it.
struct SwitchOff {
    uint64_t time_ns = 0;
    power::Supply supply{};
    Chain chain{};
};

/// One thing that must not happen, and did.
struct Finding {
    std::string name; ///< "register-touch", … (docs/findings.rst)
    std::string line; ///< in one line, without symbols: what live judge and journal agree on
    Event event{};    ///< name and text are empty: see event_name
    std::string event_name;
    Stamp stamp{};
    std::optional<SwitchOff> off; ///< none: the block had never been on
    std::string after_mark;       ///< the last mark before it
    unsigned count = 1;           ///< times the same happened while the block stayed off
};

/// What the judge knows of a block at a moment.
struct BlockState {
    struct Off {
        bool known = false; ///< the supply has gone from high to low at least once
        SwitchOff last{};
    };
    std::array<Off, power::supply_count> off{};
    power::SupplySet missing = power::SupplySet::from_bits(~0u); ///< for a register access
    unsigned period = 0;          ///< counts switch-offs: tells one off period from the next
    bool control_written = false; ///< SMMU_sCR0 since the registers last took their reset values
};

class Judge {
public:
    static constexpr std::size_t max_findings = 256;

    /// The finding that this event made, or nullptr: none, or one more of a kind already made.
    const Finding* feed(const Event& event, const Stamp& stamp);

    const std::vector<Finding>& findings() const { return findings_; }
    /// Findings beyond max_findings, of which only the number is kept.
    unsigned uncounted() const { return uncounted_; }

private:
    void learn(const Event& event, const Stamp& stamp);
    const Finding* add(std::string_view rule, const Event& event, const Stamp& stamp,
                       power::SupplySet missing);
    const BlockState& state(Block block) const { return blocks_[static_cast<unsigned>(block)]; }

    std::array<BlockState, block_names.size()> blocks_{};
    std::vector<unsigned> periods_{}; ///< of each finding: the off period it was made in
    std::string mark_{};
    std::vector<Finding> findings_{};
    unsigned uncounted_ = 0;
};

} // namespace smmu_pm::journal
