// SPDX-License-Identifier: GPL-2.0-or-later
//
// Stage 1 with short descriptors: Arm ARM G5.4. A bank has no DACR: domains are of no effect, as if
// each were a client (IHI 0062D 2.6).
#include "smmu/memory_types.hh"
#include "smmu/walk_formats.hh"

namespace smmu_pm::smmu {
namespace {

/// What sections and pages say, each in bits of its own.
struct ShortLeaf {
    uint64_t pa = 0;
    uint8_t level = 0;
    uint8_t shift = 0;
    unsigned ap = 0;    ///< AP[2:0]
    unsigned texcb = 0; ///< TEX[2:0], C, B
    bool shareable = false, not_global = false, xn = false, pxn = false, ns = false;
};

constexpr unsigned texcb_of(uint32_t descriptor, unsigned tex)
{
    return (descriptor >> tex & 7) << 2 | (descriptor >> 2 & 3);
}

ShortLeaf section(uint32_t descriptor)
{
    ShortLeaf leaf = {.pa = descriptor & 0xfff0'0000,
                      .level = 1,
                      .shift = 20,
                      .ap = (descriptor >> 10 & 3) | (descriptor >> 13 & 4),
                      .texcb = texcb_of(descriptor, 12),
                      .shareable = is_set(descriptor, 16),
                      .not_global = is_set(descriptor, 17),
                      .xn = is_set(descriptor, 4),
                      .pxn = is_set(descriptor, 0),
                      .ns = is_set(descriptor, 19)};
    if (is_set(descriptor, 18)) { // supersection: 40-bit addresses
        leaf.pa = (descriptor & 0xff00'0000) | uint64_t{descriptor >> 20 & 0xf} << 32 |
                  uint64_t{descriptor >> 5 & 0xf} << 36;
        leaf.shift = 24;
    }
    return leaf;
}

ShortLeaf page(uint32_t descriptor, bool pxn, bool ns)
{
    const bool small = is_set(descriptor, 1);
    return {.pa = descriptor & (small ? 0xffff'f000 : 0xffff'0000),
            .level = 2,
            .shift = static_cast<uint8_t>(small ? 12 : 16),
            .ap = (descriptor >> 4 & 3) | (descriptor >> 7 & 4),
            .texcb = texcb_of(descriptor, small ? 6 : 12),
            .shareable = is_set(descriptor, 10),
            .not_global = is_set(descriptor, 11),
            .xn = is_set(descriptor, small ? 0 : 15),
            .pxn = pxn,
            .ns = ns};
}

bool read_leaf(const Context& context, TableReader& reader, uint64_t va, ShortLeaf& leaf,
               Fault& fault)
{
    const unsigned n = context.low.tsz; // TTBCR.N
    const bool upper = n != 0 && va >> (32 - n) != 0;
    const Context::Half& half = upper ? context.high : context.low;
    fault = {.kind = FaultKind::TF, .level = 1};
    if (half.disabled)
        return false;
    const uint64_t table = half.base & 0xffff'ffff & ~ones(upper ? 14 : 14 - n);
    uint32_t descriptor{};
    if (!reader.read_word(table + 4 * (va >> 20), 1, descriptor, fault))
        return false;
    if ((descriptor & 3) == 0)
        return false;
    if (is_set(descriptor, 1)) {
        leaf = section(descriptor);
        return true;
    }
    const bool pxn = is_set(descriptor, 2), ns = is_set(descriptor, 3);
    if (!reader.read_word((descriptor & 0xffff'fc00) + 4 * (va >> 12 & 0xff), 2, descriptor, fault))
        return false;
    if ((descriptor & 3) == 0) {
        fault = {.kind = FaultKind::TF, .level = 2};
        return false;
    }
    leaf = page(descriptor, pxn, ns);
    return true;
}

} // namespace

WalkResult walk_short(const Context& context, TableReader& reader, uint64_t va)
{
    ShortLeaf leaf;
    Fault fault;
    if (!read_leaf(context, reader, va, leaf, fault))
        return failed(fault);
    if ((leaf.pa & ~ones(context.pa_bits)) != 0)
        return failed({.kind = FaultKind::ASF, .level = leaf.level});
    // With SCTLR.AFE, AP[0] is the access flag and AP[2:1] are the permissions of the other
    // formats.
    const bool accessed = !context.afe || (leaf.ap & 1) != 0;
    if (context.af_fault && !accessed)
        return failed({.kind = FaultKind::AFF, .level = leaf.level});

    const ShortAttributes attributes = {
        .ap = context.afe ? leaf.ap | 1 : leaf.ap, .xn = leaf.xn, .pxn = leaf.pxn};
    const MemoryType type =
        short_descriptor_type(context.mair, context.tre, leaf.texcb, leaf.shareable);
    return {.ok = true,
            .cacheable = accessed,
            .mapping = {.va = va & ~ones(leaf.shift),
                        .pa = leaf.pa,
                        .shift = leaf.shift,
                        .level = leaf.level,
                        .global = !leaf.not_global,
                        .memory = type.memory,
                        .sharing = type.sharing,
                        .non_secure = !context.secure() || leaf.ns,
                        .permissions = short_permissions(attributes, context.wxn, context.uwxn)},
            .fault = {}};
}

} // namespace smmu_pm::smmu
