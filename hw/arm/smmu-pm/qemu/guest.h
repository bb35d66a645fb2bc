/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest CPU whose access a device is answering, for the journal. A device
 * brackets its MMIO callbacks with enter and leave; between them the call chain
 * can be had, and nowhere else: on a timer current_cpu may be left over from
 * something else.
 */
#ifndef SMMU_PM_GUEST_H
#define SMMU_PM_GUEST_H

#include "exec/memattrs.h"

/* No chain for a debugger's access; nests (a write that moves a wire). */
void smmu_pm_guest_enter(MemTxAttrs attrs);
void smmu_pm_guest_leave(void);

/*
 * PCs of the access under way, innermost first, at most max; 0 without one.
 * Follows the frame records (x29) through at most max frames.
 */
unsigned smmu_pm_guest_chain(uint64_t *pcs, unsigned max);

/* CNTVCT_EL0 of the first CPU. */
uint64_t smmu_pm_guest_counter(void);

#endif
