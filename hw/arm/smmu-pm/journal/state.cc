// SPDX-License-Identifier: GPL-2.0-or-later
#include "journal/state.hh"

#include <algorithm>

namespace smmu_pm::journal {

using power::Supply;

std::optional<Supply> supply_of(std::string_view name)
{
    const auto found = std::find(power::supply_names.begin(), power::supply_names.end(), name);
    if (found == power::supply_names.end())
        return std::nullopt;
    return static_cast<Supply>(found - power::supply_names.begin());
}

std::optional<Switch> first_of(const BlockState& block, power::SupplySet missing)
{
    std::optional<Switch> first;
    for (unsigned i = 0; i < power::supply_count; ++i) {
        const std::optional<Switch>& off = block.off[i];
        if (missing.has(static_cast<Supply>(i)) && off && (!first || off->time_ns < first->time_ns))
            first = off;
    }
    return first;
}

bool has_word(std::string_view text, std::string_view word)
{
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (text.substr(0, end) == word)
            return true;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return false;
}

void State::learn_wire(const Event& event, const Stamp& stamp)
{
    BlockState& block = blocks[static_cast<unsigned>(event.block)];
    const std::optional<Supply> supply = supply_of(event.name);
    if (!supply)
        return;
    const bool level = event.value != 0;
    const bool was_on = gpu_on();
    Switch change{stamp.time_ns, *supply, stamp.chain};
    const bool clock =
        supply != Supply::Domain && supply != Supply::Reset && supply != Supply::Vote;
    if (level && change.chain.depth == 0) {
        if (supply == Supply::Domain)
            change.chain = asked_domain.value_or(Chain{});
        else if (clock)
            change.chain = asked_clock.value_or(Chain{});
    }
    if (level && supply == Supply::Domain && budget && budget->block == event.block)
        budget->spend(stamp.time_ns, change.chain);
    (level ? block.on : block.off)[static_cast<unsigned>(*supply)] = change;
    if (!level)
        block.last_off = change;

    // A wire that was high before the journal's first word of it shows in what is not missing.
    for (const Supply each : {Supply::Domain, Supply::Reset, Supply::Vote, Supply::Iface})
        block.present.set(each, !event.missing.has(each));
    block.present.set(*supply, level);
    if (block.missing.empty() && !event.missing.empty())
        ++block.period;
    block.missing = event.missing;
    if (block.idle && !block.present.has(Supply::Domain))
        block.idle->was_off = true;
    gpu_on_before = event.block == Block::Gpu && *supply == Supply::MemIface && was_on && !gpu_on();
}

void State::learn_write(const Event& event, const Stamp& stamp)
{
    constexpr uint64_t sw_collapse = 1; // GDSCR.SW_COLLAPSE
    if (event.name == "SMMU_sCR0")
        blocks[static_cast<unsigned>(event.block)].control_written = true;
    const bool controller = event.block == Block::Gcc || event.block == Block::Mmcc;
    if (controller && event.name.ends_with(".GDSCR") && (event.value & sw_collapse) == 0)
        asked_domain = stamp.chain;
    // Of a clock only the request to come on is told.
    if (controller && event.name.ends_with(".CBCR"))
        asked_clock = stamp.chain;
}

void State::learn_touch(const Event& event, const Stamp& stamp)
{
    if (event.lost == 0)
        return;
    if (lost.size() >= max_lost)
        lost.erase(lost.begin());
    lost.insert_or_assign(event.lost,
                          LostInvalidate{.time_ns = stamp.time_ns,
                                         .name = std::string(event.name),
                                         .value = event.value,
                                         .missing = event.missing,
                                         .chain = stamp.chain,
                                         .off = first_of(of(event.block), event.missing)});
}

void State::learn_gpu(const Event& event, const Stamp& stamp)
{
    if (event.name == "ring") {
        if (!work_since)
            work_since = stamp.time_ns;
    } else if (event.name == "drained" || event.name == "work-lost" || event.name == "error" ||
               event.name == "hang") {
        work_since.reset();
    }
}

void State::learn_testdev(const Event& event, const Stamp& stamp)
{
    request_since.reset();
    if (event.name == "start")
        request_since = stamp.time_ns;
}

void State::learn_mark(const Event& event, const Stamp& stamp)
{
    if (event.name == "idle" || event.name == "busy") {
        for (BlockState& block : blocks) {
            block.idle.reset();
            const auto index = static_cast<std::size_t>(&block - blocks.data());
            if (event.name == "idle" && has_word(event.text, block_names[index]))
                block.idle = {.since_ns = stamp.time_ns,
                              .was_off = !block.present.has(Supply::Domain)};
        }
    }
    if (event.name == "budget" || event.name == "done")
        budget = parse_budget(event.text, stamp.time_ns);
    mark = std::string(event.name);
    if (!event.text.empty())
        mark += " " + std::string(event.text);
}

void State::learn(const Event& event, const Stamp& stamp)
{
    BlockState& block = blocks[static_cast<unsigned>(event.block)];
    gpu_on_before = false;
    work_lost.reset();
    switch (event.kind) {
    case Kind::Wire:
        resetting = resetting && event.value == 0;
        learn_wire(event, stamp);
        return;
    case Kind::Lost:
        if (event.name == "registers") {
            block.control_written = false;
            if (event.block == Block::Gpu)
                std::swap(work_lost, work_since);
        }
        return;
    case Kind::Irq:
        return;
    case Kind::Release:
        held.erase(event.value);
        return;
    case Kind::Reset:
        resetting = true;
        block.control_written = false;
        if (event.block == Block::Gpu)
            work_since.reset();
        if (event.block == Block::Testdev)
            request_since.reset();
        return;
    default:
        resetting = false;
        break;
    }
    switch (event.kind) {
    case Kind::Write:
        learn_write(event, stamp);
        break;
    case Kind::Touch:
        learn_touch(event, stamp);
        break;
    case Kind::Gpu:
        learn_gpu(event, stamp);
        break;
    case Kind::Testdev:
        learn_testdev(event, stamp);
        break;
    case Kind::Stall:
        if (held.size() < max_held || held.count(event.value) != 0)
            held.try_emplace(event.value, HeldTransaction{stamp.time_ns,
                                                          event.missing.empty()
                                                              ? std::string(event.name)
                                                              : "missing: " + list(event.missing)});
        break;
    case Kind::Restored:
        // What happened before the machine was saved is not in this journal.
        for (BlockState& each : blocks) {
            each.control_written = true;
            each.present = BlockState().present;
            if (each.idle)
                each.idle->was_off = true;
        }
        work_since.reset();
        request_since.reset();
        held.clear();
        lost.clear();
        budget.reset();
        asked_domain.reset();
        asked_clock.reset();
        break;
    case Kind::Mark:
        learn_mark(event, stamp);
        break;
    default:
        break;
    }
}

} // namespace smmu_pm::journal
