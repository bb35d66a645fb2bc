// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/tlb.hh"

namespace smmu_pm::smmu {
namespace {

constexpr unsigned shift_of(unsigned level)
{
    return 12 + 9 * (3 - level);
}

} // namespace

unsigned Tlb::bucket(uint8_t vmid, uint64_t page, unsigned level)
{
    // Fibonacci hashing; the ASID is left out, so that a global entry is in the same chain.
    const uint64_t key = page * 4 + level + (uint64_t{vmid} << 54);
    return static_cast<unsigned>((key * 0x9e37'79b9'7f4a'7c15u) >> 53);
}

bool Tlb::matches(const Entry& entry, uint8_t vmid, uint16_t asid, uint64_t va) const
{
    return entry.vmid == vmid && (va & ~entry.mapping.mask()) == entry.mapping.va &&
           (entry.mapping.global || entry.asid == asid);
}

const Mapping* Tlb::find(uint8_t vmid, uint16_t asid, uint64_t va) const
{
    for (unsigned level = 1; level <= 3; ++level) {
        if (levels_[level] == 0)
            continue;
        for (uint16_t i = heads_[bucket(vmid, va >> shift_of(level), level)]; i != none;
             i = slots_[i].next) {
            const Entry& entry = slots_[i].entry;
            if (entry.mapping.level == level && matches(entry, vmid, asid, va))
                return &entry.mapping;
        }
    }
    return nullptr;
}

void Tlb::insert(uint8_t vmid, uint16_t asid, const Mapping& mapping)
{
    if (mapping.level < 1 || mapping.level > 3)
        return;
    if (heads_.empty())
        heads_.assign(buckets, none);

    unsigned slot;
    if (slots_.size() < capacity) {
        slot = static_cast<unsigned>(slots_.size());
        slots_.emplace_back();
    } else {
        slot = hand_;
        hand_ = (hand_ + 1) % capacity;
        if (slots_[slot].live)
            drop(slot);
    }
    uint16_t& head = heads_[bucket(vmid, mapping.va >> shift_of(mapping.level), mapping.level)];
    slots_[slot] = {.entry = {mapping, asid, vmid}, .next = head, .live = true};
    head = static_cast<uint16_t>(slot);
    ++levels_[mapping.level];
    ++live_;
}

void Tlb::drop(unsigned slot)
{
    Slot& dead = slots_[slot];
    const Mapping& mapping = dead.entry.mapping;
    uint16_t* link =
        &heads_[bucket(dead.entry.vmid, mapping.va >> shift_of(mapping.level), mapping.level)];
    while (*link != slot)
        link = &slots_[*link].next;
    *link = dead.next;
    dead.live = false;
    --levels_[mapping.level];
    --live_;
}

template <class Condition>
void Tlb::drop_if(Condition&& condition)
{
    for (unsigned i = 0; i < slots_.size() && live_ > 0; ++i)
        if (slots_[i].live && condition(slots_[i].entry))
            drop(i);
    if (live_ == 0)
        invalidate_all();
}

void Tlb::invalidate_all()
{
    if (slots_.empty())
        return;
    slots_.clear();
    heads_.assign(buckets, none);
    levels_ = {};
    hand_ = 0;
    live_ = 0;
}

void Tlb::invalidate_vmid(uint8_t vmid)
{
    drop_if([=](const Entry& entry) { return entry.vmid == vmid; });
}

void Tlb::invalidate_asid(uint8_t vmid, uint16_t asid)
{
    drop_if([=](const Entry& entry) {
        return entry.vmid == vmid && !entry.mapping.global && entry.asid == asid;
    });
}

void Tlb::invalidate_va(uint8_t vmid, std::optional<uint16_t> asid, uint64_t va)
{
    for (unsigned level = 1; level <= 3; ++level) {
        if (levels_[level] == 0)
            continue;
        uint16_t i = heads_[bucket(vmid, va >> shift_of(level), level)];
        while (i != none) {
            const uint16_t next = slots_[i].next;
            const Entry& entry = slots_[i].entry;
            if (entry.mapping.level == level && matches(entry, vmid, asid.value_or(entry.asid), va))
                drop(i);
            i = next;
        }
    }
    if (live_ == 0)
        invalidate_all();
}

} // namespace smmu_pm::smmu
