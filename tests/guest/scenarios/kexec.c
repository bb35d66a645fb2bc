/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The end that a kexec makes: the same shutdown hooks, and then another program has the machine. It
 * is no kernel, but a few instructions that look at what was handed over and switch off.
 */
#include "../exerciser.h"

#include <errno.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Anywhere in RAM, out of the way of where the kernel lies. */
#define ENTRY 0x50000000ul

static const uint32_t program[] = {
    0xd2800100, /* mov  x0, #0x8            PSCI's SYSTEM_OFF, 0x84000008 */
    0xf2b08000, /* movk x0, #0x8400, lsl #16 */
    0xd4000003, /* smc  #0 */
    0x14000000, /* b    . */
};

void shutdown_by_kexec(void)
{
    struct kexec_segment segment = {
        .buf = program,
        .bufsz = sizeof(program),
        .mem = (void *)ENTRY,
        .memsz = PAGE,
    };
    struct buffer buffers[5];

    gpu_open();
    buffers_scattered(buffers, 5);
    mark_phase("submit");
    work(buffers, 5);
    if (syscall(SYS_kexec_load, ENTRY, 1ul, &segment, (unsigned long)KEXEC_ARCH_AARCH64) != 0)
        give_up("kexec_load: %s", strerror(errno));
    if (random_below(3) != 1)
        wait_until_suspended();
    mark_phase("shutdown");
    mark_done();
    reboot(LINUX_REBOOT_CMD_KEXEC);
    say("the machine was not handed over: %s", strerror(errno));
    power_cut();
}
