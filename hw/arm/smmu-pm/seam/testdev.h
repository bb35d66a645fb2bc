/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Seam of pm-testdev. See common.h. */
#ifndef SMMU_PM_SEAM_TESTDEV_H
#define SMMU_PM_SEAM_TESTDEV_H

#include "inspect.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct SmmuPmTestdev SmmuPmTestdev;

typedef struct SmmuPmTestdevHost {
    void *opaque;
    /*
     * DMA with the device's StreamID. length is 1 to 64 bytes and never crosses a 4 KiB page.
     * ABORT: bus error. STALLED: held until smmu_pm_testdev_released().
     */
    SmmuPmStatus (*dma_read)(void *opaque, uint64_t iova, void *buffer, size_t length);
    SmmuPmStatus (*dma_write)(void *opaque, uint64_t iova, const void *buffer, size_t length);
    void (*set_irq)(void *opaque, bool level);
    void (*pm_fault)(void *opaque); /* a register access could not reach the device */
} SmmuPmTestdevHost;

typedef struct SmmuPmTestdevConfig {
    SmmuPmPolicy policy;
    uint64_t beat_ns; /* virtual time between two transactions */
    uint64_t seed;    /* 0: exactly beat_ns; else drawn from [beat_ns, 2 * beat_ns) */
} SmmuPmTestdevConfig;

#define SMMU_PM_TESTDEV_SIZE 0x1000

/* The host is copied. journal may be NULL. */
SmmuPmTestdev *smmu_pm_testdev_new(const SmmuPmTestdevConfig *config, const SmmuPmTestdevHost *host,
                                   SmmuPmJournal *journal);
void smmu_pm_testdev_free(SmmuPmTestdev *testdev);
void smmu_pm_testdev_reset(SmmuPmTestdev *testdev);
void smmu_pm_testdev_set_supply(SmmuPmTestdev *testdev, uint64_t now_ns, SmmuPmSupply supply,
                                bool level);
SmmuPmWires smmu_pm_testdev_wires(const SmmuPmTestdev *testdev);
int smmu_pm_testdev_counters(const SmmuPmTestdev *testdev, SmmuPmCounter *counters, int max);
/* size: 4 or 8, offset naturally aligned and below SMMU_PM_TESTDEV_SIZE. */
SmmuPmAnswer smmu_pm_testdev_read(SmmuPmTestdev *testdev, uint64_t now_ns, uint64_t offset,
                                  unsigned size);
SmmuPmAnswer smmu_pm_testdev_write(SmmuPmTestdev *testdev, uint64_t now_ns, uint64_t offset,
                                   unsigned size, uint64_t value);
/*
 * The latest transaction that was STALLED is let go. Not within a host call; the device makes none
 * either before smmu_pm_testdev_advance(). Ignored when nobody waits: a reset came first.
 */
void smmu_pm_testdev_released(SmmuPmTestdev *testdev, uint64_t now_ns, SmmuPmReleased how);
uint64_t smmu_pm_testdev_deadline(const SmmuPmTestdev *testdev);
void smmu_pm_testdev_advance(SmmuPmTestdev *testdev, uint64_t now_ns);
size_t smmu_pm_testdev_save(const SmmuPmTestdev *testdev, SmmuPmPair *pairs, size_t max);
bool smmu_pm_testdev_load(SmmuPmTestdev *testdev, const SmmuPmPair *pairs, size_t count);

#ifdef __cplusplus
}
#endif

#endif
