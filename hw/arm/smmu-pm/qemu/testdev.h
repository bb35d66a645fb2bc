/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PM_TESTDEV_H
#define PM_TESTDEV_H

#include "hw/sysbus.h"
#include "qom/object.h"

/*
 * A DMA engine behind the SMMU: docs/pm-testdev.rst. sysbus MMIO region 0: the
 * registers; sysbus interrupt 0. Supplies: GPIO inputs "domain", "reset" (high:
 * released) and "vote", the latter two high until somebody drives them; Clock
 * inputs "iface" and "bus". GPIO output "pm-fault" pulses when an access could
 * not reach. Properties: "journal" (link), "smmu" (link to an arm-smmu-v2-pm),
 * "stream", "policy", "beat" (virtual ns between two transactions), "seed"; and
 * read-only ones that show the state: "supplies", "missing", "counters".
 */
#define TYPE_PM_TESTDEV "pm-testdev"
OBJECT_DECLARE_SIMPLE_TYPE(PmTestdevState, PM_TESTDEV)

#endif
