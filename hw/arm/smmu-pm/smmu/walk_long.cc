// SPDX-License-Identifier: GPL-2.0-or-later
//
// Stage 1 with long descriptors: VMSAv8-64 (Arm ARM D5) and VMSAv8-32 (G5.5).
#include "smmu/memory_types.hh"
#include "smmu/walk_formats.hh"

#include <algorithm>

namespace smmu_pm::smmu {
namespace {

/// Where an AArch64 walk starts; nothing: it does not.
bool start_aarch64(const Context& context, uint64_t va, bool upper, const Context::Half& half,
                   Tables& tables)
{
    // TnSZ outside 16..39 is a reserved value; the walk cannot start.
    if (half.tsz < 16 || half.tsz > 39)
        return false;
    const unsigned input_bits = 64 - half.tsz;
    if ((va & ~ones(input_bits)) != (upper ? ~ones(input_bits) : 0))
        return false;
    const unsigned stride = half.granule - 3;
    tables = {.base = half.base,
              .granule = half.granule,
              .input_bits = input_bits,
              .level = 4 - (input_bits - 4) / stride,
              .output_bits = context.pa_bits};
    return true;
}

/// The half of a 32-bit address. A TnSZ of 0 leaves to its half what the other one does not name.
bool upper_of(const Context& context, uint64_t va)
{
    if (context.single_range)
        return false;
    if (context.high.tsz == 0)
        return context.low.tsz != 0 && va >> (32 - context.low.tsz) != 0;
    return va >> (32 - context.high.tsz) == ones(context.high.tsz);
}

bool start_aarch32(const Context& context, uint64_t va, bool upper, const Context::Half& half,
                   Tables& tables)
{
    const unsigned input_bits = 32 - half.tsz;
    if (va >> input_bits != (upper ? ones(half.tsz) : 0))
        return false; // between the two
    tables = {.base = half.base,
              .granule = 12,
              .input_bits = input_bits,
              .level = input_bits > 30 ? 1u : 2u,
              .output_bits = context.pa_bits};
    return true;
}

/// A block of one half of the 32-bit addresses may reach into the other half, of which it says
/// nothing: no more of it is kept than lies on this side.
void cut_at_half(const Context& context, uint64_t va, Leaf& leaf)
{
    const unsigned bits = 32 - std::max(context.low.tsz, context.high.tsz);
    leaf.pa |= va & ones(leaf.shift) & ~ones(bits);
    leaf.shift = static_cast<uint8_t>(std::min<unsigned>(leaf.shift, bits));
}

Permissions permissions_of(const Context& context, const Leaf& leaf)
{
    // APTable[1:0], UXNTable or XNTable, and PXNTable are bits 62 to 59 of the tables.
    const bool no_unprivileged = is_set(leaf.inherited, 2), read_only = is_set(leaf.inherited, 3);
    const Stage1Attributes attributes = {
        .unprivileged = is_set(leaf.descriptor, 6) && !no_unprivileged,
        .read_only = is_set(leaf.descriptor, 7) || read_only,
        .uxn = is_set(leaf.descriptor, 54) || is_set(leaf.inherited, 1),
        .pxn = is_set(leaf.descriptor, 53) || is_set(leaf.inherited, 0)};
    if (context.single_range)
        return single_range_permissions(attributes, context.wxn);
    return context.format == Format::Aarch64
               ? stage1_permissions(attributes, context.wxn)
               : aarch32_permissions(attributes, context.wxn, context.uwxn);
}

} // namespace

WalkResult walk_long(const Context& context, TableReader& reader, uint64_t va)
{
    const bool aarch64 = context.format == Format::Aarch64;
    // Bit 55 says so, and those above it are alike or the address is of neither half.
    const bool upper =
        aarch64 ? !context.single_range && static_cast<int64_t>(va) < 0 : upper_of(context, va);
    const Context::Half& half = upper ? context.high : context.low;
    Tables tables;
    const bool starts = aarch64 ? start_aarch64(context, va, upper, half, tables)
                                : start_aarch32(context, va, upper, half, tables);
    if (!starts || half.disabled)
        return failed({.kind = FaultKind::TF, .level = static_cast<uint8_t>(aarch64 ? 0 : 1)});

    Leaf leaf;
    Fault fault;
    if (!descend(tables, reader, va, leaf, fault))
        return failed(fault);
    const bool accessed = is_set(leaf.descriptor, 10);
    if (context.af_fault && !accessed)
        return failed({.kind = FaultKind::AFF, .level = leaf.level});
    if (!aarch64 && !context.single_range)
        cut_at_half(context, va, leaf);

    const MemoryType type = long_descriptor_type(context.mair, leaf.descriptor);
    // NSTable, bit 63 of the tables: from there on nothing is Secure, and nothing is global.
    const bool ns_table = context.secure() && is_set(leaf.inherited, 4);
    return {
        .ok = true,
        .cacheable = accessed,
        .mapping = {.va = va & ~ones(leaf.shift),
                    .pa = leaf.pa,
                    .shift = leaf.shift,
                    .level = leaf.level,
                    .global = context.single_range || (!is_set(leaf.descriptor, 11) && !ns_table),
                    .memory = type.memory,
                    .sharing = type.sharing,
                    .non_secure = !context.secure() || ns_table || is_set(leaf.descriptor, 5),
                    .permissions = permissions_of(context, leaf)},
        .fault = {}};
}

} // namespace smmu_pm::smmu
