/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Seam of the journal and of the judge that listens to it live. See common.h. */
#ifndef SMMU_PM_SEAM_JOURNAL_H
#define SMMU_PM_SEAM_JOURNAL_H

#include "common.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Depth of a guest call chain, the accessing PC included. */
#define SMMU_PM_CHAIN_MAX 24

typedef struct SmmuPmJournalHost {
    void *opaque;
    uint64_t (*now_ns)(void *opaque);  /* virtual time */
    uint64_t (*counter)(void *opaque); /* CNTVCT_EL0, as the guest would read it */
    /*
     * PCs of the CPU access under way, innermost first; at most max. 0 when no CPU is accessing
     * (a timer, a debugger). Raw addresses.
     */
    unsigned (*call_chain)(void *opaque, uint64_t *pcs, unsigned max);
    /* One line, newline included, to be on disk before the next one is made. */
    void (*write)(void *opaque, const char *line, size_t length);
    /* The judge has found something: its name (docs/findings.rst) and one line about it. */
    void (*finding)(void *opaque, const char *name, const char *line);
} SmmuPmJournalHost;

typedef struct SmmuPmJournalConfig {
    const char *machine; /* for the journal's first line; copied */
    SmmuPmPolicy policy;
    SmmuPmCollapse collapse;
    uint64_t seed;
    uint64_t max_bytes; /* then one `dropped` event, and silence */
} SmmuPmJournalConfig;

/* The host is copied. NULL only when memory is exhausted. Writes the journal's first line. */
SmmuPmJournal *smmu_pm_journal_new(const SmmuPmJournalConfig *config, const SmmuPmJournalHost *host);
void smmu_pm_journal_free(SmmuPmJournal *journal);

/* Findings so far. */
unsigned smmu_pm_journal_findings(const SmmuPmJournal *journal);

/* Events that only the machine knows of. */
void smmu_pm_journal_reset(SmmuPmJournal *journal);
void smmu_pm_journal_restored(SmmuPmJournal *journal);
void smmu_pm_journal_timeout(SmmuPmJournal *journal, uint64_t limit_ns);

#ifdef __cplusplus
}
#endif

#endif
