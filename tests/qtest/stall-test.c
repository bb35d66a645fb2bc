/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Transactions that are held: a context fault stalls the GPU until RESUME,
 * power takes a stalled transaction away for good, and with dma-policy=hang the
 * GPU waits for an SMMU that is off.
 */
#include "qemu/osdep.h"

#include "island.h"

#define IOVA 0x02345000
#define PAGE ISLAND_DATA
#define SENTINEL 0x5afe5afe
#define VALUE 0xcafef00d

#define MILLISECOND 1000000

/* Offsets of context bank 0, bits of its FSR. */
#define SCTLR 0x8000
#define RESUME 0x8008
#define FSR 0x8058
#define FSR_AARCH64 0x400 /* FORMAT */
#define FSR_TF 0x2
#define FSR_SS 0x40000000
#define RETRY 0
#define TERMINATE 1

/* A machine whose GPU runs behind an SMMU set up as Linux 6.12 does. */
static Island *gpu_machine(const char *options)
{
    Island *island = island_start(options);

    island_smmu_power(island, true);
    island_smmu_program(island);
    island_smmu_write(island, SCTLR, 0x11e7); /* with CFCFG and HUPCF */
    island_gpu_start(island);
    return island;
}

static void submit_store(Island *island)
{
    const uint32_t mem_write[] = { 0x703d8003, IOVA, 0, VALUE };

    island_gpu_submit(island, mem_write, ARRAY_SIZE(mem_write));
}

static void wait_for_stall(Island *island)
{
    int tries;

    for (tries = 0; !(island_smmu_read(island, FSR) & FSR_SS); tries++) {
        g_assert_cmpint(tries, <, 1000);
        island_wait(island, 1000);
    }
}

/* A machine whose GPU stands still in a store to a page that is not mapped. */
static Island *stalled_machine(const char *options)
{
    Island *island = gpu_machine(options);

    qtest_writel(island->qts, PAGE, SENTINEL);
    submit_store(island);
    wait_for_stall(island);
    return island;
}

/* RBBM_STATUS3.SMMU_STALLED_ON_FAULT */
static bool gpu_stalled(Island *island)
{
    return island_gpu_read(island, 0x530) & (1u << 24);
}

static void assert_memory(Island *island, uint32_t value)
{
    g_assert_cmphex(qtest_readl(island->qts, PAGE), ==, value);
}

static unsigned released(Island *island, const char *how)
{
    g_autofree char *pattern = g_strdup_printf(
        "{'ev': 'release', 'name': '%s', 'stream': 0}", how);

    return island_journal_count(island, pattern);
}

static void a_fault_stalls_the_gpu_and_tells_the_cpu(void)
{
    Island *island = stalled_machine("");

    island_wait(island, 10 * MILLISECOND);
    g_assert_cmphex(island_smmu_read(island, FSR), ==,
                    FSR_SS | FSR_AARCH64 | FSR_TF);
    g_assert_true(island_irq(island, ISLAND_SPI_SMMU_CB0));
    g_assert_true(gpu_stalled(island));
    g_assert_false(island_irq(island, ISLAND_SPI_GPU));
    g_assert_cmpuint(
        island_journal_count(
            island, "{'ev': 'stall', 'stream': 0, 'name': 'SMMU_CB0_FSR.TF'}"),
        ==, 1);
    assert_memory(island, SENTINEL);
    island_stop(island);
}

static void clearing_the_fault_lowers_the_line_and_the_gpu_still_waits(void)
{
    Island *island = stalled_machine("");

    island_smmu_write(island, FSR, island_smmu_read(island, FSR));
    g_assert_false(island_irq(island, ISLAND_SPI_SMMU_CB0));
    island_wait(island, 10 * MILLISECOND);
    g_assert_cmphex(island_smmu_read(island, FSR), ==,
                    FSR_SS | FSR_AARCH64);
    g_assert_true(gpu_stalled(island));
    island_stop(island);
}

static void terminated_by_resume_the_store_is_an_error_at_the_gpu(void)
{
    Island *island = stalled_machine("");

    island_smmu_write(island, FSR, FSR_TF);
    island_smmu_write(island, RESUME, TERMINATE);
    g_assert_cmphex(island_smmu_read(island, FSR), ==, FSR_AARCH64);
    g_assert_false(island_gpu_finish(island));
    g_assert_true(island_irq(island, ISLAND_SPI_GPU));
    g_assert_false(gpu_stalled(island));
    g_assert_cmpuint(released(island, "terminate"), ==, 1);
    assert_memory(island, SENTINEL);
    island_stop(island);
}

static void without_cfre_the_gpu_does_not_learn_that_it_was_terminated(void)
{
    Island *island = gpu_machine("");

    island_smmu_write(island, SCTLR, 0x11c7);
    qtest_writel(island->qts, PAGE, SENTINEL);
    submit_store(island);
    wait_for_stall(island);
    island_smmu_write(island, RESUME, TERMINATE);
    g_assert_true(island_gpu_finish(island));
    assert_memory(island, SENTINEL);
    island_stop(island);
}

static void retried_after_a_repair_the_store_lands(void)
{
    Island *island = stalled_machine("");

    island_map(island, IOVA, PAGE, 0);
    island_smmu_write(island, FSR, FSR_TF);
    island_smmu_write(island, RESUME, RETRY);
    g_assert_true(island_gpu_finish(island));
    assert_memory(island, VALUE);
    g_assert_false(gpu_stalled(island));
    g_assert_false(island_irq(island, ISLAND_SPI_GPU));
    g_assert_cmpuint(released(island, "retry"), ==, 1);
    island_stop(island);
}

static void retried_without_a_repair_the_store_stalls_again(void)
{
    Island *island = stalled_machine("");

    island_smmu_write(island, FSR, FSR_TF);
    island_smmu_write(island, RESUME, RETRY);
    wait_for_stall(island);
    g_assert_true(gpu_stalled(island));
    g_assert_cmpuint(
        island_journal_count(island, "{'ev': 'stall', 'stream': 0}"), ==, 2);
    island_stop(island);
}

static void resume_without_a_stall_is_ignored(void)
{
    Island *island = gpu_machine("");

    island_smmu_write(island, RESUME, TERMINATE);
    island_map(island, IOVA, PAGE, 0);
    g_assert_true(island_gpu_store(island, IOVA, VALUE));
    island_smmu_write(island, RESUME, RETRY);
    g_assert_cmpuint(island_journal_count(island, "{'ev': 'release'}"), ==, 0);
    island_stop(island);
}

static void power_takes_a_stalled_store_away_and_nobody_answers(void)
{
    static const char *const modes[] = { "lose", "retain", "retain-all" };
    unsigned n;

    for (n = 0; n < ARRAY_SIZE(modes); n++) {
        g_autofree char *options = g_strdup_printf(",on-collapse=%s", modes[n]);
        Island *island = stalled_machine(options);

        island_smmu_wire(island, "domain", false);
        g_assert_cmpuint(released(island, "lost"), ==, 1);
        island_smmu_wire(island, "domain", true);
        g_assert_cmphex(island_smmu_read(island, FSR), ==,
                        n == 0 ? 0 : FSR_AARCH64 | FSR_TF);
        island_smmu_write(island, RESUME, TERMINATE);
        island_wait(island, 10 * MILLISECOND);
        g_assert_false(island_irq(island, ISLAND_SPI_GPU));
        g_assert_cmpuint(island_journal_count(island, "{'ev': 'release'}"), ==,
                         1);
        assert_memory(island, SENTINEL);
        island_stop(island);
    }
}

static void a_stalled_store_is_saved_and_goes_on_where_it_was(void)
{
    Island *island = island_migrate(stalled_machine(""), "");

    g_assert_cmphex(island_smmu_read(island, FSR), ==,
                    FSR_SS | FSR_AARCH64 | FSR_TF);
    g_assert_true(gpu_stalled(island));
    island_map(island, IOVA, PAGE, 0);
    island_smmu_write(island, FSR, FSR_TF);
    island_smmu_write(island, RESUME, RETRY);
    g_assert_true(island_gpu_finish(island));
    assert_memory(island, VALUE);
    island_stop(island);
}

static void with_dma_policy_hang_the_gpu_waits_for_the_smmus_power(void)
{
    Island *island = gpu_machine(",dma-policy=hang,on-collapse=retain");

    island_map(island, IOVA, PAGE, 0);
    qtest_writel(island->qts, PAGE, SENTINEL);
    island_smmu_wire(island, "domain", false);
    submit_store(island);
    island_wait(island, 10 * MILLISECOND);
    island->pm_faults += 1;
    g_assert_false(island_irq(island, ISLAND_SPI_GPU));
    assert_memory(island, SENTINEL);
    g_assert_cmpuint(
        island_journal_count(island, "{'ev': 'stall', 'stream': 0}"), ==, 1);
    g_assert_cmpuint(island_journal_count(island, "{'ev': 'refused'}"), ==, 0);
    island_smmu_wire(island, "domain", true);
    g_assert_true(island_gpu_finish(island));
    assert_memory(island, VALUE);
    g_assert_cmpuint(released(island, "retry"), ==, 1);
    island_stop(island);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    island_add("stall", a_fault_stalls_the_gpu_and_tells_the_cpu);
    island_add("stall",
               clearing_the_fault_lowers_the_line_and_the_gpu_still_waits);
    island_add("stall", terminated_by_resume_the_store_is_an_error_at_the_gpu);
    island_add("stall",
               without_cfre_the_gpu_does_not_learn_that_it_was_terminated);
    island_add("stall", retried_after_a_repair_the_store_lands);
    island_add("stall", retried_without_a_repair_the_store_stalls_again);
    island_add("stall", resume_without_a_stall_is_ignored);
    island_add("stall", power_takes_a_stalled_store_away_and_nobody_answers);
    island_add("stall", a_stalled_store_is_saved_and_goes_on_where_it_was);
    island_add("stall", with_dma_policy_hang_the_gpu_waits_for_the_smmus_power);
    return g_test_run();
}
