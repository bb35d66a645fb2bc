/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What differs between QEMU 10.0 and 10.2. */
#ifndef SMMU_PM_COMPAT_H
#define SMMU_PM_COMPAT_H

#if __has_include("system/memory.h")
#include "system/memory.h"
#include "system/address-spaces.h"
/* 10.1: class data became const, and so did the list of interfaces. */
#define SMMU_PM_CLASS_DATA const void
#define SMMU_PM_INTERFACES const InterfaceInfo
#else
#include "exec/memory.h"
#include "exec/address-spaces.h"
#define SMMU_PM_CLASS_DATA void
#define SMMU_PM_INTERFACES InterfaceInfo
#endif

#endif
