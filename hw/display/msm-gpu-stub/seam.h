/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How an Adreno stub is made. See hw/arm/smmu-pm/seam/master.h. */
#ifndef MSM_GPU_STUB_SEAM_H
#define MSM_GPU_STUB_SEAM_H

#include "seam/master.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum MsmGpuChip {
    MSM_GPU_A510 = 510,
    MSM_GPU_A530 = 530,
} MsmGpuChip;

typedef struct MsmGpuConfig {
    SmmuPmPolicy policy;
    uint64_t slice_ns; /* virtual time between two bursts of work */
    uint64_t seed;     /* 0: exactly slice_ns; else drawn from [slice_ns, 2 * slice_ns) */
    MsmGpuChip chip;
} MsmGpuConfig;

#define MSM_GPU_SIZE 0x3f000 /* of the register window */

/* The host is copied. journal may be NULL. */
SmmuPmMaster *msm_gpu_new(const MsmGpuConfig *config, const SmmuPmMasterHost *host,
                          SmmuPmJournal *journal);

#ifdef __cplusplus
}
#endif

#endif
