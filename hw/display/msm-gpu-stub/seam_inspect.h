/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking at the GPU of a live machine. See hw/arm/smmu-pm/seam/inspect.h. */
#ifndef MSM_GPU_STUB_SEAM_INSPECT_H
#define MSM_GPU_STUB_SEAM_INSPECT_H

#include "seam.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct MsmGpuRing {
    uint64_t base; /* IOVA */
    uint32_t dwords;
    uint32_t rptr; /* dword indices */
    uint32_t wptr;
    uint64_t ib1_base; /* next address to fetch, and dwords that are left: 0 when not in use */
    uint32_t ib1_left;
    uint64_t ib2_base;
    uint32_t ib2_left;
} MsmGpuRing;

typedef struct MsmGpuView {
    MsmGpuRing ring;
    bool busy;
    bool halted;           /* there is work, and a register of the GPU's own keeps it waiting */
    bool held;             /* waits for the answer to a transaction */
    bool irq;              /* level of the line */
    const char *condition; /* "running", "failed", "hung": static */
    const char *error;     /* "none", "opcode", …: static */
    uint64_t error_address;
    uint32_t header; /* of the latest packet */
    uint64_t busy_ns;
} MsmGpuView;

/* Of what msm_gpu_new() has made. 1, or SMMU_PM_GONE. */
int msm_gpu_view(const SmmuPmMaster *gpu, MsmGpuView *view);

#ifdef __cplusplus
}
#endif

#endif
