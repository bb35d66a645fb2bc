// SPDX-License-Identifier: GPL-2.0-or-later
//
// Saving and loading across the seam, for cores that speak power::Pair.
#pragma once

#include "power/pair.hh"
#include "seam/common.h"

#include <span>
#include <vector>

namespace smmu_pm::seam {

/// Writes at most `max` pairs of a core's state; the answer is how many there are.
template <class Core>
size_t save(const Core& core, SmmuPmPair* pairs, size_t max)
{
    size_t count = 0;
    core.save([&](const power::Pair& pair) {
        if (count < max)
            pairs[count] = {pair.key, pair.value};
        ++count;
    });
    return count;
}

template <class Core>
bool load(Core& core, const SmmuPmPair* pairs, size_t count)
{
    std::vector<power::Pair> copy;
    copy.reserve(count);
    for (size_t i = 0; i < count; ++i)
        copy.push_back({pairs[i].key, pairs[i].value});
    return core.load(std::span<const power::Pair>(copy));
}

} // namespace smmu_pm::seam
