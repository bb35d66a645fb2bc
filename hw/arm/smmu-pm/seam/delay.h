/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Seam of the delay element between the SMMU's interrupt lines and the GIC. It has power of its
 * own: what is on its way arrives even after the SMMU has been switched off. See common.h.
 */
#ifndef SMMU_PM_SEAM_DELAY_H
#define SMMU_PM_SEAM_DELAY_H

#include "common.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct SmmuPmDelay SmmuPmDelay;

typedef struct SmmuPmDelayHost {
    void *opaque;
    void (*set_line)(void *opaque, unsigned line, bool level);
} SmmuPmDelayHost;

/*
 * lines: 1 to 32. rise_ns and fall_ns: 0 passes an edge on at once; an edge never overtakes an
 * earlier one of its line. seed as in controller.h. The host is copied; journal may be NULL.
 */
SmmuPmDelay *smmu_pm_delay_new(unsigned lines, uint64_t rise_ns, uint64_t fall_ns, uint64_t seed,
                               const SmmuPmDelayHost *host, SmmuPmJournal *journal);
void smmu_pm_delay_free(SmmuPmDelay *delay);
void smmu_pm_delay_reset(SmmuPmDelay *delay);
void smmu_pm_delay_set(SmmuPmDelay *delay, uint64_t now_ns, unsigned line, bool level);
uint64_t smmu_pm_delay_deadline(const SmmuPmDelay *delay);
void smmu_pm_delay_advance(SmmuPmDelay *delay, uint64_t now_ns);
/* Number of pairs; writes at most max of them. Call once with max 0 for the number. */
size_t smmu_pm_delay_save(const SmmuPmDelay *delay, SmmuPmPair *pairs, size_t max);
bool smmu_pm_delay_load(SmmuPmDelay *delay, const SmmuPmPair *pairs, size_t count);

#ifdef __cplusplus
}
#endif

#endif
