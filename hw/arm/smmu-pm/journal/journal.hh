// SPDX-License-Identifier: GPL-2.0-or-later
//
// The journal: stamps events, writes them as lines, and lets the judge listen.
#pragma once

#include "journal/judge.hh"

namespace smmu_pm::journal {

/// What the journal asks of the machine around it.
class Host {
public:
    virtual uint64_t now_ns() = 0;
    virtual uint64_t counter() = 0;
    /// The call chain of the CPU access under way; depth 0 when there is none.
    virtual Chain call_chain() = 0;
    virtual void write(std::string_view line) = 0;
    virtual void finding(const Finding& finding) = 0;

protected:
    ~Host() = default;
};

struct Config {
    std::string_view machine = "none";
    power::Policy policy{};
    power::Collapse collapse{};
    uint64_t seed = 0;
    uint64_t max_bytes = uint64_t{64} << 20;
};

class Journal final : public Sink {
public:
    /// Writes the first line.
    Journal(const Config& config, Host& host);

    /// The findings that the event makes are recorded right behind it.
    void record(const Event& event) override;

    const Judge& judge() const { return judge_; }
    /// Events so far, findings among them; and how many of them came when the journal was full.
    uint64_t events() const { return events_; }
    uint64_t dropped() const { return dropped_; }

private:
    void write(const Event& event, const Stamp& stamp);

    Host& host_;
    Judge judge_{};
    uint64_t room_;
    uint64_t events_ = 0;
    uint64_t dropped_ = 0;
    bool full_ = false;
};

} // namespace smmu_pm::journal
