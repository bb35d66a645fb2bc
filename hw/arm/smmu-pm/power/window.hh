// SPDX-License-Identifier: GPL-2.0-or-later
//
// The words of a controller's window. Most of them are never written, and making, saving and
// loading a window costs no more than those that are: they come into being in blocks.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace smmu_pm::power {

class Window {
public:
    /// A window of `bytes`, all zeros. It never takes more memory than that, whatever is written.
    explicit Window(uint32_t bytes) : blocks_((bytes + block_bytes - 1) / block_bytes) {}

    /// Offsets are multiples of 4 within the window.
    uint32_t at(uint32_t offset) const
    {
        const auto& block = blocks_[offset / block_bytes];
        return block == nullptr ? 0 : (*block)[offset % block_bytes / 4];
    }
    void put(uint32_t offset, uint32_t value)
    {
        auto& block = blocks_[offset / block_bytes];
        if (block == nullptr) {
            if (value == 0)
                return;
            block = std::make_unique<Block>();
        }
        (*block)[offset % block_bytes / 4] = value;
    }
    /// Every word that is not zero, and some that are: (offset, value), in ascending order.
    template <class F>
    void each(F&& f) const
    {
        for (std::size_t i = 0; i < blocks_.size(); ++i)
            for (uint32_t word = 0; blocks_[i] != nullptr && word < block_bytes / 4; ++word)
                f(static_cast<uint32_t>(i) * block_bytes + 4 * word, (*blocks_[i])[word]);
    }
    void swap(Window& other) noexcept { blocks_.swap(other.blocks_); }

private:
    static constexpr uint32_t block_bytes = 256;
    using Block = std::array<uint32_t, block_bytes / 4>;

    std::vector<std::unique_ptr<Block>> blocks_;
};

} // namespace smmu_pm::power
