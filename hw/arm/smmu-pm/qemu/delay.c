/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/timer.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "hw/resettable.h"
#include "compat.h"
#include "delay.h"
#include "journal.h"
#include "saved.h"
#include "seam/delay.h"
#include "trace.h"

#define LINES_MAX 32

struct SmmuPmDelayState {
    SysBusDevice parent_obj;

    SmmuPmDelay *core;
    QEMUTimer *timer;
    SmmuPmSaved saved;
    qemu_irq out[LINES_MAX];

    SmmuPmJournalState *journal;
    uint32_t lines;
    uint64_t rise;
    uint64_t fall;
    uint64_t seed;
};

static void set_line(void *opaque, unsigned line, bool level)
{
    SmmuPmDelayState *s = opaque;

    trace_smmu_pm_delayed_irq(line, level);
    qemu_set_irq(s->out[line], level);
}

static void rearm(SmmuPmDelayState *s)
{
    uint64_t deadline = smmu_pm_delay_deadline(s->core);

    if (deadline == SMMU_PM_NEVER) {
        timer_del(s->timer);
    } else {
        timer_mod(s->timer, deadline);
    }
}

static void delay_input(void *opaque, int line, int level)
{
    SmmuPmDelayState *s = opaque;

    smmu_pm_delay_set(s->core, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL), line,
                      level);
    rearm(s);
}

static void delay_tick(void *opaque)
{
    SmmuPmDelayState *s = opaque;

    assert(bql_locked());
    smmu_pm_delay_advance(s->core, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL));
    rearm(s);
}

static void delay_realize(DeviceState *dev, Error **errp)
{
    SmmuPmDelayState *s = SMMU_PM_DELAY(dev);
    SmmuPmDelayHost host = { .opaque = s, .set_line = set_line };

    if (s->lines < 1 || s->lines > LINES_MAX) {
        error_setg(errp, "property 'lines' must be between 1 and %d",
                   LINES_MAX);
        return;
    }
    s->core = smmu_pm_delay_new(s->lines, s->rise, s->fall, s->seed, &host,
                                smmu_pm_journal_core(s->journal));
    s->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, delay_tick, s);
    qdev_init_gpio_in(dev, delay_input, s->lines);
    for (unsigned i = 0; i < s->lines; i++) {
        sysbus_init_irq(SYS_BUS_DEVICE(dev), &s->out[i]);
    }
}

static void delay_unrealize(DeviceState *dev)
{
    SmmuPmDelayState *s = SMMU_PM_DELAY(dev);

    timer_free(s->timer);
    smmu_pm_delay_free(s->core);
    smmu_pm_saved_free(&s->saved);
}

static void delay_reset_hold(Object *obj, ResetType type)
{
    SmmuPmDelayState *s = SMMU_PM_DELAY(obj);

    smmu_pm_delay_reset(s->core);
    rearm(s);
}

static int delay_pre_save(void *opaque)
{
    SmmuPmDelayState *s = opaque;

    smmu_pm_saved_fill(&s->saved, smmu_pm_delay_save, s->core);
    return 0;
}

static int delay_post_load(void *opaque, int version)
{
    SmmuPmDelayState *s = opaque;
    bool ok = smmu_pm_delay_load(s->core, s->saved.pairs, s->saved.count);

    smmu_pm_saved_free(&s->saved);
    if (!ok) {
        return -EINVAL;
    }
    rearm(s);
    return 0;
}

static const VMStateDescription vmstate_delay = {
    .name = TYPE_SMMU_PM_DELAY,
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_save = delay_pre_save,
    .post_load = delay_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_SMMU_PM_SAVED(saved, SmmuPmDelayState),
        VMSTATE_END_OF_LIST()
    }
};

static const Property delay_properties[] = {
    DEFINE_PROP_LINK("journal", SmmuPmDelayState, journal,
                     TYPE_SMMU_PM_JOURNAL, SmmuPmJournalState *),
    DEFINE_PROP_UINT32("lines", SmmuPmDelayState, lines, 1),
    DEFINE_PROP_UINT64("rise", SmmuPmDelayState, rise, 0),
    DEFINE_PROP_UINT64("fall", SmmuPmDelayState, fall, 0),
    DEFINE_PROP_UINT64("seed", SmmuPmDelayState, seed, 0),
};

static void delay_class_init(ObjectClass *klass, SMMU_PM_CLASS_DATA *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "delay element of interrupt lines";
    dc->realize = delay_realize;
    dc->unrealize = delay_unrealize;
    dc->vmsd = &vmstate_delay;
    dc->user_creatable = false;
    RESETTABLE_CLASS(klass)->phases.hold = delay_reset_hold;
    device_class_set_props(dc, delay_properties);
}

static const TypeInfo delay_info = {
    .name = TYPE_SMMU_PM_DELAY,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(SmmuPmDelayState),
    .class_init = delay_class_init,
};

static void delay_register_types(void)
{
    type_register_static(&delay_info);
}

type_init(delay_register_types)
