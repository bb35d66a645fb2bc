// SPDX-License-Identifier: GPL-2.0-or-later
//
// Stage 2: Arm ARM D5.2.3 (AArch64), G5.5.5 (AArch32). From IPA to physical address, with
// descriptors that know neither privilege nor address space.
#include "smmu/memory_types.hh"
#include "smmu/walk_formats.hh"

namespace smmu_pm::smmu {
namespace {

/// SL0: the level at which the walk starts; nothing: a reserved value, or one for which the
/// physical addresses are too small (Arm ARM, AArch64.S2InvalidSL).
std::optional<unsigned> start_level(const Context::Stage2& stage2)
{
    if (stage2.format != Format::Aarch64)
        return stage2.sl0 < 2 ? std::optional(2 - stage2.sl0) : std::nullopt;
    const unsigned least = stage2.granule == 14 ? 42 : 44;
    if (stage2.sl0 == 3 || (stage2.sl0 == 2 && stage2.oas_bits < least))
        return std::nullopt;
    return (stage2.granule == 12 ? 2 : 3) - stage2.sl0;
}

/// Whether T0SZ goes with SL0: the first table has two entries or more, and at most sixteen tables
/// are concatenated (AArch64.S2InconsistentSL).
bool consistent(unsigned granule, unsigned level, unsigned input_bits)
{
    const unsigned shift = granule + (granule - 3) * (3 - level);
    return input_bits > shift && input_bits - shift <= granule - 3 + 4;
}

Permissions permissions_of(const Context::Stage2& stage2, uint64_t descriptor)
{
    unsigned rights = (is_set(descriptor, 6) ? unsigned{Read} : 0u) |
                      (is_set(descriptor, 7) ? unsigned{Write} : 0u);
    // S2AP[0] and XN; AArch32 fetches only what may be read.
    if (!is_set(descriptor, 54) && (stage2.format == Format::Aarch64 || (rights & Read) != 0))
        rights |= Execute;
    return {.stage2 = static_cast<uint8_t>(rights)};
}

} // namespace

WalkResult walk_stage2(const Context::Stage2& stage2, DescriptorReader& memory, uint64_t ipa)
{
    const std::optional<unsigned> level = start_level(stage2);
    Fault fault = {.kind = FaultKind::TF};
    if (stage2.format != Format::Aarch64)
        fault.level = 1; // AArch32.S2Walk: of whatever keeps the walk from its start
    Leaf leaf;
    bool ok = level && stage2.input_bits >= 25 && stage2.input_bits <= stage2.ias_bits &&
              consistent(stage2.granule, *level, stage2.input_bits) &&
              ipa >> stage2.input_bits == 0;
    if (ok) {
        const Tables tables = {.base = stage2.base,
                               .granule = stage2.granule,
                               .input_bits = stage2.input_bits,
                               .level = *level,
                               .output_bits = stage2.pa_bits};
        TableReader reader(memory, stage2.big_endian);
        ok = descend(tables, reader, ipa, leaf, fault);
    }
    const bool accessed = is_set(leaf.descriptor, 10);
    if (ok && stage2.af_fault && !accessed) {
        fault = {.kind = FaultKind::AFF, .level = leaf.level};
        ok = false;
    }
    if (!ok) {
        fault.stage = 2;
        fault.ipa = ipa;
        return failed(fault);
    }
    const Stage2Type type = stage2_type(leaf.descriptor);
    return {.ok = true,
            .cacheable = accessed,
            .mapping = {.va = ipa & ~ones(leaf.shift),
                        .pa = leaf.pa,
                        .shift = leaf.shift,
                        .level = leaf.level,
                        .global = true,
                        .memory = type.memory,
                        .sharing = type.sharing,
                        .allocation = type.allocation,
                        .permissions = permissions_of(stage2, leaf.descriptor)},
            .fault = {}};
}

WalkResult look_up_stage2(const Context& context, DescriptorReader& memory, Stage2Cache* cache,
                          uint64_t ipa)
{
    if (const Mapping* cached = cache == nullptr ? nullptr : cache->find(ipa))
        return {.ok = true, .cacheable = true, .mapping = *cached, .fault = {}};
    const WalkResult result = walk_stage2(context.stage2, memory, ipa);
    if (cache != nullptr && result.ok && result.cacheable)
        cache->insert(result.mapping);
    return result;
}

} // namespace smmu_pm::smmu
