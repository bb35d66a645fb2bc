// SPDX-License-Identifier: GPL-2.0-or-later
//
// Address translation as an SMMUv2 does it: IHI 0062D 2.6. Each stage's tables are walked by a file
// of its own; here they are put together.
#include "smmu/walk.hh"

#include "smmu/memory_types.hh"
#include "smmu/walk_formats.hh"

#include <algorithm>

namespace smmu_pm::smmu {
namespace {

WalkResult walk_stage1(const Context& context, TableReader& reader, uint64_t va)
{
    WalkResult result = context.format == Format::Short ? walk_short(context, reader, va)
                                                        : walk_long(context, reader, va);
    if (context.secure_fetch_only && result.mapping.non_secure)
        result.mapping.permissions.stage1 &= Read | Write | PrivilegedRead | PrivilegedWrite;
    return result;
}

/// Device-nGnRnE, in the security state of the context.
Mapping untranslated(const Context& context, uint64_t va)
{
    const uint64_t page = va & ~ones(12);
    return {.va = page,
            .pa = page,
            .memory = 0,
            .sharing = Shareability::Outer,
            .non_secure = !context.secure()};
}

/// What stage 1 gave, through stage 2: the smaller page, and the stricter of all attributes.
WalkResult through_stage2(const Context& context, DescriptorReader& reader, Stage2Cache* cache,
                          uint64_t va, const WalkResult& stage1)
{
    const Mapping& first = stage1.mapping;
    const uint64_t ipa = first.pa | (va & first.mask());
    const WalkResult stage2 = look_up_stage2(context, reader, cache, ipa);
    if (!stage2.ok)
        return stage2;
    const Mapping& second = stage2.mapping;
    WalkResult result = stage1;
    result.cacheable = stage1.cacheable && stage2.cacheable;
    Mapping& both = result.mapping;
    both.shift = std::min(first.shift, second.shift);
    both.va = va & ~both.mask();
    both.ipa = ipa & ~both.mask();
    both.pa = (second.pa | (ipa & second.mask())) & ~both.mask();
    both.stage2_level = second.level;
    both.permissions.stage2 = second.permissions.stage2;
    const MemoryType type =
        combined({first.memory, first.sharing}, {second.memory, second.sharing, second.allocation});
    both.memory = type.memory;
    both.sharing = type.sharing;
    return result;
}

} // namespace

std::optional<uint64_t> input_address(const Context& context, uint64_t iova)
{
    if (context.stages == Stages::Two)
        return iova;
    if (context.format != Format::Aarch64)
        return iova >> 32 == 0 ? std::optional(iova) : std::nullopt;
    if (context.single_range)
        return context.low.top_byte_ignored ? iova & ones(56) : iova;
    // 110 is reserved; it is treated as 111.
    static constexpr uint8_t sign_bit[] = {31, 35, 39, 41, 43, 47, 48, 48};
    const unsigned sign = sign_bit[context.sep & 7];
    const bool extended = sign < context.bus_bits;
    const bool upper = extended && is_set(iova, sign);
    const unsigned from = extended ? sign : context.bus_bits - 1;
    const Context::Half& half = upper ? context.high : context.low;

    uint64_t above = ~ones(from + 1);
    if (half.top_byte_ignored)
        above &= ones(56);
    if ((iova & above) != 0 && !(upper && (iova & above) == above))
        return std::nullopt;
    return upper ? iova | ~ones(from + 1) : iova & ones(from + 1);
}

WalkResult walk(const Context& context, DescriptorReader& reader, uint64_t va,
                const Request& request, Stage2Cache* cache)
{
    switch (context.stages) {
    case Stages::None:
        return {.ok = true, .mapping = untranslated(context, va), .fault = {}};
    case Stages::Two:
        return walk_stage2(context.stage2, reader, va);
    case Stages::One:
    case Stages::Nested:
        TableReader tables(reader, context, cache);
        const WalkResult stage1 = walk_stage1(context, tables, va);
        if (!stage1.ok || (context.stages == Stages::One && !context.stage2_off()))
            return stage1;
        const Mapping& first = stage1.mapping;
        if (!stage1_permits(first.permissions, request))
            return failed({.kind = FaultKind::PF, .level = first.level});
        if (!context.stage2_off())
            return through_stage2(context, reader, cache, va, stage1);
        const auto fault = beyond_output(context.stage2, first.pa | (va & first.mask()));
        return fault ? failed(*fault) : stage1;
    }
    return {};
}

WalkResult walk_to_ipa(const Context& context, DescriptorReader& reader, uint64_t va)
{
    if (context.stages == Stages::None || context.stages == Stages::Two)
        return {.ok = true, .mapping = untranslated(context, va), .fault = {}};
    TableReader tables(reader, context, nullptr);
    return walk_stage1(context, tables, va);
}

std::optional<Fault> beyond_output(const Context::Stage2& stage2, uint64_t ipa)
{
    const bool aarch64 = stage2.format == Format::Aarch64;
    if (ipa >> (aarch64 ? stage2.oas_bits : std::min(40u, stage2.oas_bits)) == 0)
        return std::nullopt;
    return Fault{.kind = FaultKind::ASF,
                 .level = static_cast<uint8_t>(aarch64 ? 0 : 1),
                 .stage = 2,
                 .ipa = ipa};
}

std::optional<Fault> beyond_input(const Context& context, uint64_t address)
{
    const auto exceeds = [&](unsigned bits) { return address >> bits != 0; };
    const bool aarch64 = context.format == Format::Aarch64;
    if (context.has_stage1) {
        if (!aarch64 && exceeds(32))
            return Fault{.kind = FaultKind::TF, .level = 1};
        if (context.stage1_off() && exceeds(context.ipa_bits))
            return Fault{.kind = FaultKind::ASF};
    }
    // With stage 1 on, what it puts out is the walk's to look at.
    const bool passes = context.stages == Stages::None && context.has_stage2;
    return passes ? beyond_output(context.stage2, address) : std::nullopt;
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
