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
#include "hw/arm/smmu-pm/qemu/compat.h"
#include "hw/arm/smmu-pm/qemu/guest.h"
#include "hw/arm/smmu-pm/qemu/journal.h"
#include "hw/arm/smmu-pm/qemu/saved.h"
#include "hw/arm/smmu-pm/qemu/smmu.h"
#include "gpu.h"
#include "seam_inspect.h"
#include "trace.h"

struct MsmGpuStubState {
    SysBusDevice parent_obj;

    MemoryRegion mmio;
    MsmGpuCore *core;
    QEMUTimer *timer;
    SmmuPmSaved saved;
    bool vote_withheld; /* from the start */
    uint32_t token; /* of the latest transaction that was held */
    qemu_irq irq;
    qemu_irq pm_fault;
    Clock *core_clk;
    Clock *iface;
    Clock *rbbmtimer;
    Clock *mem;
    Clock *mem_iface;

    SmmuPmJournalState *journal;
    ArmSmmuV2PmState *smmu;
    uint16_t stream;
    uint8_t policy;
    uint16_t chip;
    uint64_t slice;
    uint64_t seed;
};

const MsmGpuCore *msm_gpu_stub_core(MsmGpuStubState *s)
{
    return s->core;
}

static uint64_t now(void)
{
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

static SmmuPmStatus dma(MsmGpuStubState *s, uint64_t iova, void *buffer,
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

    trace_msm_gpu_dma(iova, length, write, status);
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
    MsmGpuStubState *s = opaque;

    trace_msm_gpu_irq(level);
    qemu_set_irq(s->irq, level);
}

static void pm_fault(void *opaque)
{
    MsmGpuStubState *s = opaque;

    trace_msm_gpu_unreachable();
    qemu_irq_pulse(s->pm_fault);
}

static void rearm(MsmGpuStubState *s)
{
    uint64_t deadline = msm_gpu_deadline(s->core);

    if (deadline == SMMU_PM_NEVER) {
        timer_del(s->timer);
    } else {
        timer_mod(s->timer, deadline);
    }
}

static void gpu_tick(void *opaque)
{
    MsmGpuStubState *s = opaque;

    assert(bql_locked());
    msm_gpu_advance(s->core, now());
    rearm(s);
}

/*
 * The SMMU tells of every release. A GPU that was reset while it waited no
 * longer does, and the core knows; what it waits for next has another token.
 */
static void released(void *opaque, uint32_t token, SmmuPmReleased how)
{
    MsmGpuStubState *s = opaque;

    if (token != s->token) {
        return;
    }
    trace_msm_gpu_released(token, how);
    msm_gpu_released(s->core, now(), how);
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

static MemTxResult gpu_read(void *opaque, hwaddr offset, uint64_t *value,
                            unsigned size, MemTxAttrs attrs)
{
    MsmGpuStubState *s = opaque;
    MemTxResult result;

    smmu_pm_guest_enter(attrs);
    result = answer(msm_gpu_read(s->core, now(), offset, size), value);
    smmu_pm_guest_leave();
    trace_msm_gpu_read(offset, size, *value);
    rearm(s);
    return result;
}

static MemTxResult gpu_write(void *opaque, hwaddr offset, uint64_t value,
                             unsigned size, MemTxAttrs attrs)
{
    MsmGpuStubState *s = opaque;
    MemTxResult result;
    uint64_t ignored;

    trace_msm_gpu_write(offset, size, value);
    smmu_pm_guest_enter(attrs);
    result = answer(msm_gpu_write(s->core, now(), offset, size, value),
                    &ignored);
    smmu_pm_guest_leave();
    rearm(s);
    return result;
}

static const MemoryRegionOps gpu_ops = {
    .read_with_attrs = gpu_read,
    .write_with_attrs = gpu_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid.min_access_size = 4,
    .valid.max_access_size = 8,
    .impl.min_access_size = 4,
    .impl.max_access_size = 8,
};

static void set_supply(MsmGpuStubState *s, SmmuPmSupply supply, bool level)
{
    trace_msm_gpu_supply(smmu_pm_supply_name(supply), level);
    msm_gpu_set_supply(s->core, now(), supply, level);
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
    MsmGpuStubState *s = opaque;

    if (!s->core) {
        return;
    }
    /* The core takes no notice of a supply that stays as it is. */
    set_supply(s, SMMU_PM_SUPPLY_CORE, clock_is_enabled(s->core_clk));
    set_supply(s, SMMU_PM_SUPPLY_IFACE, clock_is_enabled(s->iface));
    set_supply(s, SMMU_PM_SUPPLY_RBBMTIMER, clock_is_enabled(s->rbbmtimer));
    set_supply(s, SMMU_PM_SUPPLY_MEM, clock_is_enabled(s->mem));
    set_supply(s, SMMU_PM_SUPPLY_MEM_IFACE, clock_is_enabled(s->mem_iface));
}

static void gpu_init(Object *obj)
{
    MsmGpuStubState *s = MSM_GPU_STUB(obj);
    DeviceState *dev = DEVICE(obj);

    s->core_clk = qdev_init_clock_in(dev, "core", clocks_update, s,
                                     ClockUpdate);
    s->iface = qdev_init_clock_in(dev, "iface", clocks_update, s, ClockUpdate);
    s->rbbmtimer = qdev_init_clock_in(dev, "rbbmtimer", clocks_update, s,
                                      ClockUpdate);
    s->mem = qdev_init_clock_in(dev, "mem", clocks_update, s, ClockUpdate);
    s->mem_iface = qdev_init_clock_in(dev, "mem_iface", clocks_update, s,
                                      ClockUpdate);
    qdev_init_gpio_in_named(dev, domain_input, "domain", 1);
    qdev_init_gpio_in_named(dev, reset_input, "reset", 1);
    qdev_init_gpio_in_named(dev, vote_input, "vote", 1);
    qdev_init_gpio_out_named(dev, &s->pm_fault, "pm-fault", 1);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq);
}

static void gpu_realize(DeviceState *dev, Error **errp)
{
    MsmGpuStubState *s = MSM_GPU_STUB(dev);
    MsmGpuHost host = {
        .opaque = s,
        .dma_read = dma_read,
        .dma_write = dma_write,
        .set_irq = set_irq,
        .pm_fault = pm_fault,
    };
    MsmGpuConfig config = {
        .policy = s->policy,
        .slice_ns = s->slice,
        .seed = s->seed,
        .chip = s->chip,
    };

    if (!s->smmu) {
        error_setg(errp, "property 'smmu' is not set");
        return;
    }
    if (s->chip != MSM_GPU_A510 && s->chip != MSM_GPU_A530) {
        error_setg(errp, "property 'chip' is neither %d nor %d", MSM_GPU_A510,
                   MSM_GPU_A530);
        return;
    }
    arm_smmu_v2_pm_add_master(s->smmu, released, s);
    s->core = msm_gpu_new(&config, &host, smmu_pm_journal_core(s->journal));
    s->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, gpu_tick, s);
    memory_region_init_io(&s->mmio, OBJECT(s), &gpu_ops, s, TYPE_MSM_GPU_STUB,
                          MSM_GPU_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->mmio);
    set_supply(s, SMMU_PM_SUPPLY_RESET, true);
    set_supply(s, SMMU_PM_SUPPLY_VOTE, !s->vote_withheld);
    clocks_update(s, ClockUpdate);
}

static void gpu_unrealize(DeviceState *dev)
{
    MsmGpuStubState *s = MSM_GPU_STUB(dev);

    timer_free(s->timer);
    msm_gpu_free(s->core);
    s->core = NULL;
    smmu_pm_saved_free(&s->saved);
}

/* A master stops in the first phase, before its SMMU forgets everything. */
static void gpu_reset_enter(Object *obj, ResetType type)
{
    MsmGpuStubState *s = MSM_GPU_STUB(obj);

    msm_gpu_reset(s->core);
    rearm(s);
}

static int gpu_pre_save(void *opaque)
{
    MsmGpuStubState *s = opaque;

    smmu_pm_saved_fill(&s->saved, msm_gpu_save, s->core);
    return 0;
}

static int gpu_post_load(void *opaque, int version)
{
    MsmGpuStubState *s = opaque;
    bool ok = msm_gpu_load(s->core, s->saved.pairs, s->saved.count);

    smmu_pm_saved_free(&s->saved);
    if (!ok) {
        return -EINVAL;
    }
    rearm(s);
    return 0;
}

static bool get_vote(Object *obj, Error **errp)
{
    MsmGpuStubState *s = MSM_GPU_STUB(obj);

    /* Before there is a core: what it will be. */
    return s->core ? !(msm_gpu_missing(s->core) & BIT(SMMU_PM_SUPPLY_VOTE))
                   : !s->vote_withheld;
}

static void set_vote(Object *obj, bool value, Error **errp)
{
    MsmGpuStubState *s = MSM_GPU_STUB(obj);

    if (s->core) {
        set_supply(s, SMMU_PM_SUPPLY_VOTE, value);
    } else {
        s->vote_withheld = !value;
    }
}

static const VMStateDescription vmstate_gpu = {
    .name = TYPE_MSM_GPU_STUB,
    .version_id = 2,
    .minimum_version_id = 2,
    .pre_save = gpu_pre_save,
    .post_load = gpu_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_CLOCK(core_clk, MsmGpuStubState),
        VMSTATE_CLOCK(iface, MsmGpuStubState),
        VMSTATE_CLOCK(rbbmtimer, MsmGpuStubState),
        VMSTATE_CLOCK(mem, MsmGpuStubState),
        VMSTATE_CLOCK(mem_iface, MsmGpuStubState),
        VMSTATE_UINT32(token, MsmGpuStubState),
        VMSTATE_SMMU_PM_SAVED(saved, MsmGpuStubState),
        VMSTATE_END_OF_LIST()
    }
};

static const Property gpu_properties[] = {
    DEFINE_PROP_LINK("journal", MsmGpuStubState, journal, TYPE_SMMU_PM_JOURNAL,
                     SmmuPmJournalState *),
    DEFINE_PROP_LINK("smmu", MsmGpuStubState, smmu, TYPE_ARM_SMMU_V2_PM,
                     ArmSmmuV2PmState *),
    DEFINE_PROP_UINT16("stream", MsmGpuStubState, stream, 0),
    DEFINE_PROP_UINT8("policy", MsmGpuStubState, policy, 0),
    DEFINE_PROP_UINT16("chip", MsmGpuStubState, chip, MSM_GPU_A510),
    DEFINE_PROP_UINT64("slice", MsmGpuStubState, slice, 2 * SCALE_US),
    DEFINE_PROP_UINT64("seed", MsmGpuStubState, seed, 0),
};

static void gpu_class_init(ObjectClass *klass, SMMU_PM_CLASS_DATA *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "Adreno A510 or A530 stub";
    dc->realize = gpu_realize;
    dc->unrealize = gpu_unrealize;
    dc->vmsd = &vmstate_gpu;
    dc->user_creatable = false;
    RESETTABLE_CLASS(klass)->phases.enter = gpu_reset_enter;
    device_class_set_props(dc, gpu_properties);
    msm_gpu_stub_add_views(klass);
    object_class_property_add_bool(klass, "vote", get_vote, set_vote);
    object_class_property_set_description(klass, "vote",
        "Whether a path to the registers is voted for; may change at any time");
}

static const TypeInfo gpu_info = {
    .name = TYPE_MSM_GPU_STUB,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(MsmGpuStubState),
    .instance_init = gpu_init,
    .class_init = gpu_class_init,
};

static void gpu_register_types(void)
{
    type_register_static(&gpu_info);
}

type_init(gpu_register_types)
