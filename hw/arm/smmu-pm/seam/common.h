/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every seam header shares. The seam is plain C, the only headers that the C++ core and
 * the C glue both include. Everything here runs under QEMU's big lock; nothing blocks; nothing
 * is retained of what a call is handed, unless its comment says so.
 */
#ifndef SMMU_PM_SEAM_COMMON_H
#define SMMU_PM_SEAM_COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How an entry to a block ended (power/supply.hh: Status). */
typedef enum SmmuPmStatus {
    SMMU_PM_OK,
    SMMU_PM_ABORT, /* bus error to whoever asked */
    SMMU_PM_HANG,  /* never answered: the caller ends the run */
    SMMU_PM_STALLED, /* of a master's transaction: held until a release */
} SmmuPmStatus;

/* What becomes of a held transaction (power/supply.hh: Released). */
typedef enum SmmuPmReleased {
    SMMU_PM_RELEASED_RETRY,
    SMMU_PM_RELEASED_ABORT,
    SMMU_PM_RELEASED_RAZWI,
} SmmuPmReleased;

typedef struct SmmuPmAnswer {
    uint64_t value; /* of a read that ended OK */
    SmmuPmStatus status;
} SmmuPmAnswer;

/* The wires a block hangs on (power/supply.hh: Supply, same order). */
typedef enum SmmuPmSupply {
    SMMU_PM_SUPPLY_DOMAIN,
    SMMU_PM_SUPPLY_RESET, /* high: released */
    SMMU_PM_SUPPLY_VOTE,
    SMMU_PM_SUPPLY_IFACE,
    SMMU_PM_SUPPLY_BUS,
    SMMU_PM_SUPPLY_CORE,
    SMMU_PM_SUPPLY_RBBMTIMER,
    SMMU_PM_SUPPLY_MEM,
    SMMU_PM_SUPPLY_MEM_IFACE,
    SMMU_PM_SUPPLY_TBU,
    SMMU_PM_SUPPLY_COUNT,
} SmmuPmSupply;

typedef enum SmmuPmPolicy {
    SMMU_PM_POLICY_ABORT,
    SMMU_PM_POLICY_RAZWI,
    SMMU_PM_POLICY_ONES,
    SMMU_PM_POLICY_HANG,
} SmmuPmPolicy;

typedef enum SmmuPmDmaPolicy {
    SMMU_PM_DMA_ABORT,
    SMMU_PM_DMA_HANG,
} SmmuPmDmaPolicy;

typedef enum SmmuPmCollapse {
    SMMU_PM_COLLAPSE_LOSE,
    SMMU_PM_COLLAPSE_RETAIN,
    SMMU_PM_COLLAPSE_RETAIN_ALL,
} SmmuPmCollapse;

/*
 * Saved state: a block is a list of pairs. The key of a register is its offset; keys from
 * 0x80000000 up are a block's own (wires, deadlines, TLB entries). A load refuses what it does
 * not understand and leaves the block as it was.
 */
typedef struct SmmuPmPair {
    uint32_t key;
    uint64_t value;
} SmmuPmPair;

/* A deadline that never comes. */
#define SMMU_PM_NEVER UINT64_MAX

typedef struct SmmuPmJournal SmmuPmJournal;

#ifdef __cplusplus
}
#endif

#endif
