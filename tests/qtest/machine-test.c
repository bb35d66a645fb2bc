/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine itself: how it starts, what it refuses, and that its journal can
 * be read.
 */
#include "qemu/osdep.h"

#include <glib/gstdio.h>
#include <sys/wait.h>

#include "qobject/qdict.h"
#include "island.h"

static void it_starts_with(const char *options)
{
    Island *island = island_start(options);

    island_smmu_power(island, true);
    g_assert_cmphex(island_smmu_read(island, 0x24), ==, 0x20000002);
    island_stop(island);
}

static void it_starts_bare(void)
{
    QTestState *qts = qtest_init("-M virt-msm8996");

    qtest_quit(qts);
}

static void it_starts_with_two_cpus(void)
{
    it_starts_with(" -smp 2");
}

static void it_starts_with_a_network_card(void)
{
    it_starts_with(" -device virtio-net-pci");
}

static void it_starts_with_every_cpu_feature(void)
{
    it_starts_with(" -cpu max");
}

static void it_starts_with_more_memory(void)
{
    it_starts_with(" -m 4G");
}

/*
 * Runs QEMU to its end; returns its exit code, and what it said on standard
 * error.
 */
static int run(const char *arguments, char **said)
{
    g_autofree char *command = g_strdup_printf(
        "%s -display none -monitor none -serial none %s",
        getenv("QTEST_QEMU_BINARY"), arguments);
    g_autoptr(GError) error = NULL;
    int status;

    g_assert_true(
        g_spawn_command_line_sync(command, NULL, said, &status, &error));
    g_assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void it_refuses(const char *arguments, const char *naming)
{
    g_autofree char *said = NULL;
    int code = run(arguments, &said);
    g_auto(GStrv) lines = g_strsplit(g_strchomp(said), "\n", -1);

    g_assert_cmpint(code, !=, 0);
    g_assert_cmpuint(g_strv_length(lines), ==, 1);
    g_assert_nonnull(strcasestr(lines[0], naming));
}

static void it_refuses_a_second_iommu(void)
{
    it_refuses("-M virt-msm8996,iommu=smmuv3 -accel tcg", "smmuv3");
}

static void it_refuses_a_virtio_iommu(void)
{
    it_refuses("-M virt-msm8996 -accel tcg -device virtio-iommu-pci", "iommu");
}

static void it_refuses_kvm(void)
{
    /* A QEMU without KVM does so by itself, the machine does otherwise. */
    it_refuses("-M virt-msm8996 -accel kvm", "kvm");
}

static void it_refuses_an_unknown_policy(void)
{
    it_refuses("-M virt-msm8996,policy=maybe -accel tcg", "policy");
    it_refuses("-M virt-msm8996,dma-policy=ones -accel tcg", "dma-policy");
}

static void it_refuses_an_unknown_collapse_mode(void)
{
    it_refuses("-M virt-msm8996,on-collapse=maybe -accel tcg", "on-collapse");
}

static void it_refuses_a_journal_it_cannot_write(void)
{
    it_refuses("-M virt-msm8996,journal=/nonexistent/journal.jsonl -accel tcg",
               "/nonexistent");
}

static void it_refuses_an_overlay_that_is_no_device_tree(void)
{
    it_refuses("-M virt-msm8996,dt-overlay=/bin/sh -accel tcg", "/bin/sh");
}

static void its_device_tree_has_the_island_and_smc(void)
{
    static const char *const expected[] = {
        "qcom,gcc-msm8996",    "qcom,mmcc-msm8996", "qcom,msm8996-smmu-v2",
        "qcom,adreno-510.0",   "amd,imageon",       "qcom,scm-msm8996",
        "kgsl_3d0_reg_memory",
    };
    /* Property psci:method, as it lies in a flattened tree: length 4, "smc". */
    static const char smc[] = "smc";
    g_autofree char *dir = g_dir_make_tmp("island-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "dtb", NULL);
    g_autofree char *arguments = g_strdup_printf(
        "-M virt-msm8996,dumpdtb=%s -accel tcg", path);
    g_autofree char *said = NULL;
    g_autofree char *tree = NULL;
    gsize size;
    unsigned n;

    g_assert_cmpint(run(arguments, &said), ==, 0);
    g_assert_true(g_file_get_contents(path, &tree, &size, NULL));
    for (n = 0; n < ARRAY_SIZE(expected); n++) {
        g_assert_nonnull(
            memmem(tree, size, expected[n], strlen(expected[n]) + 1));
    }
    g_assert_nonnull(memmem(tree, size, smc, sizeof(smc)));
    g_assert_null(memmem(tree, size, "hvc", 4));
    g_unlink(path);
    g_rmdir(dir);
}

static void the_journal_begins_with_a_header(void)
{
    Island *island = island_start(",policy=ones,on-collapse=retain,seed=7");
    g_autoptr(GPtrArray) events = island_journal(island);
    QDict *header;

    g_assert_cmpuint(events->len, >=, 1);
    header = g_ptr_array_index(events, 0);
    g_assert_cmpint(qdict_get_int(header, "schema"), >=, 1);
    g_assert_cmpstr(qdict_get_str(header, "machine"), ==, "virt-msm8996");
    g_assert_cmpstr(qdict_get_str(header, "policy"), ==, "ones");
    g_assert_cmpstr(qdict_get_str(header, "collapse"), ==, "retain");
    g_assert_cmpint(qdict_get_int(header, "seed"), ==, 7);
    island_stop(island);
}

static void what_the_guest_writes_to_the_mark_page_is_in_the_journal(void)
{
    Island *island = island_start("");

    g_assert_cmphex(qtest_readl(island->qts, ISLAND_MARK), ==, 0x4b52414d);
    qtest_writeq(island->qts, ISLAND_MARK + 0x10, 0x6465727574706163);
    qtest_writel(island->qts, ISLAND_MARK + 0x18, 8 << 16 | 2);
    g_assert_cmpuint(
        island_journal_count(island, "{'ev': 'mark', 'block': 'mark',"
                                     " 'name': 'phase', 'text': 'captured'}"),
        ==, 1);
    island_stop(island);
}

static void a_full_journal_says_so_once_and_falls_silent(void)
{
    Island *island = island_start(" -global smmu-pm-journal.max-bytes=2000");
    g_autoptr(GPtrArray) events = NULL;
    int n;

    for (n = 0; n < 20; n++) {
        island_smmu_power(island, true);
        island_smmu_power(island, false);
    }
    g_assert_cmpuint(island_journal_count(island, "{'ev': 'dropped'}"), ==, 1);
    events = island_journal(island);
    g_assert_cmpstr(
        qdict_get_str(g_ptr_array_index(events, events->len - 1), "ev"), ==,
        "dropped");
    island_stop(island);
}

static void the_run_ends_when_its_virtual_time_is_over(void)
{
    Island *island = island_start(",timeout-ms=5 -no-shutdown");

    island_wait(island, 4999999);
    g_assert_cmpuint(island_journal_count(island, "{'ev': 'timeout'}"), ==, 0);
    island_wait(island, 1);
    qtest_qmp_eventwait(island->qts, "SHUTDOWN");
    g_assert_cmpuint(
        island_journal_count(island, "{'ev': 'timeout', 'value': '0x4c4b40'}"),
        ==, 1);
    island_stop(island);
}

static void policy_hang_ends_the_run_at_the_access(void)
{
    Island *island = island_start(",policy=hang -no-shutdown");

    island_smmu_write(island, 0x70, 0);
    island->pm_faults += 1;
    qtest_qmp_eventwait(island->qts, "SHUTDOWN");
    g_assert_cmpuint(
        island_journal_count(island, "{'ev': 'touch', 'answer': 'hang'}"), ==,
        1);
    island_stop(island);
}

static void time_in_the_journal_is_virtual_and_never_goes_back(void)
{
    Island *island = island_start("");
    g_autoptr(GPtrArray) events = NULL;
    int64_t last = 0;
    unsigned n;

    island_smmu_power(island, true);
    island_wait(island, 1000000);
    island_smmu_power(island, false);
    events = island_journal(island);
    g_assert_cmpuint(events->len, >, 6);
    for (n = 1; n < events->len; n++) {
        int64_t t = qdict_get_int(g_ptr_array_index(events, n), "t");

        g_assert_cmpint(t, >=, last);
        last = t;
    }
    g_assert_cmpint(last, >=, 1000000);
    g_assert_cmpint(last, <, 10000000);
    island_stop(island);
}

static void every_wire_is_an_event_in_the_journal(void)
{
    Island *island = island_start("");

    island_smmu_power(island, true);
    island_smmu_program(island); /* or there is nothing to lose */
    island_smmu_power(island, false);
    g_assert_cmpuint(island_journal_count(island,
                                          "{'ev': 'wire', 'block': 'smmu',"
                                          " 'name': 'domain', 'value': '0x1'}"),
                     ==, 1);
    g_assert_cmpuint(island_journal_count(island,
                                          "{'ev': 'wire', 'block': 'smmu',"
                                          " 'name': 'iface', 'value': '0x1'}"),
                     ==, 1);
    g_assert_cmpuint(island_journal_count(island,
                                          "{'ev': 'wire', 'block': 'smmu',"
                                          " 'name': 'bus', 'value': '0x0'}"),
                     >=, 1);
    g_assert_cmpuint(island_journal_count(island,
                                          "{'ev': 'lost', 'block': 'smmu',"
                                          " 'name': 'registers'}"),
                     ==, 1);
    island_stop(island);
}

static void two_runs_give_the_same_journal(void)
{
    char *text[2];
    int n;

    for (n = 0; n < 2; n++) {
        Island *island = island_start(",seed=3");

        island_smmu_power(island, true);
        island_smmu_program(island);
        island_gpu_start(island);
        island_map(island, 0x2000000, ISLAND_DATA, 0);
        g_assert_true(island_gpu_store(island, 0x2000000, 1));
        island_smmu_power(island, false);
        g_assert_true(
            g_file_get_contents(island->journal, &text[n], NULL, NULL));
        island_stop(island);
    }
    g_assert_cmpstr(text[0], ==, text[1]);
    g_free(text[0]);
    g_free(text[1]);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    island_add("machine", it_starts_bare);
    island_add("machine", it_starts_with_two_cpus);
    island_add("machine", it_starts_with_a_network_card);
    island_add("machine", it_starts_with_every_cpu_feature);
    island_add("machine", it_starts_with_more_memory);
    island_add("machine", it_refuses_a_second_iommu);
    island_add("machine", it_refuses_a_virtio_iommu);
    island_add("machine", it_refuses_kvm);
    island_add("machine", it_refuses_an_unknown_policy);
    island_add("machine", it_refuses_an_unknown_collapse_mode);
    island_add("machine", it_refuses_a_journal_it_cannot_write);
    island_add("machine", it_refuses_an_overlay_that_is_no_device_tree);
    island_add("machine", its_device_tree_has_the_island_and_smc);
    island_add("machine", the_journal_begins_with_a_header);
    island_add("machine",
               what_the_guest_writes_to_the_mark_page_is_in_the_journal);
    island_add("machine", a_full_journal_says_so_once_and_falls_silent);
    island_add("machine", the_run_ends_when_its_virtual_time_is_over);
    island_add("machine", policy_hang_ends_the_run_at_the_access);
    island_add("machine", time_in_the_journal_is_virtual_and_never_goes_back);
    island_add("machine", every_wire_is_an_event_in_the_journal);
    island_add("machine", two_runs_give_the_same_journal);
    return g_test_run();
}
