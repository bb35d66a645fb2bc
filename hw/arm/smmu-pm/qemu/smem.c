/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/module.h"
#include "compat.h"
#include "msm8996_map.h"
#include "smem.h"

/* Of the header: struct smem_header of Linux's drivers/soc/qcom/smem.c. */
#define SMEM_VERSION(n)   (0x40 + 4 * (n)) /* one for each processor */
#define SMEM_INITIALIZED  0xc0
#define SMEM_FREE_OFFSET  0xc4
#define SMEM_AVAILABLE    0xc8

#define SMEM_VERSION_BOOT 7           /* the boot loader's */
#define SMEM_HEAP         (11 << 16)  /* one heap, which all share */
#define SMEM_FIRST_FREE   0x20d0      /* behind the table of 512 items */

struct Msm8996SharedState {
    SysBusDevice parent_obj;

    MemoryRegion memory;
    MemoryRegion mutexes;
};

static void smem_realize(DeviceState *dev, Error **errp)
{
    Msm8996SharedState *s = MSM8996_SHARED(dev);

    if (!memory_region_init_ram(&s->memory, OBJECT(s), "msm8996-smem",
                                MSM8996_SMEM_SIZE, errp) ||
        !memory_region_init_ram(&s->mutexes, OBJECT(s), "msm8996-mutexes",
                                MSM8996_MUTEX_SIZE, errp)) {
        return;
    }
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->memory);
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->mutexes);
}

static void smem_reset_hold(Object *obj, ResetType type)
{
    Msm8996SharedState *s = MSM8996_SHARED(obj);
    uint8_t *header = memory_region_get_ram_ptr(&s->memory);

    memset(header, 0, MSM8996_SMEM_SIZE);
    stl_le_p(header + SMEM_VERSION(SMEM_VERSION_BOOT), SMEM_HEAP);
    stl_le_p(header + SMEM_INITIALIZED, 1);
    stl_le_p(header + SMEM_FREE_OFFSET, SMEM_FIRST_FREE);
    stl_le_p(header + SMEM_AVAILABLE, MSM8996_SMEM_SIZE - SMEM_FIRST_FREE);
    memory_region_set_dirty(&s->memory, 0, MSM8996_SMEM_SIZE);
    memset(memory_region_get_ram_ptr(&s->mutexes), 0, MSM8996_MUTEX_SIZE);
    memory_region_set_dirty(&s->mutexes, 0, MSM8996_MUTEX_SIZE);
}

static void smem_class_init(ObjectClass *klass, SMMU_PM_CLASS_DATA *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "MSM8996 shared memory and its mutexes";
    dc->realize = smem_realize;
    dc->user_creatable = false;
    RESETTABLE_CLASS(klass)->phases.hold = smem_reset_hold;
}

static const TypeInfo smem_info = {
    .name = TYPE_MSM8996_SHARED,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(Msm8996SharedState),
    .class_init = smem_class_init,
};

static void smem_register_types(void)
{
    type_register_static(&smem_info);
}

type_init(smem_register_types)
