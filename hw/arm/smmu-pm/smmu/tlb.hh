// SPDX-License-Identifier: GPL-2.0-or-later
//
// The TLB. It keeps an entry until an invalidation names it or room is needed: a stale entry is a
// thing this model exists to show. Entries are tagged by what regime.hh says, not by bank: two
// banks that share tags share entries. Bounded; the oldest entry goes first, so that a run is
// reproducible.
//
//   front    where the last look-up of a page ended: one probe, whatever the entry's size
//   buckets  chains of entries by tag, size and address; a probe for each size that is present
//   tags     a list of the entries of each tag: a bulk invalidate touches no others
//   age      a list of all, oldest first
//
// Of several entries that cover an address the oldest answers. So a new one never changes the
// answer for an address that has one, and the front needs no upkeep: what it remembers is right for
// as long as that very entry is there, which the entry's serial number tells.
#pragma once

#include "smmu/regime.hh"
#include "smmu/syncs.hh"
#include "smmu/walk.hh"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace smmu_pm::smmu {

/// The most entries a TLB can have.
inline constexpr unsigned max_tlb_entries = 65536;

/// What a TLB invalidate names: the entries of some tags, or those of them that cover an address.
struct Invalidation {
    uint64_t first = 0, last = 0;         ///< Tag::key(), from and to
    uint64_t also = first;                ///< one more, with an address
    std::optional<uint64_t> address = {}; ///< any in a block names the block

    /// Everything of some regimes.
    static constexpr Invalidation of_regimes(Regime from, Regime to)
    {
        return {.first = Tag{.regime = from}.key(),
                .last = Tag{.regime = to, .vmid = 0xffff, .stage2 = true}.key(true)};
    }
    /// Both stages of a VMID.
    static constexpr Invalidation of_vmid(uint16_t vmid)
    {
        return {.first = Tag{.vmid = vmid}.key(),
                .last = Tag{.vmid = vmid, .stage2 = true}.key(true)};
    }
    /// The stage that `tag` is of, whatever the ASID, and global ones.
    static constexpr Invalidation of_stage(Tag tag)
    {
        tag.asid = 0;
        return {.first = tag.key(), .last = tag.key(true)};
    }
    /// One ASID; not the global ones.
    static constexpr Invalidation of_asid(const Tag& tag)
    {
        return {.first = tag.key(), .last = tag.key()};
    }
    /// What covers an address of one ASID: its own entries, and the global ones.
    static constexpr Invalidation of_va(const Tag& tag, uint64_t va)
    {
        return {.first = tag.key(), .last = tag.key(), .also = tag.key(true), .address = va};
    }
    /// Of the same, what covers an address.
    constexpr Invalidation at(uint64_t va) const
    {
        Invalidation same = *this;
        same.address = va;
        return same;
    }
};

/// A range of addresses, 2^shift of them and aligned to that; 64: all there are.
struct Extent {
    uint64_t address = 0;
    unsigned shift = 64;
    bool operator==(const Extent&) const = default;
};

/// A CPU's write that should have removed entries, and did not reach the SMMU.
struct LostInvalidate {
    uint32_t number = 0; ///< what its entries carry; never 0
    uint32_t offset = 0;
    uint8_t size = 0;
    uint64_t value = 0;
    bool operator==(const LostInvalidate&) const = default;
};

class Tlb {
public:
    struct Entry {
        Mapping mapping{};
        Tag tag{};
        uint32_t condemned = 0; ///< number of the lost invalidate that should have removed it
        bool operator==(const Entry&) const = default;
    };

    /// The entry that translates an address: of this tag, or a global one of any ASID. Good until
    /// the next change.
    Entry* look_up(const Tag& tag, uint64_t address);
    /// Makes room if there are `capacity` entries already. `lost`: what the entry carries, because
    /// it was made of one that carried it.
    void insert(const Tag& tag, const Mapping& mapping, unsigned capacity,
                const std::optional<LostInvalidate>& lost = {});
    /// The addresses whose translation may be gone.
    Extent invalidate(const Invalidation& named);

    /// Marks the entries that an invalidate would have removed, but for those that an earlier one
    /// should have; false: there are none. `lost.number` is new, or that of the call before.
    bool condemn(const Invalidation& named, const LostInvalidate& lost);
    /// As look_up(), among the entries that are not condemned.
    const Entry* find_unblamed(const Tag& tag, uint64_t address) const;
    /// The entry is as good as one that has just been inserted.
    void pardon(Entry& entry);
    /// The lost invalidate of that number, if there are entries that carry it; nullptr else.
    const LostInvalidate* lost(uint32_t number) const;
    unsigned condemned() const { return condemned_; }
    /// All that condemned entries carry, in the order in which they were lost.
    std::vector<LostInvalidate> lost() const;
    /// An entry as it was saved; and then what all of them carry. False: that is not what they do.
    void restore(const Entry& entry);
    bool restore(std::vector<LostInvalidate> lost);

    Syncs syncs{}; ///< that wait for its invalidates

    unsigned size() const { return live_; }
    /// Entries so far, those included that are gone.
    uint64_t allocated() const { return last_serial_; }
    /// f(entry), oldest first: inserting them in this order gives an equal TLB.
    template <class F>
    void each(F&& f) const
    {
        for (uint32_t i = oldest_; i != none; i = slots_[i].newer)
            f(slots_[i].entry);
    }

    /// The same entries in the same order, and the same syncs: then they behave alike for ever.
    bool operator==(const Tlb& other) const;

private:
    static constexpr uint32_t none = 0xffff'ffff;
    static constexpr unsigned front_bits = 10;

    struct Slot {
        Entry entry{};
        uint64_t key = 0;     ///< of the entry's tag
        uint64_t serial = 0;  ///< higher than that of every older entry; 0: no entry
        unsigned shift = 0;   ///< log2 of the entry's size
        uint32_t next = none; ///< in the chain of its bucket, or among the free
        uint32_t older = none, newer = none;
        uint32_t before = none, behind = none; ///< of the same tag
    };

    /// Where the answer to a look-up is, as long as its serial number is there.
    struct Hint {
        uint64_t key = 0, page = 0;
        uint64_t serial = ~uint64_t{0}; ///< at first that of no entry
        uint32_t slot = 0;
    };

    template <class Condition>
    uint32_t oldest_that_covers(const Tag& tag, uint64_t address, Condition&& condition) const;
    std::size_t bucket(uint64_t key, uint64_t address, unsigned shift) const;
    void grow_buckets();
    void clear();
    void drop(uint32_t slot);
    void release(uint32_t slot);
    unsigned drop_at(uint64_t key, uint64_t address);
    std::vector<uint32_t> carried_numbers() const;

    std::vector<Slot> slots_{};           ///< grows up to the most entries there ever were
    std::vector<uint32_t> buckets_{};     ///< heads of chains, a power of two of them
    std::vector<Hint> front_{};           ///< empty until the first insert
    std::map<uint64_t, uint32_t> tags_{}; ///< by key, head of the list of its entries
    std::vector<LostInvalidate> lost_{};  ///< those that are not carried any more are swept
    std::array<uint32_t, 64> sizes_{};    ///< entries of each shift
    uint64_t shifts_ = 0;                 ///< those of which there are any
    uint64_t last_serial_ = 0;
    uint32_t free_ = none;
    uint32_t oldest_ = none, newest_ = none;
    unsigned live_ = 0;
    unsigned globals_ = 0;   ///< entries that are: without any there is less to probe
    unsigned condemned_ = 0; ///< entries that are
};

} // namespace smmu_pm::smmu
