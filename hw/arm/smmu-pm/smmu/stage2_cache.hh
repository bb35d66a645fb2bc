// SPDX-License-Identifier: GPL-2.0-or-later
//
// Stage 2 alone in the TLB, for the walk of a nested bank.
#pragma once

#include "smmu/tlb.hh"

namespace smmu_pm::smmu {

/// What the TLB has and gets. Remembers whether an entry was used that a lost invalidate should
/// have removed.
class KeptStage2 final : public Stage2Cache {
public:
    KeptStage2(Tlb& tlb, const Context& context, unsigned capacity)
        : tlb_(tlb), tag_{.vmid = context.tag.vmid, .stage2 = true}, capacity_(capacity)
    {
    }
    const Mapping* find(uint64_t ipa) override
    {
        const Tlb::Entry* entry = tlb_.look_up(tag_, ipa);
        if (entry == nullptr)
            return nullptr;
        // A copy: the entry may have to make room before the walk is over.
        if (entry->condemned != 0 && !lost_) [[unlikely]]
            lost_ = *tlb_.lost(entry->condemned);
        return &entry->mapping;
    }
    void insert(const Mapping& mapping) override { tlb_.insert(tag_, mapping, capacity_); }

    /// The first of them.
    const std::optional<LostInvalidate>& lost() const { return lost_; }

private:
    Tlb& tlb_;
    Tag tag_;
    unsigned capacity_;
    std::optional<LostInvalidate> lost_{};
};

/// The same TLB if no invalidate had been lost; nothing is put into it.
class UnblamedStage2 final : public Stage2Cache {
public:
    UnblamedStage2(const Tlb& tlb, const Context& context)
        : tlb_(tlb), tag_{.vmid = context.tag.vmid, .stage2 = true}
    {
    }
    const Mapping* find(uint64_t ipa) override
    {
        const Tlb::Entry* entry = tlb_.find_unblamed(tag_, ipa);
        return entry == nullptr ? nullptr : &entry->mapping;
    }
    void insert(const Mapping&) override {}

private:
    const Tlb& tlb_;
    Tag tag_;
};

} // namespace smmu_pm::smmu
