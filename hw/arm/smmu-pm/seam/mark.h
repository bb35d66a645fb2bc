/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Seam of the mark page: the few registers through which the guest's exerciser speaks to the
 * journal. Always powered, no driver. See common.h and journal/mark.hh for the registers.
 */
#ifndef SMMU_PM_SEAM_MARK_H
#define SMMU_PM_SEAM_MARK_H

#include "common.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SMMU_PM_MARK_SIZE 0x1000

typedef struct SmmuPmMark SmmuPmMark;

/* journal may be NULL: marks then go nowhere. */
SmmuPmMark *smmu_pm_mark_new(SmmuPmJournal *journal, uint64_t seed);
void smmu_pm_mark_free(SmmuPmMark *mark);
void smmu_pm_mark_reset(SmmuPmMark *mark);
/* size: 4 or 8 bytes, offset naturally aligned and below SMMU_PM_MARK_SIZE. */
SmmuPmAnswer smmu_pm_mark_read(SmmuPmMark *mark, uint64_t offset, unsigned size);
SmmuPmAnswer smmu_pm_mark_write(SmmuPmMark *mark, uint64_t offset, unsigned size, uint64_t value);

/* Number of pairs; writes at most max of them. Call once with max 0 for the number. */
size_t smmu_pm_mark_save(const SmmuPmMark *mark, SmmuPmPair *pairs, size_t max);
bool smmu_pm_mark_load(SmmuPmMark *mark, const SmmuPmPair *pairs, size_t count);

#ifdef __cplusplus
}
#endif

#endif
