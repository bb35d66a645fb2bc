// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/tlb.hh"

#include <algorithm>

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

/// Whether an invalidate names an entry.
constexpr bool names(const Invalidation& named, const Tlb::Entry& entry)
{
    using enum Invalidation::What;
    switch (named.what) {
    case NonHypervisor:
        return entry.regime != hypervisor;
    case WholeRegime:
        return entry.regime == named.regime;
    case Asid:
        return entry.regime == named.regime && !entry.mapping.global && entry.asid == named.asid;
    case Va:
        return covers(entry, named.regime, named.asid, named.va);
    case VaOfAnyone:
        return covers(entry, named.regime, entry.asid, named.va);
    }
    return false;
}

} // namespace

uint16_t& Tlb::head_of(const Entry& entry)
{
    return heads_[bucket(entry.regime, entry.mapping.va, entry.mapping.level)];
}

template <class Condition>
uint16_t Tlb::slot_of(Regime regime, uint16_t asid, uint64_t va, Condition&& condition) const
{
    for (unsigned level = 1; level <= 3; ++level) {
        if (levels_[level] == 0)
            continue;
        for (uint16_t i = heads_[bucket(regime, va, level)]; i != none; i = slots_[i].next) {
            const Entry& entry = slots_[i].entry;
            if (entry.mapping.level == level && covers(entry, regime, asid, va) && condition(entry))
                return i;
        }
    }
    return none;
}

const Mapping* Tlb::find(Regime regime, uint16_t asid, uint64_t va) const
{
    const uint16_t slot = slot_of(regime, asid, va, [](const Entry&) { return true; });
    return slot == none ? nullptr : &slots_[slot].entry.mapping;
}

Tlb::Entry* Tlb::look_up(Regime regime, uint16_t asid, uint64_t va)
{
    const uint16_t slot = slot_of(regime, asid, va, [](const Entry&) { return true; });
    return slot == none ? nullptr : &slots_[slot].entry;
}

const Mapping* Tlb::find_unblamed(Regime regime, uint16_t asid, uint64_t va) const
{
    const uint16_t slot =
        slot_of(regime, asid, va, [](const Entry& entry) { return entry.condemned == 0; });
    return slot == none ? nullptr : &slots_[slot].entry.mapping;
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
    restore({.mapping = mapping, .regime = regime, .asid = asid});
}

void Tlb::restore(const Entry& entry)
{
    if (entry.mapping.level < 1 || entry.mapping.level > 3 || entry.regime > hypervisor)
        return;
    if (heads_.empty())
        heads_.assign(buckets, none);

    const uint16_t slot = take();
    uint16_t& head = head_of(entry);
    slots_[slot] = {.entry = entry, .next = head, .older = newest_, .newer = none};
    head = slot;
    (newest_ == none ? oldest_ : slots_[newest_].newer) = slot;
    newest_ = slot;
    ++levels_[entry.mapping.level];
    ++regimes_[entry.regime];
    ++live_;
    condemned_ += entry.condemned != 0;
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
    pardon(dead.entry);
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
    lost_.clear();
    condemned_ = 0;
}

void Tlb::invalidate(const Invalidation& named)
{
    switch (named.what) {
    case Invalidation::What::NonHypervisor:
        invalidate_non_hypervisor();
        break;
    case Invalidation::What::WholeRegime:
        invalidate_regime(named.regime);
        break;
    case Invalidation::What::Asid:
        invalidate_asid(named.regime, named.asid);
        break;
    case Invalidation::What::Va:
        invalidate_va(named.regime, named.asid, named.va);
        break;
    case Invalidation::What::VaOfAnyone:
        invalidate_va(named.regime, std::nullopt, named.va);
        break;
    }
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

// ---- Lost invalidates -------------------------------------------------------------------------

bool Tlb::condemn(const Invalidation& named, const LostInvalidate& lost)
{
    const unsigned before = condemned_;
    for (uint16_t i = oldest_; i != none; i = slots_[i].newer) {
        Entry& entry = slots_[i].entry;
        if (entry.condemned != 0 || !names(named, entry))
            continue;
        entry.condemned = lost.number;
        ++condemned_;
    }
    if (condemned_ == before)
        return false;
    // Each that is carried has an entry of its own, so that a sweep makes room.
    if (lost_.size() > capacity)
        std::erase_if(lost_, [carried = carried_numbers()](const LostInvalidate& old) {
            return !std::binary_search(carried.begin(), carried.end(), old.number);
        });
    if (lost_.empty() || lost_.back().number != lost.number)
        lost_.push_back(lost);
    return true;
}

void Tlb::pardon(Entry& entry)
{
    if (entry.condemned == 0)
        return;
    entry.condemned = 0;
    if (--condemned_ == 0)
        lost_.clear();
}

const LostInvalidate* Tlb::lost(uint32_t number) const
{
    const auto found = std::find_if(lost_.begin(), lost_.end(), [=](const LostInvalidate& lost) {
        return lost.number == number;
    });
    return found == lost_.end() ? nullptr : &*found;
}

std::vector<uint32_t> Tlb::carried_numbers() const
{
    std::vector<uint32_t> numbers;
    for (uint16_t i = oldest_; i != none; i = slots_[i].newer)
        if (slots_[i].entry.condemned != 0)
            numbers.push_back(slots_[i].entry.condemned);
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    return numbers;
}

std::vector<LostInvalidate> Tlb::lost() const
{
    const std::vector<uint32_t> carried = carried_numbers();
    std::vector<LostInvalidate> all;
    std::copy_if(lost_.begin(), lost_.end(), std::back_inserter(all),
                 [&](const LostInvalidate& lost) {
                     return std::binary_search(carried.begin(), carried.end(), lost.number);
                 });
    return all;
}

bool Tlb::restore(std::vector<LostInvalidate> lost)
{
    std::vector<uint32_t> numbers;
    for (const LostInvalidate& one : lost)
        numbers.push_back(one.number);
    std::sort(numbers.begin(), numbers.end());
    if (numbers != carried_numbers())
        return false;
    lost_ = std::move(lost);
    return true;
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
