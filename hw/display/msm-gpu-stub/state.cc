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

/// Gives one field of a part, by its number, a value; false: no such field, or one that cannot hold
/// it.
template <class Part>
bool assign(Part& part, uint32_t number, uint64_t value)
{
    bool fits = false;
    part.each_field([&, at = uint32_t{0}](auto& field) mutable {
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
    if (pair.key == key_hang_reported) {
        contents.hang_reported = 1;
        return pair.value == 1;
    }
    if (pair.key >= key_cp)
        return assign(contents.cp, pair.key - key_cp, pair.value);
    if (pair.key >= key_dumper)
        return assign(contents.dumper, pair.key - key_dumper, pair.value);
    if (pair.key >= key_counters)
        return assign(contents.counters, pair.key - key_counters, pair.value);
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
    uint64_t hang_deadline = never;
    Hold hold;
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
        } else if (pair.key == key_hang_deadline) {
            hang_deadline = pair.value;
        } else if (pair.key == key_hold) {
            hold.state = static_cast<Hold::State>(pair.value & 0xff);
            hold.owner = static_cast<Hold::Owner>(pair.value >> 8 & 0xff);
            if (hold.state > Hold::State::RazWi || hold.owner > Hold::Owner::CrashDumper ||
                pair.value > 0xffff)
                return false;
        } else {
            if (!state)
                state.emplace();
            if (!restore(pair, state->registers))
                return false;
        }
    }
    // State without the wires that keep it is no state.
    if (state && (!supplies.has(Supply::Domain) || !supplies.has(Supply::Reset) ||
                  !state->registers.cp.valid() || !state->registers.dumper.valid() ||
                  !state->registers.counters.valid()))
        return false;
    // Nor does anybody wait without it.
    if (!state && hold != Hold{})
        return false;
    // A slice is armed exactly when there is something to do and nothing in the way; the hang
    // detector when there is something that it has not reported yet.
    const bool reached =
        power::missing(power::gpu_needs, supplies, Access::Dma).empty() && state.has_value();
    const bool work = reached && state->registers.can_work(hold);
    const bool hanging = reached && state->registers.hanging(hold);
    if (work != (deadline != never) ||
        (hanging && state->registers.hang_reported == 0) != (hang_deadline != never))
        return false;
    const bool irq = state && state->registers.irq();

    // Saved again it has as many numbers as this: none was missing, twice there or superfluous.
    Gate gate(power::gpu_needs, power::Collapse::Lose);
    gate.load(supplies, std::move(state));
    std::size_t count = 0;
    emit(gate, jitter, deadline, hang_deadline, hold, [&count](const Pair&) { ++count; });
    if (count != pairs.size())
        return false;

    gate_ = std::move(gate);
    jitter_ = jitter;
    deadline_ = deadline;
    hang_deadline_ = hang_deadline;
    hold_ = hold;
    if (irq_ != irq) {
        irq_ = irq;
        host_.set_irq(irq);
    }
    return true;
}

} // namespace smmu_pm::gpu
