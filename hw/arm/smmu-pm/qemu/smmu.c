/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/log.h"
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
#include "journal.h"
#include "saved.h"
#include "seam/inspect.h"
#include "smmu.h"
#include "trace.h"
#include "upstream.h"

#define MASTERS_MAX 4

typedef struct ArmSmmuV2PmMaster {
    ArmSmmuV2PmReleased *released;
    void *opaque;
} ArmSmmuV2PmMaster;

struct ArmSmmuV2PmState {
    SysBusDevice parent_obj;

    MemoryRegion mmio;
    SmmuPmSmmu *core;
    SmmuPmSaved saved;
    qemu_irq irq[SMMU_PM_SMMU_LINES_MAX];
    qemu_irq pm_fault;
    Clock *iface;
    Clock *bus;
    SmmuPmUpstream *upstreams;
    ArmSmmuV2PmMaster masters[MASTERS_MAX];
    unsigned master_count;
    bool vote_withheld; /* from the start */

    SmmuPmJournalState *journal;
    uint8_t policy;
    uint8_t dma_policy;
    uint8_t collapse;
    char *preset;
    uint32_t num_smrg;
    uint32_t num_cb;
    uint32_t tlb_entries;
    uint64_t sync_latency;
};

/*
 * RAM only: a table base or an output address that points at a device, perhaps
 * at this one, must not re-enter it.
 */
static const MemTxAttrs ram_only = { .memory = 1 };

static bool read_descriptor(void *opaque, uint64_t pa, uint64_t *descriptor)
{
    uint64_t fetched = 0;
    /* Not address_space_ldq(): it takes no notice of the attribute. */
    MemTxResult result = address_space_read(&address_space_memory, pa, ram_only,
                                            &fetched, sizeof(fetched));

    *descriptor = le64_to_cpu(fetched);
    return result == MEMTX_OK;
}

static void set_irq(void *opaque, unsigned line, bool level)
{
    ArmSmmuV2PmState *s = opaque;

    trace_smmu_pm_irq(line, level);
    qemu_set_irq(s->irq[line], level);
}

static void tlb_invalidated(void *opaque, uint64_t iova, uint64_t mask)
{
    ArmSmmuV2PmState *s = opaque;

    trace_smmu_pm_tlb_invalidated(iova, mask);
    smmu_pm_upstream_invalidate(s->upstreams, iova, mask);
}

static void released(void *opaque, uint32_t token, SmmuPmReleased how)
{
    ArmSmmuV2PmState *s = opaque;

    trace_smmu_pm_released(token, how);
    for (unsigned i = 0; i < s->master_count; i++) {
        s->masters[i].released(s->masters[i].opaque, token, how);
    }
}

void arm_smmu_v2_pm_add_master(ArmSmmuV2PmState *s,
                               ArmSmmuV2PmReleased *callback, void *opaque)
{
    assert(s->master_count < MASTERS_MAX);
    s->masters[s->master_count++] = (ArmSmmuV2PmMaster){ callback, opaque };
}

const SmmuPmSmmu *arm_smmu_v2_pm_core(ArmSmmuV2PmState *s)
{
    return s->core;
}

MemoryRegion *arm_smmu_v2_pm_upstream(ArmSmmuV2PmState *s, uint16_t stream)
{
    return smmu_pm_upstream_get(&s->upstreams, s, stream);
}

static void pm_fault(void *opaque)
{
    ArmSmmuV2PmState *s = opaque;

    trace_smmu_pm_unreachable();
    qemu_irq_pulse(s->pm_fault);
}

static uint64_t now(void *opaque)
{
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

static void unimplemented(void *opaque, const char *what)
{
    qemu_log_mask(LOG_UNIMP, "%s: %s\n", TYPE_ARM_SMMU_V2_PM, what);
}

SmmuPmTranslation
arm_smmu_v2_pm_translate(ArmSmmuV2PmState *s,
                         const SmmuPmTransaction *transaction)
{
    SmmuPmTranslation translation;

    assert(bql_locked());
    translation = smmu_pm_smmu_translate(s->core, transaction);
    trace_smmu_pm_translate(transaction->stream, transaction->iova,
                            transaction->write, translation.pa,
                            translation.result);
    return translation;
}

SmmuPmStatus arm_smmu_v2_pm_dma(ArmSmmuV2PmState *s,
                                const SmmuPmTransaction *transaction,
                                void *buffer, size_t length, uint32_t *token)
{
    SmmuPmTranslation translation = arm_smmu_v2_pm_translate(s, transaction);

    switch (translation.result) {
    case SMMU_PM_TRANSLATED:
        return address_space_rw(&address_space_memory, translation.pa, ram_only,
                                buffer, length,
                                transaction->write) == MEMTX_OK
               ? SMMU_PM_OK : SMMU_PM_ABORT;
    case SMMU_PM_RAZWI:
        if (!transaction->write) {
            memset(buffer, 0, length);
        }
        return SMMU_PM_OK;
    case SMMU_PM_HELD:
        *token = translation.token;
        return SMMU_PM_STALLED;
    case SMMU_PM_DECODE:
    default:
        return SMMU_PM_ABORT;
    }
}

static MemTxResult answer(SmmuPmAnswer given, uint64_t *value)
{
    *value = given.value;
    if (given.status == SMMU_PM_HANG) {
        smmu_pm_hang();
    }
    return given.status == SMMU_PM_OK ? MEMTX_OK : MEMTX_ERROR;
}

static MemTxResult smmu_read(void *opaque, hwaddr offset, uint64_t *value,
                             unsigned size, MemTxAttrs attrs)
{
    ArmSmmuV2PmState *s = opaque;
    MemTxResult result;

    smmu_pm_guest_enter(attrs);
    result = answer(smmu_pm_smmu_read(s->core, offset, size, attrs.secure),
                    value);
    smmu_pm_guest_leave();
    trace_smmu_pm_read(offset, size, *value);
    return result;
}

static MemTxResult smmu_write(void *opaque, hwaddr offset, uint64_t value,
                              unsigned size, MemTxAttrs attrs)
{
    ArmSmmuV2PmState *s = opaque;
    MemTxResult result;
    uint64_t ignored;

    trace_smmu_pm_write(offset, size, value);
    smmu_pm_guest_enter(attrs);
    result = answer(smmu_pm_smmu_write(s->core, offset, size, value,
                                       attrs.secure), &ignored);
    smmu_pm_guest_leave();
    return result;
}

static const MemoryRegionOps smmu_ops = {
    .read_with_attrs = smmu_read,
    .write_with_attrs = smmu_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid.min_access_size = 4,
    .valid.max_access_size = 8,
    .impl.min_access_size = 4,
    .impl.max_access_size = 8,
};

static void set_supply(ArmSmmuV2PmState *s, SmmuPmSupply supply, bool level)
{
    trace_smmu_pm_supply(smmu_pm_supply_name(supply), level);
    smmu_pm_smmu_set_supply(s->core, supply, level);
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

static void iface_update(void *opaque, ClockEvent event)
{
    ArmSmmuV2PmState *s = opaque;

    if (s->core) {
        set_supply(s, SMMU_PM_SUPPLY_IFACE, clock_is_enabled(s->iface));
    }
}

static void bus_update(void *opaque, ClockEvent event)
{
    ArmSmmuV2PmState *s = opaque;

    if (s->core) {
        set_supply(s, SMMU_PM_SUPPLY_BUS, clock_is_enabled(s->bus));
    }
}

static void smmu_init(Object *obj)
{
    ArmSmmuV2PmState *s = ARM_SMMU_V2_PM(obj);
    DeviceState *dev = DEVICE(obj);

    s->iface = qdev_init_clock_in(dev, "iface", iface_update, s, ClockUpdate);
    s->bus = qdev_init_clock_in(dev, "bus", bus_update, s, ClockUpdate);
    qdev_init_gpio_in_named(dev, domain_input, "domain", 1);
    qdev_init_gpio_in_named(dev, reset_input, "reset", 1);
    qdev_init_gpio_in_named(dev, vote_input, "vote", 1);
    qdev_init_gpio_out_named(dev, &s->pm_fault, "pm-fault", 1);
}

static void smmu_realize(DeviceState *dev, Error **errp)
{
    ArmSmmuV2PmState *s = ARM_SMMU_V2_PM(dev);
    SmmuPmSmmuHost host = {
        .opaque = s,
        .read_descriptor = read_descriptor,
        .set_irq = set_irq,
        .tlb_invalidated = tlb_invalidated,
        .released = released,
        .pm_fault = pm_fault,
        .now = now,
        .unimplemented = unimplemented,
    };
    SmmuPmSmmuConfig config = {
        .stream_groups = s->num_smrg,
        .context_banks = s->num_cb,
        .policy = s->policy,
        .dma_policy = s->dma_policy,
        .collapse = s->collapse,
        .preset = s->preset,
        .tlb_entries = s->tlb_entries,
        .sync_latency_ns = s->sync_latency,
    };

    s->core = smmu_pm_smmu_new(&config, &host,
                               smmu_pm_journal_core(s->journal));
    if (!s->core) {
        error_setg(errp, "'preset' must be msm8996-adreno, mmu-500 or "
                   "smmu-v2-full, 'num-smrg' 0 to 127 and 'num-cb' at least 1 "
                   "and what its register window has room for, "
                   "'tlb-entries' 1 to 65536");
        return;
    }
    memory_region_init_io(&s->mmio, OBJECT(s), &smmu_ops, s,
                          TYPE_ARM_SMMU_V2_PM, smmu_pm_smmu_size(s->core));
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->mmio);
    for (unsigned i = 0; i < smmu_pm_smmu_lines(s->core); i++) {
        sysbus_init_irq(SYS_BUS_DEVICE(dev), &s->irq[i]);
    }
    set_supply(s, SMMU_PM_SUPPLY_RESET, true);
    set_supply(s, SMMU_PM_SUPPLY_VOTE, !s->vote_withheld);
    set_supply(s, SMMU_PM_SUPPLY_IFACE, clock_is_enabled(s->iface));
    set_supply(s, SMMU_PM_SUPPLY_BUS, clock_is_enabled(s->bus));
}

static void smmu_unrealize(DeviceState *dev)
{
    ArmSmmuV2PmState *s = ARM_SMMU_V2_PM(dev);

    smmu_pm_smmu_free(s->core);
    s->core = NULL;
    smmu_pm_saved_free(&s->saved);
}

/* In the exit phase: masters have stopped by then. */
static void smmu_reset_exit(Object *obj, ResetType type)
{
    smmu_pm_smmu_reset(ARM_SMMU_V2_PM(obj)->core);
}

static int smmu_pre_save(void *opaque)
{
    ArmSmmuV2PmState *s = opaque;

    smmu_pm_saved_fill(&s->saved, smmu_pm_smmu_save, s->core);
    return 0;
}

static int smmu_post_load(void *opaque, int version)
{
    ArmSmmuV2PmState *s = opaque;
    bool ok = smmu_pm_smmu_load(s->core, s->saved.pairs, s->saved.count);

    smmu_pm_saved_free(&s->saved);
    return ok ? 0 : -EINVAL;
}

static bool get_vote(Object *obj, Error **errp)
{
    ArmSmmuV2PmState *s = ARM_SMMU_V2_PM(obj);

    /* Before there is a core: what it will be. */
    return s->core ? !(smmu_pm_smmu_missing(s->core) & BIT(SMMU_PM_SUPPLY_VOTE))
                   : !s->vote_withheld;
}

static void set_vote(Object *obj, bool value, Error **errp)
{
    ArmSmmuV2PmState *s = ARM_SMMU_V2_PM(obj);

    if (s->core) {
        set_supply(s, SMMU_PM_SUPPLY_VOTE, value);
    } else {
        s->vote_withheld = !value;
    }
}

static bool get_tbu(Object *obj, Error **errp)
{
    ArmSmmuV2PmState *s = ARM_SMMU_V2_PM(obj);

    return !s->core ||
           (smmu_pm_smmu_wires(s->core).present & BIT(SMMU_PM_SUPPLY_TBU));
}

static void set_tbu(Object *obj, bool value, Error **errp)
{
    ArmSmmuV2PmState *s = ARM_SMMU_V2_PM(obj);

    if (!s->core) {
        error_setg(errp, "'tbu' can be changed once the SMMU is realized");
        return;
    }
    set_supply(s, SMMU_PM_SUPPLY_TBU, value);
}

static const VMStateDescription vmstate_smmu = {
    .name = TYPE_ARM_SMMU_V2_PM,
    .version_id = 2,
    .minimum_version_id = 2,
    .priority = MIG_PRI_IOMMU,
    .pre_save = smmu_pre_save,
    .post_load = smmu_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_CLOCK(iface, ArmSmmuV2PmState),
        VMSTATE_CLOCK(bus, ArmSmmuV2PmState),
        VMSTATE_SMMU_PM_SAVED(saved, ArmSmmuV2PmState),
        VMSTATE_END_OF_LIST()
    }
};

static const Property smmu_properties[] = {
    DEFINE_PROP_LINK("journal", ArmSmmuV2PmState, journal,
                     TYPE_SMMU_PM_JOURNAL, SmmuPmJournalState *),
    DEFINE_PROP_UINT8("policy", ArmSmmuV2PmState, policy, 0),
    DEFINE_PROP_UINT8("dma-policy", ArmSmmuV2PmState, dma_policy, 0),
    DEFINE_PROP_UINT8("on-collapse", ArmSmmuV2PmState, collapse, 0),
    DEFINE_PROP_STRING("preset", ArmSmmuV2PmState, preset),
    DEFINE_PROP_UINT32("num-smrg", ArmSmmuV2PmState, num_smrg,
                       SMMU_PM_AS_PRESET),
    DEFINE_PROP_UINT32("num-cb", ArmSmmuV2PmState, num_cb, SMMU_PM_AS_PRESET),
    DEFINE_PROP_UINT32("tlb-entries", ArmSmmuV2PmState, tlb_entries,
                       SMMU_PM_AS_PRESET),
    DEFINE_PROP_UINT64("tlb-sync-latency", ArmSmmuV2PmState, sync_latency, 0),
};

static void smmu_class_init(ObjectClass *klass, SMMU_PM_CLASS_DATA *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "Arm SMMUv2 with power and clocks";
    dc->realize = smmu_realize;
    dc->unrealize = smmu_unrealize;
    dc->vmsd = &vmstate_smmu;
    dc->user_creatable = false;
    RESETTABLE_CLASS(klass)->phases.exit = smmu_reset_exit;
    device_class_set_props(dc, smmu_properties);
    arm_smmu_v2_pm_add_views(klass);
    object_class_property_add_bool(klass, "vote", get_vote, set_vote);
    object_class_property_set_description(klass, "vote",
        "Whether a path to the registers is voted for; may change at any time");
    object_class_property_add_bool(klass, "tbu", get_tbu, set_tbu);
    object_class_property_set_description(klass, "tbu",
        "Whether the translation buffer units run; may change at any time");
}

static const TypeInfo smmu_info = {
    .name = TYPE_ARM_SMMU_V2_PM,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(ArmSmmuV2PmState),
    .instance_init = smmu_init,
    .class_init = smmu_class_init,
};

static void smmu_register_types(void)
{
    type_register_static(&smmu_info);
}

type_init(smmu_register_types)
