/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "inspect.h"

void smmu_pm_add_views(ObjectClass *klass, const SmmuPmView *views,
                       unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        object_class_property_add(klass, views[i].name, views[i].type,
                                  views[i].get, NULL, NULL, NULL);
        object_class_property_set_description(klass, views[i].name,
                                              views[i].description);
    }
}

bool smmu_pm_visit_gone(Visitor *v, const char *name, Error **errp)
{
    QNull *null = NULL; /* an output visitor takes no notice of it */

    return visit_type_null(v, name, &null, errp);
}

bool smmu_pm_visit_bool(Visitor *v, const char *name, bool value, Error **errp)
{
    return visit_type_bool(v, name, &value, errp);
}

bool smmu_pm_visit_uint(Visitor *v, const char *name, uint64_t value,
                        Error **errp)
{
    return visit_type_uint64(v, name, &value, errp);
}

bool smmu_pm_visit_string(Visitor *v, const char *name, const char *value,
                          Error **errp)
{
    char *string = (char *)value; /* an output visitor only reads it */

    return visit_type_str(v, name, &string, errp);
}

bool smmu_pm_visit_struct(Visitor *v, const char *name,
                          SmmuPmVisitMembers *members, const void *row,
                          Error **errp)
{
    bool ok;

    if (!visit_start_struct(v, name, NULL, 0, errp)) {
        return false;
    }
    ok = members(v, row, errp) && visit_check_struct(v, errp);
    visit_end_struct(v, NULL);
    return ok;
}

bool smmu_pm_visit_list(Visitor *v, const char *name,
                        SmmuPmVisitMembers *members, const void *rows,
                        size_t size, int count, Error **errp)
{
    bool ok = true;

    if (count == SMMU_PM_GONE) {
        return smmu_pm_visit_gone(v, name, errp);
    }
    if (!visit_start_list(v, name, NULL, 0, errp)) {
        return false;
    }
    for (int i = 0; ok && i < count; i++) {
        ok = smmu_pm_visit_struct(v, NULL, members,
                                  (const char *)rows + i * size, errp);
    }
    visit_end_list(v, NULL);
    return ok;
}

bool smmu_pm_visit_supplies(Visitor *v, const char *name, uint32_t supplies,
                            Error **errp)
{
    bool ok = true;

    if (!visit_start_list(v, name, NULL, 0, errp)) {
        return false;
    }
    for (unsigned i = 0; ok && i < SMMU_PM_SUPPLY_COUNT; i++) {
        if (supplies & (1u << i)) {
            ok = smmu_pm_visit_string(v, NULL, smmu_pm_supply_name(i), errp);
        }
    }
    visit_end_list(v, NULL);
    return ok;
}

bool smmu_pm_visit_counters(Visitor *v, const char *name,
                            const SmmuPmCounter *counters, int count,
                            Error **errp)
{
    bool ok = true;

    if (!visit_start_struct(v, name, NULL, 0, errp)) {
        return false;
    }
    for (int i = 0; ok && i < count; i++) {
        ok = smmu_pm_visit_uint(v, counters[i].name, counters[i].value, errp);
    }
    ok = ok && visit_check_struct(v, errp);
    visit_end_struct(v, NULL);
    return ok;
}
