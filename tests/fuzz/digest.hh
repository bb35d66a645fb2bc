// SPDX-License-Identifier: GPL-2.0-or-later
//
// A number for everything that was said, in its order: two runs can be compared by it.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

namespace smmu_pm::fuzz {

class Digest {
public:
    void add(uint64_t value) { state_ = (std::rotl(state_, 27) ^ value) * 0x9e37'79b9'7f4a'7c15; }
    void add(std::string_view text)
    {
        for (const char c : text)
            add(static_cast<uint64_t>(c));
        add(text.size());
    }
    bool operator==(const Digest&) const = default;

private:
    uint64_t state_ = 1;
};

} // namespace smmu_pm::fuzz
