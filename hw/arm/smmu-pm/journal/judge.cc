// SPDX-License-Identifier: GPL-2.0-or-later
#include "journal/judge.hh"

namespace smmu_pm::journal {
namespace {

/// What happened, after the names of the rule and of the block. No text of the guest's: the line
/// must come back from the journal as it was.
std::string story(const Finding& finding)
{
    const Event& event = finding.event;
    const std::string_view access = event.write ? " write" : " read";
    std::string text;
    switch (event.kind) {
    case Kind::Touch:
        text += access;
        text +=
            " of " + (finding.event_name.empty() ? "an undeclared register" : finding.event_name);
        text += " (offset " + hex(event.address) + ")";
        if (event.write)
            text += " = " + hex(event.value);
        break;
    case Kind::Wire:
        text += " lost " + finding.event_name + " while the " +
                std::string(name_of(finding.consumer->block)) + " ";
        text += finding.consumer->on ? "was on" : "";
        text += finding.consumer->on && finding.consumer->work_since ? " and " : "";
        text += finding.consumer->work_since ? "had work in flight" : "";
        break;
    case Kind::Gpu:
        text += " lost its work, of which " + hex(event.address) + " to " + hex(event.value) +
                " was not done";
        break;
    case Kind::Testdev:
        text += " lost its request, of which " + std::to_string(event.value) + " bytes from IOVA " +
                hex(event.address) + " were not done";
        break;
    case Kind::Mark:
        if (finding.budget)
            text += " was powered up " + std::to_string(finding.budget->power_ups) +
                    " times in the window from " + std::to_string(finding.budget->since_ns) +
                    " ns, and its budget was " +
                    std::to_string(finding.budget->allowed(finding.stamp.time_ns));
        else
            text += " was not switched off in the idle window from " +
                    std::to_string(finding.idle_since_ns) + " ns";
        break;
    case Kind::Stale:
        text += access;
        text += " by stream " + std::to_string(event.stream) + " at IOVA " + hex(event.address) +
                " hit a stale entry for " + hex(event.pa) + ", which " + finding.event_name +
                " = " + hex(event.value) + " should have removed";
        if (finding.lost)
            text +=
                " at " + std::to_string(finding.lost->time_ns) + " ns" +
                (finding.lost->chain.depth > 0 ? " from pc " + hex(finding.lost->chain.pc[0]) : "");
        break;
    default:
        text += access;
        text += " by stream " + std::to_string(event.stream) + " at IOVA " + hex(event.address);
        if (event.kind == Kind::Stall)
            text += " is held";
        if (event.kind == Kind::Release)
            text += " was held, and is lost";
        break;
    }
    if (finding.stamp.chain.depth > 0)
        text += " from pc " + hex(finding.stamp.chain.pc[0]);
    if (event.kind != Kind::Wire && !event.missing.empty())
        text += ", missing: " + list(event.missing);
    return text;
}

/// Two findings are one with a count when a reader would learn nothing from the second.
bool same_story(const Finding& a, const Finding& b, bool same_period)
{
    if (a.name != b.name || a.block != b.block || a.event.kind != b.event.kind ||
        a.event.write != b.event.write)
        return false;
    switch (a.event.kind) {
    case Kind::Touch:
        return same_period && a.event.missing == b.event.missing && a.event_name == b.event_name &&
               a.stamp.chain.depth == b.stamp.chain.depth &&
               (a.stamp.chain.depth == 0 || a.stamp.chain.pc[0] == b.stamp.chain.pc[0]);
    case Kind::Wire:
        // One that repeats with every suspend is one mistake.
        return a.event_name == b.event_name && a.stamp.chain == b.stamp.chain &&
               a.consumer->block == b.consumer->block &&
               a.consumer->on.has_value() == b.consumer->on.has_value() &&
               a.consumer->work_since.has_value() == b.consumer->work_since.has_value();
    case Kind::Release:
        return same_period && a.event.stream == b.event.stream;
    case Kind::Gpu:
    case Kind::Testdev:
        return a.off && b.off && a.off->supply == b.off->supply && a.off->chain == b.off->chain;
    case Kind::Mark:
        return a.after_mark == b.after_mark;
    case Kind::Stale:
        // Of one lost operation, or of several from one place.
        return a.event.stream == b.event.stream &&
               (a.event.lost == b.event.lost ||
                (a.lost && b.lost && a.event_name == b.event_name && a.lost->chain.depth > 0 &&
                 a.lost->chain == b.lost->chain));
    default:
        return same_period && a.event.missing == b.event.missing &&
               a.event.stream == b.event.stream;
    }
}

/// The last of the wires to come that a block's transactions need.
std::optional<Switch> last_of(const BlockState& block, const power::Needs& needs)
{
    std::optional<Switch> last;
    for (unsigned i = 0; i < power::supply_count; ++i) {
        const std::optional<Switch>& on = block.on[i];
        if (needs.dma.has(static_cast<power::Supply>(i)) && on &&
            (!last || on->time_ns > last->time_ns))
            last = on;
    }
    return last;
}

} // namespace

void Judge::add(const Rule& rule, Block about, const Event& event, const Stamp& stamp)
{
    const BlockState& block = state_.of(about);
    Finding finding{.name = std::string(rule.name),
                    .line = {},
                    .block = about,
                    .event = event,
                    .event_name = std::string(event.name),
                    .stamp = stamp,
                    .off = first_of(block, event.missing),
                    .after_mark = state_.mark};
    finding.event.name = {};
    finding.event.text = {};
    switch (event.kind) {
    case Kind::Wire:
        finding.off.reset(); // the event itself
        finding.consumer = Consumer{.on = {}, .work_since = state_.work_since};
        if (state_.gpu_on() || state_.gpu_on_before)
            finding.consumer->on = last_of(state_.of(Block::Gpu), power::gpu_needs);
        else if (!state_.work_since) {
            finding.consumer->block = Block::Testdev;
            finding.consumer->work_since = state_.request_since;
            if (state_.testdev_on())
                finding.consumer->on = last_of(state_.of(Block::Testdev), power::testdev_needs);
        }
        break;
    case Kind::Bypass:
        finding.on = last_of(block, power::smmu_needs);
        break;
    case Kind::Testdev:
        finding.off = block.last_off;
        finding.held = HeldTransaction{.since_ns = state_.request_since.value_or(stamp.time_ns)};
        break;
    case Kind::Gpu:
        finding.off = block.last_off;
        finding.held = HeldTransaction{.since_ns = state_.work_lost.value_or(stamp.time_ns)};
        break;
    case Kind::Release:
        finding.off = block.last_off;
        if (const auto held = state_.held.find(event.value); held != state_.held.end())
            finding.held = held->second;
        break;
    case Kind::Stale:
        finding.event_text = event.text;
        if (const auto lost = state_.lost.find(event.lost); lost != state_.lost.end()) {
            finding.lost = lost->second;
            finding.off = lost->second.off;
        }
        break;
    case Kind::Mark:
        if (event.name != "busy") {
            finding.budget = state_.budget;
            if (const Budget::Waker* most = state_.budget->most())
                finding.on = Switch{most->last_ns, power::Supply::Domain, most->chain};
            break;
        }
        finding.on = block.on[static_cast<unsigned>(power::Supply::Domain)];
        finding.idle_since_ns = block.idle ? block.idle->since_ns : 0;
        finding.present = block.present.without(BlockState().present); // what is no news
        break;
    default:
        break;
    }

    for (std::size_t i = findings_.size(); i-- > 0;) {
        if (same_story(findings_[i], finding, periods_[i] == block.period)) {
            ++findings_[i].count;
            return;
        }
    }
    if (findings_.size() >= max_findings) {
        ++uncounted_;
        return;
    }
    finding.line = finding.name + ": " + std::string(name_of(about)) + story(finding);
    findings_.push_back(std::move(finding));
    periods_.push_back(block.period);
}

std::span<const Finding> Judge::feed(const Event& event, const Stamp& stamp)
{
    const std::size_t before = findings_.size();
    state_.now_ns = stamp.time_ns;
    for (const Rule& rule : rules_) {
        const Blocks accused = rule.accuses(event, state_);
        for (std::size_t i = 0; i < accused.size(); ++i)
            if (accused[i])
                add(rule, static_cast<Block>(i), event, stamp);
    }
    state_.learn(event, stamp);
    return std::span<const Finding>(findings_).subspan(before);
}

} // namespace smmu_pm::journal
