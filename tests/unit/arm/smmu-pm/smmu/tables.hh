// SPDX-License-Identifier: GPL-2.0-or-later
//
// Tables for a walk alone: descriptors by their literal addresses.
#pragma once

#include "smmu/walk.hh"

#include <map>
#include <vector>

namespace smmu_pm::test {

class Memory final : public smmu::DescriptorReader {
public:
    std::map<uint64_t, uint64_t> words; ///< 8 bytes each; what is not there reads as zero
    std::vector<uint64_t> read;
    uint64_t aborts_at = ~uint64_t{0};

    bool read_descriptor(uint64_t pa, uint64_t& descriptor) override
    {
        read.push_back(pa);
        const auto found = words.find(pa);
        descriptor = found == words.end() ? 0 : found->second;
        return pa != aborts_at;
    }

    /// A descriptor of 4 bytes.
    void put(uint64_t pa, uint32_t descriptor)
    {
        uint64_t& word = words[pa & ~uint64_t{7}];
        const unsigned shift = (pa & 4) != 0 ? 32 : 0;
        word = (word & ~(uint64_t{0xffff'ffff} << shift)) | uint64_t{descriptor} << shift;
    }
};

constexpr smmu::Request fetch = {.instruction = true};
constexpr smmu::Request kernel_read = {.privileged = true};

} // namespace smmu_pm::test
