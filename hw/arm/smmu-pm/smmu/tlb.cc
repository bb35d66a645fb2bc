// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/tlb.hh"

#include <algorithm>
#include <bit>

namespace smmu_pm::smmu {
namespace {

constexpr uint64_t page_of(uint64_t address, unsigned shift)
{
    return address >> shift;
}

/// Fibonacci hashing, the top bits are the ones to use: pages that follow each other meet last.
constexpr uint64_t mix(uint64_t key, uint64_t page)
{
    return (page + key * 0xff51'afd7'ed55'8ccdu) * 0x9e37'79b9'7f4a'7c15u;
}

/// Whether an invalidate names an entry.
constexpr bool names(const Invalidation& named, const Tlb::Entry& entry)
{
    const uint64_t key = entry.tag.key(entry.mapping.global);
    const bool tagged = (named.first <= key && key <= named.last) || key == named.also;
    return tagged &&
           (!named.address || (*named.address & ~entry.mapping.mask()) == entry.mapping.va);
}

} // namespace

// ---- Look-up ----------------------------------------------------------------------------------

std::size_t Tlb::bucket(uint64_t key, uint64_t address, unsigned shift) const
{
    const auto bits = static_cast<unsigned>(std::countr_zero(buckets_.size()));
    return mix(key << 6 | shift, page_of(address, shift)) >> (64 - bits);
}

template <class Condition>
uint32_t Tlb::oldest_that_covers(const Tag& tag, uint64_t address, Condition&& condition) const
{
    uint32_t found = none;
    for (uint64_t shifts = shifts_; shifts != 0; shifts &= shifts - 1) {
        const auto shift = static_cast<unsigned>(std::countr_zero(shifts));
        for (const bool global : {false, true}) {
            if (global && globals_ == 0)
                continue;
            const uint64_t key = tag.key(global);
            for (uint32_t i = buckets_[bucket(key, address, shift)]; i != none;
                 i = slots_[i].next) {
                const Slot& slot = slots_[i];
                if (slot.key == key && slot.shift == shift &&
                    page_of(slot.entry.mapping.va ^ address, shift) == 0 &&
                    (found == none || slot.serial < slots_[found].serial) && condition(slot.entry))
                    found = i;
            }
        }
    }
    return found;
}

Tlb::Entry* Tlb::look_up(const Tag& tag, uint64_t address)
{
    if (live_ == 0)
        return nullptr;
    const uint64_t key = tag.key(), page = page_of(address, 12);
    Hint& hint = front_[mix(key, page) >> (64 - front_bits)];
    if (hint.page == page && hint.key == key && hint.slot < slots_.size() &&
        slots_[hint.slot].serial == hint.serial) [[likely]]
        return &slots_[hint.slot].entry;

    const uint32_t slot = oldest_that_covers(tag, address, [](const Entry&) { return true; });
    if (slot == none)
        return nullptr;
    hint = {.key = key, .page = page, .serial = slots_[slot].serial, .slot = slot};
    return &slots_[slot].entry;
}

const Tlb::Entry* Tlb::find_unblamed(const Tag& tag, uint64_t address) const
{
    const uint32_t slot =
        oldest_that_covers(tag, address, [](const Entry& entry) { return entry.condemned == 0; });
    return slot == none ? nullptr : &slots_[slot].entry;
}

// ---- Entries come and go ----------------------------------------------------------------------

void Tlb::insert(const Tag& tag, const Mapping& mapping, unsigned capacity,
                 const std::optional<LostInvalidate>& lost)
{
    while (live_ >= capacity && live_ != 0)
        drop(oldest_);
    restore({.mapping = mapping, .tag = tag, .condemned = lost ? lost->number : 0});
    // It may have been the last to carry it that has made room.
    if (lost && this->lost(lost->number) == nullptr)
        lost_.push_back(*lost);
}

/// Twice as many as there are slots, so that chains stay short.
void Tlb::grow_buckets()
{
    buckets_.assign(std::max<std::size_t>(64, buckets_.size() * 2), none);
    for (uint32_t i = oldest_; i != none; i = slots_[i].newer) {
        Slot& slot = slots_[i];
        uint32_t& head = buckets_[bucket(slot.key, slot.entry.mapping.va, slot.shift)];
        slot.next = head;
        head = i;
    }
}

void Tlb::restore(const Entry& entry)
{
    const auto shift = static_cast<unsigned>(std::countr_one(entry.mapping.mask()));
    if (shift < 12 || shift >= sizes_.size())
        return; // no page is smaller
    if (front_.empty())
        front_.resize(std::size_t{1} << front_bits);
    if (free_ == none) {
        free_ = static_cast<uint32_t>(slots_.size());
        slots_.emplace_back();
        if (slots_.size() * 2 > buckets_.size())
            grow_buckets();
    }
    const uint32_t i = free_;
    free_ = slots_[i].next;

    Slot& slot = slots_[i];
    slot = {.entry = entry, .serial = ++last_serial_, .shift = shift};
    if (entry.mapping.global)
        slot.entry.tag.asid = 0;
    slot.key = entry.tag.key(entry.mapping.global);
    uint32_t& head = buckets_[bucket(slot.key, entry.mapping.va, shift)];
    slot.next = head;
    head = i;
    slot.older = newest_;
    (newest_ == none ? oldest_ : slots_[newest_].newer) = i;
    newest_ = i;
    const auto [listed, is_first] = tags_.try_emplace(slot.key, i);
    if (!is_first) {
        slot.behind = listed->second;
        slots_[listed->second].before = i;
        listed->second = i;
    }
    ++sizes_[shift];
    shifts_ |= uint64_t{1} << shift;
    ++live_;
    globals_ += entry.mapping.global;
    condemned_ += entry.condemned != 0;
}

/// Takes an entry out of everything but the list of its tag.
void Tlb::release(uint32_t i)
{
    Slot& slot = slots_[i];
    uint32_t* link = &buckets_[bucket(slot.key, slot.entry.mapping.va, slot.shift)];
    while (*link != i)
        link = &slots_[*link].next;
    *link = slot.next;
    (slot.older == none ? oldest_ : slots_[slot.older].newer) = slot.newer;
    (slot.newer == none ? newest_ : slots_[slot.newer].older) = slot.older;
    if (--sizes_[slot.shift] == 0)
        shifts_ &= ~(uint64_t{1} << slot.shift);
    --live_;
    globals_ -= slot.entry.mapping.global;
    pardon(slot.entry);
    slot.serial = 0;
    slot.next = free_;
    free_ = i;
}

void Tlb::drop(uint32_t i)
{
    const Slot& slot = slots_[i];
    if (slot.behind != none)
        slots_[slot.behind].before = slot.before;
    if (slot.before != none)
        slots_[slot.before].behind = slot.behind;
    else if (slot.behind != none)
        tags_[slot.key] = slot.behind;
    else
        tags_.erase(slot.key);
    release(i);
}

void Tlb::clear()
{
    slots_.clear();
    std::fill(buckets_.begin(), buckets_.end(), none);
    tags_.clear();
    lost_.clear();
    sizes_ = {};
    shifts_ = 0;
    free_ = oldest_ = newest_ = none;
    live_ = globals_ = condemned_ = 0;
}

/// Drops what covers an address of one tag; the shift of the largest, 0 for none.
unsigned Tlb::drop_at(uint64_t key, uint64_t address)
{
    unsigned largest = 0;
    for (uint64_t shifts = shifts_; shifts != 0; shifts &= shifts - 1) {
        const auto shift = static_cast<unsigned>(std::countr_zero(shifts));
        uint32_t i = buckets_[bucket(key, address, shift)];
        while (i != none) {
            const uint32_t next = slots_[i].next;
            if (slots_[i].key == key && slots_[i].shift == shift &&
                page_of(slots_[i].entry.mapping.va ^ address, shift) == 0) {
                drop(i);
                largest = shift;
            }
            i = next;
        }
    }
    return largest;
}

Extent Tlb::invalidate(const Invalidation& named)
{
    if (named.address) {
        unsigned shift = std::max(12u, drop_at(named.also, *named.address));
        // The list of a tag goes with its last entry.
        for (auto next = tags_.lower_bound(named.first);
             next != tags_.end() && next->first <= named.last;) {
            const uint64_t key = next->first;
            ++next;
            shift = std::max(shift, drop_at(key, *named.address));
        }
        return {.address = *named.address >> shift << shift, .shift = shift};
    }
    const auto first = tags_.lower_bound(named.first);
    if (first == tags_.begin() && (tags_.empty() || tags_.rbegin()->first <= named.last)) {
        clear();
        return {};
    }
    for (auto each = first; each != tags_.end() && each->first <= named.last;
         each = tags_.erase(each))
        for (uint32_t i = each->second; i != none;) {
            const uint32_t behind = slots_[i].behind;
            release(i);
            i = behind;
        }
    return {};
}

// ---- Lost invalidates -------------------------------------------------------------------------

bool Tlb::condemn(const Invalidation& named, const LostInvalidate& lost)
{
    const unsigned before = condemned_;
    for (uint32_t i = oldest_; i != none; i = slots_[i].newer) {
        Entry& entry = slots_[i].entry;
        if (entry.condemned != 0 || !names(named, entry))
            continue;
        entry.condemned = lost.number;
        ++condemned_;
    }
    if (condemned_ == before)
        return false;
    // Each that is carried has an entry of its own, so that a sweep makes room.
    if (lost_.size() > 2 * std::size_t{live_})
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
    each([&](const Entry& entry) {
        if (entry.condemned != 0)
            numbers.push_back(entry.condemned);
    });
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
    if (live_ != other.live_ || syncs != other.syncs)
        return false;
    uint32_t theirs = other.oldest_;
    for (uint32_t ours = oldest_; ours != none; ours = slots_[ours].newer) {
        if (slots_[ours].entry != other.slots_[theirs].entry)
            return false;
        theirs = other.slots_[theirs].newer;
    }
    return true;
}

} // namespace smmu_pm::smmu
