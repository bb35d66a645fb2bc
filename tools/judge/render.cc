// SPDX-License-Identifier: GPL-2.0-or-later
#include "judge/render.hh"

#include <nlohmann/json.hpp>

#include <cinttypes>
#include <cstdio>

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
    default:
        return std::string(name_of(block));
    }
}

std::string what_happened(const Finding& finding)
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

std::string consequence(const Finding& finding)
{
    if (finding.event.kind == Kind::Bypass)
        return "the transaction went to physical address " + journal::hex(finding.event.address) +
               ", untranslated";
    if (finding.event.kind == Kind::Refused)
        return "the master got a decode error, no fault register could be written";
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
    for (unsigned i = 0; i < chain.depth; ++i)
        text += "  " + symbols.name_of(chain.pc[i], i > 0) + "\n";
    return text;
}

/// The first function that is not a register accessor: the one that a reader looks for.
std::string guilty(const Chain& chain, const Symbols& symbols)
{
    return chain.depth == 0 ? "" : " in " + symbols.name_of(chain.pc[0], false);
}

std::string finding_text(const Finding& finding, const Symbols& symbols)
{
    const std::string block = title(finding.event.block);
    const Chain& chain = finding.stamp.chain;
    std::string text(rule);
    text += "BUG: smmu-pm: " + finding.name + guilty(chain, symbols) + "\n\n";
    text += what_happened(finding) + "\n";
    text += "at " + seconds(finding.stamp.time_ns) + " of virtual time (CNTVCT " +
            std::to_string(finding.stamp.counter) + ")";
    if (!finding.after_mark.empty())
        text += ", after mark: " + finding.after_mark;
    text += "\n";
    if (!finding.event.missing.empty())
        text += "while the " + block +
                " could not be reached; missing: " + list(finding.event.missing) + "\n";
    if (finding.event.kind == Kind::Bypass)
        text += "while SMMU_sCR0 held its reset value: nobody has written it since power-up\n";
    if (finding.event.kind == Kind::Touch)
        text += "\nAccessed by:\n" + chain_text(chain, symbols);
    if (finding.off) {
        text += "\nSwitched off (" + std::string(power::name_of(finding.off->supply)) + ") at " +
                seconds(finding.off->time_ns) + ", " +
                seconds(finding.stamp.time_ns - finding.off->time_ns) + " before, by:\n" +
                chain_text(finding.off->chain, symbols);
    } else if (!finding.event.missing.empty()) {
        text += "\nIt had not been switched on since the machine started.\n";
    }
    text += "\nConsequence: " + consequence(finding) + "\n";
    if (finding.count > 1)
        text += "The same happened " + std::to_string(finding.count) +
                " times in all while it stayed off.\n";
    return text + std::string(rule);
}

nlohmann::ordered_json chain_json(const Chain& chain, const Symbols& symbols)
{
    auto list = nlohmann::ordered_json::array();
    for (unsigned i = 0; i < chain.depth; ++i)
        list.push_back(symbols.name_of(chain.pc[i], i > 0));
    return list;
}

nlohmann::ordered_json finding_json(const Finding& finding, const Symbols& symbols)
{
    nlohmann::ordered_json json;
    json["finding"] = finding.name;
    json["line"] = finding.line;
    json["t"] = finding.stamp.time_ns;
    json["register"] = finding.event_name;
    json["missing"] = list(finding.event.missing);
    json["count"] = finding.count;
    json["after_mark"] = finding.after_mark;
    json["consequence"] = consequence(finding);
    json["chain"] = chain_json(finding.stamp.chain, symbols);
    if (finding.off) {
        json["off"]["t"] = finding.off->time_ns;
        json["off"]["supply"] = power::name_of(finding.off->supply);
        json["off"]["chain"] = chain_json(finding.off->chain, symbols);
    }
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
