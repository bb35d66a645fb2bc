/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DMA: the GPU's ring reaches guest RAM through the SMMU, at the addresses its
 * tables give and at no others; faults and interrupts arrive where a guest
 * looks for them.
 */
#include "qemu/osdep.h"

#include "island.h"

#define IOVA 0x02345000
#define PAGE ISLAND_DATA
#define SENTINEL 0x5afe5afe
#define VALUE 0xcafef00d

/* Offsets of context bank 0, bits of its FSR. */
#define FSR 0x8058
#define FAR_LOW 0x8060
#define FAR_HIGH 0x8064
#define FSYNR0 0x8068
#define CBFRSYNRA0 0x1400
#define FSR_AARCH64 0x400 /* FORMAT */
#define FSR_TF 0x2
#define FSR_PF 0x8
#define FSR_EF 0x10
#define FSR_MULTI 0x80000000

/* A machine whose GPU runs behind a programmed SMMU. */
static Island *gpu_machine(const char *options)
{
    Island *island = island_start(options);

    island_smmu_power(island, true);
    island_smmu_program(island);
    island_gpu_start(island);
    return island;
}

static void assert_memory(Island *island, uint64_t pa, uint32_t value)
{
    g_assert_cmphex(qtest_readl(island->qts, pa), ==, value);
}

static void a_store_lands_at_the_physical_address_and_not_at_the_iova(void)
{
    const uint64_t iova = ISLAND_DATA + 0x200000; /* RAM is there, too */
    Island *island = gpu_machine("");

    qtest_writel(island->qts, iova + 0x40, SENTINEL);
    island_map(island, iova, PAGE, 0);
    g_assert_true(island_gpu_store(island, iova + 0x40, VALUE));
    assert_memory(island, PAGE + 0x40, VALUE);
    assert_memory(island, iova + 0x40, SENTINEL);
    island_stop(island);
}

static void a_store_through_a_2_mib_block_lands_inside_it(void)
{
    Island *island = gpu_machine("");

    island_map_block(island, 0x40000000, ISLAND_DATA + 0x200000, 0);
    g_assert_true(island_gpu_store(island, 0x40000000 + 0x1ff008, VALUE));
    assert_memory(island, ISLAND_DATA + 0x200000 + 0x1ff008, VALUE);
    island_stop(island);
}

static void neighbouring_iovas_reach_scattered_pages(void)
{
    static const uint64_t pages[] = { PAGE + 0x7000, PAGE + 0x1000,
                                      PAGE + 0x42000 };
    Island *island = gpu_machine("");
    unsigned n;

    for (n = 0; n < ARRAY_SIZE(pages); n++) {
        island_map(island, IOVA + 0x1000 * n, pages[n], 0);
    }
    for (n = 0; n < ARRAY_SIZE(pages); n++) {
        g_assert_true(
            island_gpu_store(island, IOVA + 0x1000 * n + 0xffc, VALUE + n));
    }
    for (n = 0; n < ARRAY_SIZE(pages); n++) {
        assert_memory(island, pages[n] + 0xffc, VALUE + n);
    }
    island_stop(island);
}

static void iovas_above_4_gib_are_translated(void)
{
    const uint64_t iova = 0x0000fedcba987000;
    Island *island = gpu_machine("");

    island_map(island, iova, PAGE, 0);
    g_assert_true(island_gpu_store(island, iova, VALUE));
    assert_memory(island, PAGE, VALUE);
    island_stop(island);
}

static void an_indirect_buffer_is_fetched_through_the_smmu(void)
{
    /* CP_INDIRECT_BUFFER_PFE: address, dwords */
    static const uint32_t call[] = { 0x70bf8003, IOVA + 0x800, 0, 4 };
    static const uint32_t body[] = { 0x703d8003, IOVA + 0x10, 0, VALUE };
    Island *island = gpu_machine("");

    island_map(island, IOVA, PAGE, 0);
    qtest_memwrite(island->qts, PAGE + 0x800, body, sizeof(body));
    island_gpu_submit(island, call, ARRAY_SIZE(call));
    g_assert_true(island_gpu_finish(island));
    assert_memory(island, PAGE + 0x10, VALUE);
    island_stop(island);
}

static void the_fence_is_in_memory_when_the_gpu_interrupt_rises(void)
{
    /* CP_EVENT_WRITE: CACHE_FLUSH_TS with interrupt, address, fence */
    static const uint32_t event[] = { 0x70460004, 0x80000004, IOVA + 4, 0,
                                      0xffffff02 };
    Island *island = gpu_machine("");
    int tries;

    island_map(island, IOVA, PAGE, 0);
    island_gpu_submit(island, event, ARRAY_SIZE(event));
    for (tries = 0; !island_irq(island, ISLAND_SPI_GPU); tries++) {
        g_assert_cmpint(tries, <, 1000);
        island_wait(island, 1000);
    }
    assert_memory(island, PAGE + 4, 0xffffff02);
    g_assert_cmphex(island_gpu_read(island, 0x4e1), ==, 1u << 20);
    island_gpu_write(island, 0x37, 1u << 20); /* RBBM_INT_CLEAR_CMD */
    g_assert_false(island_irq(island, ISLAND_SPI_GPU));
    island_stop(island);
}

static void an_unmapped_store_faults_and_reaches_no_memory(void)
{
    const uint64_t iova = ISLAND_DATA + 0x200000;
    Island *island = gpu_machine("");

    qtest_writel(island->qts, iova + 0x40, SENTINEL);
    g_assert_false(island_gpu_store(island, iova + 0x40, VALUE));
    assert_memory(island, iova + 0x40, SENTINEL);
    g_assert_cmphex(island_smmu_read(island, FSR), ==, FSR_AARCH64 | FSR_TF);
    g_assert_cmphex(island_smmu_read(island, FAR_LOW), ==, iova + 0x40);
    g_assert_cmphex(island_smmu_read(island, FAR_HIGH), ==, 0);
    g_assert_cmphex(island_smmu_read(island, FSYNR0) & 0x10, ==,
                    0x10); /* WNR */
    g_assert_cmphex(island_smmu_read(island, CBFRSYNRA0) & 0xffff, ==, 0);
    g_assert_true(island_irq(island, ISLAND_SPI_GPU));
    island_stop(island);
}

static void a_store_to_a_read_only_page_is_a_permission_fault(void)
{
    Island *island = gpu_machine("");

    island_map(island, IOVA, PAGE, ISLAND_MAP_READ_ONLY);
    qtest_writel(island->qts, PAGE, SENTINEL);
    g_assert_false(island_gpu_store(island, IOVA, VALUE));
    assert_memory(island, PAGE, SENTINEL);
    g_assert_cmphex(island_smmu_read(island, FSR), ==, FSR_AARCH64 | FSR_PF);
    island_stop(island);
}

static void a_dropped_descriptor_faults_once_it_is_invalidated(void)
{
    Island *island = gpu_machine("");

    island_map(island, IOVA, PAGE, 0);
    g_assert_true(island_gpu_store(island, IOVA, VALUE));
    island_unmap(island, IOVA);
    island_smmu_invalidate(island, IOVA);
    qtest_writel(island->qts, PAGE, SENTINEL);
    g_assert_false(island_gpu_store(island, IOVA, VALUE));
    assert_memory(island, PAGE, SENTINEL);
    g_assert_cmphex(island_smmu_read(island, FSR), ==, FSR_AARCH64 | FSR_TF);
    island_stop(island);
}

static void
a_dropped_descriptor_lives_on_in_the_tlb_until_it_is_invalidated(void)
{
    Island *island = gpu_machine("");

    island_map(island, IOVA, PAGE, 0);
    g_assert_true(island_gpu_store(island, IOVA, SENTINEL));
    island_unmap(island, IOVA);
    g_assert_true(island_gpu_store(island, IOVA, VALUE));
    assert_memory(island, PAGE, VALUE);
    island_stop(island);
}

static void a_context_fault_holds_the_banks_line_until_fsr_is_cleared(void)
{
    Island *island = gpu_machine("");

    g_assert_false(island_irq(island, ISLAND_SPI_SMMU_CB0));
    g_assert_false(island_gpu_store(island, IOVA, VALUE));
    g_assert_true(island_irq(island, ISLAND_SPI_SMMU_CB0));
    g_assert_false(island_irq(island, ISLAND_SPI_SMMU_CB1));
    g_assert_false(island_irq(island, ISLAND_SPI_SMMU_GLOBAL));
    island_smmu_write(island, FSR, FSR_TF);
    g_assert_false(island_irq(island, ISLAND_SPI_SMMU_CB0));
    g_assert_cmphex(island_smmu_read(island, FSR), ==, FSR_AARCH64);
    island_stop(island);
}

static void an_unknown_stream_is_a_global_fault(void)
{
    Island *island = gpu_machine("");

    island_smmu_write(island, 0x800, 0); /* SMR0: not valid */
    g_assert_false(island_gpu_store(island, IOVA, VALUE));
    g_assert_cmphex(island_smmu_read(island, 0x48) & 0x2, ==,
                    0x2); /* sGFSR.USF */
    g_assert_true(island_irq(island, ISLAND_SPI_SMMU_GLOBAL));
    g_assert_false(island_irq(island, ISLAND_SPI_SMMU_CB0));
    island_smmu_write(island, 0x48, 0xffffffff);
    g_assert_false(island_irq(island, ISLAND_SPI_SMMU_GLOBAL));
    island_stop(island);
}

static void tables_that_point_at_mmio_are_an_external_fault(void)
{
    Island *island = gpu_machine("");

    island_smmu_write64(island, 0x8020, ISLAND_SMMU); /* TTBR0 */
    island_smmu_write(island, 0x68, 0);               /* TLBIALLNSNH */
    g_assert_false(island_gpu_store(island, IOVA, VALUE));
    g_assert_cmphex(island_smmu_read(island, FSR) & FSR_EF, ==, FSR_EF);
    island_stop(island);
}

static void a_store_mapped_to_mmio_is_an_error_and_reaches_no_register(void)
{
    Island *island = gpu_machine("");
    uint32_t before = island_smmu_read(island, 0);

    island_map(island, IOVA, ISLAND_SMMU, 0);
    g_assert_false(island_gpu_store(island, IOVA, VALUE));
    g_assert_cmphex(island_smmu_read(island, 0), ==, before);
    island_stop(island);
}

static void
dma_while_the_smmu_is_off_is_an_error_at_the_gpu_and_reaches_no_memory(void)
{
    Island *island = gpu_machine("");

    island_map(island, IOVA, PAGE, 0);
    qtest_writel(island->qts, PAGE, SENTINEL);
    qtest_writel(island->qts, ISLAND_RING_IOVA, SENTINEL);
    island_smmu_wire(island, "domain", false);
    g_assert_false(island_gpu_store(island, IOVA, VALUE));
    assert_memory(island, PAGE, SENTINEL);
    g_assert_true(island_irq(island, ISLAND_SPI_GPU));
    island->pm_faults += 1;
    g_assert_cmpuint(
        island_journal_count(island, "{'ev': 'refused', 'stream': 0}"), >=, 1);
    g_assert_cmpuint(island_journal_count(
                         island, "{'ev': 'finding', 'name': 'dma-while-off'}"),
                     ==, 1);
    island_stop(island);
}

static void work_waits_for_its_clock_and_goes_on_with_it(void)
{
    static const uint32_t store[] = { 0x703d8003, IOVA, 0, VALUE };
    Island *island = gpu_machine("");

    island_map(island, IOVA, PAGE, 0);
    qtest_writel(island->qts, PAGE, SENTINEL);
    island_set(island, ISLAND_BUS, false);
    island_gpu_submit(island, store, ARRAY_SIZE(store));
    island_wait(island, 10000000);
    assert_memory(island, PAGE, SENTINEL);
    g_assert_false(island_irq(island, ISLAND_SPI_GPU));
    island_set(island, ISLAND_BUS, true);
    g_assert_true(island_gpu_finish(island));
    assert_memory(island, PAGE, VALUE);
    island_stop(island);
}

/*
 * What a store through a dropped descriptor finds after a power cycle without
 * any programming.
 */
static Island *power_cycle_with_a_stale_entry(const char *mode)
{
    Island *island = island_startf(",on-collapse=%s", mode);

    island_smmu_power(island, true);
    island_smmu_program(island);
    island_gpu_start(island);
    /* The ring under its physical address: a bypass finds it, too. */
    island_map(island, ISLAND_RING_PA, ISLAND_RING_PA, 0);
    island_gpu_write(island, 0x800, ISLAND_RING_PA);

    island_map(island, PAGE + 0x1000, PAGE, 0);
    qtest_writel(island->qts, PAGE + 0x1000, SENTINEL);
    g_assert_true(island_gpu_store(island, PAGE + 0x1000, SENTINEL));
    island_unmap(island, PAGE + 0x1000);
    island_smmu_wire(island, "domain", false);
    island_smmu_wire(island, "domain", true);
    return island;
}

static void after_a_collapse_that_loses_all_dma_passes_untranslated(void)
{
    Island *island = power_cycle_with_a_stale_entry("lose");

    g_assert_true(island_gpu_store(island, PAGE + 0x1000, VALUE));
    assert_memory(island, PAGE, SENTINEL);
    assert_memory(island, PAGE + 0x1000, VALUE);
    /* One for the reads of the ring, one for the write. */
    g_assert_cmpuint(
        island_journal_count(island,
                             "{'ev': 'finding', 'name': 'unprotected-dma'}"),
        ==, 2);
    island_stop(island);
}

static void after_a_retention_the_tables_are_walked_again(void)
{
    Island *island = power_cycle_with_a_stale_entry("retain");

    g_assert_false(island_gpu_store(island, PAGE + 0x1000, VALUE));
    assert_memory(island, PAGE, SENTINEL);
    assert_memory(island, PAGE + 0x1000, SENTINEL);
    g_assert_cmphex(island_smmu_read(island, FSR), ==, FSR_AARCH64 | FSR_TF);
    island_stop(island);
}

static void with_retain_all_the_stale_entry_outlives_the_power(void)
{
    Island *island = power_cycle_with_a_stale_entry("retain-all");

    g_assert_true(island_gpu_store(island, PAGE + 0x1000, VALUE));
    assert_memory(island, PAGE, VALUE);
    assert_memory(island, PAGE + 0x1000, SENTINEL);
    island_stop(island);
}

static void interrupt_lines_drop_with_the_smmus_power(void)
{
    Island *island = gpu_machine("");

    g_assert_false(island_gpu_store(island, IOVA, VALUE));
    g_assert_true(island_irq(island, ISLAND_SPI_SMMU_CB0));
    island_set(island, ISLAND_GPU_GDSC, false);
    g_assert_false(island_irq(island, ISLAND_SPI_SMMU_CB0));
    island_stop(island);
}

static void the_gpus_interrupt_line_drops_with_its_power(void)
{
    Island *island = gpu_machine("");

    g_assert_false(island_gpu_store(island, IOVA, VALUE));
    g_assert_true(island_irq(island, ISLAND_SPI_GPU));
    island_gpu_power(island, false);
    g_assert_false(island_irq(island, ISLAND_SPI_GPU));
    island_stop(island);
}

static void an_interrupt_on_its_way_arrives_after_the_power_has_gone(void)
{
    Island *island = gpu_machine(",irq-delay=5000000"
                                 " -global smmu-pm-delay.fall=5000000");

    g_assert_false(island_gpu_store(island, IOVA, VALUE));
    g_assert_cmphex(island_smmu_read(island, FSR), ==, FSR_AARCH64 | FSR_TF);
    g_assert_false(island_irq(island, ISLAND_SPI_SMMU_CB0));
    island_wait(island, 1000000);
    island_set(island, ISLAND_GPU_GDSC, false);
    g_assert_false(island_irq(island, ISLAND_SPI_SMMU_CB0));
    island_wait(island, 4000000);
    g_assert_true(island_irq(island, ISLAND_SPI_SMMU_CB0));
    island_wait(island, 1000000);
    g_assert_false(island_irq(island, ISLAND_SPI_SMMU_CB0));
    island_stop(island);
}

static void an_interrupt_is_held_back_for_its_delay(void)
{
    Island *island = gpu_machine(",irq-delay=5000000");

    g_assert_false(island_gpu_store(island, IOVA, VALUE));
    island_wait(island, 4900000);
    g_assert_false(island_irq(island, ISLAND_SPI_SMMU_CB0));
    island_wait(island, 100000);
    g_assert_true(island_irq(island, ISLAND_SPI_SMMU_CB0));
    island_stop(island);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    island_add("dma",
               a_store_lands_at_the_physical_address_and_not_at_the_iova);
    island_add("dma", a_store_through_a_2_mib_block_lands_inside_it);
    island_add("dma", neighbouring_iovas_reach_scattered_pages);
    island_add("dma", iovas_above_4_gib_are_translated);
    island_add("dma", an_indirect_buffer_is_fetched_through_the_smmu);
    island_add("dma", the_fence_is_in_memory_when_the_gpu_interrupt_rises);
    island_add("dma", an_unmapped_store_faults_and_reaches_no_memory);
    island_add("dma", a_store_to_a_read_only_page_is_a_permission_fault);
    island_add("dma", a_dropped_descriptor_faults_once_it_is_invalidated);
    island_add(
        "dma",
        a_dropped_descriptor_lives_on_in_the_tlb_until_it_is_invalidated);
    island_add("dma",
               a_context_fault_holds_the_banks_line_until_fsr_is_cleared);
    island_add("dma", an_unknown_stream_is_a_global_fault);
    island_add("dma", tables_that_point_at_mmio_are_an_external_fault);
    island_add("dma",
               a_store_mapped_to_mmio_is_an_error_and_reaches_no_register);
    island_add(
        "dma",
        dma_while_the_smmu_is_off_is_an_error_at_the_gpu_and_reaches_no_memory);
    island_add("dma", work_waits_for_its_clock_and_goes_on_with_it);
    island_add("dma", after_a_collapse_that_loses_all_dma_passes_untranslated);
    island_add("dma", after_a_retention_the_tables_are_walked_again);
    island_add("dma", with_retain_all_the_stale_entry_outlives_the_power);
    island_add("dma", interrupt_lines_drop_with_the_smmus_power);
    island_add("dma", the_gpus_interrupt_line_drops_with_its_power);
    island_add("dma", an_interrupt_on_its_way_arrives_after_the_power_has_gone);
    island_add("dma", an_interrupt_is_held_back_for_its_delay);
    return g_test_run();
}
