/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMMU_PM_MASTER_QEMU_H
#define SMMU_PM_MASTER_QEMU_H

#include "hw/sysbus.h"
#include "qom/object.h"
#include "journal.h"
#include "saved.h"
#include "seam/master.h"
#include "smmu.h"

/*
 * What all masters behind the SMMU are: registers, DMA with a StreamID, work on
 * virtual time. Abstract. sysbus MMIO region 0: the registers; sysbus interrupt
 * 0. Supplies: GPIO inputs "domain", "reset" (high: released) and "vote", the
 * latter two high until somebody drives them; Clock inputs, by the names that
 * supplies have. GPIO output "pm-fault" pulses when an access could not reach.
 * Properties: "journal" (link), "smmu" (link to an arm-smmu-v2-pm), "stream",
 * "policy", "seed"; "vote", at any time; and read-only ones that show the
 * state: "supplies", "missing", "counters".
 */
#define TYPE_SMMU_PM_MASTER "smmu-pm-master"
OBJECT_DECLARE_TYPE(SmmuPmMasterState, SmmuPmMasterClass, SMMU_PM_MASTER)

struct SmmuPmMasterState {
    SysBusDevice parent_obj;

    MemoryRegion mmio;
    SmmuPmMaster *core; /* NULL unless realized */
    QEMUTimer *timer;
    SmmuPmSaved saved;
    bool vote_withheld; /* from the start */
    uint32_t token; /* of the latest transaction that was held */
    qemu_irq irq;
    qemu_irq pm_fault;
    Clock *clocks[SMMU_PM_SUPPLY_COUNT]; /* by supply; NULL: has none such */

    SmmuPmJournalState *journal;
    ArmSmmuV2PmState *smmu;
    uint16_t stream;
    uint8_t policy;
    uint64_t seed;
};

struct SmmuPmMasterClass {
    SysBusDeviceClass parent_class;

    uint64_t size;        /* of the register window, in bytes */
    uint32_t clock_mask;  /* supplies that are clocks, 1 << SmmuPmSupply */
    /* NULL with an error: the properties are not good. */
    SmmuPmMaster *(*make)(SmmuPmMasterState *s, const SmmuPmMasterHost *host,
                          Error **errp);
};

/* To stand in a subclass's VMState, behind its clocks. */
extern const VMStateDescription vmstate_smmu_pm_master;
#define VMSTATE_SMMU_PM_MASTER_CLOCK(_supply, _state) \
    VMSTATE_CLOCK(parent_obj.clocks[_supply], _state)
#define VMSTATE_SMMU_PM_MASTER(_state) \
    VMSTATE_STRUCT(parent_obj, _state, 0, vmstate_smmu_pm_master, \
                   SmmuPmMasterState)

#endif
