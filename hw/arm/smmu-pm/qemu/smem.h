/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MSM8996_SMEM_DEVICE_H
#define MSM8996_SMEM_DEVICE_H

#include "hw/sysbus.h"
#include "qom/object.h"

/*
 * What the boot loader of a real part leaves behind: SMEM, the memory that its
 * processors share, initialized and without an item in it; and the TCSR's
 * mutexes, of which one guards it. There is no other processor here, so both
 * are plain memory. Since 7.x Linux's drm/msm asks the SMEM which kind of DRAM
 * there is, and does not bind before it can.
 *
 * sysbus MMIO region 0: SMEM; 1: mutexes.
 */
#define TYPE_MSM8996_SHARED "msm8996-smem"
OBJECT_DECLARE_SIMPLE_TYPE(Msm8996SharedState, MSM8996_SHARED)

#endif
