/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Seam of the masters behind the SMMU: what GPU stub and pm-testdev have in common. Each has a
 * header of its own that says how one is made. See common.h.
 */
#ifndef SMMU_PM_SEAM_MASTER_H
#define SMMU_PM_SEAM_MASTER_H

#include "inspect.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct SmmuPmMaster SmmuPmMaster;

typedef struct SmmuPmMasterHost {
    void *opaque;
    /*
     * DMA with the master's StreamID. length is 1 to 64 bytes and never crosses an aligned 64
     * bytes. ABORT: bus error, whatever the reason. HANG: no answer, the master stops there.
     * STALLED: held until smmu_pm_master_released().
     */
    SmmuPmStatus (*dma_read)(void *opaque, uint64_t iova, void *buffer, size_t length);
    SmmuPmStatus (*dma_write)(void *opaque, uint64_t iova, const void *buffer, size_t length);
    void (*set_irq)(void *opaque, bool level);
    void (*pm_fault)(void *opaque); /* a register access could not reach the master */
} SmmuPmMasterHost;

void smmu_pm_master_free(SmmuPmMaster *master);
/* Cold reset. Supplies keep their level. */
void smmu_pm_master_reset(SmmuPmMaster *master);
void smmu_pm_master_set_supply(SmmuPmMaster *master, uint64_t now_ns, SmmuPmSupply supply,
                               bool level);
SmmuPmWires smmu_pm_master_wires(const SmmuPmMaster *master);
int smmu_pm_master_counters(const SmmuPmMaster *master, SmmuPmCounter *counters, int max);
/* size: 4 or 8, offset naturally aligned and within the register window. */
SmmuPmAnswer smmu_pm_master_read(SmmuPmMaster *master, uint64_t now_ns, uint64_t offset,
                                 unsigned size);
SmmuPmAnswer smmu_pm_master_write(SmmuPmMaster *master, uint64_t now_ns, uint64_t offset,
                                  unsigned size, uint64_t value);
/*
 * The latest transaction that was STALLED is let go. Not within a host call; the master makes none
 * either before smmu_pm_master_advance(). Ignored when nobody waits: a reset came first.
 */
void smmu_pm_master_released(SmmuPmMaster *master, uint64_t now_ns, SmmuPmReleased how);
/* When the next smmu_pm_master_advance() is due, or SMMU_PM_NEVER; ask again after every call. */
uint64_t smmu_pm_master_deadline(const SmmuPmMaster *master);
void smmu_pm_master_advance(SmmuPmMaster *master, uint64_t now_ns);
size_t smmu_pm_master_save(const SmmuPmMaster *master, SmmuPmPair *pairs, size_t max);
bool smmu_pm_master_load(SmmuPmMaster *master, const SmmuPmPair *pairs, size_t count);

#ifdef __cplusplus
}
#endif

#endif
