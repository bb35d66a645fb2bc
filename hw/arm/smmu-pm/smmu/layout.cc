// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/layout.hh"

namespace smmu_pm::smmu {

namespace {

/// In GR0, with a copy for each security state or for Secure state alone: of the TLB maintenance
/// between them only syncs; address translation operations (IHI 0062D 4.3).
constexpr bool banked(uint32_t declared)
{
    return declared < 0x60 || (declared & ~0x7u) == 0x70 || (declared & ~0xfu) == 0x80 ||
           declared >> 8 == 1;
}

} // namespace

std::optional<uint32_t> declared_at(const Config& config, uint64_t offset, bool secure)
{
    const unsigned shift = page_shift(config);
    const uint64_t page = offset >> shift;
    const uint64_t in_page = offset - (page << shift);
    if (in_page >= 0x1000)
        return std::nullopt;
    if (page >= pages(config)) {
        const uint64_t bank = page - pages(config);
        if (bank >= config.context_banks)
            return std::nullopt;
        return static_cast<uint32_t>(page_banks + bank * 0x1000 + in_page);
    }
    const auto declared = static_cast<uint32_t>(page * 0x1000 + in_page);
    if (page * 0x1000 >= page_secure)
        return std::nullopt;
    if (declared < non_secure_alias)
        return secure && banked(declared) ? page_secure + declared : declared;
    if (declared < 2 * non_secure_alias) {
        // What is banked; but the ID registers have none, nor does what Secure state alone has
        // (IHI 0062D, table 9-1).
        const uint32_t own = declared - non_secure_alias;
        const bool aliased = secure && banked(own) && (own & ~0x1fu) != 0x20 && own != 0x04;
        return aliased ? std::optional(own) : std::nullopt;
    }
    return declared;
}

} // namespace smmu_pm::smmu
