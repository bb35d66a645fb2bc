/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Seam of the SMMUv2. See common.h. */
#ifndef SMMU_PM_SEAM_SMMU_H
#define SMMU_PM_SEAM_SMMU_H

#include "common.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct SmmuPmSmmu SmmuPmSmmu;

typedef struct SmmuPmSmmuHost {
    void *opaque;
    /* A table walk's fetch of one little-endian descriptor; false: external abort. */
    bool (*read_descriptor)(void *opaque, uint64_t pa, uint64_t *descriptor);
    /*
     * Level of an interrupt line: 0 global, then those of contexts, the Secure global one if there
     * is, and those of the performance monitors; see smmu_pm_smmu_lines(). Only called on a change.
     */
    void (*set_irq)(void *opaque, unsigned line, bool level);
    /*
     * Translations of the IOVAs from iova to iova + mask may have left the TLB: whoever caches
     * what smmu_pm_smmu_translate() said drops what overlaps them. mask is a power of two less
     * one, UINT64_MAX for all.
     */
    void (*tlb_invalidated)(void *opaque, uint64_t iova, uint64_t mask);
    /* A transaction that was held goes on; the master acts later, not within this call. */
    void (*released)(void *opaque, uint32_t token, SmmuPmReleased how);
    /* A register access or a translation met a block that it could not reach. */
    void (*pm_fault)(void *opaque);
    /* Virtual time in nanoseconds, never going back. */
    uint64_t (*now)(void *opaque);
    /* Something architected but not modelled was used: for the log, once per register. */
    void (*unimplemented)(void *opaque, const char *what);
} SmmuPmSmmuHost;

/* Of a number in SmmuPmSmmuConfig: what the preset has. */
#define SMMU_PM_AS_PRESET 0xffffffffu
/* The most lines that an SMMU has. */
#define SMMU_PM_SMMU_LINES_MAX 162

typedef struct SmmuPmSmmuConfig {
    unsigned stream_groups; /* ID0.NUMSMRG, 0 to 127; 0: stream indexing */
    unsigned context_banks; /* ID1.NUMCB, 1 to 128, and as many as NUMPAGENDXB has room for */
    SmmuPmPolicy policy;    /* of CPU accesses that cannot reach */
    SmmuPmDmaPolicy dma_policy; /* of transactions that cannot reach */
    SmmuPmCollapse collapse;
    const char *preset; /* by its name in smmu/config.hh; NULL: msm8996-adreno */
    unsigned tlb_entries; /* 1 to 65536, or SMMU_PM_AS_PRESET */
    uint64_t sync_latency_ns; /* from a TLB sync to its end */
} SmmuPmSmmuConfig;

typedef enum SmmuPmTranslated {
    SMMU_PM_TRANSLATED, /* pa and mask are valid; also for a bypass */
    SMMU_PM_DECODE,     /* bus error at the master: fault, or the SMMU could not be reached */
    SMMU_PM_RAZWI,      /* terminated without an error: reads as zero, write ignored */
    SMMU_PM_HELD,       /* no answer yet: `released` will name `token` */
} SmmuPmTranslated;

typedef struct SmmuPmTransaction {
    uint64_t iova;
    uint16_t stream;
    bool write;
    bool privileged;
    bool instruction;
    /* The master can wait for `released`. Otherwise what would be held is terminated. */
    bool can_stall;
    bool secure;        /* the master is in Secure state, unless an SSD table says who is */
    uint16_t ssd_index; /* of an SMMU with an SSD table */
} SmmuPmTransaction;

typedef struct SmmuPmTranslation {
    SmmuPmTranslated result;
    bool unreachable; /* with DECODE and HELD: a wire was missing, no fault was recorded */
    bool writable;    /* a write through the same translation would pass, too */
    uint64_t pa;      /* of iova itself */
    uint64_t mask;    /* iova and pa agree in these low bits' neighbourhood: page or block size
                         less one */
    uint32_t token;   /* with HELD */
} SmmuPmTranslation;

/* NULL when the configuration is out of range. The host is copied. journal may be NULL. */
SmmuPmSmmu *smmu_pm_smmu_new(const SmmuPmSmmuConfig *config, const SmmuPmSmmuHost *host,
                             SmmuPmJournal *journal);
void smmu_pm_smmu_free(SmmuPmSmmu *smmu);
/* Size of the register window in bytes. */
uint64_t smmu_pm_smmu_size(const SmmuPmSmmu *smmu);
/* Interrupt lines, those of contexts among them, and context banks. */
unsigned smmu_pm_smmu_lines(const SmmuPmSmmu *smmu);
unsigned smmu_pm_smmu_context_lines(const SmmuPmSmmu *smmu);
unsigned smmu_pm_smmu_banks_count(const SmmuPmSmmu *smmu);

/*
 * Power-on reset: registers to reset values, TLB empty, held transactions forgotten. Supplies
 * keep their level.
 */
void smmu_pm_smmu_reset(SmmuPmSmmu *smmu);
/* May lose held transactions: `released` will never name those. May also release some. */
void smmu_pm_smmu_set_supply(SmmuPmSmmu *smmu, SmmuPmSupply supply, bool level);
/* Supplies that a register access would miss now, one bit each (1 << SmmuPmSupply). */
uint32_t smmu_pm_smmu_missing(const SmmuPmSmmu *smmu);

/*
 * size: 4 or 8, offset naturally aligned and below the window's size. secure: the state of the CPU,
 * for an SMMU that has two security states.
 */
SmmuPmAnswer smmu_pm_smmu_read(SmmuPmSmmu *smmu, uint64_t offset, unsigned size, bool secure);
SmmuPmAnswer smmu_pm_smmu_write(SmmuPmSmmu *smmu, uint64_t offset, unsigned size, uint64_t value,
                                bool secure);
SmmuPmTranslation smmu_pm_smmu_translate(SmmuPmSmmu *smmu, const SmmuPmTransaction *transaction);

size_t smmu_pm_smmu_save(const SmmuPmSmmu *smmu, SmmuPmPair *pairs, size_t max);
/* Interrupt lines are recomputed and set_irq is called for those that differ. */
bool smmu_pm_smmu_load(SmmuPmSmmu *smmu, const SmmuPmPair *pairs, size_t count);

#ifdef __cplusplus
}
#endif

#endif
