// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/par.hh"

namespace smmu_pm::smmu {
namespace {

constexpr uint64_t f = 1;
constexpr uint64_t icf = uint64_t{1} << 29, ucbf = uint64_t{1} << 30, atot = uint64_t{1} << 31;
constexpr uint64_t long_success = uint64_t{1} << 11; // SMMUv2: RAO

/// Cacheability of one half of MAIR's encoding, as NMRR codes it.
constexpr uint64_t code_of(unsigned half)
{
    if (half == 4)
        return 0;
    const bool write_back = (half & 4) != 0, write_allocate = (half & 1) != 0;
    return !write_back ? 2 : write_allocate ? 1 : 3;
}

/// AArch32 without EAE: Arm ARM G8, PAR, 32-bit form.
uint64_t short_form(const Mapping& mapping, uint64_t pa)
{
    uint64_t par = 0;
    if (mapping.shift == 24) // SS: PA[39:32] in bits 23:16
        par |= (pa & 0xff00'0000) | (pa >> 32 & 0xff) << 16 | 1 << 1;
    else
        par |= pa & 0xffff'f000;
    if (is_device(mapping.memory))
        par |= uint64_t{mapping.memory == 0 ? 1u : 3u} << 4; // Strongly-ordered, Device
    else {
        const uint64_t inner = code_of(mapping.memory & 0xf);
        par |= code_of(mapping.memory >> 4) << 2 | (inner == 0 ? 0 : 4 | inner) << 4;
    }
    if (mapping.sharing != Shareability::Non)
        par |= 1 << 7;
    if (mapping.sharing == Shareability::Inner)
        par |= 1 << 10; // NOS
    return par;
}

} // namespace

uint64_t par_of(const Fault& fault, Format format)
{
    return f | uint64_t{1} << static_cast<unsigned>(fault.kind) |
           static_cast<uint64_t>(format) << 8 | uint64_t{fault.level} << 32 |
           uint64_t{fault.stage == 2} << 35;
}

uint64_t par_terminated()
{
    return f | atot;
}

uint64_t par_unimplemented_bank()
{
    return f | ucbf;
}

uint64_t par_invalid_context()
{
    return f | icf;
}

uint64_t par_of(const Mapping& mapping, uint64_t va, Format format, bool secure)
{
    const uint64_t pa = mapping.pa | (va & mapping.mask());
    const uint64_t ns = uint64_t{secure && mapping.non_secure} << 9;
    if (format == Format::Short)
        return short_form(mapping, pa) | ns;
    return (pa & 0xffff'ffff'f000) | long_success | ns |
           static_cast<uint64_t>(mapping.sharing) << 7 | uint64_t{mapping.memory} << 56;
}

} // namespace smmu_pm::smmu
