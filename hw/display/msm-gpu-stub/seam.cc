// SPDX-License-Identifier: GPL-2.0-or-later
//
// The GPU behind its C header: types are turned into one another, nothing else.
#include "seam.h"

#include "gpu.hh"
#include "seam/master.hh"

#include <new>

using namespace smmu_pm;

static_assert(MSM_GPU_SIZE == gpu::window_size);
static_assert(MSM_GPU_A510 == static_cast<int>(gpu::Chip::A510));
static_assert(MSM_GPU_A530 == static_cast<int>(gpu::Chip::A530));
static_assert(SMMU_PM_POLICY_HANG == static_cast<int>(power::Policy::Hang));

SmmuPmMaster* msm_gpu_new(const MsmGpuConfig* config, const SmmuPmMasterHost* host,
                          SmmuPmJournal* journal)
{
    const gpu::Config own = {.policy = static_cast<power::Policy>(config->policy),
                             .slice_ns = config->slice_ns,
                             .seed = config->seed,
                             .chip = static_cast<gpu::Chip>(config->chip)};
    return new (std::nothrow) seam::Master<gpu::Gpu>(journal::Block::Gpu, own, *host, journal);
}
