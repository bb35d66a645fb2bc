// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/attributes.hh"

namespace smmu_pm::smmu {
namespace {

/// Allocation and transience of one half of a MAIR encoding of Normal memory.
unsigned hinted_half(unsigned half, unsigned racfg, unsigned wacfg, unsigned transientcfg)
{
    if (half == 4)
        return half; // Non-cacheable memory has no hints
    if (racfg >= 2)
        half = (half & ~2u) | (racfg == 2 ? 2 : 0);
    if (wacfg >= 2)
        half = (half & ~1u) | (wacfg == 2 ? 1 : 0);
    // 0b00RW and 0b01RW are the transient forms of 0b10RW and 0b11RW; they allocate or they are
    // other encodings.
    if (transientcfg == 2 || (half & 3) == 0)
        half |= 8;
    else if (transientcfg == 3)
        half &= ~8u;
    return half;
}

/// The half that MemAttr names, with the hints of the half that has arrived. What is not cached, a
/// Device among it, has none: 0 in these bits.
unsigned half_of(unsigned named, unsigned arrived)
{
    if (named == 4)
        return named;
    const unsigned hints = arrived & 3;
    const bool transient = hints != 0 && (arrived & 8) == 0;
    return (named & 4) | hints | (transient ? 0 : 8);
}

/// MTCFG. MemAttr has no hints, and keeps those that there are (IHI 0062D 2.4.2).
uint8_t renamed(uint8_t arrived, unsigned mem_attr)
{
    const uint8_t named = memory_of(mem_attr);
    if (is_device(named))
        return named;
    return static_cast<uint8_t>(half_of(named >> 4, arrived >> 4) << 4 |
                                half_of(named & 0xf, arrived & 0xf));
}

/// NSCFG, PRIVCFG and INSTCFG. 01 is reserved, and is what IHI 0062D's table 2-4 takes it for.
constexpr bool chosen(unsigned config, bool own, bool reserved)
{
    return config == 0 ? own : config == 1 ? reserved : config == 3;
}

} // namespace

uint8_t hinted_normal(uint8_t memory, unsigned racfg, unsigned wacfg, unsigned transientcfg)
{
    return static_cast<uint8_t>(hinted_half(memory >> 4, racfg, wacfg, transientcfg) << 4 |
                                hinted_half(memory & 0xf, racfg, wacfg, transientcfg));
}

Attributes overridden(Attributes attributes, const Overrides& overrides, bool secure, bool write)
{
    if (overrides.type)
        attributes.memory = renamed(attributes.memory, overrides.memory);
    attributes.memory = hinted(attributes.memory, overrides.read_allocate, overrides.write_allocate,
                               overrides.transient);
    if (overrides.sharing != 0)
        attributes.sharing = sharing_of(overrides.sharing);
    if (is_outer_shareable(attributes.memory))
        attributes.sharing = Shareability::Outer;
    attributes.non_secure = !secure || chosen(overrides.security, attributes.non_secure, true);
    attributes.privileged = chosen(overrides.privilege, attributes.privileged, false);
    // A write is never a fetch, whatever INSTCFG or the master says.
    attributes.instruction = !write && chosen(overrides.instruction, attributes.instruction, true);
    return attributes;
}

} // namespace smmu_pm::smmu
