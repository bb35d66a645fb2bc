/* SPDX-License-Identifier: GPL-2.0-or-later */
/* See upstream.c; for smmu.c only. */
#ifndef SMMU_PM_UPSTREAM_H
#define SMMU_PM_UPSTREAM_H

#include "smmu.h"

typedef struct SmmuPmUpstream SmmuPmUpstream;

/* Finds or makes the region of a StreamID; what is made is never freed. */
MemoryRegion *smmu_pm_upstream_get(SmmuPmUpstream **list,
                                   ArmSmmuV2PmState *smmu, uint16_t stream);
/* Tells all who keep translations of their own to drop those of a range. */
void smmu_pm_upstream_invalidate(SmmuPmUpstream *list, uint64_t iova,
                                 uint64_t mask);

#endif
