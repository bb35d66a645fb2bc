/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looking at the blocks of a live machine. Nothing here changes anything, counts as an access or
 * is recorded. Rows go into arrays of the caller's; the answer is how many there are, which may be
 * more than fitted, or SMMU_PM_GONE: without power there is nothing to look at. See common.h.
 */
#ifndef SMMU_PM_SEAM_INSPECT_H
#define SMMU_PM_SEAM_INSPECT_H

#include "controller.h"
#include "journal.h"
#include "smmu.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SMMU_PM_GONE (-1)

/* "domain", "iface", …: static; NULL for what is no supply. */
const char *smmu_pm_supply_name(SmmuPmSupply supply);

/* The wires of a block, one bit each (1 << SmmuPmSupply). */
typedef struct SmmuPmWires {
    uint32_t present;
    uint32_t missing_register; /* what a CPU's access would miss now */
    uint32_t missing_walk;     /* a translation; of a GPU always 0 */
    uint32_t missing_dma;      /* a transaction of its own; of an SMMU always 0 */
} SmmuPmWires;

/* Named as in docs/system/virt-msm8996.rst; the name is static. */
typedef struct SmmuPmCounter {
    const char *name;
    uint64_t value;
} SmmuPmCounter;

#define SMMU_PM_COUNTERS_MAX 16

typedef enum SmmuPmStreamType {
    SMMU_PM_STREAM_TRANSLATE,
    SMMU_PM_STREAM_BYPASS,
    SMMU_PM_STREAM_FAULT,
    SMMU_PM_STREAM_RESERVED,
} SmmuPmStreamType;

typedef struct SmmuPmStream {
    unsigned group;
    uint16_t id;
    uint16_t mask;
    SmmuPmStreamType type;
    unsigned bank; /* of TRANSLATE */
} SmmuPmStream;

#define SMMU_PM_STREAMS_MAX 127

/* Whose translations (smmu/regime.hh: Regime, same order). */
typedef enum SmmuPmRegime {
    SMMU_PM_REGIME_GUEST,
    SMMU_PM_REGIME_HYPERVISOR,
    SMMU_PM_REGIME_SECURE,
    SMMU_PM_REGIME_MONITOR,
} SmmuPmRegime;

typedef struct SmmuPmTag {
    SmmuPmRegime regime;
    uint16_t vmid; /* of GUEST */
    bool stage2;   /* by IPA, of stage 2 alone */
    uint16_t asid; /* of GUEST and SECURE, of an entry that is not global */
} SmmuPmTag;

typedef struct SmmuPmBank {
    bool enabled;
    bool irq; /* level at the SMMU, before anything that delays it */
    SmmuPmTag tag; /* as its TLB entries carry it */
    uint64_t ttbr0;
    uint64_t ttbr1;
    uint32_t sctlr;
    uint32_t tcr;
    uint32_t tcr2;
    uint32_t mair0;
    uint32_t mair1;
    uint32_t fsr;
    uint32_t fsynr0;
    uint64_t far;
} SmmuPmBank;

#define SMMU_PM_BANKS_MAX 128

typedef struct SmmuPmGlobal {
    bool irq;
    uint32_t cr0;
    uint32_t fsr;
    uint32_t fsynr0;
    uint32_t fsynr1;
    uint64_t far;
} SmmuPmGlobal;

typedef struct SmmuPmTlbEntry {
    uint64_t va;
    uint64_t pa;
    uint64_t size;
    SmmuPmTag tag;
    bool global;
    bool user; /* unprivileged reads pass */
    bool read_only;
    bool uxn; /* no unprivileged fetch passes */
    bool pxn; /* no privileged fetch passes */
} SmmuPmTlbEntry;

/* Why a transaction is held (smmu/stalls.hh: Hold, same order). */
typedef enum SmmuPmHold {
    SMMU_PM_HOLD_FAULT,
    SMMU_PM_HOLD_NEXT,
    SMMU_PM_HOLD_BEHIND,
    SMMU_PM_HOLD_POWER,
} SmmuPmHold;

typedef struct SmmuPmHeld {
    uint32_t token;
    SmmuPmHold why;
    unsigned bank; /* not of POWER */
    uint16_t stream; /* of a transaction */
    bool write;
    uint64_t iova;
    bool operation; /* an address translation operation of a bank */
    unsigned operation_bank;
} SmmuPmHeld;

#define SMMU_PM_HELD_MAX 16

SmmuPmWires smmu_pm_smmu_wires(const SmmuPmSmmu *smmu);
/* At most SMMU_PM_COUNTERS_MAX; never gone: they are not the guest's. */
int smmu_pm_smmu_counters(const SmmuPmSmmu *smmu, SmmuPmCounter *counters, int max);
/* Those that are valid; at most SMMU_PM_STREAMS_MAX. */
int smmu_pm_smmu_streams(const SmmuPmSmmu *smmu, SmmuPmStream *streams, int max);
/* All, the index is the number; at most SMMU_PM_BANKS_MAX. */
int smmu_pm_smmu_banks(const SmmuPmSmmu *smmu, SmmuPmBank *banks, int max);
/* 1, or SMMU_PM_GONE. */
int smmu_pm_smmu_global(const SmmuPmSmmu *smmu, SmmuPmGlobal *global);
/* Never gone: what waits for power does not hang on it. At most SMMU_PM_HELD_MAX. */
int smmu_pm_smmu_held(const SmmuPmSmmu *smmu, SmmuPmHeld *held, int max);
/* Oldest first. */
int smmu_pm_smmu_tlb(const SmmuPmSmmu *smmu, SmmuPmTlbEntry *entries, int max);

/* Of an output of a controller. High is an output in ON alone. */
typedef enum SmmuPmOutputState {
    SMMU_PM_OUTPUT_OFF,
    SMMU_PM_OUTPUT_RISING,  /* asked for; its delay is under way */
    SMMU_PM_OUTPUT_WAITING, /* a domain that would be on if its parent were */
    SMMU_PM_OUTPUT_ON,
    SMMU_PM_OUTPUT_FALLING, /* no longer asked for; the status bit has not followed yet */
} SmmuPmOutputState;

SmmuPmOutputState smmu_pm_controller_state(const SmmuPmController *controller, unsigned output);

typedef struct SmmuPmFinding {
    const char *name; /* until the next event */
    const char *line;
    unsigned count;
} SmmuPmFinding;

#define SMMU_PM_FINDINGS_MAX 256

/* At most SMMU_PM_FINDINGS_MAX; their number alone with max 0. */
int smmu_pm_journal_each(const SmmuPmJournal *journal, SmmuPmFinding *findings, int max);
/* Events so far, findings included, and how many of them found no room in the journal. */
uint64_t smmu_pm_journal_events(const SmmuPmJournal *journal);
uint64_t smmu_pm_journal_dropped(const SmmuPmJournal *journal);

#ifdef __cplusplus
}
#endif

#endif
