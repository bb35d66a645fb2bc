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
#include "guest.h"
#include "inspect.h"
#include "master.h"
#include "trace.h"

static uint64_t now(void)
{
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

static const char *name_of(SmmuPmMasterState *s)
{
    return object_get_typename(OBJECT(s));
}

static SmmuPmStatus dma(SmmuPmMasterState *s, uint64_t iova, void *buffer,
                        size_t length, bool write)
{
    SmmuPmTransaction transaction = {
        .iova = iova,
        .stream = s->stream,
        .write = write,
        .can_stall = true,
    };
    SmmuPmStatus status = arm_smmu_v2_pm_dma(s->smmu, &transaction, buffer,
                                             length, &s->token);

    trace_smmu_pm_master_dma(name_of(s), iova, length, write, status);
    return status;
}

static SmmuPmStatus dma_read(void *opaque, uint64_t iova, void *buffer,
                             size_t length)
{
    return dma(opaque, iova, buffer, length, false);
}

static SmmuPmStatus dma_write(void *opaque, uint64_t iova, const void *buffer,
                              size_t length)
{
    return dma(opaque, iova, (void *)buffer, length, true);
}

static void set_irq(void *opaque, bool level)
{
    SmmuPmMasterState *s = opaque;

    trace_smmu_pm_master_irq(name_of(s), level);
    qemu_set_irq(s->irq, level);
}

static void pm_fault(void *opaque)
{
    SmmuPmMasterState *s = opaque;

    trace_smmu_pm_master_unreachable(name_of(s));
    qemu_irq_pulse(s->pm_fault);
}

static void rearm(SmmuPmMasterState *s)
{
    uint64_t deadline = smmu_pm_master_deadline(s->core);

    if (deadline == SMMU_PM_NEVER) {
        timer_del(s->timer);
    } else {
        timer_mod(s->timer, deadline);
    }
}

static void master_tick(void *opaque)
{
    SmmuPmMasterState *s = opaque;

    assert(bql_locked());
    smmu_pm_master_advance(s->core, now());
    rearm(s);
}

/*
 * The SMMU tells of every release. A master that was reset while it waited no
 * longer does, and the core knows; what it waits for next has another token.
 */
static void released(void *opaque, uint32_t token, SmmuPmReleased how)
{
    SmmuPmMasterState *s = opaque;

    if (token != s->token) {
        return;
    }
    trace_smmu_pm_master_released(name_of(s), token, how);
    smmu_pm_master_released(s->core, now(), how);
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

static MemTxResult master_read(void *opaque, hwaddr offset, uint64_t *value,
                               unsigned size, MemTxAttrs attrs)
{
    SmmuPmMasterState *s = opaque;
    MemTxResult result;

    smmu_pm_guest_enter(attrs);
    result = answer(smmu_pm_master_read(s->core, now(), offset, size), value);
    smmu_pm_guest_leave();
    trace_smmu_pm_master_read(name_of(s), offset, size, *value);
    rearm(s);
    return result;
}

static MemTxResult master_write(void *opaque, hwaddr offset, uint64_t value,
                                unsigned size, MemTxAttrs attrs)
{
    SmmuPmMasterState *s = opaque;
    MemTxResult result;
    uint64_t ignored;

    trace_smmu_pm_master_write(name_of(s), offset, size, value);
    smmu_pm_guest_enter(attrs);
    result = answer(smmu_pm_master_write(s->core, now(), offset, size, value),
                    &ignored);
    smmu_pm_guest_leave();
    rearm(s);
    return result;
}

static const MemoryRegionOps master_ops = {
    .read_with_attrs = master_read,
    .write_with_attrs = master_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid.min_access_size = 4,
    .valid.max_access_size = 8,
    .impl.min_access_size = 4,
    .impl.max_access_size = 8,
};

static void set_supply(SmmuPmMasterState *s, SmmuPmSupply supply, bool level)
{
    trace_smmu_pm_master_supply(name_of(s), smmu_pm_supply_name(supply), level);
    smmu_pm_master_set_supply(s->core, now(), supply, level);
    rearm(s);
}

static void domain_input(void *opaque, int line, int level)
{
    set_supply(opaque, SMMU_PM_SUPPLY_DOMAIN, level);
}

static void reset_input(void *opaque, int line, int level)
{
    set_supply(opaque, SMMU_PM_SUPPLY_RESET, level);
}

static void vote_input(void *opaque, int line, int level)
{
    set_supply(opaque, SMMU_PM_SUPPLY_VOTE, level);
}

static void clocks_update(void *opaque, ClockEvent event)
{
    SmmuPmMasterState *s = opaque;

    if (!s->core) {
        return;
    }
    /* The core takes no notice of a supply that stays as it is. */
    for (unsigned i = 0; i < SMMU_PM_SUPPLY_COUNT; i++) {
        if (s->clocks[i]) {
            set_supply(s, i, clock_is_enabled(s->clocks[i]));
        }
    }
}

static void master_init(Object *obj)
{
    SmmuPmMasterState *s = SMMU_PM_MASTER(obj);
    SmmuPmMasterClass *k = SMMU_PM_MASTER_GET_CLASS(obj);
    DeviceState *dev = DEVICE(obj);

    for (unsigned i = 0; i < SMMU_PM_SUPPLY_COUNT; i++) {
        if (k->clock_mask & BIT(i)) {
            s->clocks[i] = qdev_init_clock_in(dev, smmu_pm_supply_name(i),
                                              clocks_update, s, ClockUpdate);
        }
    }
    qdev_init_gpio_in_named(dev, domain_input, "domain", 1);
    qdev_init_gpio_in_named(dev, reset_input, "reset", 1);
    qdev_init_gpio_in_named(dev, vote_input, "vote", 1);
    qdev_init_gpio_out_named(dev, &s->pm_fault, "pm-fault", 1);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq);
}

static void master_realize(DeviceState *dev, Error **errp)
{
    SmmuPmMasterState *s = SMMU_PM_MASTER(dev);
    SmmuPmMasterClass *k = SMMU_PM_MASTER_GET_CLASS(dev);
    SmmuPmMasterHost host = {
        .opaque = s,
        .dma_read = dma_read,
        .dma_write = dma_write,
        .set_irq = set_irq,
        .pm_fault = pm_fault,
    };

    if (!s->smmu) {
        error_setg(errp, "property 'smmu' is not set");
        return;
    }
    s->core = k->make(s, &host, errp);
    if (!s->core) {
        return;
    }
    arm_smmu_v2_pm_add_master(s->smmu, released, s);
    s->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, master_tick, s);
    memory_region_init_io(&s->mmio, OBJECT(s), &master_ops, s, name_of(s),
                          k->size);
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->mmio);
    set_supply(s, SMMU_PM_SUPPLY_RESET, true);
    set_supply(s, SMMU_PM_SUPPLY_VOTE, !s->vote_withheld);
    clocks_update(s, ClockUpdate);
}

static void master_unrealize(DeviceState *dev)
{
    SmmuPmMasterState *s = SMMU_PM_MASTER(dev);

    timer_free(s->timer);
    smmu_pm_master_free(s->core);
    s->core = NULL;
    smmu_pm_saved_free(&s->saved);
}

/* A master stops in the first phase, before its SMMU forgets everything. */
static void master_reset_enter(Object *obj, ResetType type)
{
    SmmuPmMasterState *s = SMMU_PM_MASTER(obj);

    smmu_pm_master_reset(s->core);
    rearm(s);
}

static int master_pre_save(void *opaque)
{
    SmmuPmMasterState *s = opaque;

    smmu_pm_saved_fill(&s->saved, smmu_pm_master_save, s->core);
    return 0;
}

static int master_post_load(void *opaque, int version)
{
    SmmuPmMasterState *s = opaque;
    bool ok = smmu_pm_master_load(s->core, s->saved.pairs, s->saved.count);

    smmu_pm_saved_free(&s->saved);
    if (!ok) {
        return -EINVAL;
    }
    rearm(s);
    return 0;
}

const VMStateDescription vmstate_smmu_pm_master = {
    .name = TYPE_SMMU_PM_MASTER,
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_save = master_pre_save,
    .post_load = master_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(token, SmmuPmMasterState),
        VMSTATE_SMMU_PM_SAVED(saved, SmmuPmMasterState),
        VMSTATE_END_OF_LIST()
    }
};

static SmmuPmWires wires_of(Object *obj)
{
    const SmmuPmMaster *core = SMMU_PM_MASTER(obj)->core;

    return core ? smmu_pm_master_wires(core) : (SmmuPmWires) { 0 };
}

static bool get_vote(Object *obj, Error **errp)
{
    SmmuPmMasterState *s = SMMU_PM_MASTER(obj);

    /* Before there is a core: what it will be. */
    return s->core ? !(wires_of(obj).missing_register &
                       BIT(SMMU_PM_SUPPLY_VOTE))
                   : !s->vote_withheld;
}

static void set_vote(Object *obj, bool value, Error **errp)
{
    SmmuPmMasterState *s = SMMU_PM_MASTER(obj);

    if (s->core) {
        set_supply(s, SMMU_PM_SUPPLY_VOTE, value);
    } else {
        s->vote_withheld = !value;
    }
}

static void get_supplies(Object *obj, Visitor *v, const char *name,
                         void *opaque, Error **errp)
{
    smmu_pm_visit_supplies(v, name, wires_of(obj).present, errp);
}

static bool visit_missing(Visitor *v, const void *row, Error **errp)
{
    const SmmuPmWires *wires = row;

    return smmu_pm_visit_supplies(v, "register", wires->missing_register,
                                  errp) &&
           smmu_pm_visit_supplies(v, "dma", wires->missing_dma, errp);
}

static void get_missing(Object *obj, Visitor *v, const char *name,
                        void *opaque, Error **errp)
{
    SmmuPmWires wires = wires_of(obj);

    smmu_pm_visit_struct(v, name, visit_missing, &wires, errp);
}

static void get_counters(Object *obj, Visitor *v, const char *name,
                         void *opaque, Error **errp)
{
    const SmmuPmMaster *core = SMMU_PM_MASTER(obj)->core;
    SmmuPmCounter counters[SMMU_PM_COUNTERS_MAX];
    int count = core ? smmu_pm_master_counters(core, counters,
                                               SMMU_PM_COUNTERS_MAX) : 0;

    smmu_pm_visit_counters(v, name, counters, count, errp);
}

static const Property master_properties[] = {
    DEFINE_PROP_LINK("journal", SmmuPmMasterState, journal,
                     TYPE_SMMU_PM_JOURNAL, SmmuPmJournalState *),
    DEFINE_PROP_LINK("smmu", SmmuPmMasterState, smmu, TYPE_ARM_SMMU_V2_PM,
                     ArmSmmuV2PmState *),
    DEFINE_PROP_UINT16("stream", SmmuPmMasterState, stream, 0),
    DEFINE_PROP_UINT8("policy", SmmuPmMasterState, policy, 0),
    DEFINE_PROP_UINT64("seed", SmmuPmMasterState, seed, 0),
};

static void master_class_init(ObjectClass *klass, SMMU_PM_CLASS_DATA *data)
{
    static const SmmuPmView views[] = {
        { "supplies", "list", get_supplies,
          "Names of the wires that are present" },
        { "missing", "struct", get_missing,
          "Names of the wires that a register access and DMA would miss" },
        { "counters", "struct", get_counters, "What has happened so far" },
    };
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = master_realize;
    dc->unrealize = master_unrealize;
    dc->user_creatable = false;
    RESETTABLE_CLASS(klass)->phases.enter = master_reset_enter;
    device_class_set_props(dc, master_properties);
    smmu_pm_add_views(klass, views, ARRAY_SIZE(views));
    object_class_property_add_bool(klass, "vote", get_vote, set_vote);
    object_class_property_set_description(klass, "vote",
        "Whether a path to the registers is voted for; may change at any time");
}

static const TypeInfo master_info = {
    .name = TYPE_SMMU_PM_MASTER,
    .parent = TYPE_SYS_BUS_DEVICE,
    .abstract = true,
    .instance_size = sizeof(SmmuPmMasterState),
    .instance_init = master_init,
    .class_size = sizeof(SmmuPmMasterClass),
    .class_init = master_class_init,
};

static void master_register_types(void)
{
    type_register_static(&master_info);
}

type_init(master_register_types)
