/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Seam of the Adreno stub. See hw/arm/smmu-pm/seam/common.h. */
#ifndef MSM_GPU_STUB_SEAM_H
#define MSM_GPU_STUB_SEAM_H

#include "seam/common.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct MsmGpuCore MsmGpuCore;

typedef struct MsmGpuHost {
    void *opaque;
    /*
     * DMA with the GPU's StreamID. length is 1 to 256 bytes and never crosses a 4 KiB page.
     * ABORT: bus error, whatever the reason. HANG: no answer, the GPU stops there. STALLED: held
     * until msm_gpu_released().
     */
    SmmuPmStatus (*dma_read)(void *opaque, uint64_t iova, void *buffer, size_t length);
    SmmuPmStatus (*dma_write)(void *opaque, uint64_t iova, const void *buffer, size_t length);
    void (*set_irq)(void *opaque, bool level);
    void (*pm_fault)(void *opaque); /* a register access could not reach the GPU */
} MsmGpuHost;

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

#define MSM_GPU_SIZE 0x3f000

MsmGpuCore *msm_gpu_new(const MsmGpuConfig *config, const MsmGpuHost *host, SmmuPmJournal *journal);
void msm_gpu_free(MsmGpuCore *gpu);
void msm_gpu_reset(MsmGpuCore *gpu);
void msm_gpu_set_supply(MsmGpuCore *gpu, uint64_t now_ns, SmmuPmSupply supply, bool level);
/* size: 4 or 8 (two registers), offset naturally aligned and below MSM_GPU_SIZE. */
/* Supplies that a register access would miss now, one bit each (1 << SmmuPmSupply). */
uint32_t msm_gpu_missing(const MsmGpuCore *gpu);
SmmuPmAnswer msm_gpu_read(MsmGpuCore *gpu, uint64_t now_ns, uint64_t offset, unsigned size);
SmmuPmAnswer msm_gpu_write(MsmGpuCore *gpu, uint64_t now_ns, uint64_t offset, unsigned size,
                           uint64_t value);
/*
 * The latest transaction that was STALLED is let go. Not within a host call; the GPU makes none
 * either before msm_gpu_advance(). Ignored when nobody waits: a reset came first.
 */
void msm_gpu_released(MsmGpuCore *gpu, uint64_t now_ns, SmmuPmReleased how);
uint64_t msm_gpu_deadline(const MsmGpuCore *gpu);
void msm_gpu_advance(MsmGpuCore *gpu, uint64_t now_ns);
size_t msm_gpu_save(const MsmGpuCore *gpu, SmmuPmPair *pairs, size_t max);
bool msm_gpu_load(MsmGpuCore *gpu, const SmmuPmPair *pairs, size_t count);

#ifdef __cplusplus
}
#endif

#endif
