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
    {"idle-powers-off", idle_powers_off},
    {"unmap-while-suspended", unmap_while_suspended},
    {"dropped-pte", dropped_pte},
    {"devmem-invalidate-while-off", devmem_invalidate_while_off},
    {"devmem-collapse-while-busy", devmem_collapse_while_busy},
    /* The tree lacks what the drivers need, so it never comes as far as submitting. */
    {"missing-scm-node", submit_and_wait},
};

/* The value of `key` on the kernel's command line; "" without one. */
static void option(const char *key, char *value, size_t size)
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
