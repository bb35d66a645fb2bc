/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The few registers of the clock controllers that scenarios change behind the drivers' backs:
 * Linux's mmcc-msm8996.c and gcc-msm8996.c have them by these names.
 */
#ifndef CONTROLLERS_H
#define CONTROLLERS_H

#include "../../hw/arm/smmu-pm/qemu/msm8996_map.h"

#define GPU_GDSCR (MSM8996_MMCC + 0x4034) /* the SMMU's domain */
#define GPU_GX_GDSCR (MSM8996_MMCC + 0x4024) /* the GPU's */
#define SW_COLLAPSE 1u

#define MMCC_GPU_AHB_CBCR (MSM8996_MMCC + 0x403c) /* "iface" of both */
#define GCC_MMSS_BIMC_GFX_CBCR (MSM8996_GCC + 0x9010) /* SMMU: "bus", GPU: "mem_iface" */
#define CLK_ENABLE 1u

#endif
