// SPDX-License-Identifier: GPL-2.0-or-later
//
// The TLB. It keeps an entry until an invalidation names it or room is needed: a stale entry is a
// thing this model exists to show. Entries are tagged by regime and ASID, not by bank: two banks
// that share them share entries. Bounded; the oldest entry goes first, so that a run is
// reproducible.
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
        Regime regime = 0;
        uint16_t asid = 0; ///< of an entry that is not global
        bool operator==(const Entry&) const = default;
    };

    /// The mapping that covers `va`, a sign-extended address. Good until the next change.
    const Mapping* find(Regime regime, uint16_t asid, uint64_t va) const;
    void insert(Regime regime, uint16_t asid, const Mapping& mapping);

    void invalidate_all();
    /// All guests' and hosts' entries, whatever their VMID; those of hypervisor contexts stay.
    void invalidate_non_hypervisor();
    void invalidate_regime(Regime regime);
    /// Entries of one address space; global ones stay, as TLBIASID wants it.
    void invalidate_asid(Regime regime, uint16_t asid);
    /// The entries that cover `va`: of this ASID or global; without an ASID of any.
    void invalidate_va(Regime regime, std::optional<uint16_t> asid, uint64_t va);

    unsigned size() const { return live_; }
    /// f(entry), oldest first: inserting them in this order gives an equal TLB.
    template <class F>
    void each(F&& f) const
    {
        for (uint16_t i = oldest_; i != none; i = slots_[i].newer)
            f(slots_[i].entry);
    }

    /// The same entries in the same order: then they behave alike for ever.
    bool operator==(const Tlb& other) const;

private:
    static constexpr uint16_t none = 0xffff;
    static constexpr unsigned buckets = 2048;

    struct Slot {
        Entry entry{};
        uint16_t next = none; ///< in the chain of its bucket, or among the free
        uint16_t older = none, newer = none;
    };

    uint16_t& head_of(const Entry& entry);
    uint16_t take();
    void drop(uint16_t slot);
    template <class Condition>
    void drop_if(Condition&& condition);

    std::vector<Slot> slots_{};        ///< grows up to capacity
    std::vector<uint16_t> heads_{};    ///< of the chains; empty until the first insert
    std::array<unsigned, 4> levels_{}; ///< entries of each level: empty ones are not probed
    std::array<uint16_t, hypervisor + 1> regimes_{}; ///< entries of each regime
    uint16_t free_ = none;
    uint16_t oldest_ = none, newest_ = none;
    unsigned live_ = 0;
};

} // namespace smmu_pm::smmu
