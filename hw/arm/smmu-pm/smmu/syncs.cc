// SPDX-License-Identifier: GPL-2.0-or-later
#include "smmu/smmu.hh"

#include <algorithm>
#include <limits>

namespace smmu_pm::smmu {

/// As far as the TBUs can answer.
void Smmu::complete_syncs(Tlb& tlb)
{
    if (!gate_.missing(power::Access::Walk).has(power::Supply::Tbu))
        tlb.syncs.complete(host_.now());
}

void Smmu::start_sync(Tlb& tlb, unsigned whose)
{
    const uint64_t now = host_.now();
    const uint64_t most = std::numeric_limits<uint64_t>::max() - now;
    tlb.syncs.start(whose, now + std::min(config_.sync_latency_ns, most));
}

bool Smmu::sync_active(unsigned whose) const
{
    const auto* state = gate_.saved();
    const std::optional<uint64_t> due =
        state == nullptr ? std::nullopt : state->cache.syncs.due(whose);
    return due &&
           (gate_.missing(power::Access::Walk).has(power::Supply::Tbu) || host_.now() < *due);
}

Value<SMMU_sTLBGSTATUS> Smmu::reading(SMMU_sTLBGSTATUS, unsigned, Value<SMMU_sTLBGSTATUS>) const
{
    return Value<SMMU_sTLBGSTATUS>().with<"GSACTIVE">(sync_active(global_sync));
}

Value<SMMU_STLBGSTATUS> Smmu::reading(SMMU_STLBGSTATUS, unsigned, Value<SMMU_STLBGSTATUS>) const
{
    return Value<SMMU_STLBGSTATUS>().with<"GSACTIVE">(sync_active(secure_global_sync));
}

Value<SMMU_CBn_TLBSTATUS> Smmu::reading(SMMU_CBn_TLBSTATUS, unsigned bank,
                                        Value<SMMU_CBn_TLBSTATUS>) const
{
    return Value<SMMU_CBn_TLBSTATUS>().with<"SACTIVE">(sync_active(bank));
}

} // namespace smmu_pm::smmu
