// SPDX-License-Identifier: GPL-2.0-or-later
//
// What every fuzz target shares: bytes as choices, and a promise that traps when it is broken.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>

namespace smmu_pm::fuzz {

/// Says which one it was, and ends the run where the fuzzer sees it.
inline void require(bool promise, const char* file = __builtin_FILE(), int line = __builtin_LINE())
{
    if (promise) [[likely]]
        return;
    std::fprintf(stderr, "%s:%d: a promise is broken\n", file, line);
    __builtin_trap();
}

/// The input, byte by byte; zeros when it is used up.
class Input {
public:
    Input(const uint8_t* data, std::size_t size) : data_(data), size_(size) {}

    bool empty() const { return at_ >= size_; }
    uint8_t byte() { return empty() ? uint8_t{0} : data_[at_++]; }
    /// A number of one to eight bytes, shorter ones being likelier.
    uint64_t number()
    {
        const unsigned bytes = 1 + byte() % 8;
        uint64_t value = 0;
        for (unsigned i = 0; i < bytes; ++i)
            value |= uint64_t{byte()} << (8 * i);
        return value;
    }

private:
    const uint8_t* data_;
    std::size_t size_;
    std::size_t at_ = 0;
};

} // namespace smmu_pm::fuzz
