/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Block resets of GCC and MMCC on their way to the blocks, and votes that are
 * withheld.
 */
#include "qemu/osdep.h"

#include "island.h"

#define SMMU_SMR0 0x800
#define SMMU_ID1 (ISLAND_SMMU + 0x24)
#define GPU_STATUS (ISLAND_GPU + 4 * 0x4f5)
#define GPU_SCRATCH0 0xb78

#define GCC_MMSS_BCR (ISLAND_GCC + 0x9000)
#define GPU_GX_BCR (ISLAND_MMCC + 0x4020)
#define GPU_BCR (ISLAND_MMCC + 0x4030)
#define GPU_GDSCR (ISLAND_MMCC + 0x4034)

static Island *powered(const char *options)
{
    Island *island = island_start(options);

    island_smmu_power(island, true);
    island_gpu_power(island, true);
    return island;
}

static Island *used(void)
{
    Island *island = powered("");

    island_smmu_write(island, SMMU_SMR0, 0x80000005);
    island_gpu_write(island, GPU_SCRATCH0, 5);
    return island;
}

static void assert_reach(Island *island, bool smmu, bool gpu)
{
    g_assert_true(island_bus_error(island, SMMU_ID1) == !smmu);
    g_assert_true(island_bus_error(island, GPU_STATUS) == !gpu);
    island->pm_faults += !smmu + !gpu;
}

static void gpu_gx_bcr_resets_the_gpu_alone(void)
{
    Island *island = used();

    qtest_writel(island->qts, GPU_GX_BCR, 1);
    assert_reach(island, true, false);
    qtest_writel(island->qts, GPU_GX_BCR, 0);
    assert_reach(island, true, true);
    g_assert_cmphex(island_gpu_read(island, GPU_SCRATCH0), ==, 0);
    g_assert_cmphex(island_smmu_read(island, SMMU_SMR0), ==, 0x80000005);
    island_stop(island);
}

static void gpu_bcr_resets_smmu_and_gpu(void)
{
    Island *island = used();

    qtest_writel(island->qts, GPU_BCR, 1);
    assert_reach(island, false, false);
    qtest_writel(island->qts, GPU_BCR, 0);
    assert_reach(island, true, true);
    g_assert_cmphex(island_gpu_read(island, GPU_SCRATCH0), ==, 0);
    g_assert_cmphex(island_smmu_read(island, SMMU_SMR0), ==, 0);
    island_stop(island);
}

static void a_block_is_released_when_all_of_its_resets_are(void)
{
    Island *island = used();

    qtest_writel(island->qts, GPU_GX_BCR, 1);
    qtest_writel(island->qts, GPU_BCR, 1);
    qtest_writel(island->qts, GPU_BCR, 0);
    assert_reach(island, true, false);
    qtest_writel(island->qts, GPU_GX_BCR, 0);
    assert_reach(island, true, true);
    island_stop(island);
}

static void gcc_mmss_bcr_resets_mmcc_and_all_in_it(void)
{
    Island *island = used();

    qtest_writel(island->qts, GCC_MMSS_BCR, 1);
    assert_reach(island, false, false);
    g_assert_true(island_bus_error(island, GPU_GDSCR));
    qtest_writel(island->qts, GCC_MMSS_BCR, 0);
    g_assert_cmphex(qtest_readl(island->qts, GPU_GDSCR), ==, 1);
    assert_reach(island, false, false);
    island_smmu_power(island, true);
    island_gpu_power(island, true);
    assert_reach(island, true, true);
    g_assert_cmphex(island_smmu_read(island, SMMU_SMR0), ==, 0);
    island_stop(island);
}

static void a_reset_is_asserted_after_a_migration_too(void)
{
    Island *island = used();

    qtest_writel(island->qts, GPU_GX_BCR, 1);
    qtest_writel(island->qts, GPU_BCR, 1);
    island = island_migrate(island, "");
    assert_reach(island, false, false);
    qtest_writel(island->qts, GPU_BCR, 0);
    assert_reach(island, true, false);
    qtest_writel(island->qts, GPU_GX_BCR, 0);
    assert_reach(island, true, true);
    island_stop(island);
}

static void a_vote_is_withheld_from_the_start(void)
{
    static const struct {
        const char *option;
        bool smmu;
        bool gpu;
    } rows[] = {
        { ",withhold-vote=none", true, true },
        { ",withhold-vote=smmu", false, true },
        { ",withhold-vote=gpu", true, false },
        { ",withhold-vote=all", false, false },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        Island *island = powered(rows[i].option);

        assert_reach(island, rows[i].smmu, rows[i].gpu);
        island_stop(island);
    }
}

static void a_vote_is_taken_away_and_given_back_by_hand(void)
{
    Island *island = powered("");

    qtest_qom_set_bool(island->qts, ISLAND_QOM_SMMU, "vote", false);
    assert_reach(island, false, true);
    g_assert_false(qtest_qom_get_bool(island->qts, ISLAND_QOM_SMMU, "vote"));
    qtest_qom_set_bool(island->qts, ISLAND_QOM_SMMU, "vote", true);
    assert_reach(island, true, true);
    g_assert_true(qtest_qom_get_bool(island->qts, ISLAND_QOM_SMMU, "vote"));
    island_stop(island);
}

static void a_missing_vote_is_in_the_journal(void)
{
    Island *island = powered(",withhold-vote=smmu");

    assert_reach(island, false, true);
    g_assert_cmpuint(island_journal_count(island, "{'ev': 'touch', "
                                          "'block': 'smmu', "
                                          "'missing': ['vote']}"), ==, 1);
    island_stop(island);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    island_add("resets", gpu_gx_bcr_resets_the_gpu_alone);
    island_add("resets", gpu_bcr_resets_smmu_and_gpu);
    island_add("resets", a_block_is_released_when_all_of_its_resets_are);
    island_add("resets", gcc_mmss_bcr_resets_mmcc_and_all_in_it);
    island_add("resets", a_reset_is_asserted_after_a_migration_too);
    island_add("resets", a_vote_is_withheld_from_the_start);
    island_add("resets", a_vote_is_taken_away_and_given_back_by_hand);
    island_add("resets", a_missing_vote_is_in_the_journal);
    return g_test_run();
}
