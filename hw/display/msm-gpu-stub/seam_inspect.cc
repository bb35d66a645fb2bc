// SPDX-License-Identifier: GPL-2.0-or-later
#include "seam_inspect.h"

#include "inspect.hh"
#include "seam/master.hh"

namespace {

using namespace smmu_pm;

constexpr std::array<const char*, 3> condition_names = {"running", "failed", "hung"};
static_assert(static_cast<unsigned>(gpu::CommandProcessor::Condition::Hung) ==
              condition_names.size() - 1);

} // namespace

int msm_gpu_view(const SmmuPmMaster* gpu, MsmGpuView* out)
{
    const auto* master = static_cast<const seam::Master<gpu::Gpu>*>(gpu);
    const auto view = gpu::Inspection(master->core).view();
    if (!view)
        return SMMU_PM_GONE;
    *out = {.ring = {.base = view->ring.base,
                     .dwords = view->ring.dwords,
                     .rptr = view->rptr,
                     .wptr = view->ring.wptr,
                     .ib1_base = view->ib1.base,
                     .ib1_left = view->ib1.left,
                     .ib2_base = view->ib2.base,
                     .ib2_left = view->ib2.left},
            .busy = view->busy,
            .halted = view->halted,
            .held = view->held,
            .irq = view->irq,
            .condition = condition_names[static_cast<std::size_t>(view->condition)],
            .error = gpu::error_names[static_cast<std::size_t>(view->error)].data(),
            .error_address = view->error_address,
            .header = view->header,
            .busy_ns = view->busy_ns};
    return 1;
}
