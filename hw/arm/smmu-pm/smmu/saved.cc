// SPDX-License-Identifier: GPL-2.0-or-later
//
// Save and restore. Registers as (offset, value), only those that differ from their reset; then
// what is not a register, under keys of its own.
#include "smmu/smmu.hh"

namespace smmu_pm::smmu {
namespace {

constexpr uint32_t key_supplies = 0x8000'0000;
constexpr uint32_t key_live = 0x8000'0001; // there is a state, be it the reset state
constexpr uint32_t key_tlb = 0x8001'0000;  // + 4 * entry + field

// Fields of a TLB entry.
constexpr uint32_t tlb_va = 0, tlb_pa = 1, tlb_tag = 2;

uint64_t tag_of(const Tlb::Entry& entry)
{
    const Permissions& p = entry.mapping.permissions;
    return uint64_t{entry.asid} | uint64_t{entry.regime} << 16 |
           uint64_t{entry.mapping.level} << 25 | uint64_t{entry.mapping.global} << 27 |
           uint64_t{p.unprivileged} << 28 | uint64_t{p.read_only} << 29 | uint64_t{p.uxn} << 30 |
           uint64_t{p.pxn} << 31;
}

/// Nothing when no walk could have made such an entry.
std::optional<Tlb::Entry> entry_of(uint64_t va, uint64_t pa, uint64_t tag)
{
    const auto bit = [tag](unsigned number) { return (tag >> number & 1) != 0; };
    Tlb::Entry entry;
    entry.asid = static_cast<uint16_t>(tag);
    entry.regime = static_cast<Regime>(tag >> 16 & 0x1ff);
    entry.mapping = {
        .va = va,
        .pa = pa,
        .level = static_cast<uint8_t>(tag >> 25 & 3),
        .global = bit(27),
        .permissions = {
            .unprivileged = bit(28), .read_only = bit(29), .uxn = bit(30), .pxn = bit(31)}};
    const bool canonical = va >> 48 == 0 || va >> 48 == 0xffff;
    if (tag >> 32 != 0 || entry.regime > hypervisor || entry.mapping.level == 0 || !canonical ||
        pa >> 48 != 0 || ((va | pa) & entry.mapping.mask()) != 0)
        return std::nullopt;
    return entry;
}

} // namespace

std::vector<Pair> Smmu::save() const
{
    std::vector<Pair> pairs;
    pairs.push_back({key_supplies, gate_.supplies().bits()});
    const auto* state = gate_.saved();
    if (state == nullptr)
        return pairs;
    pairs.push_back({key_live, 1});
    state->registers.each_stored([&](uint32_t offset, uint64_t value) {
        pairs.push_back({offset, value});
    });
    uint32_t key = key_tlb;
    state->cache.each([&](const Tlb::Entry& entry) {
        pairs.push_back({key + tlb_va, entry.mapping.va});
        pairs.push_back({key + tlb_pa, entry.mapping.pa});
        pairs.push_back({key + tlb_tag, tag_of(entry)});
        key += 4;
    });
    return pairs;
}

bool Smmu::load(std::span<const Pair> pairs)
{
    // In the order in which save() writes them: wires, the mark of a live state, registers, TLB.
    if (pairs.empty() || pairs[0].key != key_supplies || pairs[0].value >> power::supply_count != 0)
        return false;
    const auto supplies = power::SupplySet::from_bits(static_cast<uint32_t>(pairs[0].value));
    pairs = pairs.subspan(1);

    std::optional<Gate::State> state;
    if (!pairs.empty()) {
        if (pairs[0] != Pair{key_live, 1})
            return false;
        state.emplace();
        pairs = pairs.subspan(1);
    }
    while (!pairs.empty() && pairs[0].key < key_supplies) {
        if (find(pairs[0].key) == nullptr ||
            !state->registers.restore(pairs[0].key, pairs[0].value))
            return false;
        pairs = pairs.subspan(1);
    }
    for (uint32_t key = key_tlb; !pairs.empty(); key += 4, pairs = pairs.subspan(3)) {
        if (pairs.size() < 3 || key >= key_tlb + 4 * Tlb::capacity ||
            pairs[tlb_va].key != key + tlb_va || pairs[tlb_pa].key != key + tlb_pa ||
            pairs[tlb_tag].key != key + tlb_tag)
            return false;
        const auto entry = entry_of(pairs[tlb_va].value, pairs[tlb_pa].value, pairs[tlb_tag].value);
        if (!entry)
            return false;
        state->cache.insert(entry->regime, entry->asid, entry->mapping);
    }

    if (!gate_.load(supplies, std::move(state)))
        return false;
    host_.tlb_invalidated();
    update_irqs();
    return true;
}

} // namespace smmu_pm::smmu
