/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What differs between QEMU 10.0 and 10.2. After qemu/osdep.h. */
#ifndef SMMU_PM_COMPAT_H
#define SMMU_PM_COMPAT_H

#include "exec/cpu-common.h"

#if QEMU_VERSION_MAJOR == 10 && QEMU_VERSION_MINOR == 0
#include "exec/memory.h"
#include "exec/address-spaces.h"
#define SMMU_PM_CLASS_DATA void
#else
#include "system/memory.h"
#include "system/address-spaces.h"
#define SMMU_PM_CLASS_DATA const void
#endif

/* Since 10.2 a machine has to say for which targets it is. */
#if QEMU_VERSION_MAJOR == 10 && QEMU_VERSION_MINOR < 2
#define SMMU_PM_MACHINE_INTERFACES NULL
#else
#include "hw/arm/machines-qom.h"
#define SMMU_PM_MACHINE_INTERFACES aarch64_machine_interfaces
#endif

/* Of cpu_unwind_state_data(), for Arm; its macro has changed its name. */
#define SMMU_PM_UNWIND_WORDS 3

#endif
