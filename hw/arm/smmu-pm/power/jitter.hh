// SPDX-License-Identifier: GPL-2.0-or-later
//
// Delays that a seed varies. Whatever happens later in a model (a status bit that follows, a slice
// of GPU work) waits a configured time; with a seed other than 0 it waits somewhat longer, and the
// same seed always draws the same delays. So another seed is another schedule, and each schedule
// can be had again.
#pragma once

#include <cstdint>

namespace smmu_pm::power {

/// A sequence of delays. The generator is splitmix64 (Steele, Lea, Flood: "Fast splittable
/// pseudorandom number generators", OOPSLA 2014), whose whole state is one number to save.
class Jitter {
public:
    /// seed 0: every delay is exactly as configured.
    constexpr explicit Jitter(uint64_t seed) : varied_(seed != 0), state_(seed) {}

    /// `base` itself, or, with a seed, drawn from [base, 2 * base). Unit as `base`, usually ns.
    constexpr uint64_t delay(uint64_t base)
    {
        return varied_ && base != 0 ? base + next() % base : base;
    }

    /// For save and restore; what the seed was is configuration and not part of it.
    constexpr uint64_t state() const { return state_; }
    constexpr void restore(uint64_t state) { state_ = state; }

    constexpr bool operator==(const Jitter&) const = default;

private:
    constexpr uint64_t next()
    {
        state_ += 0x9e37'79b9'7f4a'7c15;
        uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9;
        z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11eb;
        return z ^ (z >> 31);
    }

    bool varied_;
    uint64_t state_;
};

} // namespace smmu_pm::power
