/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The journal as a device: it owns the core that every block of the island
 * records to, and the file that the lines go to.
 */
#ifndef SMMU_PM_JOURNAL_DEVICE_H
#define SMMU_PM_JOURNAL_DEVICE_H

#include "hw/sysbus.h"
#include "qom/object.h"
#include "seam/journal.h"

#define TYPE_SMMU_PM_JOURNAL "smmu-pm-journal"
OBJECT_DECLARE_SIMPLE_TYPE(SmmuPmJournalState, SMMU_PM_JOURNAL)

struct SmmuPmJournalState {
    SysBusDevice parent_obj;

    SmmuPmJournal *core;
    FILE *file;
    bool failed;

    char *path;
    uint8_t policy;
    uint8_t collapse;
    uint64_t seed;
    uint64_t max_bytes;
};

/* The core of a realized journal; NULL for NULL. */
SmmuPmJournal *smmu_pm_journal_core(SmmuPmJournalState *s);

/* For journal-inspect.c. */
void smmu_pm_journal_add_views(ObjectClass *klass);

/* Ends the run: no CPU executes another instruction after the one under way. */
void smmu_pm_end_run(void);

/* An access was left unanswered: the run ends here, as on a wedged bus. */
void smmu_pm_hang(void);

#endif
