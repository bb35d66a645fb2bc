/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MSM_GPU_STUB_H
#define MSM_GPU_STUB_H

#include "hw/sysbus.h"
#include "qom/object.h"
#include "seam.h"

/*
 * A stub of the Adreno A510 or A530. sysbus MMIO region 0: the registers;
 * sysbus interrupt 0. Supplies: GPIO inputs "domain" (GX), "reset" and "vote";
 * Clock inputs "core", "iface", "rbbmtimer", "mem", "mem_iface". GPIO output
 * "pm-fault". Properties: "journal" (link), "smmu" (link to an arm-smmu-v2-pm),
 * "stream", "policy", "chip" (510 or 530), "slice" (virtual ns between two
 * bursts of work), "seed"; "vote", at any time; and read-only ones that show
 * the state (inspect.c).
 */
#define TYPE_MSM_GPU_STUB "msm-gpu-stub"
OBJECT_DECLARE_SIMPLE_TYPE(MsmGpuStubState, MSM_GPU_STUB)

/* For inspect.c: NULL unless realized. */
const MsmGpuCore *msm_gpu_stub_core(MsmGpuStubState *s);
void msm_gpu_stub_add_views(ObjectClass *klass);

#endif
