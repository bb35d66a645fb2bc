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
    Island *island = island_start(",gdsc-delay=50000");

    island_set(island, ISLAND_IFACE, true);
    island_request(island, ISLAND_GPU_GDSC, true);
    island_wait(island, 45000);
    island = island_migrate(island, ",gdsc-delay=50000");
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

static void a_domain_on_its_way_up_arrives_though_nobody_looks(void)
{
    Island *island = island_start(",gdsc-delay=50000");

    island_set(island, ISLAND_IFACE, true);
    island_request(island, ISLAND_GPU_GDSC, true);
    island_wait(island, 45000);
    island = island_migrate(island, ",gdsc-delay=50000");
    island_wait(island, 5000);
    g_assert_false(island_bus_error(island, ISLAND_SMMU));
    island_stop(island);
}

static void an_interrupt_held_back_arrives_in_time(void)
{
    Island *island = gpu_machine(",irq-delay=50000000");

    g_assert_false(island_gpu_store(island, IOVA, VALUE));
    island_wait(island, 30000000);
    island = island_migrate(island, ",irq-delay=50000000");
    island_wait(island, 19900000);
    g_assert_false(island_irq(island, ISLAND_SPI_SMMU_CB0));
    island_wait(island, 100000);
    g_assert_true(island_irq(island, ISLAND_SPI_SMMU_CB0));
    island_stop(island);
}

#define SLOW_SYNC " -global arm-smmu-v2-pm.tlb-sync-latency=50000"
#define TLBGSYNC 0x70
#define TLBGSTATUS 0x74
#define CB0_TLBSYNC 0x87f0
#define CB0_TLBSTATUS 0x87f4

static void a_sync_under_way_ends_in_time(void)
{
    Island *island = gpu_machine(SLOW_SYNC);

    island_smmu_write(island, TLBGSYNC, 0);
    island_wait(island, 20000);
    island_smmu_write(island, CB0_TLBSYNC, 0);
    island_wait(island, 20000);
    island = island_migrate(island, SLOW_SYNC);
    island_wait(island, 9000);
    g_assert_cmphex(island_smmu_read(island, TLBGSTATUS), ==, 1);
    island_wait(island, 1000);
    g_assert_cmphex(island_smmu_read(island, TLBGSTATUS), ==, 0);
    g_assert_cmphex(island_smmu_read(island, CB0_TLBSTATUS), ==, 1);
    island_wait(island, 20000);
    g_assert_cmphex(island_smmu_read(island, CB0_TLBSTATUS), ==, 0);
    island_stop(island);
}

static void set_tbu(Island *island, bool running)
{
    qtest_qmp_assert_success(
        island->qts,
        "{ 'execute': 'qom-set', 'arguments': { 'path': %s, "
        "'property': 'tbu', 'value': %i } }",
        ISLAND_QOM_SMMU, running);
}

/* CFCFG makes the store wait; the sync waits for a TBU without its clock. */
static void a_stalled_store_and_a_sync_both_go_on_where_they_were(void)
{
    static const uint32_t store[] = { 0x703d8003, IOVA, 0, VALUE };
    Island *island = gpu_machine("");

    island_smmu_write(island, 0x8000, 0x11e7); /* SCTLR: CFCFG */
    island_gpu_submit(island, store, ARRAY_SIZE(store));
    island_wait(island, 1000000);
    g_assert_cmphex(island_smmu_read(island, 0x8058), ==, 0x40000402);
    set_tbu(island, false);
    island_smmu_write(island, TLBGSYNC, 0);
    island = island_migrate(island, "");
    island_wait(island, 1000000);
    g_assert_cmphex(island_smmu_read(island, 0x8058), ==, 0x40000402);
    g_assert_cmphex(island_smmu_read(island, TLBGSTATUS), ==, 1);
    g_assert_cmphex(qtest_readl(island->qts, PAGE), ==, 0);
    set_tbu(island, true);
    g_assert_cmphex(island_smmu_read(island, TLBGSTATUS), ==, 0);
    island_map(island, IOVA, PAGE, 0);
    island_smmu_write(island, 0x8058, 0x2);
    island_smmu_write(island, 0x8008, 0); /* RESUME: retry */
    island_wait(island, 1000000);
    g_assert_cmphex(island_smmu_read(island, 0x8058), ==, 0x400);
    g_assert_cmphex(qtest_readl(island->qts, PAGE), ==, VALUE);
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
    island_wait(island, 100000); /* without a look at the GPU */
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

/*
 * A stale entry in the TLB, a fault not yet handled, a domain halfway up and
 * work in the ring; saved and loaded or not, and then everything looked at.
 */
static GArray *what_follows(bool migrated)
{
    static const uint32_t work[] = { 0x703d8003, IOVA,          0, VALUE,
                                     0x703d8003, IOVA + 0x2000, 0, VALUE };
    const uint64_t venus = ISLAND_MMCC + 0x1024;
    const char *options = ",gdsc-delay=20000,seed=5";
    GArray *seen = g_array_new(false, true, sizeof(uint32_t));
    Island *island = gpu_machine(options);
    uint32_t value;
    unsigned n;

    island_map(island, IOVA, PAGE, 0);
    g_assert_true(island_gpu_store(island, IOVA, 1));
    island_unmap(island, IOVA);
    island_smmu_write(island, 0x805c, 0x80000008); /* FSRRESTORE: a fault */
    qtest_writel(island->qts, venus, qtest_readl(island->qts, venus) & ~1u);
    island_gpu_submit(island, work, ARRAY_SIZE(work));
    if (migrated) {
        island = island_migrate(island, options);
    } else {
        island_wait(island, 1); /* what island_migrate() takes */
    }
    for (n = 0; n < 100; n++) {
        value = qtest_readl(island->qts, venus);
        g_array_append_val(seen, value);
        value = island_gpu_read(island, 0x806); /* CP_RB_RPTR */
        g_array_append_val(seen, value);
        value = island_smmu_read(island, 0x8058); /* FSR */
        g_array_append_val(seen, value);
        value = island_smmu_read(island, 0x8060); /* FAR */
        g_array_append_val(seen, value);
        value = qtest_readl(island->qts, PAGE);
        g_array_append_val(seen, value);
        value = island_irq(island, ISLAND_SPI_SMMU_CB0) |
                island_irq(island, ISLAND_SPI_GPU) << 1;
        g_array_append_val(seen, value);
        island_wait(island, 500);
    }
    island_stop(island);
    return seen;
}

static void all_that_follows_is_as_without_saving(void)
{
    g_autoptr(GArray) without = what_follows(false);
    g_autoptr(GArray) with = what_follows(true);
    unsigned n, changes = 0;

    g_assert_cmpuint(with->len, ==, without->len);
    for (n = 0; n < with->len; n++) {
        g_assert_cmphex(g_array_index(with, uint32_t, n), ==,
                        g_array_index(without, uint32_t, n));
        changes += n >= 6 && g_array_index(with, uint32_t, n) !=
                                 g_array_index(with, uint32_t, n - 6);
    }
    /* Or the comparison would prove little. */
    g_assert_cmpuint(changes, >=, 4);
}

static void every_wire_can_still_be_switched(void)
{
    static const IslandWire smmu_wires[] = { ISLAND_IFACE, ISLAND_GPU_GDSC };
    Island *island = gpu_machine("");
    unsigned n;

    island = island_migrate(island, "");
    for (n = 0; n < ARRAY_SIZE(smmu_wires); n++) {
        island_set(island, smmu_wires[n], false);
        g_assert_true(island_bus_error(island, ISLAND_SMMU));
        island->pm_faults += 1;
        island_set(island, smmu_wires[n], true);
        g_assert_false(island_bus_error(island, ISLAND_SMMU));
    }
    island_set(island, ISLAND_GPU_GX_GDSC, false);
    g_assert_true(island_bus_error(island, ISLAND_GPU));
    island->pm_faults += 1;
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
    island_add("migration", a_domain_on_its_way_up_arrives_though_nobody_looks);
    island_add("migration", an_interrupt_held_back_arrives_in_time);
    island_add("migration", a_sync_under_way_ends_in_time);
    island_add("migration",
               a_stalled_store_and_a_sync_both_go_on_where_they_were);
    island_add("migration", work_in_the_ring_is_finished);
    island_add("migration", a_block_that_is_off_is_still_off);
    island_add("migration", all_that_follows_is_as_without_saving);
    island_add("migration", every_wire_can_still_be_switched);
    island_add("migration", the_new_journal_begins_with_the_restore);
    return g_test_run();
}
