// SPDX-License-Identifier: GPL-2.0-or-later
#include "journal/judge.hh"

#include "journal/rules.hh"

namespace smmu_pm::journal {
namespace {

std::string one_line(std::string_view rule, const Event& event, const Stamp& stamp)
{
    std::string line(rule);
    line += ": ";
    line += name_of(event.block);
    if (event.kind == Kind::Touch) {
        line += event.write ? " write of " : " read of ";
        line += event.name.empty() ? std::string_view("an undeclared register") : event.name;
        line += " (offset " + hex(event.address) + ")";
        if (event.write)
            line += " = " + hex(event.value);
    } else {
        line += event.write ? " write by stream " : " read by stream ";
        line += std::to_string(event.stream) + " at IOVA " + hex(event.address);
    }
    if (stamp.chain.depth > 0)
        line += " from pc " + hex(stamp.chain.pc[0]);
    if (!event.missing.empty())
        line += ", missing: " + list(event.missing);
    return line;
}

/// Two events are one finding with a count when a reader would learn nothing from the second.
bool same_story(const Finding& finding, const Event& event, const Stamp& stamp)
{
    if (finding.event.kind != event.kind || finding.event.block != event.block ||
        finding.event.write != event.write || finding.event.missing != event.missing)
        return false;
    if (event.kind != Kind::Touch)
        return finding.event.stream == event.stream;
    return finding.event_name == event.name && finding.stamp.chain.depth == stamp.chain.depth &&
           (stamp.chain.depth == 0 || finding.stamp.chain.pc[0] == stamp.chain.pc[0]);
}

} // namespace

void Judge::learn(const Event& event, const Stamp& stamp)
{
    BlockState& block = blocks_[static_cast<unsigned>(event.block)];
    switch (event.kind) {
    case Kind::Wire:
        for (unsigned i = 0; i < power::supply_count; ++i) {
            if (event.name != power::supply_names[i] || event.value != 0)
                continue;
            block.off[i] = {.known = true,
                            .last = {stamp.time_ns, static_cast<power::Supply>(i), stamp.chain}};
        }
        if (block.missing.empty() && !event.missing.empty())
            ++block.period;
        block.missing = event.missing;
        break;
    case Kind::Lost:
        if (event.name == "registers")
            block.control_written = false;
        break;
    case Kind::Reset:
        block.control_written = false;
        break;
    case Kind::Write:
        if (event.name == "SMMU_sCR0")
            block.control_written = true;
        break;
    case Kind::Restored:
        // What was written before the machine was saved is not in this journal.
        for (BlockState& each : blocks_)
            each.control_written = true;
        break;
    case Kind::Mark:
        mark_ = std::string(event.name);
        if (!event.text.empty())
            mark_ += " " + std::string(event.text);
        break;
    default:
        break;
    }
}

const Finding* Judge::add(std::string_view rule, const Event& event, const Stamp& stamp,
                          power::SupplySet missing)
{
    const BlockState& block = state(event.block);
    for (std::size_t i = findings_.size(); i-- > 0;) {
        if (periods_[i] == block.period && findings_[i].name == rule &&
            same_story(findings_[i], event, stamp)) {
            ++findings_[i].count;
            return nullptr;
        }
    }
    if (findings_.size() >= max_findings) {
        ++uncounted_;
        return nullptr;
    }

    Finding finding{.name = std::string(rule),
                    .line = one_line(rule, event, stamp),
                    .event = event,
                    .event_name = std::string(event.name),
                    .stamp = stamp,
                    .off = std::nullopt,
                    .after_mark = mark_};
    finding.event.name = {};
    finding.event.text = {};
    // Of several missing wires the one that went first is the one that made the block unreachable.
    for (unsigned i = 0; i < power::supply_count; ++i) {
        const BlockState::Off& off = block.off[i];
        if (missing.has(static_cast<power::Supply>(i)) && off.known &&
            (!finding.off || off.last.time_ns < finding.off->time_ns))
            finding.off = off.last;
    }
    findings_.push_back(std::move(finding));
    periods_.push_back(block.period);
    return &findings_.back();
}

const Finding* Judge::feed(const Event& event, const Stamp& stamp)
{
    const Finding* made = nullptr;
    for (const Rule& rule : rules)
        if (made == nullptr && rule.matches(event, state(event.block)))
            made = add(rule.name, event, stamp, event.missing);
    learn(event, stamp);
    return made;
}

} // namespace smmu_pm::journal
