/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "saved.h"

const VMStateDescription vmstate_smmu_pm_pair = {
    .name = "smmu-pm-pair",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(key, SmmuPmPair),
        VMSTATE_UINT64(value, SmmuPmPair),
        VMSTATE_END_OF_LIST()
    }
};

void smmu_pm_saved_free(SmmuPmSaved *saved)
{
    g_free(saved->pairs);
    saved->pairs = NULL;
    saved->count = 0;
}
