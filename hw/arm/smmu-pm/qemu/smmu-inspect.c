/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The SMMU's read-only properties: see docs/system/virt-msm8996.rst. */
#include "qemu/osdep.h"
#include "compat.h"
#include "inspect.h"
#include "smmu.h"

/* A device that is not realized has no core, and nothing to show. */
static const SmmuPmSmmu *core_of(Object *obj)
{
    return arm_smmu_v2_pm_core(ARM_SMMU_V2_PM(obj));
}

static SmmuPmWires wires_of(Object *obj)
{
    const SmmuPmSmmu *core = core_of(obj);

    return core ? smmu_pm_smmu_wires(core) : (SmmuPmWires) { 0 };
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
           smmu_pm_visit_supplies(v, "walk", wires->missing_walk, errp);
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
    const SmmuPmSmmu *core = core_of(obj);
    SmmuPmCounter counters[SMMU_PM_COUNTERS_MAX];
    int count = core ? smmu_pm_smmu_counters(core, counters,
                                             SMMU_PM_COUNTERS_MAX) : 0;

    smmu_pm_visit_counters(v, name, counters, count, errp);
}

static bool visit_stream(Visitor *v, const void *row, Error **errp)
{
    static const char *const types[] = {
        [SMMU_PM_STREAM_TRANSLATE] = "translate",
        [SMMU_PM_STREAM_BYPASS] = "bypass",
        [SMMU_PM_STREAM_FAULT] = "fault",
        [SMMU_PM_STREAM_RESERVED] = "reserved",
    };
    const SmmuPmStream *s = row;

    return smmu_pm_visit_uint(v, "group", s->group, errp) &&
           smmu_pm_visit_uint(v, "id", s->id, errp) &&
           smmu_pm_visit_uint(v, "mask", s->mask, errp) &&
           smmu_pm_visit_string(v, "type", types[s->type], errp) &&
           (s->type != SMMU_PM_STREAM_TRANSLATE ||
            smmu_pm_visit_uint(v, "bank", s->bank, errp));
}

static void get_streams(Object *obj, Visitor *v, const char *name,
                        void *opaque, Error **errp)
{
    const SmmuPmSmmu *core = core_of(obj);
    SmmuPmStream streams[SMMU_PM_STREAMS_MAX];
    int count = core ? smmu_pm_smmu_streams(core, streams, SMMU_PM_STREAMS_MAX)
                     : SMMU_PM_GONE;

    smmu_pm_visit_list(v, name, visit_stream, streams, sizeof(streams[0]),
                       count, errp);
}

/* The regime: a VMID, unless there are none. */
static bool visit_regime(Visitor *v, const SmmuPmTag *tag, Error **errp)
{
    static const char *const regimes[] = {
        [SMMU_PM_REGIME_HYPERVISOR] = "hypervisor",
        [SMMU_PM_REGIME_SECURE] = "secure",
        [SMMU_PM_REGIME_MONITOR] = "monitor",
    };

    return tag->regime == SMMU_PM_REGIME_GUEST
           ? smmu_pm_visit_uint(v, "vmid", tag->vmid, errp)
           : smmu_pm_visit_bool(v, regimes[tag->regime], true, errp);
}

static bool visit_bank(Visitor *v, const void *row, Error **errp)
{
    const SmmuPmBank *b = row;

    return smmu_pm_visit_bool(v, "enabled", b->enabled, errp) &&
           visit_regime(v, &b->tag, errp) &&
           smmu_pm_visit_uint(v, "asid", b->tag.asid, errp) &&
           smmu_pm_visit_uint(v, "ttbr0", b->ttbr0, errp) &&
           smmu_pm_visit_uint(v, "ttbr1", b->ttbr1, errp) &&
           smmu_pm_visit_uint(v, "sctlr", b->sctlr, errp) &&
           smmu_pm_visit_uint(v, "tcr", b->tcr, errp) &&
           smmu_pm_visit_uint(v, "tcr2", b->tcr2, errp) &&
           smmu_pm_visit_uint(v, "mair0", b->mair0, errp) &&
           smmu_pm_visit_uint(v, "mair1", b->mair1, errp) &&
           smmu_pm_visit_uint(v, "fsr", b->fsr, errp) &&
           smmu_pm_visit_uint(v, "fsynr0", b->fsynr0, errp) &&
           smmu_pm_visit_uint(v, "far", b->far, errp) &&
           smmu_pm_visit_bool(v, "irq", b->irq, errp);
}

static void get_banks(Object *obj, Visitor *v, const char *name, void *opaque,
                      Error **errp)
{
    const SmmuPmSmmu *core = core_of(obj);
    SmmuPmBank banks[SMMU_PM_BANKS_MAX];
    int count = core ? smmu_pm_smmu_banks(core, banks, SMMU_PM_BANKS_MAX)
                     : SMMU_PM_GONE;

    smmu_pm_visit_list(v, name, visit_bank, banks, sizeof(banks[0]), count,
                       errp);
}

static bool visit_global(Visitor *v, const void *row, Error **errp)
{
    const SmmuPmGlobal *g = row;

    return smmu_pm_visit_uint(v, "scr0", g->cr0, errp) &&
           smmu_pm_visit_uint(v, "sgfsr", g->fsr, errp) &&
           smmu_pm_visit_uint(v, "sgfsynr0", g->fsynr0, errp) &&
           smmu_pm_visit_uint(v, "sgfsynr1", g->fsynr1, errp) &&
           smmu_pm_visit_uint(v, "sgfar", g->far, errp) &&
           smmu_pm_visit_bool(v, "irq", g->irq, errp);
}

static void get_global(Object *obj, Visitor *v, const char *name,
                       void *opaque, Error **errp)
{
    const SmmuPmSmmu *core = core_of(obj);
    SmmuPmGlobal global;

    if (core && smmu_pm_smmu_global(core, &global) != SMMU_PM_GONE) {
        smmu_pm_visit_struct(v, name, visit_global, &global, errp);
    } else {
        smmu_pm_visit_gone(v, name, errp);
    }
}

static bool visit_tlb_entry(Visitor *v, const void *row, Error **errp)
{
    const SmmuPmTlbEntry *e = row;

    return smmu_pm_visit_uint(v, "va", e->va, errp) &&
           smmu_pm_visit_uint(v, "pa", e->pa, errp) &&
           smmu_pm_visit_uint(v, "size", e->size, errp) &&
           visit_regime(v, &e->tag, errp) &&
           (!e->tag.stage2 ||
            smmu_pm_visit_bool(v, "stage2", true, errp)) &&
           smmu_pm_visit_bool(v, "global", e->global, errp) &&
           (e->global || smmu_pm_visit_uint(v, "asid", e->tag.asid, errp)) &&
           smmu_pm_visit_bool(v, "user", e->user, errp) &&
           smmu_pm_visit_bool(v, "read-only", e->read_only, errp) &&
           smmu_pm_visit_bool(v, "uxn", e->uxn, errp) &&
           smmu_pm_visit_bool(v, "pxn", e->pxn, errp);
}

static void get_tlb(Object *obj, Visitor *v, const char *name, void *opaque,
                    Error **errp)
{
    const SmmuPmSmmu *core = core_of(obj);
    int count = core ? smmu_pm_smmu_tlb(core, NULL, 0) : SMMU_PM_GONE;
    g_autofree SmmuPmTlbEntry *entries = g_new(SmmuPmTlbEntry, MAX(count, 1));

    if (count > 0) {
        smmu_pm_smmu_tlb(core, entries, count);
    }
    smmu_pm_visit_list(v, name, visit_tlb_entry, entries, sizeof(entries[0]),
                       count, errp);
}

static bool visit_held(Visitor *v, const void *row, Error **errp)
{
    static const char *const reasons[] = {
        [SMMU_PM_HOLD_FAULT] = "fault",
        [SMMU_PM_HOLD_NEXT] = "next",
        [SMMU_PM_HOLD_BEHIND] = "behind",
        [SMMU_PM_HOLD_POWER] = "power",
    };
    const SmmuPmHeld *h = row;

    return smmu_pm_visit_uint(v, "token", h->token, errp) &&
           smmu_pm_visit_string(v, "why", reasons[h->why], errp) &&
           (h->why == SMMU_PM_HOLD_POWER ||
            smmu_pm_visit_uint(v, "bank", h->bank, errp)) &&
           (h->operation ? smmu_pm_visit_uint(v, "operation-of-bank",
                                              h->operation_bank, errp) :
                           smmu_pm_visit_uint(v, "stream", h->stream, errp)) &&
           smmu_pm_visit_uint(v, "iova", h->iova, errp) &&
           smmu_pm_visit_bool(v, "write", h->write, errp);
}

static void get_held(Object *obj, Visitor *v, const char *name, void *opaque,
                     Error **errp)
{
    const SmmuPmSmmu *core = core_of(obj);
    SmmuPmHeld held[SMMU_PM_HELD_MAX];
    int count = core ? smmu_pm_smmu_held(core, held, SMMU_PM_HELD_MAX) : 0;

    smmu_pm_visit_list(v, name, visit_held, held, sizeof(held[0]), count, errp);
}

static void get_tlb_used(Object *obj, Visitor *v, const char *name,
                            void *opaque, Error **errp)
{
    const SmmuPmSmmu *core = core_of(obj);
    int count = core ? smmu_pm_smmu_tlb(core, NULL, 0) : SMMU_PM_GONE;

    smmu_pm_visit_uint(v, name, count == SMMU_PM_GONE ? 0 : count, errp);
}

static const SmmuPmView views[] = {
    { "supplies", "list", get_supplies, "Names of the wires that are present" },
    { "missing", "struct", get_missing,
      "Names of the wires that a register access and a table walk would miss" },
    { "counters", "struct", get_counters, "What has happened so far" },
    { "streams", "list", get_streams,
      "Stream-match groups that are valid; null without registers" },
    { "banks", "list", get_banks, "Context banks; null without registers" },
    { "global", "struct", get_global,
      "Global registers; null without registers" },
    { "tlb", "list", get_tlb,
      "TLB entries, oldest first; null without a TLB" },
    { "held", "list", get_held, "Transactions that wait for an answer" },
    { "tlb-used", "uint64", get_tlb_used, "Number of TLB entries" },
};

void arm_smmu_v2_pm_add_views(ObjectClass *klass)
{
    smmu_pm_add_views(klass, views, ARRAY_SIZE(views));
}
