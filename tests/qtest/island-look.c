/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What came of it: interrupt lines, bus errors, the journal, and properties of
 * the live machine.
 */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qobject/qjson.h"
#include "qobject/qnum.h"
#include "qobject/qstring.h"
#include "island.h"

bool island_irq(Island *island, unsigned spi)
{
    unsigned number = 32 + spi;
    const uint64_t gicd_ispendr = 0x08000200;

    /*
     * The lines are level-sensitive: pending follows the level until a CPU
     * takes it.
     */
    return (qtest_readl(island->qts, gicd_ispendr + 4 * (number / 32)) >>
            (number % 32)) &
           1;
}

bool island_bus_error(Island *island, uint64_t address)
{
    g_autofree char *answer = qtest_hmp(island->qts, "xp /1wx 0x%" PRIx64,
                                        address);

    return strstr(answer, "Cannot access memory");
}

static void free_event(gpointer event)
{
    qobject_unref((QDict *)event);
}

GPtrArray *island_journal(Island *island)
{
    GPtrArray *events = g_ptr_array_new_with_free_func(free_event);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    char **line;

    g_assert_true(g_file_get_contents(island->journal, &text, NULL, NULL));
    lines = g_strsplit(text, "\n", -1);
    /* What follows the last newline is empty. */
    for (line = lines; *line && line[1]; line++) {
        QDict *event = qobject_to(QDict,
                                  qobject_from_json(*line, &error_abort));

        g_assert_nonnull(event);
        g_ptr_array_add(events, event);
    }
    return events;
}

static bool has_all_of(const QDict *line, const QDict *pattern)
{
    const QDictEntry *entry;

    for (entry = qdict_first(pattern); entry;
         entry = qdict_next(pattern, entry)) {
        if (!qobject_is_equal(qdict_get(line, qdict_entry_key(entry)),
                              qdict_entry_value(entry))) {
            return false;
        }
    }
    return true;
}

unsigned island_journal_count(Island *island, const char *pattern)
{
    g_autoptr(QDict)
        wanted = qobject_to(QDict, qobject_from_json(pattern, &error_abort));
    g_autoptr(GPtrArray) events = island_journal(island);
    unsigned n, count = 0;

    for (n = 0; n < events->len; n++) {
        count += has_all_of(g_ptr_array_index(events, n), wanted);
    }
    return count;
}

/* Properties */

QObject *island_get(Island *island, const char *path, const char *property)
{
    g_autoptr(QDict) response = qtest_qmp(island->qts,
                                          "{ 'execute': 'qom-get',"
                                          "  'arguments': { 'path': %s,"
                                          "                 'property': %s } }",
                                          path, property);
    QObject *value = qdict_get(response, "return");

    g_assert_nonnull(value);
    return qobject_ref(value);
}

void island_assert_get(Island *island, const char *path, const char *property,
                       const char *json)
{
    QObject *value = island_get(island, path, property);
    QObject *wanted = qobject_from_json(json, &error_abort);

    if (!qobject_is_equal(value, wanted)) {
        g_autoptr(GString) text = qobject_to_json(value);

        g_error("%s of %s is %s, not %s", property, path, text->str, json);
    }
    qobject_unref(value);
    qobject_unref(wanted);
}

static QObject *get_member(Island *island, const char *path,
                           const char *property, const char *member)
{
    QObject *value, *found;

    if (!property) {
        return island_get(island, path, member);
    }
    value = island_get(island, path, property);
    g_assert_nonnull(qobject_to(QDict, value));
    found = qdict_get(qobject_to(QDict, value), member);
    g_assert_nonnull(found);
    qobject_ref(found);
    qobject_unref(value);
    return found;
}

int64_t island_get_int(Island *island, const char *path, const char *property,
                       const char *member)
{
    QObject *value = get_member(island, path, property, member);
    int64_t number;

    g_assert_nonnull(qobject_to(QNum, value));
    number = qnum_get_int(qobject_to(QNum, value));
    qobject_unref(value);
    return number;
}

const char *island_get_string(Island *island, const char *path,
                              const char *property, const char *member)
{
    QObject *value = get_member(island, path, property, member);

    g_assert_nonnull(qobject_to(QString, value));
    g_free(island->string);
    island->string = g_strdup(qstring_get_str(qobject_to(QString, value)));
    qobject_unref(value);
    return island->string;
}

int64_t island_counter(Island *island, const char *block, const char *name)
{
    g_autofree char *path = g_strdup_printf(ISLAND_QOM_PATH "/%s", block);

    return island_get_int(island, path, "counters", name);
}

QList *island_get_list(Island *island, const char *path, const char *property)
{
    QList *list = qobject_to(QList, island_get(island, path, property));

    g_assert_nonnull(list);
    return list;
}

/* Saving and loading */
