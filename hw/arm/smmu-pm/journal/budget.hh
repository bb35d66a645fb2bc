// SPDX-License-Identifier: GPL-2.0-or-later
//
// A budget of power-ups, as the mark "budget" sets it, and how it was spent.
#pragma once

#include "journal/record.hh"

#include <optional>
#include <vector>

namespace smmu_pm::journal {

struct Budget {
    /// The most numbers that a mark can name.
    static constexpr uint64_t limit_max = 1'000'000, period_max = 1'000'000;
    /// Callers that are told apart.
    static constexpr std::size_t wakers_max = 16;

    /// One place in the guest that had the block powered up.
    struct Waker {
        Chain chain{};
        uint64_t times = 0;
        uint64_t last_ns = 0;
    };

    Block block{};
    uint64_t limit = 0;     ///< power-ups that are allowed at all events
    uint64_t period_ms = 0; ///< one more for each of these that has begun; 0: none
    uint64_t since_ns = 0;
    uint64_t power_ups = 0;
    std::vector<Waker> wakers{}; ///< the first that came, at most wakers_max

    /// What is allowed up to a moment.
    uint64_t allowed(uint64_t now_ns) const;
    /// The block was powered up.
    void spend(uint64_t now_ns, const Chain& chain);
    /// Who had it powered up most often; nullptr: nobody.
    const Waker* most() const;
};

/// "BLOCK N" or "BLOCK N/MS", BLOCK being smmu or gpu. Nothing: it is not that, or a number is
/// beyond its limit.
std::optional<Budget> parse_budget(std::string_view text, uint64_t now_ns);

} // namespace smmu_pm::journal
