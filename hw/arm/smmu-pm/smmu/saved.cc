// SPDX-License-Identifier: GPL-2.0-or-later
//
// Save and restore. Registers as (offset, value), only those that differ from their reset; then
// what is not a register, under keys of its own.
#include "smmu/smmu.hh"

namespace smmu_pm::smmu {
namespace {

constexpr uint32_t key_supplies = 0x8000'0000;
constexpr uint32_t key_live = 0x8000'0001; // there is a state, be it the reset state
constexpr uint32_t key_told = 0x8000'0002;
constexpr uint32_t key_tlb = 0x8001'0000; // + 4 * entry + field

// Fields of a TLB entry.
constexpr uint32_t tlb_va = 0, tlb_pa = 1, tlb_tag = 2;

uint64_t tag_of(const Tlb::Entry& entry)
{
    const Permissions& p = entry.mapping.permissions;
    return uint64_t{entry.asid} | uint64_t{entry.vmid} << 16 | uint64_t{entry.mapping.level} << 24 |
           uint64_t{entry.mapping.global} << 26 | uint64_t{p.unprivileged} << 27 |
           uint64_t{p.read_only} << 28 | uint64_t{p.uxn} << 29 | uint64_t{p.pxn} << 30;
}

bool entry_of(uint64_t va, uint64_t pa, uint64_t tag, Tlb::Entry& entry)
{
    entry.asid = static_cast<uint16_t>(tag);
    entry.vmid = static_cast<uint8_t>(tag >> 16);
    entry.mapping.va = va;
    entry.mapping.pa = pa;
    entry.mapping.level = static_cast<uint8_t>(tag >> 24 & 3);
    entry.mapping.global = (tag >> 26 & 1) != 0;
    entry.mapping.permissions = {.unprivileged = (tag >> 27 & 1) != 0,
                                 .read_only = (tag >> 28 & 1) != 0,
                                 .uxn = (tag >> 29 & 1) != 0,
                                 .pxn = (tag >> 30 & 1) != 0};
    return tag >> 31 == 0 && entry.mapping.level != 0 && ((va | pa) & entry.mapping.mask()) == 0;
}

} // namespace

std::vector<Pair> Smmu::save() const
{
    std::vector<Pair> pairs;
    pairs.push_back({key_supplies, gate_.supplies().bits()});
    pairs.push_back({key_told, told_});
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
    uint32_t bits = 0;
    std::optional<Gate::State> state;
    uint32_t told = 0;
    uint32_t next_entry = key_tlb;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const auto [key, value] = pairs[i];
        if (key == key_supplies) {
            if (value >> power::supply_count != 0)
                return false;
            bits = static_cast<uint32_t>(value);
        } else if (key == key_told) {
            told = static_cast<uint32_t>(value);
        } else if (key == key_live) {
            state.emplace();
        } else if (!state) {
            return false; // nothing that is not there has registers
        } else if (key < key_supplies) {
            if (!exists(key) || !state->registers.restore(key, value))
                return false;
        } else {
            Tlb::Entry entry;
            if (key != next_entry + tlb_va || i + 2 >= pairs.size() ||
                pairs[i + 1].key != next_entry + tlb_pa ||
                pairs[i + 2].key != next_entry + tlb_tag ||
                next_entry >= key_tlb + 4 * Tlb::capacity ||
                !entry_of(value, pairs[i + 1].value, pairs[i + 2].value, entry))
                return false;
            state->cache.insert(entry.vmid, entry.asid, entry.mapping);
            next_entry += 4;
            i += 2;
        }
    }
    gate_.load(power::SupplySet::from_bits(bits), std::move(state));
    told_ = told;
    invalidated();
    update_irqs();
    return true;
}

} // namespace smmu_pm::smmu
