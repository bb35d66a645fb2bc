/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The journal's read-only properties: what the live judge has found so far. */
#include "qemu/osdep.h"
#include "compat.h"
#include "inspect.h"
#include "journal.h"

static const SmmuPmJournal *core_of(Object *obj)
{
    return smmu_pm_journal_core(SMMU_PM_JOURNAL(obj));
}

static void get_events(Object *obj, Visitor *v, const char *name, void *opaque,
                       Error **errp)
{
    const SmmuPmJournal *core = core_of(obj);

    smmu_pm_visit_uint(v, name, core ? smmu_pm_journal_events(core) : 0, errp);
}

static void get_dropped(Object *obj, Visitor *v, const char *name, void *opaque,
                        Error **errp)
{
    const SmmuPmJournal *core = core_of(obj);

    smmu_pm_visit_uint(v, name, core ? smmu_pm_journal_dropped(core) : 0, errp);
}

static bool visit_finding(Visitor *v, const void *row, Error **errp)
{
    const SmmuPmFinding *finding = row;

    return smmu_pm_visit_string(v, "name", finding->name, errp) &&
           smmu_pm_visit_string(v, "line", finding->line, errp) &&
           smmu_pm_visit_uint(v, "count", finding->count, errp);
}

static void get_findings(Object *obj, Visitor *v, const char *name,
                         void *opaque, Error **errp)
{
    const SmmuPmJournal *core = core_of(obj);
    SmmuPmFinding findings[SMMU_PM_FINDINGS_MAX];
    int count = core ? smmu_pm_journal_each(core, findings,
                                            SMMU_PM_FINDINGS_MAX) : 0;

    smmu_pm_visit_list(v, name, visit_finding, findings, sizeof(findings[0]),
                       count, errp);
}

static const SmmuPmView views[] = {
    { "events", "uint64", get_events, "Events so far, findings among them" },
    { "dropped", "uint64", get_dropped,
      "Events that found no room in the journal" },
    { "findings", "list", get_findings, "What the judge has found so far" },
};

void smmu_pm_journal_add_views(ObjectClass *klass)
{
    smmu_pm_add_views(klass, views, ARRAY_SIZE(views));
}
