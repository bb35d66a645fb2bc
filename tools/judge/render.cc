// SPDX-License-Identifier: GPL-2.0-or-later
#include "judge/render.hh"

#include <nlohmann/json.hpp>

#include <cinttypes>
#include <cstdio>
#include <span>

namespace smmu_pm::judge {

using journal::Chain;
using journal::Finding;
using journal::Kind;
using journal::list;

namespace {

constexpr std::string_view rule =
    "==================================================================\n";

std::string seconds(uint64_t ns)
{
    char text[32];
    std::snprintf(text, sizeof(text), "%" PRIu64 ".%06" PRIu64 " s", ns / 1000000000,
                  ns / 1000 % 1000000);
    return text;
}

/// The block as a reader calls it.
std::string title(journal::Block block)
{
    switch (block) {
    case journal::Block::Smmu:
        return "SMMU";
    case journal::Block::Gpu:
        return "GPU";
    case journal::Block::Testdev:
        return "pm-testdev";
    default:
        return std::string(name_of(block));
    }
}

std::string access_of(const Finding& finding)
{
    const journal::Event& event = finding.event;
    std::string text = event.write ? "Write " : "Read ";
    if (event.kind == Kind::Touch) {
        text += "of " +
                (finding.event_name.empty() ? "an undeclared register" : finding.event_name) +
                " (" + title(event.block) + " offset " + journal::hex(event.address) + "), " +
                std::to_string(event.size) + " bytes";
        if (event.write)
            text += ", value " + journal::hex(event.value);
        return text;
    }
    return text + "by stream " + std::to_string(event.stream) + " at IOVA " +
           journal::hex(event.address);
}

std::string what_happened(const Finding& finding)
{
    const std::string block = title(finding.block);
    switch (finding.event.kind) {
    case Kind::Wire:
        return "The " + block + " lost its " + finding.event_name +
               ", without which it cannot translate";
    case Kind::Gpu:
        return "Work of the " + block + " was lost: its ring from " +
               journal::hex(finding.event.address) + " up to " + journal::hex(finding.event.value);
    case Kind::Testdev:
        return "A request of " + block + " was lost: " + std::to_string(finding.event.value) +
               " bytes from IOVA " + journal::hex(finding.event.address);
    case Kind::Release:
        return access_of(finding) + " was held by the " + block + ", and is lost";
    case Kind::Mark:
        return finding.budget
                   ? "The " + block + " was powered up " +
                         std::to_string(finding.budget->power_ups) + " times, and its budget was " +
                         std::to_string(finding.budget->allowed(finding.stamp.time_ns))
                   : "The " + block + " was not switched off while it was idle";
    case Kind::Stale:
        return access_of(finding) + " hit a stale TLB entry, for physical address " +
               journal::hex(finding.event.pa);
    default:
        return access_of(finding);
    }
}

std::string budget_text(const journal::Budget& budget)
{
    std::string text =
        std::to_string(budget.limit) + (budget.limit == 1 ? " power-up" : " power-ups");
    if (budget.period_ms != 0)
        text += ", and one for each " + std::to_string(budget.period_ms) + " ms that had begun";
    return text;
}

/// In which state it happened: a line, or none.
std::string circumstance(const Finding& finding)
{
    const std::string block = title(finding.block);
    switch (finding.event.kind) {
    case Kind::Wire: {
        const bool gpu = finding.consumer->block == journal::Block::Gpu;
        std::string text = gpu ? "while the GPU was " : "while pm-testdev was ";
        if (finding.consumer->on)
            text += "on";
        if (finding.consumer->work_since)
            text += (finding.consumer->on ? " and had work" : "at work: it had work") +
                    std::string(gpu ? " in flight since the ring write at "
                                    : " in flight since it was started at ") +
                    seconds(*finding.consumer->work_since);
        return text + "\n";
    }
    case Kind::Bypass:
        return "while SMMU_sCR0 held its reset value: nobody has written it since power-up\n";
    case Kind::Gpu:
        return finding.held
                   ? "under way since the ring write at " + seconds(finding.held->since_ns) + "\n"
                   : "";
    case Kind::Testdev:
        return finding.held ? "under way since " + seconds(finding.held->since_ns) + "\n" : "";
    case Kind::Release:
        return finding.held ? "held since " + seconds(finding.held->since_ns) + " (" +
                                  finding.held->why + ")\n"
                            : "";
    case Kind::Mark:
        if (finding.budget)
            return "window since " + seconds(finding.budget->since_ns) + ": " +
                   budget_text(*finding.budget) + "\n";
        return "idle window since " + seconds(finding.idle_since_ns) +
               "; still present: " + list(finding.present) + "\n";
    default:
        return finding.event.missing.empty()
                   ? ""
                   : "while the " + block +
                         " could not be reached; missing: " + list(finding.event.missing) + "\n";
    }
}

std::string consequence(const Finding& finding)
{
    switch (finding.event.kind) {
    case Kind::Bypass:
        return "the transaction went to physical address " + journal::hex(finding.event.address) +
               ", untranslated";
    case Kind::Refused:
        return "the master got a decode error, no fault register could be written";
    case Kind::Stall:
        return "the transaction is held until power returns or its master gives up "
               "(DMA policy hang)";
    case Kind::Wire:
        return std::string("transactions of ") +
               (finding.consumer->block == journal::Block::Gpu ? "the GPU" : "pm-testdev") +
               " find nobody to translate them";
    case Kind::Gpu:
        return "these commands are never finished, and their fence never signals";
    case Kind::Testdev:
        return "it is never finished, and its interrupt never comes";
    case Kind::Release:
        return "nobody answers the transaction: its master waits for ever, and SMMU_CBn_RESUME "
               "has nothing to resume";
    case Kind::Mark:
        return finding.budget ? "each of them took the time of a switch-on, a restore and a reset "
                                "of the TLB"
                              : "it drew power while nobody used it";
    case Kind::Stale:
        if (finding.event_text == "other permissions")
            return "the entry's permissions decided, not those of the tables";
        if (finding.event_text == "a translation")
            return "the transaction was refused, and the tables translate it";
        return "the transaction went where the tables do not lead any more; without the entry: " +
               finding.event_text;
    default:
        break;
    }
    switch (finding.event.answer) {
    case power::Policy::Abort:
        return "the CPU took a synchronous external abort (policy abort)";
    case power::Policy::RazWi:
        return finding.event.write ? "the write was lost (policy razwi)"
                                   : "the CPU read zero (policy razwi)";
    case power::Policy::Ones:
        return finding.event.write ? "the write was lost (policy ones)"
                                   : "the CPU read all ones (policy ones)";
    case power::Policy::Hang:
        return "the access was never answered, and the run ended there (policy hang)";
    }
    return {};
}

std::string chain_text(const Chain& chain, const Symbols& symbols)
{
    if (chain.depth == 0)
        return "  (no CPU was accessing: no call chain)\n";
    std::string text;
    for (const std::string& line : symbols.lines_of(std::span(chain.pc).first(chain.depth)))
        text += "  " + line + "\n";
    return text;
}

/// A switch that was made before the event, and by whom. What a controller does later than the
/// write that asked for it (a GDSC's ramp) has no call chain.
std::string switch_text(const journal::Switch& change, uint64_t now_ns, const Symbols& symbols)
{
    const std::string text = "(" + std::string(power::name_of(change.supply)) + ") at " +
                             seconds(change.time_ns) + ", " + seconds(now_ns - change.time_ns) +
                             " before";
    return text + (change.chain.depth == 0 ? ".\n" : ", by:\n" + chain_text(change.chain, symbols));
}

/// Where the CPU was that did it: its own access, or the write that took the power. A master's
/// transaction has no such place.
const Chain& culprit(const Finding& finding)
{
    const bool taken = finding.event.kind == Kind::Release || finding.event.kind == Kind::Gpu ||
                       finding.event.kind == Kind::Testdev;
    if (finding.lost)
        return finding.lost->chain;
    // Whoever brought the block up and did not set it up, too.
    if ((finding.budget || finding.event.kind == Kind::Bypass) && finding.on)
        return finding.on->chain;
    return taken && finding.off ? finding.off->chain : finding.stamp.chain;
}

std::string guilty(const Finding& finding, const Symbols& symbols)
{
    const Chain& chain = culprit(finding);
    if (chain.depth == 0)
        return "";
    const std::size_t who = symbols.carriers(std::span(chain.pc).first(chain.depth));
    return " in " + symbols.name_of(chain.pc[who], who > 0);
}

/// The invalidate that a stale entry outlived, and who wrote it.
std::string lost_text(const Finding& finding, const Symbols& symbols)
{
    const std::string what = "\nA write of " + finding.event_name + ", value " +
                             journal::hex(finding.event.value) + ", should have removed the entry";
    if (!finding.lost)
        return what + ";\nit was lost before the machine was saved.\n";
    const journal::LostInvalidate& lost = *finding.lost;
    return what + ".\nIt was lost at " + seconds(lost.time_ns) + ", " +
           seconds(finding.stamp.time_ns - lost.time_ns) +
           " before; missing: " + list(lost.missing) + "\n\nWritten by:\n" +
           chain_text(lost.chain, symbols);
}

/// Who accessed, who switched off, who switched on.
std::string who(const Finding& finding, const Symbols& symbols)
{
    const uint64_t now_ns = finding.stamp.time_ns;
    const Chain& chain = finding.stamp.chain;
    std::string text;
    if (finding.event.kind == Kind::Touch)
        text += "\nAccessed by:\n" + chain_text(chain, symbols);
    if (finding.event.kind == Kind::Wire)
        text += "\nSwitched off (" + finding.event_name + ") by:\n" + chain_text(chain, symbols);
    if (finding.event.kind == Kind::Stale)
        text += lost_text(finding, symbols);
    if (finding.off)
        text += "\nSwitched off " + switch_text(*finding.off, now_ns, symbols);
    else if (finding.event.kind != Kind::Wire && !finding.event.missing.empty())
        text += "\nIt had not been switched on since the machine started.\n";
    if (finding.consumer && finding.consumer->on)
        text += (finding.consumer->block == journal::Block::Gpu ? "\nThe GPU" : "\npm-testdev") +
                std::string(" was switched on ") +
                switch_text(*finding.consumer->on, now_ns, symbols);
    if (finding.budget && finding.on)
        text += "\nMostly (" + std::to_string(finding.budget->most()->times) +
                " times) switched on by one place, the last time " +
                switch_text(*finding.on, now_ns, symbols);
    else if (finding.on)
        text += "\nSwitched on " + switch_text(*finding.on, now_ns, symbols);
    return text;
}

std::string finding_text(const Finding& finding, const Symbols& symbols)
{
    std::string text(rule);
    text += "BUG: smmu-pm: " + finding.name + guilty(finding, symbols) + "\n\n";
    text += what_happened(finding) + "\n";
    text += "at " + seconds(finding.stamp.time_ns) + " of virtual time (CNTVCT " +
            std::to_string(finding.stamp.counter) + ")";
    if (!finding.after_mark.empty())
        text += ", after mark: " + finding.after_mark;
    text += "\n" + circumstance(finding) + who(finding, symbols);
    text += "\nConsequence: " + consequence(finding) + "\n";
    if (finding.count > 1)
        text += "The same happened " + std::to_string(finding.count) + " times in all" +
                (finding.event.missing.empty() || finding.event.kind == Kind::Wire
                     ? ".\n"
                     : " while it stayed off.\n");
    return text + std::string(rule);
}

nlohmann::ordered_json chain_json(const Chain& chain, const Symbols& symbols)
{
    auto list = nlohmann::ordered_json::array();
    for (unsigned i = 0; i < chain.depth; ++i)
        list.push_back(symbols.name_of(chain.pc[i], i > 0));
    return list;
}

nlohmann::ordered_json switch_json(const journal::Switch& change, const Symbols& symbols)
{
    nlohmann::ordered_json json;
    json["t"] = change.time_ns;
    json["supply"] = power::name_of(change.supply);
    json["chain"] = chain_json(change.chain, symbols);
    return json;
}

nlohmann::ordered_json finding_json(const Finding& finding, const Symbols& symbols)
{
    nlohmann::ordered_json json;
    json["finding"] = finding.name;
    json["line"] = finding.line;
    json["block"] = name_of(finding.block);
    json["t"] = finding.stamp.time_ns;
    json[finding.event.kind == Kind::Wire ? "supply" : "register"] = finding.event_name;
    json["missing"] = list(finding.event.missing);
    json["count"] = finding.count;
    json["after_mark"] = finding.after_mark;
    json["consequence"] = consequence(finding);
    json["chain"] = chain_json(finding.stamp.chain, symbols);
    if (finding.off)
        json["off"] = switch_json(*finding.off, symbols);
    if (finding.on)
        json["on"] = switch_json(*finding.on, symbols);
    if (finding.consumer && finding.consumer->on)
        json["consumer_on"] = switch_json(*finding.consumer->on, symbols);
    if (finding.consumer && finding.consumer->work_since)
        json["work_since"] = *finding.consumer->work_since;
    if (finding.held)
        json["held_since"] = finding.held->since_ns;
    if (finding.lost)
        json["lost"] = {{"t", finding.lost->time_ns},
                        {"register", finding.lost->name},
                        {"value", journal::hex(finding.lost->value)},
                        {"missing", list(finding.lost->missing)},
                        {"chain", chain_json(finding.lost->chain, symbols)}};
    if (finding.event.kind == Kind::Stale)
        json["without_entry"] = finding.event_text;
    if (finding.budget)
        json["budget"] = {{"limit", finding.budget->limit},
                          {"period_ms", finding.budget->period_ms},
                          {"since", finding.budget->since_ns},
                          {"allowed", finding.budget->allowed(finding.stamp.time_ns)},
                          {"power_ups", finding.budget->power_ups}};
    else if (finding.event.kind == Kind::Mark)
        json["idle_since"] = finding.idle_since_ns;
    return json;
}

} // namespace

std::string render_text(const Trial& trial, const Symbols& symbols)
{
    std::string text;
    for (const Finding& finding : trial.findings())
        text += finding_text(finding, symbols) + "\n";
    if (trial.uncounted() > 0)
        text += std::to_string(trial.uncounted()) + " further findings are not shown.\n\n";
    for (const Complaint& complaint : trial.complaints())
        text += "kernel-complaint: console line " + std::to_string(complaint.line) + " (" +
                complaint.word + "):\n  " + complaint.text + "\n\n";
    for (const std::string& error : trial.errors())
        text += "ERROR: " + error + "\n";
    for (const auto& requirement : trial.requirements())
        if (!requirement.met())
            text += "not met: " + requirement.text() + "\n  " + requirement.reason() + "\n";
    text += "verdict: " + std::string(name_of(trial.verdict())) + "\n";
    return text;
}

std::string render_json(const Trial& trial, const Symbols& symbols)
{
    nlohmann::ordered_json json;
    json["schema"] = 1;
    json["verdict"] = name_of(trial.verdict());
    json["policy"] = trial.header().policy;
    json["collapse"] = trial.header().collapse;
    json["seed"] = trial.header().seed;
    json["kernel_mark"] = trial.kernel();
    json["virtual_ns"] = trial.end_ns();
    json["errors"] = trial.errors();
    json["requires"] = nlohmann::ordered_json::array();
    for (const auto& requirement : trial.requirements())
        json["requires"].push_back({{"text", requirement.text()},
                                    {"met", requirement.met()},
                                    {"reason", requirement.reason()}});
    json["findings"] = nlohmann::ordered_json::array();
    for (const Finding& finding : trial.findings())
        json["findings"].push_back(finding_json(finding, symbols));
    for (const Complaint& complaint : trial.complaints())
        json["findings"].push_back({{"finding", "kernel-complaint"},
                                    {"line", complaint.text},
                                    {"console_line", complaint.line},
                                    {"word", complaint.word}});
    const Counters& counters = trial.counters();
    json["counters"] = {{"power_cycles", counters.power_cycles},
                        {"translations", counters.translations},
                        {"refused", counters.refused},
                        {"bypassed", counters.bypassed},
                        {"tlbi", counters.tlbi},
                        {"touches", counters.touches},
                        {"faults", counters.faults}};
    return json.dump(2, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
}

} // namespace smmu_pm::judge
