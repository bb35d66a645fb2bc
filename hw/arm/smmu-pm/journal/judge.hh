// SPDX-License-Identifier: GPL-2.0-or-later
//
// The judge: a pure function from the events of a run to findings. Fed one event at a time, it is
// linked twice, live into QEMU and into the program that judges a journal again; both must find the
// same. It is bounded: a guest that misbehaves for ever makes one finding with a count.
#pragma once

#include "journal/rules.hh"

#include <span>
#include <vector>

namespace smmu_pm::journal {

/// What the GPU, or pm-testdev, was doing when its supplier went.
struct Consumer {
    Block block = Block::Gpu;
    std::optional<Switch> on;           ///< it was on: the last wire to come
    std::optional<uint64_t> work_since; ///< it had work in flight
};

/// One thing that must not happen, and did.
struct Finding {
    std::string name; ///< "register-touch", … (docs/findings.rst)
    std::string line; ///< in one line, without symbols: what live judge and journal agree on
    Block block{};    ///< that it is about
    Event event{};    ///< name and text are empty: see event_name
    std::string event_name;
    Stamp stamp{};
    std::optional<Switch> off;          ///< who took the block's power; none: it had never been on
    std::string after_mark;             ///< the last mark before it
    unsigned count = 1;                 ///< times the same happened
    std::optional<Consumer> consumer{}; ///< of power-order
    std::optional<HeldTransaction> held{}; ///< of transaction-lost
    std::optional<Switch> on{};            ///< of never-off: who switched the block on
    uint64_t idle_since_ns = 0;            ///< the same: begin of the idle window
    power::SupplySet present{};            ///< the same: at its end
    std::optional<LostInvalidate> lost{};  ///< of stale-translation; none: before a restore
    std::string event_text{};              ///< the same: what there would be without the entry
    std::optional<Budget> budget{};        ///< of power-storm; `on` is then its most frequent waker
};

class Judge {
public:
    static constexpr std::size_t max_findings = 256;

    /// Other rules than all of them are for tests.
    explicit Judge(std::span<const Rule> rules = journal::rules) : rules_(rules) {}

    /// The findings that this event made: none, too, when it was one more of a kind already made.
    /// Good until the next call.
    std::span<const Finding> feed(const Event& event, const Stamp& stamp);

    const std::vector<Finding>& findings() const { return findings_; }
    /// Findings beyond max_findings, of which only the number is kept.
    unsigned uncounted() const { return uncounted_; }

private:
    void add(const Rule& rule, Block block, const Event& event, const Stamp& stamp);

    std::span<const Rule> rules_;
    State state_{};
    std::vector<unsigned> periods_{}; ///< of each finding: the off period it was made in
    std::vector<Finding> findings_{};
    unsigned uncounted_ = 0;
};

} // namespace smmu_pm::journal
