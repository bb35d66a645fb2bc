/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pm-testdev in the machine: where it is, what it hangs on, its DMA through the
 * SMMU with a StreamID of its own, its interrupt, and saving it in the middle.
 * Without testdev=on none of it is there.
 */
#include "qemu/osdep.h"

#include "island.h"

#define TESTDEV 0x0bb70000
#define SPI_TESTDEV 191
#define SPI_SMMU_CB3 184
#define STREAM 0x10

#define IOVA 0x02345000
#define PAGE ISLAND_DATA
#define SENTINEL 0x5afe5afe
#define VALUE 0xcafef00d

/* Registers */
#define DST 0x18
#define LENGTH 0x20
#define PATTERN 0x24
#define DELAY 0x28
#define CONTROL 0x2c
#define STATUS 0x30
#define INT_ENABLE 0x44
#define INT_CLEAR 0x48
#define GO 0x100

/* In MMCC */
#define MMAGIC_VIDEO_GDSCR 0x119c
#define VENUS_GDSCR 0x1024
#define VIDEO_AHB_CBCR 0x1030
#define VIDEO_AXI_CBCR 0x1034
#define VIDEO_BCR 0x1020

#define ON ",testdev=on"

static void mmcc_write(Island *island, uint32_t offset, uint32_t value)
{
    qtest_writel(island->qts, ISLAND_MMCC + offset, value);
    island_wait(island, 100000);
}

static void testdev_power(Island *island)
{
    mmcc_write(island, MMAGIC_VIDEO_GDSCR, 0);
    mmcc_write(island, VENUS_GDSCR, 0);
    mmcc_write(island, VIDEO_AHB_CBCR, 1);
    mmcc_write(island, VIDEO_AXI_CBCR, 1);
}

/* A machine whose device is on, behind an SMMU that translates its stream. */
static Island *testdev_machine(const char *options)
{
    Island *island = island_startf(ON "%s", options);

    island_smmu_power(island, true);
    island_smmu_program(island);
    island_stream(island, 1, STREAM);
    testdev_power(island);
    return island;
}

static uint32_t testdev_read(Island *island, uint32_t offset)
{
    return qtest_readl(island->qts, TESTDEV + offset);
}

static void testdev_write(Island *island, uint32_t offset, uint32_t value)
{
    qtest_writel(island->qts, TESTDEV + offset, value);
}

static void fill(Island *island, uint64_t iova, uint32_t bytes, uint32_t ns)
{
    qtest_writeq(island->qts, TESTDEV + DST, iova);
    testdev_write(island, LENGTH, bytes);
    testdev_write(island, PATTERN, VALUE);
    testdev_write(island, DELAY, ns);
    testdev_write(island, CONTROL, GO);
}

static void it_is_there_when_it_was_asked_for_and_not_otherwise(void)
{
    Island *island = island_start("");

    g_assert_true(island_bus_error(island, TESTDEV));
    island_stop(island); /* nothing is there: no pm-fault either */

    island = testdev_machine("");
    g_assert_cmphex(testdev_read(island, 0), ==, 0x44544d50);
    island_stop(island);
}

static void it_has_two_more_context_banks_with_it(void)
{
    Island *island = island_start("");

    island_smmu_power(island, true);
    g_assert_cmphex(island_smmu_read(island, 0x24) & 0xff, ==, 2); /* ID1 */
    island_stop(island);

    island = testdev_machine("");
    g_assert_cmphex(island_smmu_read(island, 0x24) & 0xff, ==, 4);
    g_assert_false(island_irq(island, SPI_SMMU_CB3));
    island_smmu_write(island, 0xb000, 0x67);        /* CB3_SCTLR: CFIE */
    island_smmu_write(island, 0xb05c, 0x80000002);  /* CB3_FSRRESTORE */
    g_assert_true(island_irq(island, SPI_SMMU_CB3));
    island_stop(island);
}

static void each_of_its_wires_takes_it_out_of_reach(void)
{
    static const uint32_t registers[] = { VIDEO_AHB_CBCR, VENUS_GDSCR,
                                          MMAGIC_VIDEO_GDSCR };
    Island *island = testdev_machine("");
    unsigned n;

    for (n = 0; n < ARRAY_SIZE(registers); n++) {
        mmcc_write(island, registers[n], n == 0 ? 0 : 1);
        g_assert_true(island_bus_error(island, TESTDEV));
        island->pm_faults += 1;
        testdev_power(island);
        g_assert_false(island_bus_error(island, TESTDEV));
    }
    mmcc_write(island, VIDEO_BCR, 1);
    g_assert_true(island_bus_error(island, TESTDEV));
    island->pm_faults += 1;
    g_assert_cmpuint(island_journal_count(island,
                         "{'block': 'testdev', 'ev': 'touch'}"), ==, 4);
    island_stop(island);
}

static void its_dma_goes_through_the_smmu_with_its_own_stream(void)
{
    Island *island = testdev_machine("");

    qtest_writel(island->qts, PAGE + 0x80, SENTINEL);
    island_map(island, IOVA, PAGE, 0);
    fill(island, IOVA, 0x80, 0);
    island_wait(island, 100000);
    g_assert_cmphex(testdev_read(island, STATUS), ==, 0);
    g_assert_cmphex(qtest_readl(island->qts, PAGE + 0x7c), ==, VALUE);
    g_assert_cmphex(qtest_readl(island->qts, PAGE + 0x80), ==, SENTINEL);
    g_assert_cmpuint(island_journal_count(island,
                         "{'ev': 'translate', 'stream': 16}"), ==, 2);
    island_stop(island);
}

static void what_is_not_mapped_is_a_bus_error(void)
{
    Island *island = testdev_machine("");

    fill(island, IOVA, 4, 0);
    island_wait(island, 100000);
    g_assert_cmphex(testdev_read(island, STATUS), ==, 0x10);
    g_assert_true(island_irq(island, ISLAND_SPI_SMMU_CB0));
    /* CBFRSYNRA0 */
    g_assert_cmphex(island_smmu_read(island, 0x1400), ==, STREAM);
    island_stop(island);
}

static void it_interrupts_when_it_has_finished(void)
{
    Island *island = testdev_machine("");

    island_map(island, IOVA, PAGE, 0);
    testdev_write(island, INT_ENABLE, 1);
    fill(island, IOVA, 4, 50000);
    island_wait(island, 49000);
    g_assert_false(island_irq(island, SPI_TESTDEV));
    g_assert_cmphex(testdev_read(island, STATUS), ==, 1);
    island_wait(island, 2000);
    g_assert_true(island_irq(island, SPI_TESTDEV));
    testdev_write(island, INT_CLEAR, 1);
    g_assert_false(island_irq(island, SPI_TESTDEV));
    island_stop(island);
}

static void it_waits_for_an_smmu_that_is_off_or_is_refused(void)
{
    Island *island = testdev_machine(",dma-policy=hang");

    island_map(island, IOVA, PAGE, 0);
    fill(island, IOVA, 4, 200000);
    island_smmu_power(island, false);
    island_wait(island, 400000);
    island->pm_faults += 1;
    g_assert_cmphex(testdev_read(island, STATUS), ==, 3);
    island_smmu_power(island, true);
    island_wait(island, 10000);
    /* It was sent again, to an SMMU that nobody has set up: untranslated. */
    g_assert_cmphex(testdev_read(island, STATUS) & 3, ==, 0);
    island_stop(island);

    island = testdev_machine("");
    fill(island, IOVA, 4, 200000);
    island_smmu_power(island, false);
    island_wait(island, 400000);
    island->pm_faults += 1;
    g_assert_cmphex(testdev_read(island, STATUS), ==, 0x10);
    g_assert_cmpuint(island_journal_count(island,
                         "{'ev': 'finding', 'name': 'dma-while-off'}"), ==, 1);
    island_stop(island);
}

static void work_goes_with_its_domain(void)
{
    Island *island = testdev_machine("");

    island_map(island, IOVA, PAGE, 0);
    fill(island, IOVA, 0x80, 1000000);
    mmcc_write(island, VENUS_GDSCR, 1);
    mmcc_write(island, VENUS_GDSCR, 0);
    island_wait(island, 2000000);
    g_assert_cmphex(qtest_readl(island->qts, PAGE), ==, 0);
    g_assert_cmphex(testdev_read(island, LENGTH), ==, 0);
    g_assert_cmpuint(island_journal_count(island,
                         "{'ev': 'finding', 'name': 'transaction-lost'}"),
                     ==, 1);
    island_stop(island);
}

static void work_goes_on_after_migration(void)
{
    Island *island = testdev_machine("");

    island_map(island, IOVA, PAGE, 0);
    testdev_write(island, INT_ENABLE, 1);
    fill(island, IOVA, 0x800, 100000);
    island_wait(island, 101000); /* some of it */
    g_assert_cmphex(qtest_readl(island->qts, PAGE), ==, VALUE);
    g_assert_cmphex(qtest_readl(island->qts, PAGE + 0x7fc), ==, 0);
    island = island_migrate(island, ON);
    island_wait(island, 100000);
    g_assert_cmphex(qtest_readl(island->qts, PAGE + 0x7fc), ==, VALUE);
    g_assert_true(island_irq(island, SPI_TESTDEV));
    island_stop(island);
}

static void a_reset_of_the_machine_stops_it(void)
{
    Island *island = testdev_machine("");

    island_map(island, IOVA, PAGE, 0);
    fill(island, IOVA, 4, 100000);
    qtest_system_reset(island->qts);
    island_wait(island, 200000);
    g_assert_cmphex(qtest_readl(island->qts, PAGE), ==, 0);
    island_stop(island);
}

static void looking_shows_its_wires_and_what_it_did(void)
{
    const char *path = ISLAND_QOM_PATH "/testdev";
    Island *island = testdev_machine("");

    island_assert_get(island, path, "supplies",
                      "['domain', 'reset', 'vote', 'iface', 'bus']");
    mmcc_write(island, VIDEO_AXI_CBCR, 0);
    island_assert_get(island, path, "missing",
                      "{'register': [], 'dma': ['bus']}");
    g_assert_cmpint(island_counter(island, "testdev", "power-ups"), ==, 1);
    island_stop(island);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    island_add("testdev", it_is_there_when_it_was_asked_for_and_not_otherwise);
    island_add("testdev", it_has_two_more_context_banks_with_it);
    island_add("testdev", each_of_its_wires_takes_it_out_of_reach);
    island_add("testdev", its_dma_goes_through_the_smmu_with_its_own_stream);
    island_add("testdev", what_is_not_mapped_is_a_bus_error);
    island_add("testdev", it_interrupts_when_it_has_finished);
    island_add("testdev", it_waits_for_an_smmu_that_is_off_or_is_refused);
    island_add("testdev", work_goes_with_its_domain);
    island_add("testdev", work_goes_on_after_migration);
    island_add("testdev", a_reset_of_the_machine_stops_it);
    island_add("testdev", looking_shows_its_wires_and_what_it_did);
    return g_test_run();
}
