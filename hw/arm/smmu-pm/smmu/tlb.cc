// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/tlb.hh"

namespace smmu_pm::smmu {
namespace {

constexpr unsigned shift_of(unsigned level)
{
    return 12 + 9 * (3 - level);
}

/// Fibonacci hashing to 11 bits. The ASID is left out, so that a global entry is in the same chain.
constexpr unsigned bucket(Regime regime, uint64_t va, unsigned level)
{
    const uint64_t key = (va >> shift_of(level)) * 4 + level + (uint64_t{regime} << 54);
    return static_cast<unsigned>((key * 0x9e37'79b9'7f4a'7c15u) >> 53);
}

/// Whether an entry translates `va` for this regime and ASID.
constexpr bool covers(const Tlb::Entry& entry, Regime regime, uint16_t asid, uint64_t va)
{
    return entry.regime == regime && (va & ~entry.mapping.mask()) == entry.mapping.va &&
           (entry.mapping.global || entry.asid == asid);
}

} // namespace

uint16_t& Tlb::head_of(const Entry& entry)
{
    return heads_[bucket(entry.regime, entry.mapping.va, entry.mapping.level)];
}

const Mapping* Tlb::find(Regime regime, uint16_t asid, uint64_t va) const
{
    for (unsigned level = 1; level <= 3; ++level) {
        if (levels_[level] == 0)
            continue;
        for (uint16_t i = heads_[bucket(regime, va, level)]; i != none; i = slots_[i].next) {
            const Entry& entry = slots_[i].entry;
            if (entry.mapping.level == level && covers(entry, regime, asid, va))
                return &entry.mapping;
        }
    }
    return nullptr;
}

/// A slot to use: one that was invalidated, one that was never used, else the oldest entry's.
uint16_t Tlb::take()
{
    if (free_ == none && slots_.size() < capacity) {
        slots_.emplace_back();
        return static_cast<uint16_t>(slots_.size() - 1);
    }
    if (free_ == none)
        drop(oldest_);
    const uint16_t slot = free_;
    free_ = slots_[slot].next;
    return slot;
}

void Tlb::insert(Regime regime, uint16_t asid, const Mapping& mapping)
{
    if (mapping.level < 1 || mapping.level > 3 || regime > hypervisor)
        return;
    if (heads_.empty())
        heads_.assign(buckets, none);

    const uint16_t slot = take();
    const Entry entry = {mapping, regime, asid};
    uint16_t& head = head_of(entry);
    slots_[slot] = {.entry = entry, .next = head, .older = newest_, .newer = none};
    head = slot;
    (newest_ == none ? oldest_ : slots_[newest_].newer) = slot;
    newest_ = slot;
    ++levels_[mapping.level];
    ++regimes_[regime];
    ++live_;
}

void Tlb::drop(uint16_t slot)
{
    Slot& dead = slots_[slot];
    uint16_t* link = &head_of(dead.entry);
    while (*link != slot)
        link = &slots_[*link].next;
    *link = dead.next;
    (dead.older == none ? oldest_ : slots_[dead.older].newer) = dead.newer;
    (dead.newer == none ? newest_ : slots_[dead.newer].older) = dead.older;
    dead.next = free_;
    free_ = slot;
    --levels_[dead.entry.mapping.level];
    --regimes_[dead.entry.regime];
    --live_;
}

template <class Condition>
void Tlb::drop_if(Condition&& condition)
{
    uint16_t i = oldest_;
    while (i != none) {
        const uint16_t newer = slots_[i].newer;
        if (condition(slots_[i].entry))
            drop(i);
        i = newer;
    }
}

void Tlb::invalidate_all()
{
    if (live_ == 0)
        return;
    slots_.clear();
    heads_.assign(buckets, none);
    levels_ = {};
    regimes_ = {};
    free_ = oldest_ = newest_ = none;
    live_ = 0;
}

void Tlb::invalidate_non_hypervisor()
{
    if (regimes_[hypervisor] == 0)
        invalidate_all();
    else
        drop_if([](const Entry& entry) { return entry.regime != hypervisor; });
}

void Tlb::invalidate_regime(Regime regime)
{
    if (regimes_[regime] == live_)
        invalidate_all();
    else if (regimes_[regime] != 0)
        drop_if([=](const Entry& entry) { return entry.regime == regime; });
}

void Tlb::invalidate_asid(Regime regime, uint16_t asid)
{
    drop_if([=](const Entry& entry) {
        return entry.regime == regime && !entry.mapping.global && entry.asid == asid;
    });
}

void Tlb::invalidate_va(Regime regime, std::optional<uint16_t> asid, uint64_t va)
{
    for (unsigned level = 1; level <= 3; ++level) {
        if (levels_[level] == 0)
            continue;
        uint16_t i = heads_[bucket(regime, va, level)];
        while (i != none) {
            const uint16_t next = slots_[i].next;
            const Entry& entry = slots_[i].entry;
            if (entry.mapping.level == level &&
                covers(entry, regime, asid.value_or(entry.asid), va))
                drop(i);
            i = next;
        }
    }
}

bool Tlb::operator==(const Tlb& other) const
{
    if (live_ != other.live_)
        return false;
    uint16_t theirs = other.oldest_;
    for (uint16_t ours = oldest_; ours != none; ours = slots_[ours].newer) {
        if (slots_[ours].entry != other.slots_[theirs].entry)
            return false;
        theirs = other.slots_[theirs].newer;
    }
    return true;
}

} // namespace smmu_pm::smmu
