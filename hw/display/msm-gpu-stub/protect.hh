// SPDX-License-Identifier: GPL-2.0-or-later
//
// CP_PROTECT: which registers a command stream in protected mode may not touch. Each of 32 entries
// names a power of two of registers and what it traps:
//
//   30 read | 29 write | 28:24 log2 of the number of registers | 19:0 first register, times four
//
// As ADRENO_PROTECT_RW packs it; a first register that is no multiple of the number is rounded
// down (adreno_gpu.h). CP_PROTECT_CNTL has no fields in the database for A5xx; bits 0 and 1 are
// taken to be those of A6xx: protection on, violations are faults.
#pragma once

#include <cstdint>

namespace smmu_pm::gpu {

inline constexpr unsigned protect_entries = 32;
inline constexpr uint32_t protect_on = 1u << 0;
inline constexpr uint32_t protect_faults = 1u << 1;

/// An entry of CP_PROTECT_REG traps this access.
constexpr bool traps(uint32_t entry, uint32_t index, bool write)
{
    const uint32_t first = (entry & 0xf'ffff) / 4;
    const uint32_t log2 = entry >> 24 & 0x1f;
    return (entry >> (write ? 29 : 30) & 1) != 0 && index >> log2 == first >> log2;
}

} // namespace smmu_pm::gpu
