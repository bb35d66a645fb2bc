/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exerciser.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The clock of the machine (PL031) wakes it: a second is its grain. */
#define WAKE_ALARM "/sys/class/rtc/rtc0/wakealarm"

void system_suspend(unsigned seconds)
{
    char alarm[16];

    snprintf(alarm, sizeof(alarm), "+%u", seconds);
    if (!write_file(WAKE_ALARM, alarm))
        give_up(WAKE_ALARM " does not take '%s': %s", alarm, strerror(errno));
    if (!write_file("/sys/power/state", "freeze"))
        give_up("the system does not suspend: %s", strerror(errno));
}
