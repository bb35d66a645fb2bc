/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where everything is, and what it reads before anybody has written to it.
 */
#include "qemu/osdep.h"

#include "island.h"

static void every_domain_is_collapsed_at_reset(void)
{
    static const uint32_t gcc[] = { 0x7d024, 0x7d034, 0x7d038,
                                    0xf004,  0x6b004, 0x75004 };
    static const uint32_t mmcc[] = { 0x4034, 0x4024 };
    Island *island = island_start("");
    unsigned n;

    for (n = 0; n < ARRAY_SIZE(gcc); n++) {
        g_assert_cmphex(
            qtest_readl(island->qts, ISLAND_GCC + gcc[n]) & 0x80000001, ==, 1);
    }
    for (n = 0; n < ARRAY_SIZE(mmcc); n++) {
        g_assert_cmphex(qtest_readl(island->qts, ISLAND_MMCC + mmcc[n]) &
                            0x80000001,
                        ==, 1);
    }
    island_stop(island);
}

static void every_clock_of_the_gpu_is_stopped_at_reset(void)
{
    static const IslandWire clocks[] = { ISLAND_IFACE, ISLAND_BUS, ISLAND_CORE,
                                         ISLAND_RBBMTIMER, ISLAND_MEM };
    Island *island = island_start("");
    unsigned n;

    for (n = 0; n < ARRAY_SIZE(clocks); n++) {
        g_assert_false(island_is_on(island, clocks[n]));
    }
    island_stop(island);
}

static void plain_controller_registers_read_back_what_was_written(void)
{
    Island *island = island_start("");

    qtest_writel(island->qts, ISLAND_MMCC + 0x4104, 0x2d); /* mmpll2 L */
    qtest_writel(island->qts, ISLAND_GCC + 0x52008, 0x00200000);
    g_assert_cmphex(qtest_readl(island->qts, ISLAND_MMCC + 0x4104), ==, 0x2d);
    g_assert_cmphex(qtest_readl(island->qts, ISLAND_GCC + 0x52008), ==,
                    0x00200000);
    island_stop(island);
}

static void the_smmu_identifies_itself(void)
{
    Island *island = island_start("");

    island_smmu_power(island, true);
    g_assert_cmphex(island_smmu_read(island, 0x20), ==, 0x4e015e08); /* ID0 */
    g_assert_cmphex(island_smmu_read(island, 0x24), ==, 0x20000002); /* ID1 */
    g_assert_cmphex(island_smmu_read(island, 0x28), ==, 0x00001544); /* ID2 */
    island_stop(island);
}

static void the_smmu_resets_to_bypass_with_nothing_pending(void)
{
    Island *island = island_start("");

    island_smmu_power(island, true);
    g_assert_cmphex(island_smmu_read(island, 0x00) & 1, ==,
                    1);                                     /* sCR0.CLIENTPD */
    g_assert_cmphex(island_smmu_read(island, 0x48), ==, 0); /* sGFSR */
    g_assert_cmphex(island_smmu_read(island, 0x74), ==, 0); /* sTLBGSTATUS */
    g_assert_cmphex(island_smmu_read(island, 0x8000) & 1, ==,
                    0);                                       /* CB0 SCTLR.M */
    g_assert_cmphex(island_smmu_read(island, 0x8058), ==, 0); /* CB0 FSR */
    g_assert_cmphex(island_smmu_read(island, 0x9058), ==, 0); /* CB1 FSR */
    island_stop(island);
}

static void ttbr0_takes_64_bits_in_one_access_or_two(void)
{
    Island *island = island_start("");

    island_smmu_power(island, true);
    island_smmu_write64(island, 0x8020, 0x0001000043000000);
    g_assert_cmphex(island_smmu_read(island, 0x8020), ==, 0x43000000);
    g_assert_cmphex(island_smmu_read(island, 0x8024), ==, 0x00010000);
    island_smmu_write(island, 0x8020, 0x44000000);
    g_assert_cmphex(qtest_readq(island->qts, ISLAND_SMMU + 0x8020), ==,
                    0x0001000044000000);
    island_stop(island);
}

static void the_gpu_is_idle_at_reset(void)
{
    Island *island = island_start("");

    island_smmu_power(island, true);
    island_gpu_power(island, true);
    g_assert_cmphex(island_gpu_read(island, 0x4f5), ==, 0); /* RBBM_STATUS */
    g_assert_cmphex(island_gpu_read(island, 0x4e1), ==,
                    0); /* RBBM_INT_0_STATUS */
    g_assert_cmphex(island_gpu_read(island, 0x806), ==, 0); /* CP_RB_RPTR */
    g_assert_cmphex(island_gpu_read(island, 0x807), ==, 0); /* CP_RB_WPTR */
    island_stop(island);
}

static void no_interrupt_line_is_high_at_reset(void)
{
    Island *island = island_start("");

    g_assert_false(island_irq(island, ISLAND_SPI_SMMU_GLOBAL));
    g_assert_false(island_irq(island, ISLAND_SPI_SMMU_CB0));
    g_assert_false(island_irq(island, ISLAND_SPI_SMMU_CB1));
    g_assert_false(island_irq(island, ISLAND_SPI_GPU));
    island_stop(island);
}

static void the_windows_are_as_long_as_the_device_tree_says(void)
{
    static const struct {
        uint64_t base, size;
    } windows[] = {
        { ISLAND_GCC, 0x90000 }, { ISLAND_MMCC, 0x40000 },
        { ISLAND_GPU, 0x3f000 }, { ISLAND_SMMU, 0x10000 },
        { ISLAND_MARK, 0x1000 },
    };
    Island *island = island_start("");
    unsigned n;

    island_smmu_power(island, true);
    island_gpu_power(island, true);
    for (n = 0; n < ARRAY_SIZE(windows); n++) {
        uint64_t end = windows[n].base + windows[n].size;

        g_assert_false(island_bus_error(island, windows[n].base));
        g_assert_false(island_bus_error(island, end - 4));
        g_assert_true(island_bus_error(island, end));
        g_assert_true(island_bus_error(island, windows[n].base - 4));
    }
    island_stop(island);
}

static void accesses_narrower_than_a_register_are_bus_errors(void)
{
    static const uint64_t addresses[] = { ISLAND_GCC, ISLAND_MMCC, ISLAND_GPU,
                                          ISLAND_SMMU, ISLAND_MARK };
    Island *island = island_start("");
    unsigned n;

    island_smmu_power(island, true);
    island_gpu_power(island, true);
    for (n = 0; n < ARRAY_SIZE(addresses); n++) {
        g_autofree char *byte = qtest_hmp(island->qts, "xp /1bx 0x%" PRIx64,
                                          addresses[n]);
        g_autofree char *half = qtest_hmp(island->qts, "xp /1hx 0x%" PRIx64,
                                          addresses[n]);

        g_assert_nonnull(strstr(byte, "Cannot access memory"));
        g_assert_nonnull(strstr(half, "Cannot access memory"));
    }
    island_stop(island);
}

static void a_system_reset_takes_everything_back_to_the_start(void)
{
    Island *island = island_start("");

    island_smmu_power(island, true);
    island_smmu_program(island);
    island_gpu_start(island);
    g_assert_false(
        island_gpu_store(island, 0x5000000, 1)); /* leaves a pending fault */
    g_assert_true(island_irq(island, ISLAND_SPI_SMMU_CB0));
    qtest_system_reset(island->qts);

    g_assert_false(island_is_on(island, ISLAND_GPU_GDSC));
    g_assert_false(island_is_on(island, ISLAND_GPU_GX_GDSC));
    g_assert_false(island_is_on(island, ISLAND_IFACE));
    g_assert_false(island_is_on(island, ISLAND_BUS));
    g_assert_false(island_irq(island, ISLAND_SPI_SMMU_CB0));
    g_assert_false(island_irq(island, ISLAND_SPI_GPU));
    g_assert_true(island_bus_error(island, ISLAND_SMMU));
    g_assert_true(island_bus_error(island, ISLAND_GPU));
    island->pm_faults += 2;

    island_smmu_power(island, true);
    g_assert_cmphex(island_smmu_read(island, 0x00) & 1, ==, 1);
    g_assert_cmphex(island_smmu_read(island, 0x800), ==, 0);
    g_assert_cmphex(island_smmu_read(island, 0x8020), ==, 0);
    g_assert_cmphex(island_smmu_read(island, 0x8058), ==, 0);
    island_stop(island);
}

static void a_system_reset_in_the_middle_of_work_makes_no_finding(void)
{
    static const uint32_t store[] = { 0x703d8003, 0x2000000, 0, 0xcafef00d };
    Island *island = island_start("");
    int n;

    island_smmu_power(island, true);
    island_smmu_program(island);
    island_map(island, 0x2000000, ISLAND_DATA, 0);
    island_gpu_start(island);
    for (n = 0; n < 64; n++) {
        island_gpu_submit(island, store, ARRAY_SIZE(store));
    }
    island_wait(island, 3000);
    g_assert_cmphex(island_gpu_read(island, 0x4f5), !=, 0); /* RBBM_STATUS */
    qtest_system_reset(island->qts);
    island_wait(island, 10000000);
    g_assert_cmpuint(island_journal_count(island, "{'ev': 'finding'}"), ==, 0);
    g_assert_cmpuint(island_journal_count(island, "{'ev': 'refused'}"), ==, 0);
    island_stop(island);
}

static void a_system_reset_leaves_nothing_to_retention(void)
{
    Island *island = island_start(",on-collapse=retain-all");

    island_smmu_power(island, true);
    island_smmu_program(island);
    qtest_system_reset(island->qts);
    island_smmu_power(island, true);
    g_assert_cmphex(island_smmu_read(island, 0x00) & 1, ==, 1);
    g_assert_cmphex(island_smmu_read(island, 0x800), ==, 0);
    g_assert_cmphex(island_smmu_read(island, 0x8020), ==, 0);
    island_stop(island);
}

static void a_system_reset_reaches_every_block(void)
{
    static const char *const blocks[] = { "island", "smmu", "gpu" };
    Island *island = island_start("");
    unsigned n;

    qtest_system_reset(island->qts);
    for (n = 0; n < ARRAY_SIZE(blocks); n++) {
        g_autofree char *pattern = g_strdup_printf(
            "{'ev': 'reset', 'block': '%s'}", blocks[n]);

        /* The machine's own start is the first. */
        g_assert_cmpuint(island_journal_count(island, pattern), ==, 2);
    }
    island_stop(island);
}

static void after_a_system_reset_the_machine_works_again(void)
{
    Island *island = island_start("");
    int round;

    for (round = 0; round < 2; round++) {
        island_smmu_power(island, true);
        island_smmu_program(island);
        island_gpu_start(island);
        island_map(island, 0x2000000, ISLAND_DATA, 0);
        g_assert_true(island_gpu_store(island, 0x2000000, 0x1000 + round));
        g_assert_cmphex(qtest_readl(island->qts, ISLAND_DATA), ==,
                        0x1000 + round);
        qtest_system_reset(island->qts);
    }
    g_assert_cmpuint(island_journal_count(island, "{'ev': 'finding'}"), ==, 0);
    island_stop(island);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    island_add("map", every_domain_is_collapsed_at_reset);
    island_add("map", every_clock_of_the_gpu_is_stopped_at_reset);
    island_add("map", plain_controller_registers_read_back_what_was_written);
    island_add("map", the_smmu_identifies_itself);
    island_add("map", the_smmu_resets_to_bypass_with_nothing_pending);
    island_add("map", ttbr0_takes_64_bits_in_one_access_or_two);
    island_add("map", the_gpu_is_idle_at_reset);
    island_add("map", no_interrupt_line_is_high_at_reset);
    island_add("map", the_windows_are_as_long_as_the_device_tree_says);
    island_add("map", accesses_narrower_than_a_register_are_bus_errors);
    island_add("map", a_system_reset_takes_everything_back_to_the_start);
    island_add("map", a_system_reset_in_the_middle_of_work_makes_no_finding);
    island_add("map", a_system_reset_leaves_nothing_to_retention);
    island_add("map", a_system_reset_reaches_every_block);
    island_add("map", after_a_system_reset_the_machine_works_again);
    return g_test_run();
}
