// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the engines of the GPU, command processor and crash dumper, reach outside themselves.
#pragma once

#include "power/supply.hh"

#include <cstdint>
#include <span>
#include <string_view>

namespace smmu_pm::gpu {

/// How a register access of an engine ended.
enum class RegisterAccess : uint8_t {
    Ok,
    Missing,   ///< beyond the window
    Protected, ///< CP_PROTECT keeps it from the stream
};

class Bus {
public:
    /// DMA of at most 64 bytes, not crossing an aligned 64 bytes; dwords in guest (little) endian.
    /// Stalled: nothing has happened, and the same is to be asked again in a later slice.
    virtual power::Status read(uint64_t iova, std::span<uint32_t> dwords) = 0;
    virtual power::Status write(uint64_t iova, std::span<const uint32_t> dwords) = 0;
    /// `index` in dwords; `guarded`: CP_PROTECT applies.
    virtual RegisterAccess write_register(uint32_t index, uint32_t value, bool guarded) = 0;
    virtual RegisterAccess read_register(uint32_t index, uint32_t& value, bool guarded) = 0;
    /// RBBM_ALWAYSON_COUNTER.
    virtual uint64_t timestamp() = 0;
    /// CP_EVENT_WRITE asked for the interrupt of this event; what it had to write is in memory.
    virtual void event_irq(uint32_t event) = 0;
    /// Something worth a line in the journal.
    virtual void note(std::string_view name, uint64_t address, uint64_t value) = 0;

protected:
    ~Bus() = default;
};

/// Bytes of a burst, and the boundary that no burst crosses.
inline constexpr uint32_t burst_dwords = 16;

/// Dwords from `iova` to the end of its aligned 64 bytes.
constexpr uint32_t to_line_end(uint64_t iova)
{
    return burst_dwords - static_cast<uint32_t>(iova / 4 % burst_dwords);
}

} // namespace smmu_pm::gpu
