// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect.hh"

namespace smmu_pm::gpu {

std::optional<View> Inspection::view() const
{
    // The gate makes a state when the first access reaches; until then a block with power holds
    // what it comes up with.
    static const Contents reset_contents{};
    const Contents* contents = nullptr;
    if (const auto* state = gpu_.gate_.saved(); state != nullptr)
        contents = &state->registers;
    else if (supplies().has(power::Supply::Domain) && supplies().has(power::Supply::Reset))
        contents = &reset_contents;
    if (contents == nullptr)
        return std::nullopt;
    const CommandProcessor& cp = contents->cp;
    return View{.ring = contents->ring(),
                .rptr = cp.rptr(),
                .ib1 = {cp.ib_base(1), cp.ib_left(1)},
                .ib2 = {cp.ib_base(2), cp.ib_left(2)},
                .busy = contents->busy(gpu_.hold_),
                .halted = cp.runnable(contents->ring()) && !gpu_.hold_.waiting() &&
                          !contents->can_work(gpu_.hold_),
                .held = gpu_.hold_.waiting(),
                .irq = gpu_.irq_,
                .condition = cp.condition(),
                .error = cp.error(),
                .error_address = cp.error_address(),
                .header = cp.header(),
                .busy_ns = contents->busy_ns};
}

} // namespace smmu_pm::gpu
