// SPDX-License-Identifier: GPL-2.0-or-later
//
// The TLB. It keeps an entry until an invalidation names it or room is needed: a stale entry is a
// thing this model exists to show. Entries are tagged by VMID and ASID, not by bank: two banks that
// share them share entries. Bounded; the oldest entry goes first, so that a run is reproducible.
#pragma once

#include "smmu/walk.hh"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace smmu_pm::smmu {

class Tlb {
public:
    static constexpr unsigned capacity = 1024;

    struct Entry {
        Mapping mapping{};
        uint16_t asid = 0; ///< of an entry that is not global
        uint8_t vmid = 0;
        bool operator==(const Entry&) const = default;
    };

    /// The mapping that covers `va`, a sign-extended address.
    const Mapping* find(uint8_t vmid, uint16_t asid, uint64_t va) const;
    void insert(uint8_t vmid, uint16_t asid, const Mapping& mapping);

    void invalidate_all();
    void invalidate_vmid(uint8_t vmid);
    /// Entries of one address space; global ones stay, as TLBIASID wants it.
    void invalidate_asid(uint8_t vmid, uint16_t asid);
    /// The entries that cover `va`: of this ASID or global; without an ASID of any.
    void invalidate_va(uint8_t vmid, std::optional<uint16_t> asid, uint64_t va);

    unsigned size() const { return live_; }
    /// f(entry), oldest first: inserting them in this order gives an equal TLB.
    template <class F>
    void each(F&& f) const
    {
        for (unsigned i = 0; i < slots_.size(); ++i) {
            const Slot& slot = slots_[(hand_ + i) % slots_.size()];
            if (slot.live)
                f(slot.entry);
        }
    }

private:
    static constexpr uint16_t none = 0xffff;
    static constexpr unsigned buckets = 2048;

    struct Slot {
        Entry entry{};
        uint16_t next = none;
        bool live = false;
    };

    static unsigned bucket(uint8_t vmid, uint64_t page, unsigned level);
    bool matches(const Entry& entry, uint8_t vmid, uint16_t asid, uint64_t va) const;
    void drop(unsigned slot);
    template <class Condition>
    void drop_if(Condition&& condition);

    std::vector<Slot> slots_{};        ///< grows up to capacity, then a ring
    std::vector<uint16_t> heads_{};    ///< of the chains; empty until the first insert
    std::array<unsigned, 4> levels_{}; ///< live entries of each level: empty ones are not probed
    unsigned hand_ = 0;                ///< the slot to be taken next, once all are in use
    unsigned live_ = 0;
};

} // namespace smmu_pm::smmu
