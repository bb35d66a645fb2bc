/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine that was saved and loaded goes on as if nothing had happened: with
 * entries in its TLB, a fault not yet handled, a domain on its way up, an
 * interrupt held back and work in the ring.
 */
#include "qemu/osdep.h"

#include "island.h"

#define IOVA 0x02345000
#define PAGE ISLAND_DATA
#define VALUE 0xcafef00d

static Island *gpu_machine(const char *options)
{
    Island *island = island_start(options);

    island_smmu_power(island, true);
    island_smmu_program(island);
    island_gpu_start(island);
    return island;
}

static void registers_and_wires_are_as_they_were(void)
{
    static const uint32_t smmu[] = { 0x00,   0x10,   0x48,   0x800,  0x804,
                                     0xc00,  0xc04,  0x1000, 0x1800, 0x8000,
                                     0x8010, 0x8020, 0x8024, 0x8028, 0x8030,
                                     0x8038, 0x803c, 0x8058, 0x8060, 0x9000 };
    static const uint32_t mmcc[] = { 0x4024, 0x4028, 0x4034, 0x4038,
                                     0x403c, 0x40b0, 0x4104 };
    uint32_t before_smmu[ARRAY_SIZE(smmu)], before_mmcc[ARRAY_SIZE(mmcc)];
    Island *island = gpu_machine("");
    unsigned n;

    qtest_writel(island->qts, ISLAND_MMCC + 0x4104, 0x2d);
    for (n = 0; n < ARRAY_SIZE(smmu); n++) {
        before_smmu[n] = island_smmu_read(island, smmu[n]);
    }
    for (n = 0; n < ARRAY_SIZE(mmcc); n++) {
        before_mmcc[n] = qtest_readl(island->qts, ISLAND_MMCC + mmcc[n]);
    }
    island = island_migrate(island, "");
    for (n = 0; n < ARRAY_SIZE(smmu); n++) {
        g_assert_cmphex(island_smmu_read(island, smmu[n]), ==, before_smmu[n]);
    }
    for (n = 0; n < ARRAY_SIZE(mmcc); n++) {
        g_assert_cmphex(qtest_readl(island->qts, ISLAND_MMCC + mmcc[n]), ==,
                        before_mmcc[n]);
    }
    island_stop(island);
}

static void dma_goes_on(void)
{
    Island *island = gpu_machine("");

    island_map(island, IOVA, PAGE, 0);
    g_assert_true(island_gpu_store(island, IOVA, 1));
    island = island_migrate(island, "");
    g_assert_true(island_gpu_store(island, IOVA, VALUE));
    g_assert_cmphex(qtest_readl(island->qts, PAGE), ==, VALUE);
    island_stop(island);
}

static void an_entry_of_the_tlb_is_still_there(void)
{
    Island *island = gpu_machine("");

    island_map(island, IOVA, PAGE, 0);
    g_assert_true(island_gpu_store(island, IOVA, 1));
    island_unmap(island, IOVA);
    island = island_migrate(island, "");
    g_assert_true(island_gpu_store(island, IOVA, VALUE));
    g_assert_cmphex(qtest_readl(island->qts, PAGE), ==, VALUE);
    island_smmu_invalidate(island, IOVA);
    g_assert_false(island_gpu_store(island, IOVA, 2));
    g_assert_cmphex(qtest_readl(island->qts, PAGE), ==, VALUE);
    island_stop(island);
}

static void a_pending_fault_still_holds_its_line(void)
{
    Island *island = gpu_machine("");

    g_assert_false(island_gpu_store(island, IOVA, VALUE));
    island = island_migrate(island, "");
    g_assert_cmphex(island_smmu_read(island, 0x8058), ==, 0x402);
    g_assert_cmphex(island_smmu_read(island, 0x8060), ==, IOVA);
    g_assert_true(island_irq(island, ISLAND_SPI_SMMU_CB0));
    g_assert_true(island_irq(island, ISLAND_SPI_GPU));
    island_smmu_write(island, 0x8058, 0x2);
    g_assert_false(island_irq(island, ISLAND_SPI_SMMU_CB0));
    island_stop(island);
}

static void a_domain_on_its_way_up_arrives_in_time(void)
{
    Island *island = island_start(",gdsc-delay=20000");

    island_set(island, ISLAND_IFACE, true);
    island_request(island, ISLAND_GPU_GDSC, true);
    island_wait(island, 15000);
    island = island_migrate(island, ",gdsc-delay=20000");
    g_assert_false(island_is_on(island, ISLAND_GPU_GDSC));
    island_wait(island, 4000);
    g_assert_false(island_is_on(island, ISLAND_GPU_GDSC));
    g_assert_true(island_bus_error(island, ISLAND_SMMU));
    island->pm_faults += 1;
    island_wait(island, 1000);
    g_assert_true(island_is_on(island, ISLAND_GPU_GDSC));
    g_assert_false(island_bus_error(island, ISLAND_SMMU));
    island_stop(island);
}

static void an_interrupt_held_back_arrives_in_time(void)
{
    Island *island = gpu_machine(",irq-delay=50000000");

    g_assert_false(island_gpu_store(island, IOVA, VALUE));
    island = island_migrate(island, ",irq-delay=50000000");
    g_assert_false(island_irq(island, ISLAND_SPI_SMMU_CB0));
    island_wait(island, 50000000);
    g_assert_true(island_irq(island, ISLAND_SPI_SMMU_CB0));
    island_stop(island);
}

static void work_in_the_ring_is_finished(void)
{
    static const uint32_t store[] = { 0x703d8003, IOVA, 0, VALUE };
    Island *island = gpu_machine("");

    island_map(island, IOVA, PAGE, 0);
    island_gpu_submit(island, store, ARRAY_SIZE(store));
    g_assert_cmphex(qtest_readl(island->qts, PAGE), ==, 0);
    island = island_migrate(island, "");
    g_assert_true(island_gpu_finish(island));
    g_assert_cmphex(qtest_readl(island->qts, PAGE), ==, VALUE);
    island_stop(island);
}

static void a_block_that_is_off_is_still_off(void)
{
    Island *island = gpu_machine("");

    island_gpu_power(island, false);
    island_smmu_power(island, false);
    island = island_migrate(island, "");
    g_assert_true(island_bus_error(island, ISLAND_SMMU));
    g_assert_true(island_bus_error(island, ISLAND_GPU));
    island->pm_faults += 2;
    island_smmu_power(island, true);
    g_assert_cmphex(island_smmu_read(island, 0x800), ==, 0);
    island_stop(island);
}

static void the_new_journal_begins_with_the_restore(void)
{
    Island *island = island_migrate(gpu_machine(""), "");

    g_assert_cmpuint(island_journal_count(island, "{'ev': 'restored'}"), ==, 1);
    island_stop(island);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    island_add("migration", registers_and_wires_are_as_they_were);
    island_add("migration", dma_goes_on);
    island_add("migration", an_entry_of_the_tlb_is_still_there);
    island_add("migration", a_pending_fault_still_holds_its_line);
    island_add("migration", a_domain_on_its_way_up_arrives_in_time);
    island_add("migration", an_interrupt_held_back_arrives_in_time);
    island_add("migration", work_in_the_ring_is_finished);
    island_add("migration", a_block_that_is_off_is_still_off);
    island_add("migration", the_new_journal_begins_with_the_restore);
    return g_test_run();
}
