/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/timer.h"
#include "hw/clock.h"
#include "hw/irq.h"
#include "hw/qdev-clock.h"
#include "hw/qdev-properties.h"
#include "hw/resettable.h"
#include "compat.h"
#include "controller.h"
#include "guest.h"
#include "journal.h"
#include "saved.h"
#include "trace.h"

/* A running clock's rate matters to nobody here: that it runs does. */
#define RUNNING_HZ 19200000

struct Msm8996ControllerClass {
    SysBusDeviceClass parent_class;
    SmmuPmControllerModel model;
};

struct Msm8996ControllerState {
    SysBusDevice parent_obj;

    MemoryRegion mmio;
    SmmuPmController *core;
    QEMUTimer *timer;
    SmmuPmSaved saved;
    const SmmuPmOutput *outputs;
    unsigned count;
    qemu_irq *lines;  /* one an output; those of clocks stay unused */
    Clock **clocks;   /* one an output; NULL where nobody asked for it */

    SmmuPmJournalState *journal;
    uint64_t seed;
    uint64_t gdsc_delay;
    uint64_t clock_delay;
    uint64_t pll_delay;
    uint8_t policy;
};

static void set_output(void *opaque, unsigned output, bool level)
{
    Msm8996ControllerState *s = opaque;

    trace_msm8996_controller_output(s->outputs[output].name, level);
    if (s->outputs[output].kind != SMMU_PM_OUTPUT_CLOCK) {
        qemu_set_irq(s->lines[output], level);
    } else if (s->clocks[output]) {
        clock_update_hz(s->clocks[output], level ? RUNNING_HZ : 0);
    }
}

static void rearm(Msm8996ControllerState *s)
{
    uint64_t deadline = smmu_pm_controller_deadline(s->core);

    if (deadline == SMMU_PM_NEVER) {
        timer_del(s->timer);
    } else {
        timer_mod(s->timer, deadline);
    }
}

static uint64_t now(void)
{
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

static void controller_tick(void *opaque)
{
    Msm8996ControllerState *s = opaque;

    assert(bql_locked());
    smmu_pm_controller_advance(s->core, now());
    rearm(s);
}

static MemTxResult answer(SmmuPmAnswer given, uint64_t *value)
{
    *value = given.value;
    if (given.status == SMMU_PM_HANG) {
        smmu_pm_hang();
    }
    return given.status == SMMU_PM_OK ? MEMTX_OK : MEMTX_ERROR;
}

static MemTxResult controller_read(void *opaque, hwaddr offset,
                                   uint64_t *value, unsigned size,
                                   MemTxAttrs attrs)
{
    Msm8996ControllerState *s = opaque;
    MemTxResult result;

    smmu_pm_guest_enter(attrs);
    result = answer(smmu_pm_controller_read(s->core, now(), offset), value);
    smmu_pm_guest_leave();
    trace_msm8996_controller_read(object_get_typename(opaque), offset, *value);
    rearm(s);
    return result;
}

static MemTxResult controller_write(void *opaque, hwaddr offset,
                                    uint64_t value, unsigned size,
                                    MemTxAttrs attrs)
{
    Msm8996ControllerState *s = opaque;
    MemTxResult result;
    uint64_t ignored;

    trace_msm8996_controller_write(object_get_typename(opaque), offset, value);
    smmu_pm_guest_enter(attrs);
    result = answer(smmu_pm_controller_write(s->core, now(), offset, value),
                    &ignored);
    smmu_pm_guest_leave();
    rearm(s);
    return result;
}

static const MemoryRegionOps controller_ops = {
    .read_with_attrs = controller_read,
    .write_with_attrs = controller_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid.min_access_size = 4,
    .valid.max_access_size = 4,
};

static void reset_input(void *opaque, int line, int level)
{
    Msm8996ControllerState *s = opaque;

    smmu_pm_controller_set_reset(s->core, now(), level);
    rearm(s);
}

static void controller_init(Object *obj)
{
    Msm8996ControllerState *s = MSM8996_CONTROLLER(obj);
    SmmuPmControllerModel model = MSM8996_CONTROLLER_GET_CLASS(s)->model;

    s->outputs = smmu_pm_controller_outputs(model, &s->count);
    s->lines = g_new0(qemu_irq, s->count);
    s->clocks = g_new0(Clock *, s->count);
    qdev_init_gpio_in_named(DEVICE(obj), reset_input, "reset", 1);
    for (unsigned i = 0; i < s->count; i++) {
        if (s->outputs[i].kind != SMMU_PM_OUTPUT_CLOCK) {
            qdev_init_gpio_out_named(DEVICE(obj), &s->lines[i],
                                     s->outputs[i].name, 1);
        }
    }
}

Clock *msm8996_controller_clock(DeviceState *dev, const char *name)
{
    Msm8996ControllerState *s = MSM8996_CONTROLLER(dev);

    for (unsigned i = 0; i < s->count; i++) {
        if (s->outputs[i].kind == SMMU_PM_OUTPUT_CLOCK &&
            g_str_equal(s->outputs[i].name, name)) {
            if (!s->clocks[i]) {
                s->clocks[i] = qdev_init_clock_out(dev, name);
            }
            return s->clocks[i];
        }
    }
    g_assert_not_reached();
}

const SmmuPmController *
msm8996_controller_core(Msm8996ControllerState *s,
                        const SmmuPmOutput **outputs, unsigned *count)
{
    *outputs = s->outputs;
    *count = s->count;
    return s->core;
}

static void controller_finalize(Object *obj)
{
    Msm8996ControllerState *s = MSM8996_CONTROLLER(obj);

    g_free(s->lines);
    g_free(s->clocks);
}

static void controller_realize(DeviceState *dev, Error **errp)
{
    Msm8996ControllerState *s = MSM8996_CONTROLLER(dev);
    SmmuPmControllerModel model = MSM8996_CONTROLLER_GET_CLASS(s)->model;
    SmmuPmControllerHost host = { .opaque = s, .set_output = set_output };
    SmmuPmControllerConfig config = {
        .model = model,
        .seed = s->seed,
        .gdsc_delay_ns = s->gdsc_delay,
        .clock_delay_ns = s->clock_delay,
        .pll_delay_ns = s->pll_delay,
        .policy = s->policy,
    };

    s->core = smmu_pm_controller_new(&config, &host,
                                     smmu_pm_journal_core(s->journal));
    s->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, controller_tick, s);
    memory_region_init_io(&s->mmio, OBJECT(s), &controller_ops, s,
                          object_get_typename(OBJECT(s)),
                          smmu_pm_controller_size(model));
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->mmio);
}

static void controller_unrealize(DeviceState *dev)
{
    Msm8996ControllerState *s = MSM8996_CONTROLLER(dev);

    timer_free(s->timer);
    smmu_pm_controller_free(s->core);
    s->core = NULL;
    smmu_pm_saved_free(&s->saved);
}

static void controller_reset_hold(Object *obj, ResetType type)
{
    Msm8996ControllerState *s = MSM8996_CONTROLLER(obj);

    smmu_pm_controller_reset(s->core);
    rearm(s);
}

static int controller_pre_save(void *opaque)
{
    Msm8996ControllerState *s = opaque;

    smmu_pm_saved_fill(&s->saved, smmu_pm_controller_save, s->core);
    return 0;
}

static int controller_post_load(void *opaque, int version)
{
    Msm8996ControllerState *s = opaque;
    bool ok = smmu_pm_controller_load(s->core, s->saved.pairs, s->saved.count);

    smmu_pm_saved_free(&s->saved);
    if (!ok) {
        return -EINVAL;
    }
    /*
     * A Clock passes on a change only, so it has to hold what it held. The
     * consumers restore the levels of their inputs from their own state.
     */
    for (unsigned i = 0; i < s->count; i++) {
        if (s->clocks[i]) {
            clock_set_hz(s->clocks[i],
                         smmu_pm_controller_output(s->core, i) ? RUNNING_HZ
                                                               : 0);
        }
    }
    rearm(s);
    return 0;
}

static const VMStateDescription vmstate_controller = {
    .name = TYPE_MSM8996_CONTROLLER,
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_save = controller_pre_save,
    .post_load = controller_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_SMMU_PM_SAVED(saved, Msm8996ControllerState),
        VMSTATE_END_OF_LIST()
    }
};

static const Property controller_properties[] = {
    DEFINE_PROP_LINK("journal", Msm8996ControllerState, journal,
                     TYPE_SMMU_PM_JOURNAL, SmmuPmJournalState *),
    DEFINE_PROP_UINT64("seed", Msm8996ControllerState, seed, 0),
    DEFINE_PROP_UINT64("gdsc-delay", Msm8996ControllerState, gdsc_delay,
                       20 * SCALE_US),
    DEFINE_PROP_UINT64("clock-delay", Msm8996ControllerState, clock_delay,
                       1 * SCALE_US),
    DEFINE_PROP_UINT64("pll-delay", Msm8996ControllerState, pll_delay,
                       10 * SCALE_US),
    DEFINE_PROP_UINT8("policy", Msm8996ControllerState, policy, 0),
};

static void controller_class_init(ObjectClass *klass, SMMU_PM_CLASS_DATA *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = controller_realize;
    dc->unrealize = controller_unrealize;
    dc->vmsd = &vmstate_controller;
    dc->user_creatable = false;
    RESETTABLE_CLASS(klass)->phases.hold = controller_reset_hold;
    device_class_set_props(dc, controller_properties);
    msm8996_controller_add_views(klass);
}

static void gcc_class_init(ObjectClass *klass, SMMU_PM_CLASS_DATA *data)
{
    DEVICE_CLASS(klass)->desc = "MSM8996 global clock controller";
    MSM8996_CONTROLLER_CLASS(klass)->model = SMMU_PM_MSM8996_GCC;
}

static void mmcc_class_init(ObjectClass *klass, SMMU_PM_CLASS_DATA *data)
{
    DEVICE_CLASS(klass)->desc = "MSM8996 multimedia clock controller";
    MSM8996_CONTROLLER_CLASS(klass)->model = SMMU_PM_MSM8996_MMCC;
}

static const TypeInfo controller_infos[] = {
    {
        .name = TYPE_MSM8996_CONTROLLER,
        .parent = TYPE_SYS_BUS_DEVICE,
        .abstract = true,
        .instance_size = sizeof(Msm8996ControllerState),
        .instance_init = controller_init,
        .instance_finalize = controller_finalize,
        .class_size = sizeof(Msm8996ControllerClass),
        .class_init = controller_class_init,
    },
    {
        .name = TYPE_MSM8996_GCC,
        .parent = TYPE_MSM8996_CONTROLLER,
        .class_init = gcc_class_init,
    },
    {
        .name = TYPE_MSM8996_MMCC,
        .parent = TYPE_MSM8996_CONTROLLER,
        .class_init = mmcc_class_init,
    },
};

DEFINE_TYPES(controller_infos)
