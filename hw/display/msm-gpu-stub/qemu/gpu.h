/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MSM_GPU_STUB_H
#define MSM_GPU_STUB_H

#include "hw/arm/smmu-pm/qemu/master.h"

/*
 * A stub of the Adreno A510 or A530. A master (master.h) with the clocks
 * "core", "iface", "rbbmtimer", "mem" and "mem_iface", whose domain is GX.
 * Properties: "chip" (510 or 530), "slice" (virtual ns between two bursts of
 * work); and further read-only ones that show the state (inspect.c).
 */
#define TYPE_MSM_GPU_STUB "msm-gpu-stub"
OBJECT_DECLARE_SIMPLE_TYPE(MsmGpuStubState, MSM_GPU_STUB)

/* In inspect.c. */
void msm_gpu_stub_add_views(ObjectClass *klass);

#endif
