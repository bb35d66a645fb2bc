// SPDX-License-Identifier: GPL-2.0-or-later
//
// VMSAv8-64 translation tables as an SMMUv2 walks them: IHI 0062D 2.6, Arm ARM D5 (4 KiB granule).
#include "smmu/walk.hh"

#include <array>

namespace smmu_pm::smmu {
namespace {

constexpr uint64_t ones(unsigned width)
{
    return width >= 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1;
}

constexpr bool is_set(uint64_t descriptor, unsigned bit)
{
    return (descriptor >> bit & 1) != 0;
}

constexpr uint64_t table_address = 0x0000'ffff'ffff'f000; // descriptor bits 47:12

WalkResult fault(FaultKind kind, unsigned level, bool during_walk = false)
{
    WalkResult result;
    result.fault = {.kind = kind, .level = static_cast<uint8_t>(level), .during_walk = during_walk};
    return result;
}

/// Attributes that table descriptors hand down: APTable[0], APTable[1], UXNTable, PXNTable.
struct Inherited {
    bool no_unprivileged = false;
    bool read_only = false;
    bool uxn = false;
    bool pxn = false;

    void add(uint64_t table)
    {
        no_unprivileged |= is_set(table, 61);
        read_only |= is_set(table, 62);
        uxn |= is_set(table, 60);
        pxn |= is_set(table, 59);
    }
};

WalkResult leaf(const Context& context, const Inherited& inherited, uint64_t descriptor,
                unsigned level, uint64_t va)
{
    Mapping mapping;
    mapping.level = static_cast<uint8_t>(level);
    mapping.shift = static_cast<uint8_t>(12 + 9 * (3 - level));
    mapping.pa = descriptor & table_address & ~mapping.mask();
    if ((mapping.pa & ~ones(context.pa_bits)) != 0)
        return fault(FaultKind::ASF, level);
    const bool accessed = is_set(descriptor, 10);
    if (context.af_fault && !accessed)
        return fault(FaultKind::AFF, level);
    mapping.va = va & ~mapping.mask();
    mapping.global = !is_set(descriptor, 11);
    mapping.permissions =
        stage1_permissions({.unprivileged = is_set(descriptor, 6) && !inherited.no_unprivileged,
                            .read_only = is_set(descriptor, 7) || inherited.read_only,
                            .uxn = is_set(descriptor, 54) || inherited.uxn,
                            .pxn = is_set(descriptor, 53) || inherited.pxn},
                           context.wxn);
    return {.ok = true, .cacheable = accessed, .mapping = mapping, .fault = {}};
}

} // namespace

std::optional<uint64_t> input_address(const Context& context, uint64_t iova)
{
    // 110 is reserved; it is treated as 111.
    static constexpr std::array<unsigned, 8> sign_bit = {31, 35, 39, 41, 43, 47, 48, 48};
    const unsigned from = sign_bit[context.sep & 7];
    const bool upper = is_set(iova, from);
    const Context::Half& half = upper ? context.high : context.low;

    const uint64_t above = ~ones(from + 1) & (half.top_byte_ignored ? ones(56) : ~uint64_t{0});
    if ((iova & above) != 0 && !(upper && (iova & above) == above))
        return std::nullopt;
    return upper ? iova | ~ones(from + 1) : iova & ones(from + 1);
}

WalkResult walk(const Context& context, DescriptorReader& reader, uint64_t va, const Request&)
{
    const bool upper = is_set(va, 55);
    const Context::Half& half = upper ? context.high : context.low;

    // TnSZ outside 16..39 is a reserved value; the walk cannot start, so the fault is of level 0.
    if (half.disabled || half.granule != 12 || half.tsz < 16 || half.tsz > 39)
        return fault(FaultKind::TF, 0);
    const unsigned input_bits = 64 - half.tsz;
    if ((va & ~ones(input_bits)) != (upper ? ~ones(input_bits) : 0))
        return fault(FaultKind::TF, 0);

    unsigned level = 4 - (input_bits - 12 + 8) / 9;
    // A start-level table may be smaller than a page, and is aligned to its own size.
    const unsigned start_bits = input_bits - (12 + 9 * (3 - level));
    uint64_t table = half.base & ~ones(start_bits + 3) & 0x0000'ffff'ffff'ffff;
    if ((table & ~ones(context.pa_bits)) != 0)
        return fault(FaultKind::ASF, 0);

    Inherited inherited;
    for (;; ++level) {
        const unsigned shift = 12 + 9 * (3 - level);
        const uint64_t index = (va & ones(input_bits)) >> shift & ones(9);
        uint64_t descriptor = 0;
        if (!reader.read_descriptor(table + 8 * index, descriptor))
            return fault(FaultKind::EF, level, true);
        if (!is_set(descriptor, 0))
            return fault(FaultKind::TF, level);
        const bool table_or_page = is_set(descriptor, 1);
        if (level == 3)
            return table_or_page ? leaf(context, inherited, descriptor, level, va)
                                 : fault(FaultKind::TF, level);
        if (!table_or_page)
            return level == 0 ? fault(FaultKind::TF, level)
                              : leaf(context, inherited, descriptor, level, va);
        table = descriptor & table_address;
        if ((table & ~ones(context.pa_bits)) != 0)
            return fault(FaultKind::ASF, level);
        inherited.add(descriptor);
    }
}

std::optional<Fault> denied(const Mapping& mapping, uint64_t va, const Request& request)
{
    if (!stage1_permits(mapping.permissions, request))
        return Fault{.kind = FaultKind::PF, .level = mapping.level};
    if (stage2_permits(mapping.permissions, request))
        return std::nullopt;
    const bool nested = mapping.stage2_level != 0;
    return Fault{.kind = FaultKind::PF,
                 .level = nested ? mapping.stage2_level : mapping.level,
                 .stage = 2,
                 .ipa = nested ? mapping.ipa | (va & mapping.mask()) : va};
}

} // namespace smmu_pm::smmu
