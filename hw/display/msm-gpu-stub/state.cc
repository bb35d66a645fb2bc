// SPDX-License-Identifier: GPL-2.0-or-later
//
// Loading what Gpu::save() gave: all of it is checked before any of it is taken.
#include "gpu.hh"

#include <array>
#include <optional>
#include <type_traits>

namespace smmu_pm::gpu {

namespace {

using power::Access;
using power::Supply;
using power::SupplySet;

/// Gives one field of the command processor, by its number, a value; false: no such field, or one
/// that cannot hold it.
bool assign(CommandProcessor& cp, uint32_t number, uint64_t value)
{
    bool fits = false;
    cp.each_field([&, at = uint32_t{0}](auto& field) mutable {
        if (at++ != number)
            return;
        field = static_cast<std::remove_reference_t<decltype(field)>>(value);
        fits = static_cast<uint64_t>(field) == value;
    });
    return fits;
}

} // namespace

bool Gpu::restore(const Pair& pair, Contents& contents)
{
    if (pair.key == key_busy) {
        contents.busy_ns = pair.value;
        return true;
    }
    if (pair.key >= key_cp)
        return assign(contents.cp, pair.key - key_cp, pair.value);
    if (pair.key >= window_size || pair.key % 4 != 0)
        return false;
    if (RegisterFile::find(pair.key) != nullptr)
        return contents.file.restore(pair.key, pair.value);
    contents.ram.write(pair.key / 4, static_cast<uint32_t>(pair.value));
    return pair.value <= 0xffff'ffff;
}

bool Gpu::load(std::span<const Pair> pairs)
{
    SupplySet supplies;
    power::Jitter jitter(config_.seed);
    uint64_t deadline = never;
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
        } else {
            if (!state)
                state.emplace();
            if (!restore(pair, state->registers))
                return false;
        }
    }
    // State without the wires that keep it is no state.
    if (state && (!supplies.has(Supply::Domain) || !supplies.has(Supply::Reset) ||
                  !state->registers.cp.valid()))
        return false;
    // A slice is armed exactly when there is something to do and nothing in the way.
    const bool work = power::missing(power::gpu_needs, supplies, Access::Dma).empty() && state &&
                      state->registers.can_work();
    if (work != (deadline != never))
        return false;
    const bool irq = state && state->registers.irq();

    // Saved again it has as many numbers as this: none was missing, twice there or superfluous.
    Gate gate(power::gpu_needs, power::Collapse::Lose);
    gate.load(supplies, std::move(state));
    std::size_t count = 0;
    emit(gate, jitter, deadline, [&count](const Pair&) { ++count; });
    if (count != pairs.size())
        return false;

    gate_ = std::move(gate);
    jitter_ = jitter;
    deadline_ = deadline;
    if (irq_ != irq) {
        irq_ = irq;
        host_.set_irq(irq);
    }
    return true;
}

} // namespace smmu_pm::gpu
