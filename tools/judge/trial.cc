// SPDX-License-Identifier: GPL-2.0-or-later
#include "judge/trial.hh"

#include "journal/console.hh"

#include <algorithm>

namespace smmu_pm::judge {

using journal::Event;
using journal::Kind;

namespace {

constexpr std::size_t max_complaints = 256;

/// One or more of the blocks that can be switched off, and nothing else: a word that nobody knows
/// would make a window in which nothing is asked.
bool known_blocks(std::string_view text)
{
    return text == "smmu" || text == "gpu" || text == "smmu gpu" || text == "gpu smmu";
}

} // namespace

std::string_view name_of(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Pass:
        return "PASS";
    case Verdict::Vacuous:
        return "VACUOUS";
    case Verdict::Error:
        return "ERROR";
    case Verdict::Fail:
        return "FAIL";
    }
    return "";
}

void Trial::count(const Event& event)
{
    switch (event.kind) {
    case Kind::Wire:
        if (event.block == journal::Block::Smmu) {
            const bool off = !event.missing.empty();
            counters_.power_cycles += off_ && !off;
            off_ = off;
        }
        break;
    case Kind::Translate:
        ++counters_.translations;
        break;
    case Kind::Refused:
        ++counters_.refused;
        break;
    case Kind::Bypass:
        ++counters_.bypassed;
        break;
    case Kind::Tlbi:
        ++counters_.tlbi;
        break;
    case Kind::Touch:
        ++counters_.touches;
        break;
    case Kind::Fault:
        ++counters_.faults;
        break;
    default:
        break;
    }
}

void Trial::event(const Line& line, Symbols& symbols)
{
    const Event event = line.view();
    end_ns_ = line.stamp.time_ns;
    if (event.kind == Kind::Finding) {
        live_.push_back(line.text);
        return;
    }
    if (event.kind == Kind::Mark) {
        begun_ = true;
        done_ = done_ || event.name == "done";
        if (event.name == "gave-up")
            errors_.push_back("the exerciser gave up: " + line.text);
        if (event.name == "idle" && !known_blocks(event.text))
            errors_.push_back("the mark 'idle' names no block: " + line.text);
        if (event.name == "budget" && !event.text.empty() && !journal::parse_budget(event.text, 0))
            errors_.push_back("the mark 'budget' is not 'BLOCK N' or 'BLOCK N/MS': " + line.text);
        if (event.name == "module")
            symbols.module_mark(event.text);
        if (event.name == "kernel") {
            symbols.kernel_mark(event.text);
            kernel_ = line.text;
        }
    }
    if (event.kind == Kind::Timeout)
        errors_.push_back("the run's virtual time was over");
    if (event.kind == Kind::Dropped)
        errors_.push_back("the journal was full before the run was over");
    count(event);
    judge_.feed(event, line.stamp);
    for (journal::Requirement& requirement : requires_list_)
        requirement.feed(event);
}

/// The program must find what QEMU found: otherwise one of them, or the journal, is wrong.
void Trial::compare_with_live()
{
    std::vector<std::string> own;
    for (const journal::Finding& finding : judge_.findings())
        own.push_back(finding.line);
    if (own != live_)
        errors_.push_back("the live judge made " + std::to_string(live_.size()) +
                          " findings, this one " + std::to_string(own.size()) +
                          ", and they differ");
}

void Trial::read_journal(std::istream& journal, Symbols& symbols)
{
    std::string text, error;
    if (!std::getline(journal, text)) {
        errors_.push_back("the journal is empty");
        return;
    }
    const auto header = read_header(text, error);
    if (!header) {
        errors_.push_back("journal, line 1: " + error);
        return;
    }
    header_ = *header;
    for (unsigned number = 2; std::getline(journal, text); ++number) {
        const auto line = read_line(text, error);
        if (!line) {
            errors_.push_back("journal, line " + std::to_string(number) + ": " + error);
            return;
        }
        event(*line, symbols);
    }
    compare_with_live();
    if (!done_ && errors_.empty())
        errors_.push_back("the exerciser never came to its end: no mark 'done'");
}

void Trial::console_line(const std::string& line, unsigned number)
{
    const std::string_view word = journal::complaint_in(line);
    if (word.empty() || complaints_.size() >= max_complaints)
        return;
    std::string text;
    std::copy_if(line.begin(), line.end(), std::back_inserter(text),
                 [](unsigned char c) { return c >= 0x20 && c < 0x7f; });
    complaints_.push_back({number, std::string(word), text.substr(0, 200)});
}

/// A kernel that dies of something else before the exerciser begins is not judged by its
/// complaints: nothing was asked of it yet, and a bisection is to skip it.
void Trial::console_end()
{
    if (begun_ || complaints_.empty() || !judge_.findings().empty())
        return;
    const auto panic = std::find_if(complaints_.begin(), complaints_.end(),
                                    [](const auto& each) { return each.word == "Kernel panic"; });
    const bool panicked = panic != complaints_.end();
    const Complaint& line = panicked ? *panic : complaints_.front();
    errors_.insert(errors_.begin(), std::string(panicked ? "the kernel panicked"
                                                         : "the kernel complained, and ended,") +
                                        " before the exerciser began: console line " +
                                        std::to_string(line.line) + ": " + line.text);
    complaints_.clear();
}

Verdict Trial::verdict() const
{
    if (!judge_.findings().empty() || !complaints_.empty())
        return Verdict::Fail;
    if (!errors_.empty())
        return Verdict::Error;
    const bool met = std::all_of(requires_list_.begin(), requires_list_.end(),
                                 [](const auto& requirement) { return requirement.met(); });
    return met ? Verdict::Pass : Verdict::Vacuous;
}

} // namespace smmu_pm::judge
