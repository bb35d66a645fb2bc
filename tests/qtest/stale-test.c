/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What outlives the power: a TLB entry whose invalidate was lost, as GPU and
 * QEMU's own masters meet it, and over a migration; and the budget of
 * power-ups, as a guest sets it.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"

#include "island.h"

#define IOVA 0x02345000
#define PAGE ISLAND_DATA
#define VALUE 0xcafef00d
#define WINDOW 0x10000000000ull

#define JOURNAL_PATH ISLAND_QOM_PATH "/journal"
#define FINDING "{'ev': 'finding', 'name': 'stale-translation'}"

/* A machine whose GPU has stored to IOVA: its page is in the TLB. */
static Island *stored_machine(const char *options)
{
    Island *island = island_start(options);

    island_smmu_power(island, true);
    island_smmu_program(island);
    island_gpu_start(island);
    island_map(island, IOVA, PAGE, 0);
    g_assert_true(island_gpu_store(island, IOVA, 1));
    return island;
}

/* Linux's unmap, while its invalidate does not get through. */
static void unmap_and_lose(Island *island)
{
    island_unmap(island, IOVA);
    island_smmu_write64(island, 0x8620, IOVA >> 12); /* TLBIVAL */
    island->pm_faults += 1;
}

static void unmap_without_clock(Island *island)
{
    island_set(island, ISLAND_IFACE, false);
    unmap_and_lose(island);
    island_set(island, ISLAND_IFACE, true);
}

static void unmap_without_domain(Island *island)
{
    island_smmu_wire(island, "domain", false);
    unmap_and_lose(island);
    island_smmu_wire(island, "domain", true);
}

static void a_lost_invalidate_lets_the_gpu_write_on(void)
{
    Island *island = stored_machine("");

    unmap_without_clock(island);
    g_assert_cmpuint(island_journal_count(island, "{'ev': 'touch', 'lost': 1}"),
                     ==, 1);
    g_assert_true(island_gpu_store(island, IOVA, VALUE));
    g_assert_cmphex(qtest_readl(island->qts, PAGE), ==, VALUE);
    g_assert_cmpuint(
        island_journal_count(
            island,
            "{'ev': 'stale', 'name': 'SMMU_CB0_TLBIVAL', 'value': '0x2345',"
            " 'lost': 1, 'stream': 0, 'addr': '0x2345000',"
            " 'pa': '0x44000000', 'text': 'SMMU_CB0_FSR.TF'}"),
        ==, 1);
    g_assert_cmpuint(island_journal_count(island, FINDING), ==, 1);
    island_stop(island);
}

static void an_unmap_that_gets_through_is_no_finding(void)
{
    Island *island = stored_machine("");

    island_unmap(island, IOVA);
    /* Its invalidate is still to come: software is within its rights. */
    g_assert_true(island_gpu_store(island, IOVA, VALUE));
    island_smmu_invalidate(island, IOVA);
    g_assert_false(island_gpu_store(island, IOVA, VALUE));
    g_assert_cmpuint(island_journal_count(island, "{'ev': 'finding'}"), ==, 0);
    island_stop(island);
}

static void a_domain_that_keeps_the_tlb_keeps_what_was_lost(void)
{
    Island *island = stored_machine(",on-collapse=retain-all");

    island_gpu_power(island, false);
    unmap_without_domain(island);
    island_gpu_start(island);
    g_assert_true(island_gpu_store(island, IOVA, VALUE));
    g_assert_cmpuint(island_journal_count(island, FINDING), ==, 1);
    island_stop(island);
}

static void a_domain_that_loses_the_tlb_has_nothing_stale(void)
{
    Island *island = stored_machine("");

    island_gpu_power(island, false);
    unmap_without_domain(island);
    island_smmu_program(island);
    island_gpu_start(island);
    g_assert_false(island_gpu_store(island, IOVA, VALUE));
    g_assert_cmpuint(island_journal_count(island, FINDING), ==, 0);
    island_stop(island);
}

static void what_was_lost_goes_along_with_a_migration(void)
{
    Island *island = stored_machine("");
    g_autoptr(QList) findings = NULL;
    QDict *first;

    unmap_without_clock(island);
    island = island_migrate(island, "");
    g_assert_true(island_gpu_store(island, IOVA, VALUE));
    g_assert_cmphex(qtest_readl(island->qts, PAGE), ==, VALUE);
    findings = island_get_list(island, JOURNAL_PATH, "findings");
    g_assert_cmpuint(qlist_size(findings), ==, 1);
    first = qobject_to(QDict, qlist_peek(findings));
    g_assert_cmpstr(qdict_get_str(first, "name"), ==, "stale-translation");
    g_assert_nonnull(
        strstr(qdict_get_str(first, "line"), "SMMU_CB0_TLBIVAL = 0x2345"));
    island_stop(island);
}

static void a_window_comes_back_for_what_was_lost(void)
{
    Island *island = island_startf(
        " -device smmu-pm-window,smmu=" ISLAND_QOM_SMMU
        ",stream=5,address=0x%llx", WINDOW);

    island_smmu_power(island, true);
    island_smmu_program(island);
    island_stream(island, 1, 5);
    island_map(island, IOVA, PAGE, 0);
    qtest_writel(island->qts, WINDOW + IOVA, 1);
    unmap_without_clock(island);
    qtest_writel(island->qts, WINDOW + IOVA, VALUE);
    g_assert_cmphex(qtest_readl(island->qts, PAGE), ==, VALUE);
    g_assert_cmpuint(
        island_journal_count(island, "{'ev': 'stale', 'stream': 5}"), >, 0);
    g_assert_cmpuint(island_journal_count(island, FINDING), ==, 1);
    island_stop(island);
}

/* The mark "budget", with at most eight letters of text. */
static void budget(Island *island, const char *text)
{
    uint64_t word = 0;

    memcpy(&word, text, strlen(text));
    qtest_writeq(island->qts, ISLAND_MARK + 0x10, le64_to_cpu(word));
    qtest_writel(island->qts, ISLAND_MARK + 0x18, strlen(text) << 16 | 9);
}

static void a_budget_of_power_ups_is_kept_or_not(void)
{
    Island *island = island_start("");
    int n;

    budget(island, "smmu 2");
    for (n = 0; n < 2; n++) {
        island_smmu_power(island, true);
        island_smmu_power(island, false);
    }
    budget(island, "smmu 1");
    g_assert_cmpuint(island_journal_count(island, "{'ev': 'finding'}"), ==, 0);
    for (n = 0; n < 2; n++) {
        island_smmu_power(island, true);
        island_smmu_power(island, false);
    }
    g_assert_cmpuint(island_journal_count(island, "{'ev': 'finding'}"), ==, 0);
    budget(island, "");
    g_assert_cmpuint(
        island_journal_count(island,
                             "{'ev': 'finding', 'name': 'power-storm'}"), ==,
        1);
    island_stop(island);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    island_add("stale", a_lost_invalidate_lets_the_gpu_write_on);
    island_add("stale", an_unmap_that_gets_through_is_no_finding);
    island_add("stale", a_domain_that_keeps_the_tlb_keeps_what_was_lost);
    island_add("stale", a_domain_that_loses_the_tlb_has_nothing_stale);
    island_add("stale", what_was_lost_goes_along_with_a_migration);
    island_add("stale", a_window_comes_back_for_what_was_lost);
    island_add("stale", a_budget_of_power_ups_is_kept_or_not);
    return g_test_run();
}
