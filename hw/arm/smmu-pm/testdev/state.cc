// SPDX-License-Identifier: GPL-2.0-or-later
//
// Loading what Testdev::save() gave: all of it is checked before any of it is taken.
#include "testdev/testdev.hh"

#include <optional>
#include <type_traits>

namespace smmu_pm::testdev {

using power::Access;
using power::SupplySet;

bool Testdev::restore(const Pair& pair, Contents& contents)
{
    if (pair.key == key_powered)
        return pair.value == 1;
    if (pair.key < window_size)
        return contents.file.restore(pair.key, pair.value);
    bool fits = false;
    uint32_t key = key_work;
    contents.work.each_field([&](auto& field) {
        if (key++ != pair.key)
            return;
        field = static_cast<std::remove_reference_t<decltype(field)>>(pair.value);
        fits = static_cast<uint64_t>(field) == pair.value;
    });
    return fits;
}

bool Testdev::load(std::span<const Pair> pairs)
{
    SupplySet supplies;
    power::Jitter jitter(config_.seed);
    uint64_t deadline = never;
    Hold hold = Hold::None;
    std::optional<Gate::State> state;
    for (const Pair& pair : pairs) {
        if (pair.key == key_supplies) {
            supplies = SupplySet::from_bits(static_cast<uint32_t>(pair.value));
            if (supplies.bits() != pair.value)
                return false;
        } else if (pair.key == key_deadline) {
            deadline = pair.value;
        } else if (pair.key == key_jitter) {
            jitter.restore(pair.value);
        } else if (pair.key == key_hold) {
            if (pair.value > static_cast<uint64_t>(Hold::RazWi))
                return false;
            hold = static_cast<Hold>(pair.value);
        } else {
            if (!state)
                state.emplace();
            if (!restore(pair, state->registers))
                return false;
        }
    }
    const bool running = state && state->registers.work.running;
    if ((state && !state->registers.work.valid()) || (hold != Hold::None && !running))
        return false;
    // A transaction is armed exactly when there is one to make and nothing in the way.
    const bool reached = power::missing(power::testdev_needs, supplies, Access::Dma).empty();
    if ((reached && running && hold != Hold::Waiting) != (deadline != never))
        return false;
    const bool irq = state && state->registers.irq();

    Gate gate(power::testdev_needs, power::Collapse::Lose);
    if (!gate.load(supplies, std::move(state)))
        return false;
    // Saved again it has as many numbers as this: none was missing, twice there or superfluous.
    std::size_t count = 0;
    emit(gate, jitter, deadline, hold, [&count](const Pair&) { ++count; });
    if (count != pairs.size())
        return false;

    gate_ = std::move(gate);
    jitter_ = jitter;
    deadline_ = deadline;
    hold_ = hold;
    if (irq_ != irq) {
        irq_ = irq;
        host_.set_irq(irq);
    }
    return true;
}

} // namespace smmu_pm::testdev
