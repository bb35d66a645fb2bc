// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/stalls.hh"

#include "smmu/context.hh"
#include "smmu/smmu.hh"
#include "smmu/streams.hh"

#include <algorithm>

namespace smmu_pm::smmu {

using journal::Kind;
using power::Access;
using power::Released;

bool Stalls::stalled(unsigned bank) const
{
    return std::any_of(begin(), end(), [bank](const Held& held) {
        return held.why == Hold::Fault && held.bank == bank;
    });
}

bool Stalls::has(uint32_t token) const
{
    return std::any_of(begin(), end(), [token](const Held& held) { return held.token == token; });
}

bool Stalls::operates(unsigned bank) const
{
    return std::any_of(begin(), end(), [bank](const Held& held) {
        return held.operation && held.operation->bank == bank;
    });
}

Held Stalls::remove(unsigned index)
{
    const Held removed = slots_[index];
    std::copy(slots_.begin() + index + 1, slots_.begin() + size_, slots_.begin() + index);
    slots_[--size_] = {};
    return removed;
}

// ---- Holding and letting go -------------------------------------------------------------------

/// SMMU_SCR0.STALLD speaks for every bank, SMMU_CR0.STALLD for the Non-secure ones (IHI 0062D
/// 3.7.3, which leaves it open whether for the Secure ones too).
bool Smmu::stalls_forbidden(const Registers& registers, unsigned bank) const
{
    return control_of(registers, true).get<"STALLD">() ||
           (!is_secure_bank(registers, config_, bank) &&
            control_of(registers, false).get<"STALLD">());
}

/// How a context fault in a bank holds what meets it; nothing: that terminates. With a fault
/// outstanding CFCFG is of no effect yet: either there is a stalled transaction to wait for, or the
/// one before was terminated and so is this one.
std::optional<Hold> Smmu::hold_of_fault(const Gate::State& state, unsigned bank, bool can_stall)
{
    if (state.in_flight.stalled(bank))
        return can_stall && find_slot() ? std::optional(Hold::Next) : std::nullopt;
    if (!can_stall || fault_pending(state.registers, bank) ||
        !state.registers.get<SMMU_CBn_SCTLR>(bank).get<"CFCFG">() ||
        stalls_forbidden(state.registers, bank) || !find_slot())
        return std::nullopt;
    return Hold::Fault;
}

/// Whether there is room to hold another one; that there is none is said once.
bool Smmu::find_slot()
{
    if (slot_free())
        return true;
    once(Feature::StallSlots, "all stall slots are taken: further faults terminate");
    return false;
}

bool Smmu::slot_free() const
{
    const auto* state = gate_.saved();
    return parked_.size() + (state == nullptr ? 0 : state->in_flight.size()) < config_.stall_slots;
}

/// A token that nobody holds. The count outlives power and reset, so that a token that was lost
/// does not come back as another transaction's.
uint32_t Smmu::new_token()
{
    const auto* state = gate_.saved();
    do
        ++last_token_;
    while (last_token_ == 0 || parked_.has(last_token_) ||
           (state != nullptr && state->in_flight.has(last_token_)));
    return last_token_;
}

/// The journal's word of a transaction that is held already, and the answer to its master.
Translation Smmu::stalled(const Held& held, std::string_view why, power::SupplySet missing)
{
    record({.kind = Kind::Stall,
            .name = why,
            .address = held.iova,
            .value = held.token,
            .stream = held.stream,
            .bank = held.bank,
            .write = held.write,
            .missing = missing});
    return {.result = Translation::Result::Stalled,
            .unreachable = held.why == Hold::Power,
            .token = held.token};
}

Held Smmu::hold(Stalls& stalls, const Held& asked)
{
    Held held = asked;
    held.token = new_token();
    stalls.add(held);
    return held;
}

void Smmu::record_release(const Held& held, std::string_view how)
{
    record({.kind = Kind::Release,
            .name = how,
            .address = held.iova,
            .value = held.token,
            .stream = held.stream,
            .bank = held.bank,
            .write = held.write});
}

/// An operation has no master: it is asked again, or ends here.
void Smmu::release(Gate::State& state, const Held& held, Released how)
{
    if (held.operation) {
        end_operation(state, held, how == Released::Retry);
        return;
    }
    record_release(held, how == Released::Retry ? "retry" : "terminate");
    host_.released(held.token, how);
}

/// A write of SMMU_CBn_RESUME. Without a stalled transaction it means nothing.
void Smmu::resume(Gate::State& state, unsigned bank, bool terminate)
{
    const auto held = state.in_flight.take(
        [bank](const Held& one) { return one.why == Hold::Fault && one.bank == bank; });
    if (!held)
        return;
    const bool abort = state.registers.get<SMMU_CBn_SCTLR>(bank).get<"CFRE">();
    release(state, *held, !terminate ? Released::Retry : abort ? Released::Abort : Released::RazWi);
}

/// Sends those again that have nothing to wait for any longer: after every write of a register. An
/// operation that is asked again may come to wait again, but then for one that is presented.
void Smmu::let_go(Gate::State& state)
{
    const auto free = [&state](const Held& one) {
        return one.why != Hold::Fault && !state.in_flight.stalled(one.bank);
    };
    while (const auto held = state.in_flight.take(free))
        release(state, *held, Released::Retry);
}

/// Sends those again that were held for want of power, once a transaction would reach.
void Smmu::let_parked_go()
{
    if (!gate_.missing(Access::Walk).empty())
        return;
    while (const auto held = parked_.take([](const Held&) { return true; })) {
        record_release(*held, "retry");
        host_.released(held->token, Released::Retry);
    }
}

/// These are gone, and their masters will never hear of them.
void Smmu::lost(const Stalls& stalls)
{
    for (const Held& held : stalls)
        if (!held.operation)
            record_release(held, "lost");
}

} // namespace smmu_pm::smmu
