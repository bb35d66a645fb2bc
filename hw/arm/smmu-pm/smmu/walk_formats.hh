// SPDX-License-Identifier: GPL-2.0-or-later
//
// One walk for each layout of tables; walk.cc puts the stages together.
#pragma once

#include "smmu/descend.hh"

namespace smmu_pm::smmu {

/// Stage 1, long descriptors: AArch64 and AArch32.
WalkResult walk_long(const Context& context, TableReader& reader, uint64_t va);
/// Stage 1, short descriptors.
WalkResult walk_short(const Context& context, TableReader& reader, uint64_t va);
/// Stage 2. Its faults are of stage 2 and name the IPA.
WalkResult walk_stage2(const Context::Stage2& stage2, DescriptorReader& memory, uint64_t ipa);
/// The same, from the cache if it is there.
WalkResult look_up_stage2(const Context& context, DescriptorReader& memory, Stage2Cache* cache,
                          uint64_t ipa);

inline WalkResult failed(const Fault& fault)
{
    WalkResult result;
    result.fault = fault;
    return result;
}

} // namespace smmu_pm::smmu
