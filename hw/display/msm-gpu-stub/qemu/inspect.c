/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The GPU's read-only properties, beside those that each master has: see
 * docs/system/virt-msm8996.rst.
 */
#include "qemu/osdep.h"
#include "hw/arm/smmu-pm/qemu/compat.h"
#include "hw/arm/smmu-pm/qemu/inspect.h"
#include "gpu.h"
#include "seam_inspect.h"

/* Whether there are registers to show at all. */
static bool view_of(Object *obj, MsmGpuView *view)
{
    const SmmuPmMaster *core = SMMU_PM_MASTER(obj)->core;

    return core && msm_gpu_view(core, view) != SMMU_PM_GONE;
}

static bool visit_ring(Visitor *v, const void *row, Error **errp)
{
    const MsmGpuRing *ring = row;

    return smmu_pm_visit_uint(v, "base", ring->base, errp) &&
           smmu_pm_visit_uint(v, "dwords", ring->dwords, errp) &&
           smmu_pm_visit_uint(v, "rptr", ring->rptr, errp) &&
           smmu_pm_visit_uint(v, "wptr", ring->wptr, errp) &&
           smmu_pm_visit_uint(v, "ib1-base", ring->ib1_base, errp) &&
           smmu_pm_visit_uint(v, "ib1-left", ring->ib1_left, errp) &&
           smmu_pm_visit_uint(v, "ib2-base", ring->ib2_base, errp) &&
           smmu_pm_visit_uint(v, "ib2-left", ring->ib2_left, errp);
}

static void get_ring(Object *obj, Visitor *v, const char *name, void *opaque,
                     Error **errp)
{
    MsmGpuView view;

    if (view_of(obj, &view)) {
        smmu_pm_visit_struct(v, name, visit_ring, &view.ring, errp);
    } else {
        smmu_pm_visit_gone(v, name, errp);
    }
}

static bool visit_cp(Visitor *v, const void *row, Error **errp)
{
    const MsmGpuView *view = row;

    return smmu_pm_visit_string(v, "condition", view->condition, errp) &&
           smmu_pm_visit_string(v, "error", view->error, errp) &&
           smmu_pm_visit_uint(v, "error-address", view->error_address, errp) &&
           smmu_pm_visit_uint(v, "header", view->header, errp) &&
           smmu_pm_visit_bool(v, "busy", view->busy, errp) &&
           smmu_pm_visit_bool(v, "halted", view->halted, errp) &&
           smmu_pm_visit_bool(v, "held", view->held, errp) &&
           smmu_pm_visit_uint(v, "busy-ns", view->busy_ns, errp) &&
           smmu_pm_visit_bool(v, "irq", view->irq, errp);
}

static void get_cp(Object *obj, Visitor *v, const char *name, void *opaque,
                   Error **errp)
{
    MsmGpuView view;

    if (view_of(obj, &view)) {
        smmu_pm_visit_struct(v, name, visit_cp, &view, errp);
    } else {
        smmu_pm_visit_gone(v, name, errp);
    }
}

static void get_busy(Object *obj, Visitor *v, const char *name, void *opaque,
                     Error **errp)
{
    MsmGpuView view;

    smmu_pm_visit_bool(v, name, view_of(obj, &view) && view.busy, errp);
}

static const SmmuPmView views[] = {
    { "ring", "struct", get_ring,
      "Ring and indirect buffers; null without registers" },
    { "command-processor", "struct", get_cp,
      "Command processor and interrupt line; null without registers" },
    { "busy", "bool", get_busy, "Whether there is unfinished work" },
};

void msm_gpu_stub_add_views(ObjectClass *klass)
{
    smmu_pm_add_views(klass, views, ARRAY_SIZE(views));
}
