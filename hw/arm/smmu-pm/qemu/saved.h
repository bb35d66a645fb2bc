/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VMState of a core: the list of pairs that its seam gives and takes. A device
 * embeds a SmmuPmSaved, fills it in pre_save and hands it over in post_load.
 */
#ifndef SMMU_PM_SAVED_H
#define SMMU_PM_SAVED_H

#include "migration/vmstate.h"
#include "seam/common.h"

typedef struct SmmuPmSaved {
    int32_t count;
    SmmuPmPair *pairs;
} SmmuPmSaved;

extern const VMStateDescription vmstate_smmu_pm_pair;

#define VMSTATE_SMMU_PM_SAVED(field, state)                             \
    VMSTATE_INT32(field.count, state),                                  \
    VMSTATE_STRUCT_VARRAY_ALLOC(field.pairs, state, field.count, 1,     \
                                vmstate_smmu_pm_pair, SmmuPmPair)

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
