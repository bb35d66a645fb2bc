/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a pm-testdev is made. See master.h. */
#ifndef SMMU_PM_SEAM_TESTDEV_H
#define SMMU_PM_SEAM_TESTDEV_H

#include "master.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct SmmuPmTestdevConfig {
    SmmuPmPolicy policy;
    uint64_t beat_ns; /* virtual time between two transactions */
    uint64_t seed;    /* 0: exactly beat_ns; else drawn from [beat_ns, 2 * beat_ns) */
} SmmuPmTestdevConfig;

#define SMMU_PM_TESTDEV_SIZE 0x1000 /* of the register window */

/* The host is copied. journal may be NULL. */
SmmuPmMaster *smmu_pm_testdev_new(const SmmuPmTestdevConfig *config, const SmmuPmMasterHost *host,
                                  SmmuPmJournal *journal);

#ifdef __cplusplus
}
#endif

#endif
