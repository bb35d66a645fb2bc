// SPDX-License-Identifier: GPL-2.0-or-later
//
// Save and restore. Registers as (offset, value), only those that differ from their reset; then
// what is not a register, under keys of its own.
#include "smmu/instance.hh"
#include "smmu/smmu.hh"

namespace smmu_pm::smmu {
namespace {

constexpr uint32_t key_supplies = 0x8000'0000;
constexpr uint32_t key_live = 0x8000'0001;        // there is a state, be it the reset state
constexpr uint32_t key_token = 0x8000'0002;       // the last token that was given; absent: none yet
constexpr uint32_t key_lost_number = 0x8000'0003; // of the last lost invalidate; absent: none yet
constexpr uint32_t key_parked = 0x8000'0100;      // + 2 * number + field: held for want of power
constexpr uint32_t key_tlb = 0x8001'0000;         // + 8 * entry + field
constexpr uint32_t key_lost = 0x8009'0000;        // + 2 * number + field: what entries carry
constexpr uint32_t key_in_flight = 0x800b'0000;   // as key_parked: held in the block
constexpr uint32_t key_sync = 0x800c'0000;        // + whose: when a sync is due

// Fields of a TLB entry.
constexpr uint32_t tlb_va = 0, tlb_pa = 1, tlb_tag = 2, tlb_ipa = 3, tlb_leaf = 4;
constexpr uint32_t tlb_fields = 5, tlb_stride = 8;
static_assert(key_tlb + tlb_stride * max_tlb_entries <= key_lost);
static_assert(key_lost + 2 * max_tlb_entries <= key_in_flight);
// Fields of a lost invalidate.
constexpr uint32_t lost_value = 0, lost_tag = 1;
// Fields of a held transaction.
constexpr uint32_t held_iova = 0, held_tag = 1;

uint64_t tag_of(const Tlb::Entry& entry)
{
    const Tag& tag = entry.tag;
    return uint64_t{tag.asid} | uint64_t{tag.vmid} << 16 |
           uint64_t{static_cast<uint8_t>(tag.regime)} << 32 | uint64_t{tag.stage2} << 34 |
           uint64_t{entry.mapping.global} << 35 | uint64_t{entry.mapping.allocation.read} << 36 |
           uint64_t{entry.mapping.allocation.write} << 38 | uint64_t{entry.mapping.memory} << 40;
}

uint64_t leaf_of(const Tlb::Entry& entry)
{
    const Mapping& mapping = entry.mapping;
    return uint64_t{mapping.shift} | uint64_t{mapping.level} << 8 |
           uint64_t{mapping.stage2_level} << 10 | static_cast<uint64_t>(mapping.sharing) << 12 |
           uint64_t{!mapping.non_secure} << 14 | uint64_t{mapping.permissions.stage1} << 16 |
           uint64_t{mapping.permissions.stage2} << 24 | uint64_t{entry.condemned} << 32;
}

/// Whether a bank can be tagged like that, and its entries can.
bool possible(const Tag& tag, const Mapping& mapping)
{
    const bool guest = tag.regime == Regime::Guest;
    const bool secure = tag.regime == Regime::Secure || tag.regime == Regime::Monitor;
    const bool asids = has_asids(tag.regime) && !tag.stage2 && !mapping.global;
    const Allocation& hints = mapping.allocation;
    if (hints != allocation_of(hints.read, hints.write) || (hints != Allocation{} && !tag.stage2))
        return false;
    return (secure || mapping.non_secure) && (guest || (tag.vmid == 0 && !tag.stage2)) &&
           (asids || tag.asid == 0);
}

/// Nothing when no walk could have made such an entry.
std::optional<Tlb::Entry> entry_of(std::span<const Pair> pairs)
{
    const uint64_t tag = pairs[tlb_tag].value, leaf = pairs[tlb_leaf].value;
    Tlb::Entry entry;
    entry.tag = {.regime = static_cast<Regime>(tag >> 32 & 3),
                 .vmid = static_cast<uint16_t>(tag >> 16),
                 .stage2 = (tag >> 34 & 1) != 0,
                 .asid = static_cast<uint16_t>(tag)};
    entry.condemned = static_cast<uint32_t>(leaf >> 32);
    Mapping& mapping = entry.mapping;
    mapping = {.va = pairs[tlb_va].value,
               .pa = pairs[tlb_pa].value,
               .ipa = pairs[tlb_ipa].value,
               .shift = static_cast<uint8_t>(leaf),
               .level = static_cast<uint8_t>(leaf >> 8 & 3),
               .stage2_level = static_cast<uint8_t>(leaf >> 10 & 3),
               .global = (tag >> 35 & 1) != 0,
               .memory = static_cast<uint8_t>(tag >> 40),
               .sharing = static_cast<Shareability>(leaf >> 12 & 3),
               .allocation = {.read = static_cast<uint8_t>(tag >> 36 & 3),
                              .write = static_cast<uint8_t>(tag >> 38 & 3)},
               .non_secure = (leaf >> 14 & 1) == 0,
               .permissions = {.stage1 = static_cast<uint8_t>(leaf >> 16 & 0x3f),
                               .stage2 = static_cast<uint8_t>(leaf >> 24 & 7)}};
    const bool canonical = mapping.va >> 48 == 0 || mapping.va >> 48 == 0xffff;
    if (tag_of(entry) != tag || leaf_of(entry) != leaf || !possible(entry.tag, mapping) ||
        mapping.sharing == static_cast<Shareability>(1) || mapping.level == 0 ||
        mapping.shift < 12 || mapping.shift > 47 || !canonical ||
        (mapping.pa | mapping.ipa) >> 48 != 0 ||
        ((mapping.va | mapping.pa | mapping.ipa) & mapping.mask()) != 0)
        return std::nullopt;
    return entry;
}

uint64_t tag_of(const LostInvalidate& lost)
{
    return uint64_t{lost.number} | uint64_t{lost.offset} << 32 | uint64_t{lost.size} << 56;
}

/// Takes lost invalidates from the front of `pairs`; false: not as save() writes them.
bool load_lost(std::span<const Pair>& pairs, std::vector<LostInvalidate>& all)
{
    for (uint32_t key = key_lost;
         pairs.size() >= 2 && pairs[lost_value].key == key && key < key_in_flight;
         key += 2, pairs = pairs.subspan(2)) {
        const uint64_t tag = pairs[lost_tag].value;
        const LostInvalidate lost = {.number = static_cast<uint32_t>(tag),
                                     .offset = static_cast<uint32_t>(tag >> 32 & 0xff'ffff),
                                     .size = static_cast<uint8_t>(tag >> 56),
                                     .value = pairs[lost_value].value};
        if (pairs[lost_tag].key != key + lost_tag || (lost.size != 4 && lost.size != 8) ||
            lost.offset % lost.size != 0 || (lost.size == 4 && lost.value >> 32 != 0) ||
            Registers::find(lost.offset) == nullptr)
            return false;
        all.push_back(lost);
    }
    return true;
}

/// An operation has a bank of its own where a transaction has its stream.
uint64_t tag_of(const Held& held)
{
    const uint64_t tag = uint64_t{held.token} | uint64_t{held.bank} << 48 |
                         static_cast<uint64_t>(held.why) << 56 | uint64_t{held.write} << 58;
    return held.operation ? tag | uint64_t{held.operation->bank} << 32 | uint64_t{1} << 59 |
                                uint64_t{held.operation->privileged} << 60
                          : tag | uint64_t{held.stream} << 32;
}

Held held_of(uint64_t iova, uint64_t tag)
{
    Held held = {.token = static_cast<uint32_t>(tag),
                 .why = static_cast<Hold>(tag >> 56 & 3),
                 .bank = static_cast<uint8_t>(tag >> 48),
                 .write = (tag >> 58 & 1) != 0,
                 .iova = iova};
    if ((tag >> 59 & 1) != 0)
        held.operation = {.bank = static_cast<uint8_t>(tag >> 32),
                          .privileged = (tag >> 60 & 1) != 0};
    else
        held.stream = static_cast<uint16_t>(tag >> 32);
    return held;
}

void save_stalls(std::vector<Pair>& pairs, uint32_t key, const Stalls& stalls)
{
    for (const Held& held : stalls) {
        pairs.push_back({key + held_iova, held.iova});
        pairs.push_back({key + held_tag, tag_of(held)});
        key += 2;
    }
}

/// Takes held transactions from the front of `pairs`; false: not as save() writes them.
bool load_stalls(std::span<const Pair>& pairs, uint32_t key, Stalls& stalls)
{
    while (pairs.size() >= 2 && pairs[held_iova].key == key + held_iova) {
        const Held held = held_of(pairs[held_iova].value, pairs[held_tag].value);
        if (stalls.full() || pairs[held_tag].key != key + held_tag ||
            pairs[held_tag].value != tag_of(held) || held.token == 0 || stalls.has(held.token))
            return false;
        stalls.add(held);
        key += 2;
        pairs = pairs.subspan(2);
    }
    return true;
}

} // namespace

std::vector<Pair> Smmu::save() const
{
    std::vector<Pair> pairs;
    pairs.push_back({key_supplies, gate_.supplies().bits()});
    if (last_token_ != 0)
        pairs.push_back({key_token, last_token_});
    if (last_lost_ != 0)
        pairs.push_back({key_lost_number, last_lost_});
    save_stalls(pairs, key_parked, parked_);
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
        pairs.push_back({key + tlb_ipa, entry.mapping.ipa});
        pairs.push_back({key + tlb_leaf, leaf_of(entry)});
        key += tlb_stride;
    });
    key = key_lost;
    for (const LostInvalidate& lost : state->cache.lost()) {
        pairs.push_back({key + lost_value, lost.value});
        pairs.push_back({key + lost_tag, tag_of(lost)});
        key += 2;
    }
    save_stalls(pairs, key_in_flight, state->in_flight);
    state->cache.syncs.each([&](unsigned whose, uint64_t due) {
        if (sync_active(whose))
            pairs.push_back({key_sync + whose, due});
    });
    return pairs;
}

/// Whether these transactions could be held in such a state.
bool Smmu::possible(const Gate::State& state, const Stalls& parked) const
{
    if (parked.size() + state.in_flight.size() > config_.stall_slots)
        return false;
    Stalls before;
    for (const Held& held : state.in_flight) {
        if (held.why == Hold::Power || held.bank >= config_.context_banks ||
            parked.has(held.token) || !state.in_flight.stalled(held.bank) ||
            (held.why == Hold::Fault && before.stalled(held.bank)))
            return false;
        if (held.operation &&
            (!config_.address_translation || held.operation->bank >= config_.context_banks ||
             before.operates(held.operation->bank)))
            return false;
        before.add(held);
    }
    for (unsigned bank = 0; bank < config_.context_banks; ++bank)
        if ((state.registers.get<SMMU_CBn_FSR>(bank).raw() & SMMU_CBn_FSR::ro_mask) != 0)
            return false;
    return hold_what_there_is(state.registers, config_);
}

bool Smmu::load(std::span<const Pair> pairs)
{
    // In the order in which save() writes them: wires, what is held outside of the block, the mark
    // of a live state, registers, TLB with what its entries carry, what is held inside.
    if (pairs.empty() || pairs[0].key != key_supplies || pairs[0].value >> power::supply_count != 0)
        return false;
    const auto supplies = power::SupplySet::from_bits(static_cast<uint32_t>(pairs[0].value));
    pairs = pairs.subspan(1);

    uint32_t token = 0, lost_number = 0;
    for (const auto& [key, number] :
         {std::pair{key_token, &token}, {key_lost_number, &lost_number}}) {
        if (pairs.empty() || pairs[0].key != key)
            continue;
        if (pairs[0].value == 0 || pairs[0].value >> 32 != 0)
            return false;
        *number = static_cast<uint32_t>(pairs[0].value);
        pairs = pairs.subspan(1);
    }
    Stalls parked;
    if (!load_stalls(pairs, key_parked, parked))
        return false;
    for (const Held& held : parked)
        if (held.why != Hold::Power || held.bank != 0 || held.operation ||
            config_.dma_policy != power::DmaPolicy::Hang ||
            power::missing(power::smmu_needs, supplies, power::Access::Walk).empty())
            return false;

    std::optional<Gate::State> state;
    if (!pairs.empty()) {
        if (pairs[0] != Pair{key_live, 1})
            return false;
        state.emplace();
        pairs = pairs.subspan(1);
    }
    while (!pairs.empty() && pairs[0].key < key_tlb) {
        const regs::Info* info = Registers::find(pairs[0].key);
        if (info == nullptr || !exists(config_, *info, static_cast<uint32_t>(pairs[0].key)) ||
            !state->registers.restore(pairs[0].key, pairs[0].value))
            return false;
        pairs = pairs.subspan(1);
    }
    for (uint32_t key = key_tlb; !pairs.empty() && pairs[0].key < key_lost;
         key += tlb_stride, pairs = pairs.subspan(tlb_fields)) {
        if (pairs.size() < tlb_fields || state->cache.size() == config_.tlb_entries)
            return false;
        for (uint32_t field = 0; field < tlb_fields; ++field)
            if (pairs[field].key != key + field)
                return false;
        const auto entry = entry_of(pairs.first(tlb_fields));
        if (!entry)
            return false;
        state->cache.restore(*entry);
    }
    std::vector<LostInvalidate> lost;
    if (state && (!load_lost(pairs, lost) || !state->cache.restore(std::move(lost))))
        return false;

    if (state && !load_stalls(pairs, key_in_flight, state->in_flight))
        return false;
    for (uint32_t key = key_sync; state && !pairs.empty(); pairs = pairs.subspan(1)) {
        const uint32_t whose = pairs[0].key - key_sync;
        const bool there_is = whose < config_.context_banks || whose == global_sync ||
                              (whose == secure_global_sync && config_.secure);
        if (pairs[0].key < key || !there_is)
            return false;
        state->cache.syncs.start(whose, pairs[0].value);
        key = pairs[0].key + 1;
    }
    if (!pairs.empty() || !possible(state ? *state : Gate::State{}, parked) ||
        !gate_.load(supplies, std::move(state)))
        return false;
    parked_ = parked;
    last_token_ = token;
    last_lost_ = lost_number;
    host_.tlb_invalidated({});
    update_irqs();
    return true;
}

} // namespace smmu_pm::smmu
