/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ARM_SMMU_V2_PM_H
#define ARM_SMMU_V2_PM_H

#include "hw/sysbus.h"
#include "qom/object.h"
#include "seam/smmu.h"

/*
 * The SMMUv2. sysbus MMIO region 0: the registers; sysbus interrupts: as
 * smmu_pm_smmu_lines() has them, 0 global, 1 + n context bank n. Supplies: GPIO
 * inputs "domain", "reset" (high: released) and "vote", the latter two high
 * until somebody drives them; Clock inputs "iface" and "bus". GPIO output
 * "pm-fault" pulses when an access or a transaction could not reach.
 * Properties: "journal" (link), "policy", "dma-policy", "on-collapse",
 * "tlb-entries", "tlb-sync-latency", "preset" (smmu/config.hh), "num-smrg",
 * "num-cb" (these as the preset, unless set); "vote" and "tbu", at any time;
 * and read-only ones that show the state (smmu-inspect.c).
 */
#define TYPE_ARM_SMMU_V2_PM "arm-smmu-v2-pm"
OBJECT_DECLARE_SIMPLE_TYPE(ArmSmmuV2PmState, ARM_SMMU_V2_PM)

/*
 * The direct master interface: for masters that want to know more than QEMU's
 * IOMMU regions can tell them. Under the BQL.
 */
SmmuPmTranslation
arm_smmu_v2_pm_translate(ArmSmmuV2PmState *s,
                         const SmmuPmTransaction *transaction);

/*
 * One beat of a master's DMA: translated and carried out on system memory, RAM
 * only. The range must not cross a 4 KiB page. ABORT: bus error. STALLED: the
 * transaction is held, and *token names it in a later release; only of a
 * transaction with can_stall. One that power or a reset takes away is never
 * released.
 */
SmmuPmStatus arm_smmu_v2_pm_dma(ArmSmmuV2PmState *s,
                                const SmmuPmTransaction *transaction,
                                void *buffer, size_t length, uint32_t *token);

/*
 * The release wire: every master is told of every release, and knows its own by
 * the token. A master acts later, on a timer, and not within the call. Before
 * the machine runs; there is no way to take one back.
 */
typedef void ArmSmmuV2PmReleased(void *opaque, uint32_t token,
                                 SmmuPmReleased how);
void arm_smmu_v2_pm_add_master(ArmSmmuV2PmState *s,
                               ArmSmmuV2PmReleased *callback, void *opaque);

/*
 * Memory as a master with this StreamID sees it, for the links of QEMU's own
 * devices ("dma", "downstream"…). A realized SMMU only; belongs to it.
 */
MemoryRegion *arm_smmu_v2_pm_upstream(ArmSmmuV2PmState *s, uint16_t stream);

/* For smmu-inspect.c: NULL unless realized. */
const SmmuPmSmmu *arm_smmu_v2_pm_core(ArmSmmuV2PmState *s);
void arm_smmu_v2_pm_add_views(ObjectClass *klass);

#endif
