/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qemu/timer.h"
#include "qemu/units.h"
#include "hw/boards.h"
#include "hw/core/cpu.h"
#include "hw/qdev-properties.h"
#include "hw/resettable.h"
#include "migration/vmstate.h"
#include "system/runstate.h"
#include "compat.h"
#include "guest.h"
#include "journal.h"
#include "trace.h"

SmmuPmJournal *smmu_pm_journal_core(SmmuPmJournalState *s)
{
    return s ? s->core : NULL;
}

void smmu_pm_end_run(void)
{
    CPUState *cs;

    qemu_system_shutdown_request(SHUTDOWN_CAUSE_HOST_QMP_QUIT);
    /*
     * The request is taken up by another thread at some later time. What the
     * guest did until then would differ from run to run.
     */
    CPU_FOREACH(cs) {
        cs->stop = true;
        cpu_exit(cs);
    }
}

void smmu_pm_hang(void)
{
    qemu_log_mask(LOG_GUEST_ERROR,
                  "smmu-pm: an access is never answered (policy=hang)\n");
    smmu_pm_end_run();
}

static uint64_t now_ns(void *opaque)
{
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

static uint64_t counter(void *opaque)
{
    return smmu_pm_guest_counter();
}

static unsigned call_chain(void *opaque, uint64_t *pcs, unsigned max)
{
    return smmu_pm_guest_chain(pcs, max);
}

static void write_line(void *opaque, const char *line, size_t length)
{
    SmmuPmJournalState *s = opaque;

    if (trace_event_get_state_backends(TRACE_SMMU_PM_EVENT)) {
        /* Without its newline. */
        g_autofree char *text = g_strndup(line, length ? length - 1 : 0);

        trace_smmu_pm_event(text);
    }
    if (!s->file || s->failed) {
        return;
    }
    if (fwrite(line, 1, length, s->file) != length || fflush(s->file)) {
        s->failed = true;
        error_report("cannot write journal '%s': %s", s->path,
                     strerror(errno));
        qemu_system_shutdown_request_with_code(SHUTDOWN_CAUSE_HOST_ERROR, 1);
    }
}

static void finding(void *opaque, const char *name, const char *line)
{
    trace_smmu_pm_finding(name, line);
    qemu_log_mask(LOG_GUEST_ERROR, "smmu-pm: %s\n", line);
}

static void journal_realize(DeviceState *dev, Error **errp)
{
    SmmuPmJournalState *s = SMMU_PM_JOURNAL(dev);
    SmmuPmJournalHost host = {
        .opaque = s,
        .now_ns = now_ns,
        .counter = counter,
        .call_chain = call_chain,
        .write = write_line,
        .finding = finding,
    };
    SmmuPmJournalConfig config = {
        .machine = MACHINE_GET_CLASS(qdev_get_machine())->name,
        .policy = s->policy,
        .collapse = s->collapse,
        .seed = s->seed,
        .max_bytes = s->max_bytes,
    };

    if (s->path) {
        s->file = fopen(s->path, "w");
        if (!s->file) {
            error_setg_errno(errp, errno, "cannot open journal '%s'", s->path);
            return;
        }
    }
    s->core = smmu_pm_journal_new(&config, &host);
}

static void journal_unrealize(DeviceState *dev)
{
    SmmuPmJournalState *s = SMMU_PM_JOURNAL(dev);

    smmu_pm_journal_free(s->core);
    s->core = NULL;
    if (s->file) {
        fclose(s->file);
        s->file = NULL;
    }
}

static void journal_reset_hold(Object *obj, ResetType type)
{
    smmu_pm_journal_reset(SMMU_PM_JOURNAL(obj)->core);
}

static int journal_post_load(void *opaque, int version)
{
    SmmuPmJournalState *s = opaque;

    smmu_pm_journal_restored(s->core);
    return 0;
}

/* What was recorded stays where it was recorded; a restore is an event. */
static const VMStateDescription vmstate_journal = {
    .name = TYPE_SMMU_PM_JOURNAL,
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = journal_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UNUSED(1),
        VMSTATE_END_OF_LIST()
    }
};

static const Property journal_properties[] = {
    DEFINE_PROP_STRING("file", SmmuPmJournalState, path),
    DEFINE_PROP_UINT8("policy", SmmuPmJournalState, policy, 0),
    DEFINE_PROP_UINT8("on-collapse", SmmuPmJournalState, collapse, 0),
    DEFINE_PROP_UINT64("seed", SmmuPmJournalState, seed, 0),
    DEFINE_PROP_UINT64("max-bytes", SmmuPmJournalState, max_bytes, 256 * MiB),
};

static void journal_class_init(ObjectClass *klass, SMMU_PM_CLASS_DATA *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "smmu-pm journal and judge";
    dc->realize = journal_realize;
    dc->unrealize = journal_unrealize;
    dc->vmsd = &vmstate_journal;
    dc->user_creatable = false;
    RESETTABLE_CLASS(klass)->phases.hold = journal_reset_hold;
    device_class_set_props(dc, journal_properties);
    smmu_pm_journal_add_views(klass);
}

static const TypeInfo journal_info = {
    .name = TYPE_SMMU_PM_JOURNAL,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(SmmuPmJournalState),
    .class_init = journal_class_init,
};

static void journal_register_types(void)
{
    type_register_static(&journal_info);
}

type_init(journal_register_types)
