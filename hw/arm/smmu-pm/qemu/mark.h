/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SMMU_PM_MARK_DEVICE_H
#define SMMU_PM_MARK_DEVICE_H

#include "hw/sysbus.h"
#include "qom/object.h"

/*
 * sysbus MMIO region 0: the page. Properties: "journal" (link), "seed",
 * "timeout-ms" (virtual time after which the run ends; 0: never).
 */
#define TYPE_SMMU_PM_MARK "smmu-pm-mark"
OBJECT_DECLARE_SIMPLE_TYPE(SmmuPmMarkState, SMMU_PM_MARK)

#endif
