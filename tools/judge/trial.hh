// SPDX-License-Identifier: GPL-2.0-or-later
//
// A journal, read again from its first line to its verdict.
#pragma once

#include "journal/judge.hh"
#include "journal/requires.hh"
#include "judge/reader.hh"
#include "judge/symbols.hh"

#include <istream>
#include <string>
#include <vector>

namespace smmu_pm::judge {

/// The worse wins: Pass < Vacuous < Error < Fail.
enum class Verdict { Pass, Vacuous, Error, Fail };

std::string_view name_of(Verdict verdict);

struct Complaint {
    unsigned line;    ///< of the console, from 1
    std::string word; ///< what made it one
    std::string text;
};

struct Counters {
    uint64_t power_cycles = 0; ///< of the SMMU: times it could be reached again
    uint64_t translations = 0;
    uint64_t refused = 0;
    uint64_t bypassed = 0;
    uint64_t tlbi = 0;
    uint64_t touches = 0;
    uint64_t faults = 0;
};

class Trial {
public:
    explicit Trial(std::vector<journal::Requirement> requires_)
        : requires_list_(std::move(requires_))
    {
    }

    void read_journal(std::istream& journal, Symbols& symbols);
    /// `allowed(line)` says whether the table of verdicts lists the line.
    template <class F>
    void read_console(std::istream& console, F&& allowed)
    {
        std::string line;
        for (unsigned number = 1; std::getline(console, line); ++number)
            if (!allowed(line))
                console_line(line, number);
        console_end();
    }

    Verdict verdict() const;
    /// Why it is no PASS; findings speak for themselves.
    const std::vector<std::string>& errors() const { return errors_; }
    const std::vector<journal::Requirement>& requirements() const { return requires_list_; }
    const std::vector<journal::Finding>& findings() const { return judge_.findings(); }
    unsigned uncounted() const { return judge_.uncounted(); }
    const std::vector<Complaint>& complaints() const { return complaints_; }
    const Counters& counters() const { return counters_; }
    const Header& header() const { return header_; }
    const std::string& kernel() const { return kernel_; }
    uint64_t end_ns() const { return end_ns_; }

private:
    void console_line(const std::string& line, unsigned number);
    void console_end();
    void event(const Line& line, Symbols& symbols);
    void count(const journal::Event& event);
    void compare_with_live();

    std::vector<journal::Requirement> requires_list_;
    journal::Judge judge_{};
    std::vector<std::string> live_{}; ///< lines of the findings that the live judge made
    std::vector<Complaint> complaints_{};
    std::vector<std::string> errors_{};
    Counters counters_{};
    Header header_{};
    std::string kernel_{};
    uint64_t end_ns_ = 0;
    bool begun_ = false; ///< the exerciser has set a mark
    bool done_ = false;
    bool off_ = true;
};

} // namespace smmu_pm::judge
