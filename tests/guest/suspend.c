/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exerciser.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The clock of the machine (PL031) wakes it: a second is its grain. */
#define WAKE_ALARM "/sys/class/rtc/rtc0/wakealarm"
/* Without its driver: suspends all devices up to the last step, and resumes them at once. */
#define PM_TEST "/sys/power/pm_test"
#define PM_TEST_DELAY "/sys/module/suspend/parameters/pm_test_delay"

void system_suspend(unsigned seconds)
{
    char alarm[16];

    snprintf(alarm, sizeof(alarm), "+%u", seconds);
    if (access(WAKE_ALARM, F_OK) == 0) {
        if (!write_file(WAKE_ALARM, alarm))
            give_up(WAKE_ALARM " does not take '%s': %s", alarm, strerror(errno));
    } else if (!write_file(PM_TEST_DELAY, "0") || !write_file(PM_TEST, "platform")) {
        give_up("nothing would wake the system: neither a clock nor " PM_TEST);
    }
    if (!write_file("/sys/power/state", "freeze"))
        give_up("the system does not suspend: %s", strerror(errno));
}
