/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VMState of a core: the list of pairs that its seam gives and takes. A device
 * embeds a SmmuPmSaved, names it with VMSTATE_SMMU_PM_SAVED, fills it in
 * pre_save and hands it over in post_load.
 */
#ifndef SMMU_PM_SAVED_H
#define SMMU_PM_SAVED_H

#include "migration/vmstate.h"
#include "seam/common.h"

typedef struct SmmuPmSaved {
    int32_t count;
    SmmuPmPair *pairs;
} SmmuPmSaved;

extern const VMStateDescription vmstate_smmu_pm_saved;

#define VMSTATE_SMMU_PM_SAVED(field, state)                             \
    VMSTATE_STRUCT(field, state, 1, vmstate_smmu_pm_saved, SmmuPmSaved)

/* save(core, pairs, max) is a seam's save function. */
#define smmu_pm_saved_fill(saved, save, core)                           \
    do {                                                                \
        (saved)->count = save(core, NULL, 0);                           \
        (saved)->pairs = g_renew(SmmuPmPair, (saved)->pairs,            \
                                 (saved)->count);                       \
        save(core, (saved)->pairs, (saved)->count);                     \
    } while (0)

void smmu_pm_saved_free(SmmuPmSaved *saved);

#endif
