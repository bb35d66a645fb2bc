/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mark page, and the end of the run's virtual time. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "qemu/timer.h"
#include "hw/qdev-properties.h"
#include "hw/resettable.h"
#include "hw/sysbus.h"
#include "compat.h"
#include "guest.h"
#include "journal.h"
#include "mark.h"
#include "saved.h"
#include "seam/mark.h"
#include "trace.h"

struct SmmuPmMarkState {
    SysBusDevice parent_obj;

    MemoryRegion mmio;
    SmmuPmMark *core;
    QEMUTimer *timer;
    SmmuPmSaved saved;

    SmmuPmJournalState *journal;
    uint64_t seed;
    uint32_t timeout_ms;
};

static MemTxResult mark_read(void *opaque, hwaddr offset, uint64_t *value,
                             unsigned size, MemTxAttrs attrs)
{
    SmmuPmMarkState *s = opaque;

    *value = smmu_pm_mark_read(s->core, offset, size).value;
    return MEMTX_OK;
}

static MemTxResult mark_write(void *opaque, hwaddr offset, uint64_t value,
                              unsigned size, MemTxAttrs attrs)
{
    SmmuPmMarkState *s = opaque;

    trace_smmu_pm_mark(offset, size, value);
    smmu_pm_guest_enter(attrs);
    smmu_pm_mark_write(s->core, offset, size, value);
    smmu_pm_guest_leave();
    return MEMTX_OK;
}

static const MemoryRegionOps mark_ops = {
    .read_with_attrs = mark_read,
    .write_with_attrs = mark_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid.min_access_size = 4,
    .valid.max_access_size = 8,
    .impl.min_access_size = 4,
    .impl.max_access_size = 8,
};

static void mark_timeout(void *opaque)
{
    SmmuPmMarkState *s = opaque;

    smmu_pm_journal_timeout(smmu_pm_journal_core(s->journal),
                            (uint64_t)s->timeout_ms * SCALE_MS);
    smmu_pm_end_run();
}

static void mark_realize(DeviceState *dev, Error **errp)
{
    SmmuPmMarkState *s = SMMU_PM_MARK(dev);

    if (!s->journal) {
        error_setg(errp, "property 'journal' is not set");
        return;
    }
    s->core = smmu_pm_mark_new(smmu_pm_journal_core(s->journal), s->seed);
    memory_region_init_io(&s->mmio, OBJECT(s), &mark_ops, s, TYPE_SMMU_PM_MARK,
                          SMMU_PM_MARK_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->mmio);
    if (s->timeout_ms) {
        s->timer = timer_new_ms(QEMU_CLOCK_VIRTUAL, mark_timeout, s);
        timer_mod(s->timer, s->timeout_ms);
    }
}

static void mark_unrealize(DeviceState *dev)
{
    SmmuPmMarkState *s = SMMU_PM_MARK(dev);

    if (s->timer) {
        timer_free(s->timer);
        s->timer = NULL;
    }
    smmu_pm_mark_free(s->core);
    smmu_pm_saved_free(&s->saved);
}

static void mark_reset_hold(Object *obj, ResetType type)
{
    smmu_pm_mark_reset(SMMU_PM_MARK(obj)->core);
}

static int mark_pre_save(void *opaque)
{
    SmmuPmMarkState *s = opaque;

    smmu_pm_saved_fill(&s->saved, smmu_pm_mark_save, s->core);
    return 0;
}

static int mark_post_load(void *opaque, int version)
{
    SmmuPmMarkState *s = opaque;
    bool ok = smmu_pm_mark_load(s->core, s->saved.pairs, s->saved.count);

    smmu_pm_saved_free(&s->saved);
    return ok ? 0 : -EINVAL;
}

static const VMStateDescription vmstate_mark = {
    .name = TYPE_SMMU_PM_MARK,
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_save = mark_pre_save,
    .post_load = mark_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_SMMU_PM_SAVED(saved, SmmuPmMarkState),
        VMSTATE_END_OF_LIST()
    }
};

static const Property mark_properties[] = {
    DEFINE_PROP_LINK("journal", SmmuPmMarkState, journal,
                     TYPE_SMMU_PM_JOURNAL, SmmuPmJournalState *),
    DEFINE_PROP_UINT64("seed", SmmuPmMarkState, seed, 0),
    DEFINE_PROP_UINT32("timeout-ms", SmmuPmMarkState, timeout_ms, 0),
};

static void mark_class_init(ObjectClass *klass, SMMU_PM_CLASS_DATA *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "smmu-pm mark page";
    dc->realize = mark_realize;
    dc->unrealize = mark_unrealize;
    dc->vmsd = &vmstate_mark;
    dc->user_creatable = false;
    RESETTABLE_CLASS(klass)->phases.hold = mark_reset_hold;
    device_class_set_props(dc, mark_properties);
}

static const TypeInfo mark_info = {
    .name = TYPE_SMMU_PM_MARK,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(SmmuPmMarkState),
    .class_init = mark_class_init,
};

static void mark_register_types(void)
{
    type_register_static(&mark_info);
}

type_init(mark_register_types)
