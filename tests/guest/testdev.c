/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exerciser.h"

#include "module/pm_testdev.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define STATUS "/sys/bus/platform/devices/bb70000.testdev/power/runtime_status"
#define ERROR_SHIFT 4

static const char *const names[PM_TESTDEV_ACTIONS] = {
    "nothing", "alloc", "free",     "attach",       "detach", "map", "unmap", "iova_to_phys",
    "get",     "put",   "put_sync", "suspend_smmu", "remove", "add"};

static int device = -1;

static void control(unsigned long request, void *argument, const char *what)
{
    if (ioctl(device, request, argument) != 0)
        give_up("pm_testdev: %s: %s", what, strerror(errno));
}

void testdev_open(void)
{
    /*
     * Until the GPU is opened for the first time its domain is on, and with it the SMMU's, whose
     * clocks alone would stop.
     */
    gpu_open();
    wait_until_suspended();
    module_load("pm_testdev.ko");
    device = open("/dev/pm_testdev", O_RDWR | O_CLOEXEC);
    if (device < 0)
        give_up("no /dev/pm_testdev");
    if (access("/sys/bus/platform/drivers/pm_testdev/bb70000.testdev", F_OK) != 0)
        give_up("pm_testdev has not bound its device: is testdev=on among the machine's words?");
}

static struct pm_testdev_op make(uint32_t action, unsigned domain, uint64_t iova, unsigned page)
{
    return (struct pm_testdev_op){.action = action, .domain = domain, .iova = iova, .page = page};
}

uint64_t testdev_check(const struct pm_testdev_op *op)
{
    if (op->error != 0)
        give_up("pm_testdev: %s: %s", op->action < PM_TESTDEV_ACTIONS ? names[op->action] : "?",
                strerror(-op->error));
    return op->result;
}

uint64_t testdev_do(uint32_t action, unsigned domain, uint64_t iova, unsigned page)
{
    struct pm_testdev_op op = make(action, domain, iova, page);

    control(PM_TESTDEV_DO, &op, names[action]);
    return testdev_check(&op);
}

void testdev_arm(uint32_t where, uint32_t action, unsigned domain, uint64_t iova, unsigned page)
{
    struct pm_testdev_armed armed = {.op = make(action, domain, iova, page), .where = where};

    control(PM_TESTDEV_ARM, &armed, names[action]);
}

uint64_t testdev_wait(void)
{
    struct pm_testdev_op op;

    control(PM_TESTDEV_WAIT, &op, "what was armed");
    return testdev_check(&op);
}

void testdev_together(struct pm_testdev_pair *pair)
{
    control(PM_TESTDEV_TOGETHER, pair, "two at once");
}

void testdev_start(uint32_t op, uint64_t src, uint64_t dst, uint32_t length, uint32_t pattern,
                   uint32_t delay_ns)
{
    struct pm_testdev_dma dma = {.src = src,
                                 .dst = dst,
                                 .op = op,
                                 .length = length,
                                 .pattern = pattern,
                                 .delay_ns = delay_ns};

    control(PM_TESTDEV_START, &dma, "start of DMA");
}

unsigned testdev_finish(void)
{
    struct pm_testdev_done done;

    control(PM_TESTDEV_FINISH, &done, "end of DMA");
    return done.status >> ERROR_SHIFT & 7;
}

uint32_t testdev_word(unsigned page, unsigned offset)
{
    struct pm_testdev_word word = {.page = page, .offset = offset};

    control(PM_TESTDEV_WORD, &word, "a word of memory");
    return word.value;
}

void testdev_fill(uint64_t iova, unsigned page, uint32_t pattern)
{
    unsigned error, i;

    testdev_do(PM_TESTDEV_GET, 0, 0, 0);
    testdev_start(PM_TESTDEV_FILL, 0, iova, PAGE, pattern, 0);
    error = testdev_finish();
    testdev_do(PM_TESTDEV_PUT_SYNC, 0, 0, 0);
    if (error != 0)
        give_up("pm_testdev: DMA to IOVA 0x%llx ended with error %u", (unsigned long long)iova,
                error);
    for (i = 0; i < PAGE; i += 4)
        if (testdev_word(page, i) != pattern)
            give_up("pm_testdev: DMA to IOVA 0x%llx did not reach word %u of page %u",
                    (unsigned long long)iova, i / 4, page);
}

void testdev_domain(unsigned domain)
{
    testdev_do(PM_TESTDEV_ALLOC, domain, 0, 0);
    testdev_do(PM_TESTDEV_ATTACH, domain, 0, 0);
}

void testdev_wait_until_off(void)
{
    unsigned waited;

    for (waited = 0; strncmp(read_file(STATUS), "suspended", 9) != 0; waited += 10) {
        if (waited >= 1000)
            give_up("waited 1 s for pm-testdev to be runtime-suspended");
        sleep_ms(10);
    }
    wait_until_suspended();
}
