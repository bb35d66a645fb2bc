/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exerciser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct scenario scenarios[] = {
    {"submit-and-wait", submit_and_wait},
    {"submit-after-idle", submit_after_idle},
    {"idle-powers-off", idle_powers_off},
    {"map-while-suspended", map_while_suspended},
    {"unmap-while-suspended", unmap_while_suspended},
    {"open-close-storm", open_close_storm},
    {"two-clients", two_clients},
    {"reuse-freed-iova", reuse_freed_iova},
    {"hang-recovery", hang_recovery},
    {"shutdown", shutdown_in_order},
    {"devmem-invalidate-while-off", devmem_invalidate_while_off},
    {"devmem-collapse-while-busy", devmem_collapse_while_busy},
    {"work-lost", work_lost},
    {"power-order", power_order},
    {"clock-stopped-mid-dma", clock_stopped_mid_dma},
    {"unprotected-dma", unprotected_dma},
    {"held-awake", held_awake},
    {"fault-irq-after-power-off", fault_irq_after_power_off},
    {"stall-lost", stall_lost},
    {"random-load", random_load},
    {"smmu-resumes-first", smmu_resumes_first},
    {"smmu-suspends-last", smmu_resumes_first},
    {"resume-without-restore", resume_without_restore},
    {"map-only-unpowered", map_while_suspended},
    {"sync-only-powered", unmap_then_use},
    {"tlb-sync-reads-all-ones", unmap_then_use},
    {"system-suspend-while-runtime-suspended", system_suspend_while_runtime_suspended},
    {"no-link-system-suspend", no_link_system_suspend},
    {"gpu-unbind-while-off", gpu_unbind_while_off},
    {"shutdown-with-live-master", shutdown_with_live_master},
    {"kexec", shutdown_by_kexec},
    {"fault-info-after-vote-drop", fault_info_after_vote_drop},
    {"resume-write-after-put", resume_write_after_put},
    {"stall-set-while-active", stall_set_while_active},
    {"clocks-removed", submit_and_wait},
    {"unmap-while-suspended-gated", unmap_while_suspended_gated},
    {"devmem-stale-translation", devmem_stale_translation},
    {"autosuspend-storm", autosuspend_storm},
    {"power-storm", power_storm},
    {"gpu-booted-to-unmap", gpu_booted_to_unmap},
    {"third-party-unmap", third_party_unmap},
    {"iova-to-phys-while-off", iova_to_phys_while_off},
    {"attach-while-off", attach_while_off},
    {"domain-free-while-off", domain_free_while_off},
    {"add-remove-while-off", add_remove_while_off},
    {"two-cpus-at-once", two_cpus_at_once},
    {"unmap-races-suspend", unmap_races_suspend},
    {"unmap-in-suspend", unmap_in_suspend},
    {"irq-unmap-client-active", irq_unmap_client_active},
    {"irq-unmap-smmu-suspended", irq_unmap_smmu_suspended},
    {"irq-put-sync-to-zero", irq_put_sync_to_zero},
    {"dma-in-flight-at-power-off", dma_in_flight_at_power_off},
    /* The same, but the table does not list what the kernel says of the fault. */
    {"unlisted-complaint", reuse_freed_iova},
    /* A tree or a machine on which it goes otherwise, or never comes as far as submitting. */
    {"power-domain-removed", unmap_while_suspended},
    {"always-on-domain", unmap_while_suspended},
    {"vote-withheld", submit_and_wait},
    {"missing-scm-node", submit_and_wait},
};

void option(const char *key, char *value, size_t size)
{
    char line[4096];
    char *word, *rest = line;

    value[0] = '\0';
    snprintf(line, sizeof(line), "%s", read_file("/proc/cmdline"));
    while ((word = strsep(&rest, " \n")) != NULL)
        if (strncmp(word, key, strlen(key)) == 0 && word[strlen(key)] == '=')
            snprintf(value, size, "%s", word + strlen(key) + 1);
}

/* `./smmu-pm shell` packs a busybox for arm64; PID 1 waits for it and powers off. */
static void shell(void)
{
    int status;
    pid_t child;

    modules_load();
    mkdir("/bin", 0755);
    if (access("/bin/busybox", X_OK) != 0)
        give_up("no scenario on the command line, and no /bin/busybox to give a shell");
    child = fork();
    if (child == 0) {
        setsid();
        ioctl(0, TIOCSCTTY, 1);
        if (system("/bin/busybox --install -s /bin") == 0)
            execl("/bin/busybox", "sh", (char *)NULL);
        _exit(127);
    }
    waitpid(child, &status, 0);
    power_off();
}

/* Otherwise the kernel takes ten lines of ours in five seconds, and drops the rest. */
static void allow_many_lines(void)
{
    FILE *file = fopen("/proc/sys/kernel/printk_devkmsg", "we");

    if (file != NULL) {
        fputs("on\n", file);
        fclose(file);
    }
}

int main(void)
{
    char name[64], seed[32];
    unsigned i;

    mkdir("/proc", 0755);
    mkdir("/sys", 0755);
    mkdir("/dev", 0755);
    mount("proc", "/proc", "proc", 0, NULL);
    mount("sysfs", "/sys", "sysfs", 0, NULL);
    mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
    mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);

    allow_many_lines();
    option("smmu_pm.scenario", name, sizeof(name));
    option("smmu_pm.seed", seed, sizeof(seed));
    random_seed(strtoull(seed, NULL, 0));

    marks_open();
    kernel_mark();
    if (name[0] == '\0')
        shell();
    for (i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
        if (strcmp(scenarios[i].name, name) != 0)
            continue;
        modules_load();
        mark_begin(name);
        scenarios[i].run();
        mark_done();
        power_off();
    }
    give_up("no scenario is called '%s'", name);
}
