// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/memory_types.hh"

#include <algorithm>

namespace smmu_pm::smmu {
namespace {

constexpr uint8_t strongly_ordered = 0x00; // Device-nGnRnE
constexpr uint8_t device = 0x04;           // Device-nGnRE
constexpr unsigned non_cacheable = 4;      // of a half

MemoryType typed(uint8_t memory, Shareability sharing)
{
    return {.memory = memory,
            .sharing = is_outer_shareable(memory) ? Shareability::Outer : sharing};
}

/// SH of a descriptor. 0b01 is reserved: Non-shareable here.
Shareability sh_of(uint64_t descriptor)
{
    const unsigned sh = descriptor >> 8 & 3;
    return sh == 1 ? Shareability::Non : static_cast<Shareability>(sh);
}

/// The two bits that NMRR and the cacheable forms of TEX have for one half.
constexpr unsigned half_of(unsigned code)
{
    constexpr unsigned halves[] = {non_cacheable, 0xf, 0xa, 0xe}; // -, WBWA, WT, WB
    return halves[code & 3];
}

constexpr uint8_t normal(unsigned outer, unsigned inner)
{
    return static_cast<uint8_t>(half_of(outer) << 4 | half_of(inner));
}

/// Without remap (Arm ARM G5.7.2); reserved forms are Strongly-ordered.
uint8_t unremapped(unsigned texcb)
{
    if ((texcb & 0x10) != 0)
        return normal(texcb >> 2 & 3, texcb & 3);
    switch (texcb) {
    case 0b000'01:
    case 0b010'00:
        return device;
    case 0b000'10:
        return normal(2, 2);
    case 0b000'11:
        return normal(3, 3);
    case 0b001'00:
        return normal(0, 0);
    case 0b001'11:
        return normal(1, 1);
    default:
        return strongly_ordered;
    }
}

/// Cacheability of both stages, for one half: Non-cacheable before write-through before write-back;
/// hints are stage 1's.
unsigned half_of_both(unsigned stage1, unsigned stage2)
{
    if (stage1 == non_cacheable || stage2 == non_cacheable)
        return non_cacheable;
    // 0b01RW and 0b11RW, write-back, are 0b00RW and 0b10RW of write-through: transient as before.
    const bool write_through = (stage2 & 4) == 0;
    return write_through ? stage1 & ~4u : stage1;
}

} // namespace

MemoryType long_descriptor_type(uint64_t mair, uint64_t descriptor)
{
    return typed(static_cast<uint8_t>(mair >> 8 * (descriptor >> 2 & 7)), sh_of(descriptor));
}

MemoryType short_descriptor_type(uint64_t nmrr_prrr, bool remap, unsigned texcb, bool shareable)
{
    if (!remap)
        return typed(unremapped(texcb), shareable ? Shareability::Outer : Shareability::Non);
    const auto prrr = static_cast<uint32_t>(nmrr_prrr);
    const auto nmrr = static_cast<uint32_t>(nmrr_prrr >> 32);
    const unsigned n = texcb & 7; // TEX[0], C, B
    switch (prrr >> 2 * n & 3) {  // TRn
    case 1:
        return typed(device, Shareability::Outer);
    case 2: {
        // NS1 or NS0 says what S means; NOSn, whether it is inner alone.
        const bool shared = (prrr >> (shareable ? 19 : 18) & 1) != 0;
        const bool inner = (prrr >> (24 + n) & 1) != 0;
        return typed(normal(nmrr >> (16 + 2 * n), nmrr >> 2 * n), !shared ? Shareability::Non
                                                                  : inner ? Shareability::Inner
                                                                          : Shareability::Outer);
    }
    default:
        return typed(strongly_ordered, Shareability::Outer);
    }
}

Stage2Type stage2_type(uint64_t descriptor)
{
    const Allocation allocation = allocation_of(static_cast<unsigned>(descriptor >> 60 & 3),
                                                static_cast<unsigned>(descriptor >> 62));
    const uint8_t memory = memory_of(descriptor >> 2 & 0xf);
    const MemoryType type =
        typed(hinted(memory, allocation.read, allocation.write), sh_of(descriptor));
    return {.memory = type.memory, .sharing = type.sharing, .allocation = allocation};
}

MemoryType combined(const MemoryType& stage1, const Stage2Type& stage2)
{
    // A Device is the stricter one the lower its encoding is, and lower than all Normal memory.
    const uint8_t memory =
        is_device(stage1.memory) || is_device(stage2.memory)
            ? std::min(stage1.memory, stage2.memory)
            : static_cast<uint8_t>(half_of_both(stage1.memory >> 4, stage2.memory >> 4) << 4 |
                                   half_of_both(stage1.memory & 0xf, stage2.memory & 0xf));
    Shareability sharing = Shareability::Non;
    for (const Shareability wider : {Shareability::Inner, Shareability::Outer})
        if (stage1.sharing == wider || stage2.sharing == wider)
            sharing = wider;
    return typed(hinted(memory, stage2.allocation.read, stage2.allocation.write), sharing);
}

} // namespace smmu_pm::smmu
