/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A control that must not pass: the same unmaps, but the SMMU has no autosuspend delay, as before
 * Linux 5.5. Between any two of them it has the time to fall asleep, and does.
 */
#include "../exerciser.h"

void power_storm(void)
{
    unsigned count = 100 + random_below(50);

    gpu_open();
    mark_phase("submit");
    unmaps_prepare(count);
    smmu_autosuspend("0");
    wait_until_suspended();
    mark_budget("smmu 1/20");
    mark_phase("storm");
    unmaps(count, 500);
    mark_phase("quiet");
    wait_until_suspended();
    mark_budget("");
    mark_phase("over");
}
