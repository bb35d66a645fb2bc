// SPDX-License-Identifier: GPL-2.0-or-later
//
// Saved state: a block is a list of pairs.
#pragma once

#include <cstdint>

namespace smmu_pm::power {

/// The key of a register is its byte offset; keys from 0x80000000 up are the block's own.
struct Pair {
    uint32_t key;
    uint64_t value;
    bool operator==(const Pair&) const = default;
};

/// A deadline that never comes.
inline constexpr uint64_t never = UINT64_MAX;

} // namespace smmu_pm::power
