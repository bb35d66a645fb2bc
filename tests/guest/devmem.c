/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exerciser.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

static sigjmp_buf after_bus_error;

volatile void *devmem(uint64_t physical)
{
    void *at;
    /* O_SYNC makes it device memory. */
    int fd = open("/dev/mem", O_RDWR | O_SYNC | O_CLOEXEC);

    if (fd < 0)
        return NULL;
    at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)physical);
    close(fd);
    return at == MAP_FAILED ? NULL : at;
}

static void bus_error(int signal)
{
    (void)signal;
    siglongjmp(after_bus_error, 1);
}

static void catch_bus_errors(void)
{
    struct sigaction action = {.sa_handler = bus_error};

    sigaction(SIGBUS, &action, NULL);
}

bool try_read32(volatile void *at, uint32_t *value)
{
    catch_bus_errors();
    if (sigsetjmp(after_bus_error, 1) != 0)
        return false;
    *value = *(volatile uint32_t *)at;
    return true;
}

bool try_write32(volatile void *at, uint32_t value)
{
    catch_bus_errors();
    if (sigsetjmp(after_bus_error, 1) != 0)
        return false;
    *(volatile uint32_t *)at = value;
    return true;
}

bool try_write64(volatile void *at, uint64_t value)
{
    catch_bus_errors();
    if (sigsetjmp(after_bus_error, 1) != 0)
        return false;
    *(volatile uint64_t *)at = value;
    return true;
}

void controller_change(uint64_t physical, uint32_t clear, uint32_t set)
{
    static volatile uint8_t *page;
    static uint64_t mapped;
    uint32_t value = 0;

    if (page == NULL || mapped != (physical & ~(uint64_t)(PAGE - 1))) {
        mapped = physical & ~(uint64_t)(PAGE - 1);
        page = devmem(mapped);
        if (page == NULL)
            give_up("/dev/mem maps no registers: is iomem=relaxed on the command line?");
    }
    if (!try_read32(page + physical % PAGE, &value) ||
        !try_write32(page + physical % PAGE, (value & ~clear) | set))
        give_up("the clock controller does not answer at 0x%llx", (unsigned long long)physical);
}
