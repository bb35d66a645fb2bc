// SPDX-License-Identifier: GPL-2.0-or-later
//
// The rules of the judge, one function each: does this event, with what is known of the machine,
// make a finding, and against which blocks?
#pragma once

#include "journal/state.hh"

#include <bitset>

namespace smmu_pm::journal {

/// A set of blocks.
using Blocks = std::bitset<block_names.size()>;

inline Blocks only_if(bool accused, Block block)
{
    return accused ? Blocks(1ull << static_cast<unsigned>(block)) : Blocks();
}

struct Rule {
    std::string_view name; ///< of the finding
    Blocks (*accuses)(const Event& event, const State& state);
};

/// The CPU accessed a block that could not be reached.
inline Blocks register_touch(const Event& event, const State&)
{
    return only_if(event.kind == Kind::Touch, event.block);
}

/// A master's transaction met an SMMU that could not be reached: refused, or held until power
/// returns.
inline Blocks dma_while_off(const Event& event, const State&)
{
    return only_if((event.kind == Kind::Refused || event.kind == Kind::Stall) &&
                       !event.missing.empty(),
                   event.block);
}

/// A transaction passed untranslated because the SMMU still held its reset state: nobody has
/// written SMMU_sCR0 since its registers last came up.
inline Blocks unprotected_dma(const Event& event, const State& state)
{
    return only_if(event.kind == Kind::Bypass && event.name == "SMMU_sCR0.CLIENTPD" &&
                       !state.of(event.block).control_written,
                   event.block);
}

/// The SMMU stopped translating while a consumer of it, the GPU or pm-testdev, was on or had work
/// in flight.
inline Blocks power_order(const Event& event, const State& state)
{
    if (event.kind != Kind::Wire || event.block != Block::Smmu || event.value != 0 ||
        state.resetting)
        return {};
    // Of several wires the first to go is what stops it.
    const std::optional<power::Supply> supply = supply_of(event.name);
    const power::SupplySet needs = power::smmu_needs.walk;
    const bool stopped =
        supply && needs.has(*supply) && needs.without(state.of(Block::Smmu).present).empty();
    const bool consumer = state.gpu_on() || state.work_since ||
                          (state.gpu_on_before && supply == power::Supply::Bus) ||
                          state.testdev_on() || state.request_since;
    return only_if(stopped && consumer, Block::Smmu);
}

/// Power or reset took a transaction that the SMMU held, or unfinished work of a client's. Work
/// that a driver ends itself, through the GPU's software reset, is not lost with its registers; and
/// what had stopped with an error was not under way.
inline Blocks transaction_lost(const Event& event, const State& state)
{
    const bool held = event.kind == Kind::Release && event.name == "lost" && !state.resetting;
    const bool work =
        event.kind == Kind::Gpu && event.name == "work-lost" && state.work_lost.has_value();
    const bool request =
        event.kind == Kind::Testdev && event.name == "work-lost" && !state.resetting;
    return only_if(held || work || request, event.block);
}

/// The scenario declared blocks idle up to here, and they kept their power domain all the time.
inline Blocks never_off(const Event& event, const State& state)
{
    Blocks accused;
    if (event.kind == Kind::Mark && event.name == "busy")
        for (std::size_t i = 0; i < accused.size(); ++i)
            accused[i] = state.blocks[i].idle && !state.blocks[i].idle->was_off;
    return accused;
}

/// A transaction was answered by a TLB entry that a lost invalidate should have removed, and would
/// have had another answer without it.
inline Blocks stale_translation(const Event& event, const State&)
{
    return only_if(event.kind == Kind::Stale, event.block);
}

/// A window with a budget is over, and its block was powered up more often.
inline Blocks power_storm(const Event& event, const State& state)
{
    const bool over = event.kind == Kind::Mark &&
                      (event.name == "budget" || event.name == "done") && state.budget;
    return over ? only_if(state.budget->power_ups > state.budget->allowed(state.now_ns),
                          state.budget->block)
                : Blocks();
}

inline constexpr std::array<Rule, 8> rules = {{
    {"register-touch", register_touch},
    {"dma-while-off", dma_while_off},
    {"unprotected-dma", unprotected_dma},
    {"power-order", power_order},
    {"transaction-lost", transaction_lost},
    {"never-off", never_off},
    {"stale-translation", stale_translation},
    {"power-storm", power_storm},
}};

} // namespace smmu_pm::journal
