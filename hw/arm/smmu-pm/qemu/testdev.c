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
#include "journal.h"
#include "saved.h"
#include "seam/testdev.h"
#include "smmu.h"
#include "testdev.h"
#include "trace.h"

struct PmTestdevState {
    SysBusDevice parent_obj;

    MemoryRegion mmio;
    SmmuPmTestdev *core;
    QEMUTimer *timer;
    SmmuPmSaved saved;
    uint32_t token; /* of the latest transaction that was held */
    qemu_irq irq;
    qemu_irq pm_fault;
    Clock *iface;
    Clock *bus;

    SmmuPmJournalState *journal;
    ArmSmmuV2PmState *smmu;
    uint16_t stream;
    uint8_t policy;
    uint64_t beat;
    uint64_t seed;
};

static uint64_t now(void)
{
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

static SmmuPmStatus dma(PmTestdevState *s, uint64_t iova, void *buffer,
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

    trace_pm_testdev_dma(iova, length, write, status);
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
    PmTestdevState *s = opaque;

    trace_pm_testdev_irq(level);
    qemu_set_irq(s->irq, level);
}

static void pm_fault(void *opaque)
{
    PmTestdevState *s = opaque;

    trace_pm_testdev_unreachable();
    qemu_irq_pulse(s->pm_fault);
}

static void rearm(PmTestdevState *s)
{
    uint64_t deadline = smmu_pm_testdev_deadline(s->core);

    if (deadline == SMMU_PM_NEVER) {
        timer_del(s->timer);
    } else {
        timer_mod(s->timer, deadline);
    }
}

static void testdev_tick(void *opaque)
{
    PmTestdevState *s = opaque;

    assert(bql_locked());
    smmu_pm_testdev_advance(s->core, now());
    rearm(s);
}

/* The SMMU tells of every release: a reset may have come before this one. */
static void released(void *opaque, uint32_t token, SmmuPmReleased how)
{
    PmTestdevState *s = opaque;

    if (token != s->token) {
        return;
    }
    smmu_pm_testdev_released(s->core, now(), how);
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

static MemTxResult testdev_read(void *opaque, hwaddr offset, uint64_t *value,
                                unsigned size, MemTxAttrs attrs)
{
    PmTestdevState *s = opaque;
    MemTxResult result;

    smmu_pm_guest_enter(attrs);
    result = answer(smmu_pm_testdev_read(s->core, now(), offset, size), value);
    smmu_pm_guest_leave();
    trace_pm_testdev_read(offset, size, *value);
    rearm(s);
    return result;
}

static MemTxResult testdev_write(void *opaque, hwaddr offset, uint64_t value,
                                 unsigned size, MemTxAttrs attrs)
{
    PmTestdevState *s = opaque;
    MemTxResult result;
    uint64_t ignored;

    trace_pm_testdev_write(offset, size, value);
    smmu_pm_guest_enter(attrs);
    result = answer(smmu_pm_testdev_write(s->core, now(), offset, size, value),
                    &ignored);
    smmu_pm_guest_leave();
    rearm(s);
    return result;
}

static const MemoryRegionOps testdev_ops = {
    .read_with_attrs = testdev_read,
    .write_with_attrs = testdev_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid.min_access_size = 4,
    .valid.max_access_size = 8,
    .impl.min_access_size = 4,
    .impl.max_access_size = 8,
};

static void set_supply(PmTestdevState *s, SmmuPmSupply supply, bool level)
{
    trace_pm_testdev_supply(smmu_pm_supply_name(supply), level);
    smmu_pm_testdev_set_supply(s->core, now(), supply, level);
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
    PmTestdevState *s = opaque;

    if (!s->core) {
        return;
    }
    /* The core takes no notice of a supply that stays as it is. */
    set_supply(s, SMMU_PM_SUPPLY_IFACE, clock_is_enabled(s->iface));
    set_supply(s, SMMU_PM_SUPPLY_BUS, clock_is_enabled(s->bus));
}

static void testdev_init(Object *obj)
{
    PmTestdevState *s = PM_TESTDEV(obj);
    DeviceState *dev = DEVICE(obj);

    s->iface = qdev_init_clock_in(dev, "iface", clocks_update, s, ClockUpdate);
    s->bus = qdev_init_clock_in(dev, "bus", clocks_update, s, ClockUpdate);
    qdev_init_gpio_in_named(dev, domain_input, "domain", 1);
    qdev_init_gpio_in_named(dev, reset_input, "reset", 1);
    qdev_init_gpio_in_named(dev, vote_input, "vote", 1);
    qdev_init_gpio_out_named(dev, &s->pm_fault, "pm-fault", 1);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq);
}

static void testdev_realize(DeviceState *dev, Error **errp)
{
    PmTestdevState *s = PM_TESTDEV(dev);
    SmmuPmTestdevHost host = {
        .opaque = s,
        .dma_read = dma_read,
        .dma_write = dma_write,
        .set_irq = set_irq,
        .pm_fault = pm_fault,
    };
    SmmuPmTestdevConfig config = {
        .policy = s->policy,
        .beat_ns = s->beat,
        .seed = s->seed,
    };

    if (!s->smmu) {
        error_setg(errp, "property 'smmu' is not set");
        return;
    }
    arm_smmu_v2_pm_add_master(s->smmu, released, s);
    s->core = smmu_pm_testdev_new(&config, &host,
                                  smmu_pm_journal_core(s->journal));
    s->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, testdev_tick, s);
    memory_region_init_io(&s->mmio, OBJECT(s), &testdev_ops, s, TYPE_PM_TESTDEV,
                          SMMU_PM_TESTDEV_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->mmio);
    set_supply(s, SMMU_PM_SUPPLY_RESET, true);
    set_supply(s, SMMU_PM_SUPPLY_VOTE, true);
    clocks_update(s, ClockUpdate);
}

static void testdev_unrealize(DeviceState *dev)
{
    PmTestdevState *s = PM_TESTDEV(dev);

    timer_free(s->timer);
    smmu_pm_testdev_free(s->core);
    s->core = NULL;
    smmu_pm_saved_free(&s->saved);
}

/* A master stops in the first phase, before its SMMU forgets everything. */
static void testdev_reset_enter(Object *obj, ResetType type)
{
    PmTestdevState *s = PM_TESTDEV(obj);

    smmu_pm_testdev_reset(s->core);
    rearm(s);
}

static int testdev_pre_save(void *opaque)
{
    PmTestdevState *s = opaque;

    smmu_pm_saved_fill(&s->saved, smmu_pm_testdev_save, s->core);
    return 0;
}

static int testdev_post_load(void *opaque, int version)
{
    PmTestdevState *s = opaque;
    bool ok = smmu_pm_testdev_load(s->core, s->saved.pairs, s->saved.count);

    smmu_pm_saved_free(&s->saved);
    if (!ok) {
        return -EINVAL;
    }
    rearm(s);
    return 0;
}

static SmmuPmWires wires_of(Object *obj)
{
    const SmmuPmTestdev *core = PM_TESTDEV(obj)->core;

    return core ? smmu_pm_testdev_wires(core) : (SmmuPmWires) { 0 };
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
    const SmmuPmTestdev *core = PM_TESTDEV(obj)->core;
    SmmuPmCounter counters[SMMU_PM_COUNTERS_MAX];
    int count = core ? smmu_pm_testdev_counters(core, counters,
                                                SMMU_PM_COUNTERS_MAX) : 0;

    smmu_pm_visit_counters(v, name, counters, count, errp);
}

static const VMStateDescription vmstate_testdev = {
    .name = TYPE_PM_TESTDEV,
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_save = testdev_pre_save,
    .post_load = testdev_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_CLOCK(iface, PmTestdevState),
        VMSTATE_CLOCK(bus, PmTestdevState),
        VMSTATE_UINT32(token, PmTestdevState),
        VMSTATE_SMMU_PM_SAVED(saved, PmTestdevState),
        VMSTATE_END_OF_LIST()
    }
};

static const Property testdev_properties[] = {
    DEFINE_PROP_LINK("journal", PmTestdevState, journal, TYPE_SMMU_PM_JOURNAL,
                     SmmuPmJournalState *),
    DEFINE_PROP_LINK("smmu", PmTestdevState, smmu, TYPE_ARM_SMMU_V2_PM,
                     ArmSmmuV2PmState *),
    DEFINE_PROP_UINT16("stream", PmTestdevState, stream, 0),
    DEFINE_PROP_UINT8("policy", PmTestdevState, policy, 0),
    DEFINE_PROP_UINT64("beat", PmTestdevState, beat, 200),
    DEFINE_PROP_UINT64("seed", PmTestdevState, seed, 0),
};

static void testdev_class_init(ObjectClass *klass, SMMU_PM_CLASS_DATA *data)
{
    static const SmmuPmView views[] = {
        { "supplies", "list", get_supplies, "Supplies that are present" },
        { "missing", "struct", get_missing,
          "Supplies that a register access and a transaction would miss" },
        { "counters", "struct", get_counters, "How often it did what" },
    };
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "DMA engine for tests of power management";
    dc->realize = testdev_realize;
    dc->unrealize = testdev_unrealize;
    dc->vmsd = &vmstate_testdev;
    dc->user_creatable = false;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    RESETTABLE_CLASS(klass)->phases.enter = testdev_reset_enter;
    device_class_set_props(dc, testdev_properties);
    smmu_pm_add_views(klass, views, ARRAY_SIZE(views));
}

static const TypeInfo testdev_info = {
    .name = TYPE_PM_TESTDEV,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(PmTestdevState),
    .instance_init = testdev_init,
    .class_init = testdev_class_init,
};

static void testdev_register_types(void)
{
    type_register_static(&testdev_info);
}

type_init(testdev_register_types)
