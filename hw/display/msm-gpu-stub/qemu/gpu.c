/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "qemu/timer.h"
#include "hw/clock.h"
#include "hw/qdev-clock.h"
#include "hw/qdev-properties.h"
#include "hw/arm/smmu-pm/qemu/compat.h"
#include "gpu.h"
#include "seam.h"

struct MsmGpuStubState {
    SmmuPmMasterState parent_obj;

    uint16_t chip;
    uint64_t slice;
};

static SmmuPmMaster *gpu_make(SmmuPmMasterState *master,
                              const SmmuPmMasterHost *host, Error **errp)
{
    MsmGpuStubState *s = MSM_GPU_STUB(master);
    MsmGpuConfig config = {
        .policy = master->policy,
        .slice_ns = s->slice,
        .seed = master->seed,
        .chip = s->chip,
    };

    if (s->chip != MSM_GPU_A510 && s->chip != MSM_GPU_A530) {
        error_setg(errp, "property 'chip' is neither %d nor %d", MSM_GPU_A510,
                   MSM_GPU_A530);
        return NULL;
    }
    return msm_gpu_new(&config, host, smmu_pm_journal_core(master->journal));
}

static const VMStateDescription vmstate_gpu = {
    .name = TYPE_MSM_GPU_STUB,
    .version_id = 3,
    .minimum_version_id = 3,
    .fields = (const VMStateField[]) {
        VMSTATE_SMMU_PM_MASTER_CLOCK(SMMU_PM_SUPPLY_CORE, MsmGpuStubState),
        VMSTATE_SMMU_PM_MASTER_CLOCK(SMMU_PM_SUPPLY_IFACE, MsmGpuStubState),
        VMSTATE_SMMU_PM_MASTER_CLOCK(SMMU_PM_SUPPLY_RBBMTIMER,
                                     MsmGpuStubState),
        VMSTATE_SMMU_PM_MASTER_CLOCK(SMMU_PM_SUPPLY_MEM, MsmGpuStubState),
        VMSTATE_SMMU_PM_MASTER_CLOCK(SMMU_PM_SUPPLY_MEM_IFACE,
                                     MsmGpuStubState),
        VMSTATE_SMMU_PM_MASTER(MsmGpuStubState),
        VMSTATE_END_OF_LIST()
    }
};

static const Property gpu_properties[] = {
    DEFINE_PROP_UINT16("chip", MsmGpuStubState, chip, MSM_GPU_A510),
    DEFINE_PROP_UINT64("slice", MsmGpuStubState, slice, 2 * SCALE_US),
};

static void gpu_class_init(ObjectClass *klass, SMMU_PM_CLASS_DATA *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    SmmuPmMasterClass *mc = SMMU_PM_MASTER_CLASS(klass);

    dc->desc = "Adreno A510 or A530 stub";
    dc->vmsd = &vmstate_gpu;
    device_class_set_props(dc, gpu_properties);
    msm_gpu_stub_add_views(klass);
    mc->size = MSM_GPU_SIZE;
    mc->clock_mask = BIT(SMMU_PM_SUPPLY_CORE) | BIT(SMMU_PM_SUPPLY_IFACE) |
                     BIT(SMMU_PM_SUPPLY_RBBMTIMER) | BIT(SMMU_PM_SUPPLY_MEM) |
                     BIT(SMMU_PM_SUPPLY_MEM_IFACE);
    mc->make = gpu_make;
}

static const TypeInfo gpu_info = {
    .name = TYPE_MSM_GPU_STUB,
    .parent = TYPE_SMMU_PM_MASTER,
    .instance_size = sizeof(MsmGpuStubState),
    .class_init = gpu_class_init,
};

static void gpu_register_types(void)
{
    type_register_static(&gpu_info);
}

type_init(gpu_register_types)
