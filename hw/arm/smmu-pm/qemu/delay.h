/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMMU_PM_DELAY_DEVICE_H
#define SMMU_PM_DELAY_DEVICE_H

#include "hw/sysbus.h"
#include "qom/object.h"

/*
 * Unnamed GPIO inputs 0 to lines - 1, sysbus interrupts of the same number.
 * Properties: "journal" (link), "lines", "rise", "fall" (virtual ns), "seed".
 */
#define TYPE_SMMU_PM_DELAY "smmu-pm-delay"
OBJECT_DECLARE_SIMPLE_TYPE(SmmuPmDelayState, SMMU_PM_DELAY)

#endif
