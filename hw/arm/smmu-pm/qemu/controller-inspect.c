/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The controllers' read-only properties: their outputs, by name. */
#include "qemu/osdep.h"
#include "compat.h"
#include "controller.h"
#include "inspect.h"

static const char *state_of(const SmmuPmController *core, unsigned output,
                            SmmuPmOutputKind kind)
{
    static const char *const states[] = {
        [SMMU_PM_OUTPUT_OFF] = "off",
        [SMMU_PM_OUTPUT_RISING] = "rising",
        [SMMU_PM_OUTPUT_WAITING] = "waiting",
        [SMMU_PM_OUTPUT_ON] = "on",
        [SMMU_PM_OUTPUT_FALLING] = "falling",
    };
    SmmuPmOutputState state = core ? smmu_pm_controller_state(core, output)
                                   : SMMU_PM_OUTPUT_OFF;

    if (kind == SMMU_PM_OUTPUT_RESET) {
        return state == SMMU_PM_OUTPUT_ON ? "released" : "asserted";
    }
    return states[state];
}

/* A struct with a member for each output of a kind. */
static void get_outputs(Object *obj, Visitor *v, const char *name,
                        SmmuPmOutputKind kind, Error **errp)
{
    const SmmuPmController *core;
    const SmmuPmOutput *outputs;
    unsigned count;
    bool ok = true;

    core = msm8996_controller_core(MSM8996_CONTROLLER(obj), &outputs, &count);
    if (!visit_start_struct(v, name, NULL, 0, errp)) {
        return;
    }
    for (unsigned i = 0; ok && i < count; i++) {
        if (outputs[i].kind == kind) {
            ok = smmu_pm_visit_string(v, outputs[i].name,
                                      state_of(core, i, kind), errp);
        }
    }
    if (ok) {
        visit_check_struct(v, errp);
    }
    visit_end_struct(v, NULL);
}

static void get_domains(Object *obj, Visitor *v, const char *name,
                        void *opaque, Error **errp)
{
    get_outputs(obj, v, name, SMMU_PM_OUTPUT_DOMAIN, errp);
}

static void get_clocks(Object *obj, Visitor *v, const char *name,
                       void *opaque, Error **errp)
{
    get_outputs(obj, v, name, SMMU_PM_OUTPUT_CLOCK, errp);
}

static void get_resets(Object *obj, Visitor *v, const char *name,
                       void *opaque, Error **errp)
{
    get_outputs(obj, v, name, SMMU_PM_OUTPUT_RESET, errp);
}

static const SmmuPmView views[] = {
    { "domains", "struct", get_domains,
      "Power domains by name: off, rising, waiting (for its parent), on, "
      "falling" },
    { "clocks", "struct", get_clocks,
      "Branch clocks by name: off, rising, on, falling" },
    { "resets", "struct", get_resets,
      "Block resets by name: asserted, released" },
};

void msm8996_controller_add_views(ObjectClass *klass)
{
    smmu_pm_add_views(klass, views, ARRAY_SIZE(views));
}
