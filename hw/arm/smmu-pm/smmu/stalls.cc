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

/// Whether a context fault of this transaction would stall it, and there is room to.
bool Smmu::would_stall(const Gate::State& state, unsigned bank, const Transaction& transaction)
{
    if (!transaction.can_stall || !state.registers.get<SMMU_CBn_SCTLR>(bank).get<"CFCFG">() ||
        stalls_forbidden(state.registers, bank))
        return false;
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

Held Smmu::hold(Stalls& stalls, Hold why, unsigned bank, const Transaction& transaction)
{
    const Held held = {.token = new_token(),
                       .why = why,
                       .bank = static_cast<uint8_t>(bank),
                       .write = transaction.request.write,
                       .stream = transaction.stream,
                       .iova = transaction.iova};
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

/// A write of SMMU_CBn_RESUME. Without a stalled transaction it means nothing.
void Smmu::resume(Gate::State& state, unsigned bank, bool terminate)
{
    const auto held = state.in_flight.take(
        [bank](const Held& one) { return one.why == Hold::Fault && one.bank == bank; });
    if (!held)
        return;
    record_release(*held, terminate ? "terminate" : "retry");
    const bool abort = state.registers.get<SMMU_CBn_SCTLR>(bank).get<"CFRE">();
    host_.released(held->token, !terminate ? Released::Retry
                                : abort    ? Released::Abort
                                           : Released::RazWi);
}

/// What a held transaction waits for, beside an answer of software's, in the registers as they are.
bool Smmu::must_wait(const Gate::State& state, const Held& held)
{
    const bool presented = state.in_flight.stalled(held.bank);
    switch (held.why) {
    case Hold::Fault:
    case Hold::Power:
        break;
    case Hold::Next:
        return presented;
    case Hold::Behind:
        return !state.registers.get<SMMU_CBn_SCTLR>(held.bank).get<"HUPCF">() &&
               (presented || fault_pending(state.registers, held.bank));
    }
    return true;
}

/// Sends those again that need not wait any longer: after every write of a register.
void Smmu::let_go(Gate::State& state)
{
    while (const auto held =
               state.in_flight.take([&state](const Held& one) { return !must_wait(state, one); })) {
        record_release(*held, "retry");
        host_.released(held->token, Released::Retry);
    }
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
        record_release(held, "lost");
}

} // namespace smmu_pm::smmu
