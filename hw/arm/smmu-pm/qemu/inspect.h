/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Read-only QOM properties through which people and qtests look at a live
 * machine: what several blocks share. A getter walks the visitor without QAPI
 * objects behind it, as visitor.h allows for output; "null" stands for what is
 * gone with the power.
 */
#ifndef SMMU_PM_INSPECT_H
#define SMMU_PM_INSPECT_H

#include "qapi/visitor.h"
#include "qom/object.h"
#include "seam/inspect.h"

typedef struct SmmuPmView {
    const char *name;
    const char *type; /* "list", "struct", "uint64"… */
    ObjectPropertyAccessor *get;
    const char *description;
} SmmuPmView;

void smmu_pm_add_views(ObjectClass *klass, const SmmuPmView *views,
                       unsigned count);

bool smmu_pm_visit_gone(Visitor *v, const char *name, Error **errp);
bool smmu_pm_visit_bool(Visitor *v, const char *name, bool value, Error **errp);
bool smmu_pm_visit_uint(Visitor *v, const char *name, uint64_t value,
                        Error **errp);
bool smmu_pm_visit_string(Visitor *v, const char *name, const char *value,
                          Error **errp);
/* A list of the names of supplies. */
bool smmu_pm_visit_supplies(Visitor *v, const char *name, uint32_t supplies,
                            Error **errp);
bool smmu_pm_visit_counters(Visitor *v, const char *name,
                            const SmmuPmCounter *counters, int count,
                            Error **errp);

/* The members of one row; false: an error was set. */
typedef bool SmmuPmVisitMembers(Visitor *v, const void *row, Error **errp);

bool smmu_pm_visit_struct(Visitor *v, const char *name,
                          SmmuPmVisitMembers *members, const void *row,
                          Error **errp);
/* A list of structs; gone when count is SMMU_PM_GONE. */
bool smmu_pm_visit_list(Visitor *v, const char *name,
                        SmmuPmVisitMembers *members, const void *rows,
                        size_t size, int count, Error **errp);

#endif
