// SPDX-License-Identifier: GPL-2.0-or-later
//
// The GPU behind its handle, for the seam that looks at it. Defined beside the handle.
#pragma once

#include "gpu.hh"
#include "journal/counters.hh"
#include "seam.h"

namespace smmu_pm::gpu {

const Gpu& core_of(const MsmGpuCore* gpu);
const journal::Counters& counters_of(const MsmGpuCore* gpu);

} // namespace smmu_pm::gpu
