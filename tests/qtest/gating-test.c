/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every wire on its way from a controller's register, or from a GPIO, to the
 * block that hangs on it: without the wire the registers are out of reach, the
 * access is a bus error, pm-fault tells of it and the journal has it.
 */
#include "qemu/osdep.h"

#include "island.h"

#define SMMU_ID1 (ISLAND_SMMU + 0x24)
#define GPU_STATUS (ISLAND_GPU + 4 * 0x4f5)

static Island *powered(const char *options)
{
    Island *island = island_start(options);

    island_smmu_power(island, true);
    island_gpu_power(island, true);
    return island;
}

static void assert_in_reach(Island *island, uint64_t address)
{
    g_assert_false(island_bus_error(island, address));
}

static void assert_out_of_reach(Island *island, uint64_t address)
{
    g_assert_true(island_bus_error(island, address));
    island->pm_faults += 1;
}

static void the_smmu_is_out_of_reach_until_its_last_wire_is_on(void)
{
    Island *island = island_start("");

    assert_out_of_reach(island, SMMU_ID1);
    island_set(island, ISLAND_GPU_GDSC, true);
    assert_out_of_reach(island, SMMU_ID1);
    island_set(island, ISLAND_IFACE, true);
    assert_in_reach(island, SMMU_ID1);
    island_stop(island);
}

static void a_collapsed_domain_puts_the_smmu_out_of_reach(void)
{
    Island *island = powered("");

    assert_in_reach(island, SMMU_ID1);
    island_set(island, ISLAND_GPU_GDSC, false);
    assert_out_of_reach(island, SMMU_ID1);
    island_stop(island);
}

static void a_stopped_iface_clock_puts_smmu_and_gpu_out_of_reach(void)
{
    Island *island = powered("");

    island_set(island, ISLAND_IFACE, false);
    assert_out_of_reach(island, SMMU_ID1);
    assert_out_of_reach(island, GPU_STATUS);
    island_set(island, ISLAND_IFACE, true);
    assert_in_reach(island, SMMU_ID1);
    assert_in_reach(island, GPU_STATUS);
    island_stop(island);
}

static void a_stopped_bus_clock_leaves_the_smmus_registers_in_reach(void)
{
    Island *island = powered("");

    island_set(island, ISLAND_BUS, false);
    assert_in_reach(island, SMMU_ID1);
    island_stop(island);
}

static void a_collapsed_gx_domain_puts_the_gpu_alone_out_of_reach(void)
{
    Island *island = powered("");

    assert_in_reach(island, GPU_STATUS);
    island_set(island, ISLAND_GPU_GX_GDSC, false);
    assert_out_of_reach(island, GPU_STATUS);
    assert_in_reach(island, SMMU_ID1);
    island_stop(island);
}

static void a_withdrawn_vote_puts_the_smmu_out_of_reach(void)
{
    Island *island = powered("");

    island_smmu_wire(island, "vote", false);
    assert_out_of_reach(island, SMMU_ID1);
    island_smmu_wire(island, "vote", true);
    assert_in_reach(island, SMMU_ID1);
    island_stop(island);
}

static void the_gpu_has_a_vote_and_a_reset_of_its_own(void)
{
    static const char *const wires[] = { "vote", "reset" };
    Island *island = powered("");
    unsigned n;

    for (n = 0; n < ARRAY_SIZE(wires); n++) {
        qtest_set_irq_in(island->qts, ISLAND_QOM_PATH "/gpu", wires[n], 0, 0);
        assert_out_of_reach(island, GPU_STATUS);
        assert_in_reach(island, SMMU_ID1);
        qtest_set_irq_in(island->qts, ISLAND_QOM_PATH "/gpu", wires[n], 0, 1);
        assert_in_reach(island, GPU_STATUS);
    }
    island_stop(island);
}

static void
an_asserted_reset_puts_the_smmu_out_of_reach_and_loses_its_registers(void)
{
    Island *island = powered("");

    island_smmu_write(island, 0x800, 0x80000005);
    island_smmu_wire(island, "reset", false);
    assert_out_of_reach(island, SMMU_ID1);
    island_smmu_wire(island, "reset", true);
    assert_in_reach(island, SMMU_ID1);
    g_assert_cmphex(island_smmu_read(island, 0x800), ==, 0);
    island_stop(island);
}

static void each_clock_of_the_gpu_reaches_it_by_its_own_branch(void)
{
    static const IslandWire clocks[] = { ISLAND_CORE, ISLAND_MEM };
    static const char *const names[] = { "core", "mem" };
    Island *island = powered("");
    unsigned n;

    for (n = 0; n < ARRAY_SIZE(clocks); n++) {
        g_autofree char *off = g_strdup_printf(
            "{'ev': 'wire', 'block': 'gpu', 'name': '%s', 'value': '0x0'}",
            names[n]);

        g_assert_cmpuint(island_journal_count(island, off), ==, 0);
        island_set(island, clocks[n], false);
        g_assert_cmpuint(island_journal_count(island, off), ==, 1);
        assert_in_reach(island, GPU_STATUS);
        assert_in_reach(island, SMMU_ID1);
    }
    island_stop(island);
}

static void a_write_that_cannot_reach_changes_nothing(void)
{
    Island *island = powered(",on-collapse=retain");

    island_smmu_write(island, 0x800, 0x80000005);
    island_set(island, ISLAND_IFACE, false);
    island_smmu_write(island, 0x800, 0x80000009);
    island->pm_faults += 1;
    island_set(island, ISLAND_IFACE, true);
    g_assert_cmphex(island_smmu_read(island, 0x800), ==, 0x80000005);
    island_stop(island);
}

static void
every_touch_is_in_the_journal_with_its_register_and_its_finding(void)
{
    Island *island = island_start("");

    island_smmu_write(island, 0x70, 0xffffffff);
    island->pm_faults += 1;
    g_assert_cmpuint(
        island_journal_count(island,
                             "{'ev': 'touch', 'block': 'smmu',"
                             " 'name': 'SMMU_sTLBGSYNC', 'access': 'write'}"),
        ==, 1);
    g_assert_cmpuint(island_journal_count(
                         island, "{'ev': 'finding', 'name': 'register-touch'}"),
                     ==, 1);
    island_stop(island);
}

static void policy_razwi_reads_zero_and_is_no_bus_error(void)
{
    Island *island = island_start(",policy=razwi");

    g_assert_false(island_bus_error(island, SMMU_ID1));
    g_assert_cmphex(qtest_readl(island->qts, SMMU_ID1), ==, 0);
    island->pm_faults += 2;
    island_stop(island);
}

static void policy_ones_reads_ones_of_the_accesss_width(void)
{
    Island *island = island_start(",policy=ones");

    g_assert_cmphex(qtest_readl(island->qts, SMMU_ID1), ==, 0xffffffff);
    g_assert_cmphex(qtest_readq(island->qts, ISLAND_SMMU + 0x8060), ==,
                    UINT64_MAX);
    g_assert_cmphex(qtest_readl(island->qts, GPU_STATUS), ==, 0xffffffff);
    island->pm_faults += 3;
    island_stop(island);
}

static void a_collapse_loses_the_stream_map(void)
{
    Island *island = powered("");

    island_smmu_write(island, 0x800, 0x80000005);
    island_set(island, ISLAND_GPU_GDSC, false);
    island_set(island, ISLAND_GPU_GDSC, true);
    g_assert_cmphex(island_smmu_read(island, 0x800), ==, 0);
    g_assert_cmphex(island_smmu_read(island, 0x00) & 1, ==, 1);
    island_stop(island);
}

static void a_retention_keeps_the_stream_map(void)
{
    Island *island = powered(",on-collapse=retain");

    island_smmu_write(island, 0x800, 0x80000005);
    island_set(island, ISLAND_GPU_GDSC, false);
    island_set(island, ISLAND_GPU_GDSC, true);
    g_assert_cmphex(island_smmu_read(island, 0x800), ==, 0x80000005);
    island_stop(island);
}

static void a_stopped_clock_loses_nothing(void)
{
    Island *island = powered("");

    island_smmu_write(island, 0x800, 0x80000005);
    island_set(island, ISLAND_IFACE, false);
    island_set(island, ISLAND_BUS, false);
    island_set(island, ISLAND_BUS, true);
    island_set(island, ISLAND_IFACE, true);
    g_assert_cmphex(island_smmu_read(island, 0x800), ==, 0x80000005);
    island_stop(island);
}

static void a_domain_is_on_only_after_its_delay(void)
{
    Island *island = island_start(",gdsc-delay=50000");

    island_set(island, ISLAND_IFACE, true);
    island_request(island, ISLAND_GPU_GDSC, true);
    island_wait(island, 49000);
    g_assert_false(island_is_on(island, ISLAND_GPU_GDSC));
    assert_out_of_reach(island, SMMU_ID1);
    island_wait(island, 1000);
    g_assert_true(island_is_on(island, ISLAND_GPU_GDSC));
    assert_in_reach(island, SMMU_ID1);
    island_stop(island);
}

static void a_request_taken_back_within_the_delay_never_powers_the_domain(void)
{
    Island *island = island_start(",gdsc-delay=50000");

    island_set(island, ISLAND_IFACE, true);
    island_request(island, ISLAND_GPU_GDSC, true);
    island_wait(island, 40000);
    island_request(island, ISLAND_GPU_GDSC, false);
    island_wait(island, 100000);
    g_assert_false(island_is_on(island, ISLAND_GPU_GDSC));
    assert_out_of_reach(island, SMMU_ID1);
    island_stop(island);
}

static void status_bits_ignore_writes(void)
{
    Island *island = island_start("");

    qtest_writel(island->qts, ISLAND_MMCC + 0x4034, 0x80000001);
    g_assert_false(island_is_on(island, ISLAND_GPU_GDSC));
    qtest_writel(island->qts, ISLAND_MMCC + 0x403c, 0x00000000);
    g_assert_false(island_is_on(island, ISLAND_IFACE));
    assert_out_of_reach(island, SMMU_ID1);
    island_stop(island);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    island_add("gating", the_smmu_is_out_of_reach_until_its_last_wire_is_on);
    island_add("gating", a_collapsed_domain_puts_the_smmu_out_of_reach);
    island_add("gating", a_stopped_iface_clock_puts_smmu_and_gpu_out_of_reach);
    island_add("gating",
               a_stopped_bus_clock_leaves_the_smmus_registers_in_reach);
    island_add("gating", a_collapsed_gx_domain_puts_the_gpu_alone_out_of_reach);
    island_add("gating", a_withdrawn_vote_puts_the_smmu_out_of_reach);
    island_add("gating", the_gpu_has_a_vote_and_a_reset_of_its_own);
    island_add(
        "gating",
        an_asserted_reset_puts_the_smmu_out_of_reach_and_loses_its_registers);
    island_add("gating", each_clock_of_the_gpu_reaches_it_by_its_own_branch);
    island_add("gating", a_write_that_cannot_reach_changes_nothing);
    island_add("gating",
               every_touch_is_in_the_journal_with_its_register_and_its_finding);
    island_add("gating", policy_razwi_reads_zero_and_is_no_bus_error);
    island_add("gating", policy_ones_reads_ones_of_the_accesss_width);
    island_add("gating", a_collapse_loses_the_stream_map);
    island_add("gating", a_retention_keeps_the_stream_map);
    island_add("gating", a_stopped_clock_loses_nothing);
    island_add("gating", a_domain_is_on_only_after_its_delay);
    island_add("gating",
               a_request_taken_back_within_the_delay_never_powers_the_domain);
    island_add("gating", status_bits_ignore_writes);
    return g_test_run();
}
