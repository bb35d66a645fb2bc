// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a master behind the SMMU reaches outside: memory, through the SMMU, and a line.
#pragma once

#include "power/gate.hh"

#include <cstddef>
#include <cstdint>
#include <span>

namespace smmu_pm::power {

/// None of these calls back into the master.
class MasterHost {
public:
    /// DMA with the master's StreamID; 1 to 64 bytes, never across an aligned 64 bytes. Memory is
    /// in the guest's (little-endian) byte order. Stalled: it is held until the master's released()
    /// says what becomes of it.
    virtual Status dma_read(uint64_t iova, std::span<std::byte> buffer) = 0;
    virtual Status dma_write(uint64_t iova, std::span<const std::byte> buffer) = 0;
    /// Only called on a change; the line is low at first.
    virtual void set_irq(bool level) = 0;
    /// A register access could not reach the master.
    virtual void pm_fault() = 0;

protected:
    ~MasterHost() = default;
};

} // namespace smmu_pm::power
