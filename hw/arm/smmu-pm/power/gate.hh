// SPDX-License-Identifier: GPL-2.0-or-later
//
// A block's state behind its wires. What the block holds exists only as long as its supplies keep
// it, and can be had only by asking whether an access reaches it: an entry point cannot forget to
// ask, since it has nothing to work on until it did.
//
//   Registers  lost when the domain goes off (Collapse::Lose) or the reset is asserted
//   Cache      (a TLB) lost as well under Collapse::Retain; kept only under RetainAll
//   InFlight   what is on its way through the block: lost with the domain in every mode
//
// Power-up and reset construct anew: a value-initialised Registers or Cache is the reset state, so
// none of its members can be forgotten.
#pragma once

#include "power/mutation.hh"
#include "power/supply.hh"

#include <optional>
#include <utility>

namespace smmu_pm::power {

/// Stands where a block has no cache.
struct NoCache {
    bool operator==(const NoCache&) const = default;
};

/// Stands where nothing stays on its way.
struct NoInFlight {
    bool operator==(const NoInFlight&) const = default;
};

/// What a change of a wire did to the state. Registers that nobody has reached since they last came
/// up hold nothing that could be lost.
struct Change {
    bool changed = false; ///< the level is another one than before
    bool registers_lost = false;
    bool cache_lost = false;
};

template <class Registers, class Cache = NoCache, class InFlight = NoInFlight>
class Gate {
public:
    struct State {
        Registers registers{};
        Cache cache{};
        InFlight in_flight{};
    };

    /// What an access gets: the state, or the supplies that are missing.
    class Reached {
    public:
        explicit Reached(State& state) : state_(&state) {}
        explicit Reached(SupplySet missing) : missing_(missing) {}
        explicit operator bool() const { return state_ != nullptr; }
        State* operator->() const { return state_; }
        State& operator*() const { return *state_; }
        /// Empty when the access reached.
        SupplySet missing() const { return missing_; }

    private:
        State* state_ = nullptr;
        SupplySet missing_{};
    };

    /// No supply is present at first; construction is not yet a power-up.
    Gate(const Needs& needs, Collapse collapse) : needs_(needs), collapse_(collapse) {}

    Reached reach(Access access)
    {
        const SupplySet lacking = missing(access);
        return lacking.empty() ? Reached(live()) : Reached(lacking);
    }

    SupplySet missing(Access access) const
    {
        return mutated(power::missing(needs_, supplies_, access), access);
    }

    SupplySet supplies() const { return supplies_; }
    Collapse collapse() const { return collapse_; }

    Change set(Supply supply, bool level)
    {
        Change change;
        change.changed = supplies_.has(supply) != level;
        supplies_.set(supply, level);
        if (!change.changed || level)
            return change;
        if (supply == Supply::Reset && !mutated(Mutation::ResetLoss))
            change = lose(true, true);
        else if (supply == Supply::Domain)
            change = lose(loses_registers(), loses_cache());
        else if (mutated(Mutation::ClockLoss))
            change = lose(true, true);
        change.changed = true;
        return change;
    }

    /// Cold reset from outside: state as after power-up, supplies as they are.
    void reset()
    {
        if (!mutated(Mutation::ColdReset))
            state_.reset();
    }

    /// What the block holds even if nothing reaches it: for what is known of it and not in it.
    State* kept() { return state_ && !mutated(Mutation::Oblivion) ? &*state_ : nullptr; }

    /// For saving: the state if there is any that differs from nothing at all.
    const State* saved() const { return state_ ? &*state_ : nullptr; }
    /// For loading: replaces wires and state without any of the transitions between. False, and
    /// nothing has changed: with these wires the block could not have kept that state.
    bool load(SupplySet supplies, std::optional<State> state)
    {
        if (mutated(Mutation::Load))
            return take(supplies, std::move(state));
        const bool domain = supplies.has(Supply::Domain);
        const bool kept = supplies.has(Supply::Reset) && (domain || collapse_ != Collapse::Lose);
        const bool cache_kept = domain || collapse_ == Collapse::RetainAll;
        if (state && (!kept || (!cache_kept && !(state->cache == Cache{})) ||
                      (!domain && !(state->in_flight == InFlight{}))))
            return false;
        return take(supplies, std::move(state));
    }

private:
    bool take(SupplySet supplies, std::optional<State> state)
    {
        supplies_ = supplies;
        state_ = std::move(state);
        return true;
    }

    /// What goes with the domain.
    bool loses_registers() const
    {
        return (collapse_ == Collapse::Lose && !mutated(Mutation::RegisterLoss)) ||
               mutated(Mutation::Retention);
    }
    bool loses_cache() const
    {
        return (collapse_ != Collapse::RetainAll && !mutated(Mutation::TlbLoss)) ||
               mutated(Mutation::Caching);
    }

    State& live()
    {
        if (!state_)
            state_.emplace();
        return *state_;
    }

    Change lose(bool registers, bool cache)
    {
        if (!state_)
            return {};
        if (registers && cache) {
            state_.reset();
        } else {
            if (registers)
                state_->registers = Registers{};
            if (cache)
                state_->cache = Cache{};
            if (!mutated(Mutation::InFlightLoss))
                state_->in_flight = InFlight{};
        }
        return {.changed = true, .registers_lost = registers, .cache_lost = cache};
    }

    Needs needs_;
    Collapse collapse_;
    SupplySet supplies_{};
    std::optional<State> state_{};
};

} // namespace smmu_pm::power
