/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qemu/module.h"
#include "hw/clock.h"
#include "hw/qdev-clock.h"
#include "hw/qdev-properties.h"
#include "compat.h"
#include "seam/testdev.h"
#include "testdev.h"

struct PmTestdevState {
    SmmuPmMasterState parent_obj;

    uint64_t beat;
};

static SmmuPmMaster *testdev_make(SmmuPmMasterState *master,
                                  const SmmuPmMasterHost *host, Error **errp)
{
    SmmuPmTestdevConfig config = {
        .policy = master->policy,
        .beat_ns = PM_TESTDEV(master)->beat,
        .seed = master->seed,
    };

    return smmu_pm_testdev_new(&config, host,
                               smmu_pm_journal_core(master->journal));
}

static const VMStateDescription vmstate_testdev = {
    .name = TYPE_PM_TESTDEV,
    .version_id = 2,
    .minimum_version_id = 2,
    .fields = (const VMStateField[]) {
        VMSTATE_SMMU_PM_MASTER_CLOCK(SMMU_PM_SUPPLY_IFACE, PmTestdevState),
        VMSTATE_SMMU_PM_MASTER_CLOCK(SMMU_PM_SUPPLY_BUS, PmTestdevState),
        VMSTATE_SMMU_PM_MASTER(PmTestdevState),
        VMSTATE_END_OF_LIST()
    }
};

static const Property testdev_properties[] = {
    DEFINE_PROP_UINT64("beat", PmTestdevState, beat, 200),
};

static void testdev_class_init(ObjectClass *klass, SMMU_PM_CLASS_DATA *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    SmmuPmMasterClass *mc = SMMU_PM_MASTER_CLASS(klass);

    dc->desc = "DMA engine for tests of power management";
    dc->vmsd = &vmstate_testdev;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    device_class_set_props(dc, testdev_properties);
    mc->size = SMMU_PM_TESTDEV_SIZE;
    mc->clock_mask = BIT(SMMU_PM_SUPPLY_IFACE) | BIT(SMMU_PM_SUPPLY_BUS);
    mc->make = testdev_make;
}

static const TypeInfo testdev_info = {
    .name = TYPE_PM_TESTDEV,
    .parent = TYPE_SMMU_PM_MASTER,
    .instance_size = sizeof(PmTestdevState),
    .class_init = testdev_class_init,
};

static void testdev_register_types(void)
{
    type_register_static(&testdev_info);
}

type_init(testdev_register_types)
