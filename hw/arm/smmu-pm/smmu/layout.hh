// SPDX-License-Identifier: GPL-2.0-or-later
//
// Where a register stands: from an offset in an instance's window to the offset at which
// registers.hh declares it. IHI 0062D 8.1: the global space comes first, 2^(NUMPAGENDXB + 1) pages
// of 4 or 64 KiB, then as many for the context banks; whatever the size of a page, its registers
// are in the first 4 KiB.
//
// Declared are the global pages from 0, a shadow page with the Secure copies of the registers that
// are banked by security state, and the banks from 0x8000: the window of an instance with 4 KiB
// pages and NUMPAGENDXB = 2, where both offsets are the same.
#pragma once

#include "smmu/config.hh"

#include <optional>

namespace smmu_pm::smmu {

inline constexpr uint32_t page_gr1 = 0x1000;    ///< global register space 1
inline constexpr uint32_t page_gid = 0x2000;    ///< IMPLEMENTATION DEFINED
inline constexpr uint32_t page_pm = 0x3000;     ///< performance monitors
inline constexpr uint32_t page_ssd = 0x4000;    ///< security state determination
inline constexpr uint32_t page_secure = 0x5000; ///< Secure copies: of no window
inline constexpr uint32_t page_banks = 0x8000;
/// In GR0 of a Secure access: the Non-secure copies of what stands this much before.
inline constexpr uint32_t non_secure_alias = 0x400;

/// Pages of the global space, and of that of the banks.
constexpr unsigned pages(const Config& config)
{
    return 2u << config.page_index_bits;
}
constexpr unsigned page_shift(const Config& config)
{
    return config.pages_of_64k ? 16 : 12;
}
constexpr uint64_t window_size(const Config& config)
{
    return uint64_t{2} * pages(config) << page_shift(config);
}

/// The offset at which the register is declared that an access meets; nothing: there is none.
/// `secure`: of an access in Secure state, to an SMMU that has both.
std::optional<uint32_t> declared_at(const Config& config, uint64_t offset, bool secure = false);

} // namespace smmu_pm::smmu
