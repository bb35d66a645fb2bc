// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/descend.hh"

#include "smmu/walk_formats.hh"

namespace smmu_pm::smmu {

bool TableReader::fetch(uint64_t address, unsigned level, uint64_t& raw, Fault& fault)
{
    const uint64_t asked = address;
    if (nested_ != nullptr) {
        WalkResult result = look_up_stage2(*nested_, memory_, cache_, address);
        if (result.ok && (!stage2_permits(result.mapping.permissions, {}) ||
                          (nested_->stage2.protected_walk && is_device(result.mapping.memory)))) {
            // A walk is a read; SCTLR.PTW keeps it away from Device memory.
            result.ok = false;
            result.fault = {
                .kind = FaultKind::PF, .level = result.mapping.level, .stage = 2, .ipa = address};
        }
        if (!result.ok) {
            fault = result.fault;
            fault.s1_walk = true;
            return false;
        }
        address = result.mapping.pa | (address & result.mapping.mask());
    }
    if (off_ != nullptr) [[unlikely]]
        if (const auto beyond = beyond_output(*off_, address)) {
            fault = *beyond;
            fault.s1_walk = true;
            return false;
        }
    if (memory_.read_descriptor(address & ~uint64_t{7}, raw))
        return true;
    fault = {.kind = FaultKind::EF, .level = static_cast<uint8_t>(level), .during_walk = true};
    if (nested_ != nullptr || off_ != nullptr) {
        // Who lays out memory hears of it, and not its guest: IHI 0062D 3.5 and 3.10.
        fault.stage = 2;
        fault.s1_walk = true;
        fault.ipa = asked;
    }
    return false;
}

bool TableReader::read(uint64_t address, unsigned level, uint64_t& descriptor, Fault& fault)
{
    if (!fetch(address, level, descriptor, fault))
        return false;
    if (big_) [[unlikely]]
        descriptor = __builtin_bswap64(descriptor);
    return true;
}

bool TableReader::read_word(uint64_t address, unsigned level, uint32_t& descriptor, Fault& fault)
{
    uint64_t both{};
    if (!fetch(address, level, both, fault))
        return false;
    descriptor = static_cast<uint32_t>(both >> (is_set(address, 2) ? 32 : 0));
    if (big_) [[unlikely]]
        descriptor = __builtin_bswap32(descriptor);
    return true;
}

namespace {

/// Whether the format has blocks at a level: 1 GiB, 2 MiB; 32 MiB; 512 MiB.
constexpr bool has_blocks(unsigned granule, unsigned level)
{
    return level == 2 || (level == 1 && granule == 12);
}

} // namespace

bool descend(const Tables& tables, TableReader& reader, uint64_t address, Leaf& leaf, Fault& fault)
{
    const unsigned stride = tables.granule - 3;
    const auto shift_of = [&](unsigned level) { return tables.granule + stride * (3 - level); };
    // The first table has as many entries as the input needs: a part of a page, or with
    // concatenated tables up to sixteen; it is aligned to its own size.
    unsigned index_bits = tables.input_bits - shift_of(tables.level);
    uint64_t table = tables.base & ~ones(index_bits + 3);
    if ((table & ~ones(tables.output_bits)) != 0) {
        fault = {.kind = FaultKind::ASF};
        return false;
    }
    const uint64_t address_field = ones(48) & ~ones(tables.granule);
    for (unsigned level = tables.level;; ++level, index_bits = stride) {
        const unsigned shift = shift_of(level);
        uint64_t descriptor{};
        if (!reader.read(table + 8 * (address >> shift & ones(index_bits)), level, descriptor,
                         fault))
            return false;
        const auto at = static_cast<uint8_t>(level);
        const bool table_or_page = is_set(descriptor, 1);
        if (!is_set(descriptor, 0) || (!table_or_page && !has_blocks(tables.granule, level))) {
            fault = {.kind = FaultKind::TF, .level = at};
            return false;
        }
        const uint64_t next = descriptor & address_field;
        if ((next & ~ones(tables.output_bits)) != 0) {
            fault = {.kind = FaultKind::ASF, .level = at};
            return false;
        }
        if (table_or_page && level < 3) {
            table = next;
            leaf.inherited = static_cast<uint8_t>(leaf.inherited | descriptor >> 59);
            continue;
        }
        leaf.descriptor = descriptor;
        leaf.pa = next & ~ones(shift);
        leaf.level = at;
        leaf.shift = static_cast<uint8_t>(shift);
        return true;
    }
}

} // namespace smmu_pm::smmu
