/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A window in the machine's physical address space onto memory as a master
 * with one StreamID sees it: whoever reads or writes there, a CPU, a debugger
 * or a test, is that master. What goes through it takes the way of QEMU's own
 * devices, through the IOMMU region: it can be translated and refused, and a
 * stall degrades to a refusal.
 *
 *     -device smmu-pm-window,smmu=/machine/island/smmu,stream=5,
 *             address=0x10000000000
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "qemu/units.h"
#include "hw/qdev-properties.h"
#include "compat.h"
#include "smmu.h"

#define TYPE_SMMU_PM_WINDOW "smmu-pm-window"
OBJECT_DECLARE_SIMPLE_TYPE(SmmuPmWindowState, SMMU_PM_WINDOW)

struct SmmuPmWindowState {
    DeviceState parent_obj;

    MemoryRegion window;
    ArmSmmuV2PmState *smmu;
    uint16_t stream;
    uint64_t address;
    uint64_t size;
};

static void window_realize(DeviceState *dev, Error **errp)
{
    SmmuPmWindowState *s = SMMU_PM_WINDOW(dev);

    if (!s->smmu || !qdev_is_realized(DEVICE(s->smmu))) {
        error_setg(errp, "property 'smmu' is not set to a realized SMMU");
        return;
    }
    if (!s->size || s->address + (s->size - 1) < s->address) {
        error_setg(errp, "'address' and 'size' do not make a window");
        return;
    }
    memory_region_init_alias(&s->window, OBJECT(dev), TYPE_SMMU_PM_WINDOW,
                             arm_smmu_v2_pm_upstream(s->smmu, s->stream), 0,
                             s->size);
    memory_region_add_subregion_overlap(get_system_memory(), s->address,
                                        &s->window, -1);
}

static void window_unrealize(DeviceState *dev)
{
    SmmuPmWindowState *s = SMMU_PM_WINDOW(dev);

    memory_region_del_subregion(get_system_memory(), &s->window);
}

static const Property window_properties[] = {
    DEFINE_PROP_LINK("smmu", SmmuPmWindowState, smmu, TYPE_ARM_SMMU_V2_PM,
                     ArmSmmuV2PmState *),
    DEFINE_PROP_UINT16("stream", SmmuPmWindowState, stream, 0),
    DEFINE_PROP_UINT64("address", SmmuPmWindowState, address, 0),
    DEFINE_PROP_UINT64("size", SmmuPmWindowState, size, 4 * GiB),
};

static void window_class_init(ObjectClass *klass, SMMU_PM_CLASS_DATA *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "window onto memory behind an arm-smmu-v2-pm";
    dc->realize = window_realize;
    dc->unrealize = window_unrealize;
    dc->hotpluggable = false;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    device_class_set_props(dc, window_properties);
}

static const TypeInfo window_info = {
    .name = TYPE_SMMU_PM_WINDOW,
    .parent = TYPE_DEVICE,
    .instance_size = sizeof(SmmuPmWindowState),
    .class_init = window_class_init,
};

static void window_register_types(void)
{
    type_register_static(&window_info);
}

type_init(window_register_types)
