/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exerciser.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/reboot.h>
#include <unistd.h>

/* Longer lines are refused by /dev/kmsg as a whole. */
#define LINE_MAX_BYTES 960

static void log_line(const char *text)
{
    static int kmsg = -1;
    char line[LINE_MAX_BYTES + 32];
    /* 5: notice, which the command line of a judged run shows. */
    int length = snprintf(line, sizeof(line), "<5>smmu-pm: %s\n", text);

    if (kmsg < 0)
        kmsg = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
    /* Not dprintf(): it seeks, which /dev/kmsg refuses. */
    if (write(kmsg, line, (size_t)length) != length)
        fputs(line, stderr);
}

void say(const char *format, ...)
{
    char text[LINE_MAX_BYTES];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    log_line(text);
}

void give_up(const char *format, ...)
{
    char text[LINE_MAX_BYTES];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    say("gave up: %s", text);
    mark_gave_up(text);
    power_off();
}

void power_off(void)
{
    sync();
    reboot(RB_POWER_OFF);
    power_cut();
}

void power_cut(void)
{
    int trigger = open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);

    /* An emergency restart, which QEMU's -no-reboot makes the end. */
    if (trigger >= 0 && write(trigger, "b", 1) == 1)
        for (;;)
            pause();
    _exit(1); /* the end of PID 1 is a panic */
}
