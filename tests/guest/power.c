/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exerciser.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define GPU "/sys/bus/platform/devices/bb00000.gpu/power/"
#define SMMU "/sys/bus/platform/devices/bb40000.iommu/power/"

const char *read_file(const char *path)
{
    static char text[4096];
    size_t length = 0;
    ssize_t got = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd >= 0) {
        while (length < sizeof(text) - 1 &&
               (got = read(fd, text + length, sizeof(text) - 1 - length)) > 0)
            length += (size_t)got;
        close(fd);
    }
    text[length] = '\0';
    return text;
}

void sleep_us(unsigned us)
{
    struct timespec time = {us / 1000000, (long)(us % 1000000) * 1000};

    nanosleep(&time, NULL);
}

void sleep_ms(unsigned ms)
{
    sleep_us(1000 * ms);
}

static bool suspended(const char *status)
{
    return strncmp(read_file(status), "suspended", 9) == 0;
}

/* Without a power domain in its node the SMMU has no runtime PM: there is nothing to wait for. */
static bool smmu_suspended(void)
{
    return suspended(SMMU "runtime_status") ||
           strncmp(read_file(SMMU "runtime_status"), "unsupported", 11) == 0;
}

bool write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool taken = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

    if (fd >= 0)
        close(fd);
    return taken;
}

static void put(const char *path, const char *value)
{
    if (!write_file(path, value))
        give_up("%s does not take '%s'", path, value);
}

void gpu_hold_on(void) { put(GPU "control", "on"); }
void smmu_hold_on(void) { put(SMMU "control", "on"); }
void smmu_autosuspend(const char *ms) { put(SMMU "autosuspend_delay_ms", ms); }

void wait_until_gpu_suspended(void)
{
    unsigned waited;

    for (waited = 0; !suspended(GPU "runtime_status"); waited += 10) {
        if (waited >= 5000)
            give_up("waited 5 s for the GPU to be runtime-suspended");
        sleep_ms(10);
    }
    /* The domain goes off behind the device, within a millisecond. */
    sleep_ms(10);
}

void wait_until_smmu_suspended(void)
{
    unsigned waited;

    for (waited = 0; !smmu_suspended(); waited += 10) {
        if (waited >= 1000)
            give_up("waited 1 s for the SMMU to be runtime-suspended");
        sleep_ms(10);
    }
}

void wait_until_suspended(void)
{
    unsigned waited;

    /* The GPU's autosuspend is 250 ms, the SMMU's 20 ms. */
    for (waited = 0; waited < 5000; waited += 10) {
        if (suspended(GPU "runtime_status") && smmu_suspended()) {
            /* The domain goes off behind the device, within a millisecond. */
            sleep_ms(10);
            return;
        }
        sleep_ms(10);
    }
    give_up("waited 5 s for GPU and SMMU to be runtime-suspended");
}
