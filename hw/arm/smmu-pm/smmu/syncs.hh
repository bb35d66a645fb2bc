// SPDX-License-Identifier: GPL-2.0-or-later
//
// TLB syncs that are not complete. The invalidates themselves are done within the register write;
// what takes time is that a sync says so: SMMU_CBn_TLBSTATUS.SACTIVE, SMMU_sTLBGSTATUS.GSACTIVE. A
// TBU without its clock answers no sync at all.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

namespace smmu_pm::smmu {

/// Whose sync: the number of a context bank, or one of these for the global ones.
inline constexpr unsigned global_sync = 256, secure_global_sync = 257;

class Syncs {
public:
    /// `due`: when the TBUs have answered, if they can. One that was under way already ends with
    /// it.
    void start(unsigned whose, uint64_t due) { due_.insert_or_assign(whose, due); }
    std::optional<uint64_t> due(unsigned whose) const
    {
        const auto found = due_.find(whose);
        return found == due_.end() ? std::nullopt : std::optional(found->second);
    }
    /// Forgets those whose time has come.
    void complete(uint64_t now)
    {
        std::erase_if(due_, [now](const auto& sync) { return sync.second <= now; });
    }

    /// f(whose, due), in the order of their numbers.
    template <class F>
    void each(F&& f) const
    {
        for (const auto& [whose, due] : due_)
            f(whose, due);
    }
    bool operator==(const Syncs&) const = default;

private:
    std::map<unsigned, uint64_t> due_{};
};

} // namespace smmu_pm::smmu
