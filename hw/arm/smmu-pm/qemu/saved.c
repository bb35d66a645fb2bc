/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "saved.h"

/* More than any core has: what a damaged file may make us allocate. */
#define PAIRS_MAX (1 << 20)

static const VMStateDescription vmstate_pair = {
    .name = "smmu-pm-pair",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(key, SmmuPmPair),
        VMSTATE_UINT64(value, SmmuPmPair),
        VMSTATE_END_OF_LIST()
    }
};

static bool is_plausible(void *opaque, int version)
{
    SmmuPmSaved *saved = opaque;

    return saved->count >= 0 && saved->count <= PAIRS_MAX;
}

const VMStateDescription vmstate_smmu_pm_saved = {
    .name = "smmu-pm-saved",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_INT32(count, SmmuPmSaved),
        VMSTATE_VALIDATE("number of pairs", is_plausible),
        VMSTATE_STRUCT_VARRAY_ALLOC(pairs, SmmuPmSaved, count, 1,
                                    vmstate_pair, SmmuPmPair),
        VMSTATE_END_OF_LIST()
    }
};

void smmu_pm_saved_free(SmmuPmSaved *saved)
{
    g_free(saved->pairs);
    saved->pairs = NULL;
    saved->count = 0;
}
