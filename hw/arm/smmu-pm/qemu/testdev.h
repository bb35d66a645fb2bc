/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PM_TESTDEV_H
#define PM_TESTDEV_H

#include "master.h"

/*
 * A DMA engine behind the SMMU: docs/pm-testdev.rst. A master (master.h) with
 * the clocks "iface" and "bus", and a property "beat": virtual ns between two
 * transactions.
 */
#define TYPE_PM_TESTDEV "pm-testdev"
OBJECT_DECLARE_SIMPLE_TYPE(PmTestdevState, PM_TESTDEV)

#endif
