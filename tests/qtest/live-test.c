/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A live machine from outside: the read-only properties of the island's blocks
 * show what the blocks hold, nothing that is gone, and leave no trace; and the
 * window, through which a test is a master of QEMU's own kind.
 */
#include "qemu/osdep.h"

#include "island.h"

#define IOVA 0x02345000
#define PAGE ISLAND_DATA
#define SENTINEL 0x5afe5afe
#define VALUE 0xcafef00d

#define GPU_PATH ISLAND_QOM_PATH "/gpu"
#define MMCC_PATH ISLAND_QOM_PATH "/mmcc"
#define JOURNAL_PATH ISLAND_QOM_PATH "/journal"

static Island *gpu_machine(const char *options)
{
    Island *island = island_start(options);

    island_smmu_power(island, true);
    island_smmu_program(island);
    island_gpu_start(island);
    return island;
}

static void supplies_follow_the_wires(void)
{
    Island *island = island_start("");

    island_assert_get(island, ISLAND_QOM_SMMU, "supplies",
                      "['reset', 'vote', 'tbu']");
    island_smmu_power(island, true);
    island_assert_get(island, ISLAND_QOM_SMMU, "supplies",
                      "['domain', 'reset', 'vote', 'iface', 'bus', 'tbu']");
    island_set(island, ISLAND_BUS, false);
    island_assert_get(island, ISLAND_QOM_SMMU, "missing",
                      "{'register': [], 'walk': ['bus']}");
    island_assert_get(island, GPU_PATH, "missing",
                      "{'register': ['domain'],"
                      " 'dma': ['domain', 'core', 'mem', 'mem_iface']}");
    island_stop(island);
}

static void outputs_show_where_they_stand(void)
{
    Island *island = island_start(",gdsc-delay=50000");

    g_assert_cmpstr(island_get_string(island, MMCC_PATH, "domains", "gpu"), ==,
                    "off");
    island_request(island, ISLAND_GPU_GDSC, true);
    g_assert_cmpstr(island_get_string(island, MMCC_PATH, "domains", "gpu"), ==,
                    "rising");
    island_wait(island, 50000);
    g_assert_cmpstr(island_get_string(island, MMCC_PATH, "domains", "gpu"), ==,
                    "on");
    island_request(island, ISLAND_GPU_GDSC, false);
    g_assert_cmpstr(island_get_string(island, MMCC_PATH, "domains", "gpu"), ==,
                    "falling");
    island_set(island, ISLAND_IFACE, true);
    g_assert_cmpstr(
        island_get_string(island, MMCC_PATH, "clocks", "gpu_ahb_clk"), ==,
        "on");
    g_assert_cmpstr(
        island_get_string(island, MMCC_PATH, "resets", "MMAGICAHB_BCR"), ==,
        "released");
    island_stop(island);
}

static void streams_and_banks_show_what_linux_programs(void)
{
    Island *island = gpu_machine("");
    g_autoptr(QList) banks = island_get_list(island, ISLAND_QOM_SMMU, "banks");
    QDict *bank = qobject_to(QDict, qlist_peek(banks));

    island_assert_get(island, ISLAND_QOM_SMMU, "streams",
                      "[{'group': 0, 'id': 0, 'mask': 0,"
                      " 'type': 'translate', 'bank': 0}]");
    g_assert_true(qdict_get_bool(bank, "enabled"));
    g_assert_cmphex(qdict_get_int(bank, "ttbr0"), ==, ISLAND_TABLES);
    g_assert_cmphex(qdict_get_int(bank, "sctlr"), ==, 0x1167);
    g_assert_cmphex(qdict_get_int(bank, "tcr"), ==, 0x803510);
    g_assert_cmpint(qdict_get_int(bank, "vmid"), ==, 0);
    island_stop(island);
}

static void the_tlb_shows_what_dma_has_brought_in(void)
{
    Island *island = gpu_machine("");
    uint64_t entries = island_get_int(island, ISLAND_QOM_SMMU, NULL,
                                      "tlb-used");
    g_autoptr(QList) tlb = NULL;
    QDict *newest;

    g_assert_cmpuint(entries, ==, 0);
    island_map(island, IOVA, PAGE, 0);
    g_assert_true(island_gpu_store(island, IOVA, VALUE));
    /* One for the ring, one for the store. */
    g_assert_cmpuint(
        island_get_int(island, ISLAND_QOM_SMMU, NULL, "tlb-used"), ==, 2);
    tlb = island_get_list(island, ISLAND_QOM_SMMU, "tlb");
    qobject_unref(qlist_pop(tlb)); /* the ring's */
    newest = qobject_to(QDict, qlist_peek(tlb));
    g_assert_cmphex(qdict_get_int(newest, "va"), ==, IOVA);
    g_assert_cmphex(qdict_get_int(newest, "pa"), ==, PAGE);
    g_assert_cmphex(qdict_get_int(newest, "size"), ==, 0x1000);
    g_assert_false(qdict_get_bool(newest, "read-only"));
    island_smmu_invalidate(island, IOVA);
    g_assert_cmpuint(
        island_get_int(island, ISLAND_QOM_SMMU, NULL, "tlb-used"), ==, 1);
    island_stop(island);
}

static void what_a_collapse_takes_is_gone(void)
{
    Island *island = gpu_machine("");

    island_smmu_power(island, false);
    island_gpu_power(island, false);
    island_assert_get(island, ISLAND_QOM_SMMU, "streams", "null");
    island_assert_get(island, ISLAND_QOM_SMMU, "banks", "null");
    island_assert_get(island, ISLAND_QOM_SMMU, "global", "null");
    island_assert_get(island, ISLAND_QOM_SMMU, "tlb", "null");
    island_assert_get(island, GPU_PATH, "ring", "null");
    island_assert_get(island, GPU_PATH, "command-processor", "null");
    island_assert_get(island, GPU_PATH, "busy", "false");
    island_smmu_power(island, true);
    island_assert_get(island, ISLAND_QOM_SMMU, "streams", "[]");
    island_stop(island);
}

static void what_a_retention_keeps_is_shown_though_out_of_reach(void)
{
    Island *island = gpu_machine(",on-collapse=retain");

    island_smmu_power(island, false);
    island_assert_get(island, ISLAND_QOM_SMMU, "tlb", "null");
    island_assert_get(island, ISLAND_QOM_SMMU, "streams",
                      "[{'group': 0, 'id': 0, 'mask': 0,"
                      " 'type': 'translate', 'bank': 0}]");
    island_stop(island);
}

static void the_gpu_shows_its_ring_and_its_error(void)
{
    static const uint32_t nonsense = 0xffffffff;
    Island *island = gpu_machine("");

    g_assert_cmphex(island_get_int(island, GPU_PATH, "ring", "base"), ==,
                    ISLAND_RING_IOVA);
    island_gpu_submit(island, &nonsense, 1);
    island_assert_get(island, GPU_PATH, "busy", "true");
    g_assert_cmpint(island_get_int(island, GPU_PATH, "ring", "wptr"), ==, 1);
    g_assert_cmpint(island_get_int(island, GPU_PATH, "ring", "rptr"), ==, 0);
    g_assert_false(island_gpu_finish(island));
    g_assert_cmpstr(
        island_get_string(island, GPU_PATH, "command-processor", "condition"),
        ==, "failed");
    island_stop(island);
}

static void what_is_held_is_listed_until_it_is_let_go(void)
{
    const uint32_t mem_write[] = { 0x703d8003, IOVA, 0, VALUE };
    Island *island = gpu_machine("");
    int64_t token;
    g_autofree char *held = NULL;

    island_assert_get(island, ISLAND_QOM_SMMU, "held", "[]");
    island_smmu_write(island, 0x8000, 0x11e7); /* SCTLR with CFCFG */
    island_gpu_submit(island, mem_write, ARRAY_SIZE(mem_write));
    island_wait(island, 1000000);
    g_assert_cmpint(island_counter(island, "smmu", "stalls"), ==, 1);
    {
        g_autoptr(QList) list = island_get_list(island, ISLAND_QOM_SMMU,
                                                "held");

        g_assert_false(qlist_empty(list));
        token = qdict_get_int(qobject_to(QDict, qlist_peek(list)), "token");
    }
    held = g_strdup_printf("[{'token': %" PRId64 ", 'why': 'fault', 'bank': 0,"
                           " 'stream': 0, 'iova': %d, 'write': true}]",
                           token, IOVA);
    island_assert_get(island, ISLAND_QOM_SMMU, "held", held);
    island_map(island, IOVA, PAGE, 0);
    island_smmu_write(island, 0x8008, 0); /* RESUME: retry */
    island_assert_get(island, ISLAND_QOM_SMMU, "held", "[]");
    g_assert_true(island_gpu_finish(island));
    island_stop(island);
}

static void counters_count(void)
{
    Island *island = island_start("");

    island_smmu_write(island, 0x70, 0);
    island->pm_faults += 1;
    g_assert_cmpint(island_counter(island, "smmu", "register-refused"), ==, 1);
    g_assert_cmpint(island_counter(island, "smmu", "register-writes"), ==, 0);
    island_smmu_power(island, true);
    island_smmu_program(island);
    island_gpu_start(island);
    island_map(island, IOVA, PAGE, 0);
    g_assert_true(island_gpu_store(island, IOVA, VALUE));
    g_assert_true(island_gpu_store(island, IOVA, VALUE));
    g_assert_cmpint(island_counter(island, "smmu", "power-ups"), ==, 1);
    g_assert_cmpint(island_counter(island, "smmu", "tlb-misses"), ==, 2);
    g_assert_cmpint(island_counter(island, "smmu", "descriptor-reads"), ==, 8);
    g_assert_cmpint(island_counter(island, "smmu", "invalidations"), ==, 2);
    g_assert_cmpint(island_counter(island, "gpu", "dma-writes"), ==, 2);
    g_assert_cmpint(island_counter(island, "gpu", "submissions"), ==, 2);
    island_smmu_power(island, false);
    g_assert_cmpint(island_counter(island, "smmu", "power-offs"), ==, 1);
    island_stop(island);
}

static void counters_begin_anew_on_the_machine_that_loads(void)
{
    Island *island = gpu_machine("");

    g_assert_cmpint(island_counter(island, "smmu", "power-ups"), ==, 1);
    island = island_migrate(island, "");
    g_assert_cmpint(island_counter(island, "smmu", "power-ups"), ==, 0);
    island_assert_get(island, ISLAND_QOM_SMMU, "streams",
                      "[{'group': 0, 'id': 0, 'mask': 0,"
                      " 'type': 'translate', 'bank': 0}]");
    island_stop(island);
}

static void findings_of_the_live_judge_are_listed(void)
{
    Island *island = island_start("");
    g_autoptr(QList) findings = NULL;
    QDict *first;

    island_assert_get(island, JOURNAL_PATH, "findings", "[]");
    island_smmu_write(island, 0x70, 0);
    island_smmu_write(island, 0x70, 0);
    island->pm_faults += 2;
    findings = island_get_list(island, JOURNAL_PATH, "findings");
    g_assert_cmpuint(qlist_size(findings), ==, 1);
    first = qobject_to(QDict, qlist_peek(findings));
    g_assert_cmpstr(qdict_get_str(first, "name"), ==, "register-touch");
    g_assert_nonnull(strstr(qdict_get_str(first, "line"), "SMMU_sTLBGSYNC"));
    g_assert_cmpint(qdict_get_int(first, "count"), ==, 2);
    /* The journal's first line is no event. */
    g_assert_cmpint(island_get_int(island, JOURNAL_PATH, NULL, "events"), ==,
                    island_journal_count(island, "{}") - 1);
    g_assert_cmpint(island_get_int(island, JOURNAL_PATH, NULL, "dropped"), ==,
                    0);
    island_stop(island);
}

static void reading_properties_leaves_no_trace(void)
{
    static const char *const blocks[] = { "smmu", "gpu", "mmcc", "gcc",
                                          "journal" };
    Island *island = gpu_machine("");
    unsigned lines, n, read = 0;

    island_set(island, ISLAND_IFACE, false);
    lines = island_journal_count(island, "{}");
    for (n = 0; n < ARRAY_SIZE(blocks); n++) {
        g_autofree char *path = g_strdup_printf(ISLAND_QOM_PATH "/%s",
                                                blocks[n]);
        g_autoptr(QDict) answer = qtest_qmp(
            island->qts,
            "{ 'execute': 'qom-list', 'arguments': { 'path': %s } }", path);
        QListEntry *entry;

        QLIST_FOREACH_ENTRY(qdict_get_qlist(answer, "return"), entry) {
            QDict *property = qobject_to(QDict, qlist_entry_obj(entry));
            QDict *value = qtest_qmp(
                island->qts,
                "{ 'execute': 'qom-get',"
                "  'arguments': { 'path': %s, 'property': %s } }",
                path, qdict_get_str(property, "name"));

            qobject_unref(value);
            read++;
        }
    }
    g_assert_cmpuint(read, >, 50);
    g_assert_cmpuint(island_journal_count(island, "{}"), ==, lines);
    island_stop(island); /* no pm-fault, either */
}

/* Windows */

#define WINDOW 0x10000000000ull

/* A machine with a window for a stream that is translated like the GPU's. */
static Island *window_machine(const char *options)
{
    Island *island = island_startf(
        "%s -device smmu-pm-window,smmu=" ISLAND_QOM_SMMU
        ",stream=5,address=0x%llx", options, WINDOW);

    island_smmu_power(island, true);
    island_smmu_program(island);
    island_stream(island, 1, 5);
    return island;
}

static void a_window_reads_and_writes_where_the_tables_point(void)
{
    Island *island = window_machine("");

    island_map(island, IOVA, PAGE, 0);
    qtest_writel(island->qts, WINDOW + IOVA + 8, VALUE);
    g_assert_cmphex(qtest_readl(island->qts, PAGE + 8), ==, VALUE);
    qtest_writel(island->qts, PAGE + 8, SENTINEL);
    g_assert_cmphex(qtest_readl(island->qts, WINDOW + IOVA + 8), ==, SENTINEL);
    g_assert_cmpuint(
        island_journal_count(island, "{'ev': 'translate', 'stream': 5}"), >, 0);
    island_stop(island);
}

static void a_window_is_a_bus_error_where_nothing_is_mapped(void)
{
    Island *island = window_machine("");

    g_assert_true(island_bus_error(island, WINDOW + IOVA));
    g_assert_cmphex(island_smmu_read(island, 0x8058) & 2, ==, 2); /* FSR.TF */
    g_assert_true(island_irq(island, ISLAND_SPI_SMMU_CB0));
    island_stop(island);
}

static void a_window_onto_a_read_only_page_takes_no_write(void)
{
    Island *island = window_machine("");

    island_map(island, IOVA, PAGE, ISLAND_MAP_READ_ONLY);
    qtest_writel(island->qts, PAGE, SENTINEL);
    qtest_writel(island->qts, WINDOW + IOVA, VALUE);
    g_assert_cmphex(qtest_readl(island->qts, PAGE), ==, SENTINEL);
    g_assert_cmphex(qtest_readl(island->qts, WINDOW + IOVA), ==, SENTINEL);
    island_stop(island);
}

static void a_window_reads_zero_where_faults_are_no_errors(void)
{
    Island *island = window_machine("");

    island_smmu_write(island, 0x8000, 0x1147); /* SCTLR without CFRE */
    g_assert_false(island_bus_error(island, WINDOW + IOVA));
    g_assert_cmphex(qtest_readl(island->qts, WINDOW + IOVA), ==, 0);
    island_stop(island);
}

static void a_window_keeps_no_translation_that_was_invalidated(void)
{
    Island *island = window_machine("");

    island_map(island, IOVA, PAGE, 0);
    qtest_writel(island->qts, WINDOW + IOVA, VALUE);
    island_unmap(island, IOVA);
    /* Stale, as it would be on the part… */
    g_assert_cmphex(qtest_readl(island->qts, WINDOW + IOVA), ==, VALUE);
    island_smmu_invalidate(island, IOVA);
    /* …and no longer. */
    g_assert_true(island_bus_error(island, WINDOW + IOVA));
    island_stop(island);
}

static void a_window_onto_an_smmu_that_is_off_is_a_finding(void)
{
    Island *island = window_machine("");

    island_map(island, IOVA, PAGE, 0);
    island_smmu_wire(island, "domain", false);
    g_assert_true(island_bus_error(island, WINDOW + IOVA));
    g_assert_cmpint(island_counter(island, "smmu", "dma-unreachable"), >=, 1);
    island->pm_faults += island_counter(island, "smmu", "dma-unreachable");
    g_assert_cmpuint(island_journal_count(
                         island, "{'ev': 'finding', 'name': 'dma-while-off'}"),
                     ==, 1);
    /* And nothing else: its master hangs on no wire, so no order is broken. */
    g_assert_cmpuint(island_journal_count(island, "{'ev': 'finding'}"), ==, 1);
    island_stop(island);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    island_add("live", supplies_follow_the_wires);
    island_add("live", outputs_show_where_they_stand);
    island_add("live", streams_and_banks_show_what_linux_programs);
    island_add("live", the_tlb_shows_what_dma_has_brought_in);
    island_add("live", what_a_collapse_takes_is_gone);
    island_add("live", what_a_retention_keeps_is_shown_though_out_of_reach);
    island_add("live", the_gpu_shows_its_ring_and_its_error);
    island_add("live", what_is_held_is_listed_until_it_is_let_go);
    island_add("live", counters_count);
    island_add("live", counters_begin_anew_on_the_machine_that_loads);
    island_add("live", findings_of_the_live_judge_are_listed);
    island_add("live", reading_properties_leaves_no_trace);
    island_add("live", a_window_reads_and_writes_where_the_tables_point);
    island_add("live", a_window_is_a_bus_error_where_nothing_is_mapped);
    island_add("live", a_window_onto_a_read_only_page_takes_no_write);
    island_add("live", a_window_reads_zero_where_faults_are_no_errors);
    island_add("live", a_window_keeps_no_translation_that_was_invalidated);
    island_add("live", a_window_onto_an_smmu_that_is_off_is_a_finding);
    return g_test_run();
}
