// SPDX-License-Identifier: GPL-2.0-or-later
//
// The GPU from outside, for people who look at a live machine: no access, nothing changes, and what
// has been lost with the power is gone here, too.
#pragma once

#include "gpu.hh"

#include <optional>

namespace smmu_pm::gpu {

struct View {
    Ring ring{};
    uint32_t rptr = 0;
    /// Of the indirect buffers under way: next address to fetch and dwords that are left.
    struct {
        uint64_t base = 0;
        uint32_t left = 0;
    } ib1{}, ib2{};
    bool busy = false;
    bool halted = false; ///< by a register: ME_HALT, a software reset or a VBIF halt
    bool held = false;   ///< waits for the answer to a transaction
    bool irq = false;
    CommandProcessor::Condition condition{};
    Error error{};
    uint64_t error_address = 0;
    uint32_t header = 0; ///< of the latest packet
    uint64_t busy_ns = 0;
};

class Inspection {
public:
    explicit Inspection(const Gpu& gpu) : gpu_(gpu) {}

    power::SupplySet supplies() const { return gpu_.gate_.supplies(); }
    power::SupplySet missing(power::Access access) const { return gpu_.gate_.missing(access); }
    /// Nothing: there are no registers, hence no ring.
    std::optional<View> view() const;

private:
    const Gpu& gpu_;
};

} // namespace smmu_pm::gpu
