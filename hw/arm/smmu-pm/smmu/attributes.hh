// SPDX-License-Identifier: GPL-2.0-or-later
//
// What goes with a transaction beside its address: memory type, cacheability and allocation,
// shareability, security, privilege. The SMMU decides it (IHI 0062D 2.5, 2.6): a stream's S2CR
// overrides what the master sent, and a page's descriptor replaces the memory attributes. QEMU's
// MemTxAttrs have room for security alone; the rest ends in Translation.
#pragma once

#include <cstdint>

namespace smmu_pm::smmu {

/// As the SH field of a descriptor has it.
enum class Shareability : uint8_t { Non = 0, Outer = 2, Inner = 3 };

/// Of an encoding as MAIR's.
constexpr bool is_device(uint8_t memory)
{
    return (memory & 0xf0) == 0;
}

/// Device memory, and Normal memory that neither inner nor outer caches keep, is Outer Shareable,
/// whatever is said of it. IHI 0062D 2.4 has "inner or outer" in words and "and" in the pseudocode
/// of 2.4.2; "and" is the Arm ARM's.
constexpr bool is_outer_shareable(uint8_t memory)
{
    return is_device(memory) || memory == 0x44;
}

/// SHCFG and BPSHCFG. 0 leaves, or adds, nothing: it is the caller's to look at.
constexpr Shareability sharing_of(uint64_t config)
{
    return config == 1   ? Shareability::Outer
           : config == 2 ? Shareability::Inner
                         : Shareability::Non;
}

struct Attributes {
    /// In MAIR's encoding: 0x00 Device-nGnRnE … 0x0c Device-GRE, otherwise outer attributes in the
    /// upper and inner ones in the lower half, each with read and write allocation in bits 1 and 0.
    uint8_t memory = 0xff;
    Shareability sharing = Shareability::Non;
    bool non_secure = true;
    bool privileged = false;
    bool instruction = false;
    bool operator==(const Attributes&) const = default;
};

/// The four bits of S2CR, sCR0 and SCTLR.MemAttr, and of a stage 2 descriptor, in MAIR's encoding;
/// Normal memory allocates on reads and writes.
constexpr uint8_t memory_of(unsigned mem_attr)
{
    constexpr uint8_t halves[] = {0x0, 0x4, 0xb, 0xf}; // -, Non-cacheable, write-through, -back
    const unsigned outer = mem_attr >> 2 & 3, inner = mem_attr & 3;
    // Normal memory with an inner half of 0b00 is reserved: Device-nGnRnE (IHI 0062D 2.4.1).
    if (outer == 0 || inner == 0)
        return static_cast<uint8_t>(inner << 2);
    return static_cast<uint8_t>(halves[outer] << 4 | halves[inner]);
}

/// RACFG and WACFG where stage 2 has them: 2 allocate, 3 do not, 0 as stage 1 has it.
struct Allocation {
    uint8_t read = 0, write = 0;
    bool operator==(const Allocation&) const = default;
};

/// 1 is reserved, and is 0 (IHI 0062D 2.4.1).
constexpr Allocation allocation_of(unsigned racfg, unsigned wacfg)
{
    return {.read = static_cast<uint8_t>(racfg == 1 ? 0 : racfg),
            .write = static_cast<uint8_t>(wacfg == 1 ? 0 : wacfg)};
}

/// The configuration fields with which sCR0, S2CRn and SCTLR override attributes; 0 in each leaves
/// the attribute as it is.
struct Overrides {
    unsigned memory = 0;         ///< MemAttr, if `type`
    bool type = false;           ///< MTCFG
    unsigned sharing = 0;        ///< SHCFG: 1 outer, 2 inner, 3 non-shareable
    unsigned read_allocate = 0;  ///< RACFG: 2 allocate, 3 do not
    unsigned write_allocate = 0; ///< WACFG: likewise
    unsigned transient = 0;      ///< TRANSIENTCFG: 2 non-transient, 3 transient
    unsigned security = 0;       ///< NSCFG: 2 Secure, 3 Non-secure; for Secure streams alone
    unsigned privilege = 0;      ///< PRIVCFG: 2 unprivileged, 3 privileged
    unsigned instruction = 0;    ///< INSTCFG: 2 data, 3 instruction; not of writes
};

/// Normal memory after RACFG, WACFG and TRANSIENTCFG; what is not cached has no hints.
uint8_t hinted_normal(uint8_t memory, unsigned racfg, unsigned wacfg, unsigned transientcfg);

/// Any memory. Most often there is nothing to do, and every transaction asks twice.
inline uint8_t hinted(uint8_t memory, unsigned racfg, unsigned wacfg, unsigned transientcfg = 0)
{
    if ((racfg | wacfg | transientcfg) < 2 || is_device(memory)) [[likely]]
        return memory;
    return hinted_normal(memory, racfg, wacfg, transientcfg);
}

/// Attributes after a stream's or the global configuration. `secure`: the stream is.
Attributes overridden(Attributes attributes, const Overrides& overrides, bool secure, bool write);

} // namespace smmu_pm::smmu
