/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MSM8996_GFX_H
#define MSM8996_GFX_H

#include "hw/sysbus.h"
#include "qom/object.h"

/*
 * The graphics island of MSM8996: GCC, MMCC, SMMU, GPU stub, delay element,
 * mark page, SMEM and journal, and all wiring between them.
 *
 * sysbus MMIO region 0: MSM8996_SIZE bytes that belong at MSM8996_BASE
 * (msm8996_map.h). sysbus interrupts: 0 SMMU global, 1 and 2 its context banks,
 * 3 GPU; with pm-testdev also 4 and 5 context banks 2 and 3, 6 pm-testdev. An
 * SMMU preset with more context interrupts has its first four there. GPIO
 * output "pm-fault": pulses when any access met a block that it could not
 * reach. Children: "gcc", "mmcc", "smmu", "gpu", "delay", "mark", "smem",
 * "journal", and "testdev" if it was asked for.
 */
#define TYPE_MSM8996_GFX "msm8996-gfx"
OBJECT_DECLARE_SIMPLE_TYPE(Msm8996GfxState, MSM8996_GFX)

#define MSM8996_GFX_BANKS 2
/* One for the default domain of pm-testdev, two for others of its driver's. */
#define MSM8996_GFX_BANKS_TESTDEV 4

typedef enum Msm8996GfxIrq {
    MSM8996_GFX_IRQ_GLOBAL,
    MSM8996_GFX_IRQ_CB0,
    MSM8996_GFX_IRQ_CB1,
    MSM8996_GFX_IRQ_GPU,
    MSM8996_GFX_IRQ_CB2,
    MSM8996_GFX_IRQ_CB3,
    MSM8996_GFX_IRQ_TESTDEV,
    MSM8996_GFX_IRQS
} Msm8996GfxIrq;

#define MSM8996_GFX_GDSC_DELAY (20 * 1000) /* virtual ns */

typedef enum Msm8996GfxGpu {
    MSM8996_GFX_A510,
    MSM8996_GFX_A530,
} Msm8996GfxGpu;

/* Whose interconnect vote nobody casts. */
typedef enum Msm8996GfxWithheld {
    MSM8996_GFX_WITHHELD_NONE,
    MSM8996_GFX_WITHHELD_SMMU,
    MSM8996_GFX_WITHHELD_GPU,
    MSM8996_GFX_WITHHELD_ALL, /* SMMU and GPU: bits */
} Msm8996GfxWithheld;

/*
 * Block resets that concern a block of the island: inputs of the combination
 * that releases a block when all of its resets are released.
 */
typedef enum Msm8996GfxReset {
    MSM8996_GFX_GCC_MMSS_BCR,
    MSM8996_GFX_GPU_BCR,
    MSM8996_GFX_GPU_GX_BCR,
    MSM8996_GFX_VIDEO_BCR,
    MSM8996_GFX_RESETS
} Msm8996GfxReset;

#define MSM8996_GFX_RESETTABLE 4

/* What a user may choose; the machine has a property for each. */
typedef struct Msm8996GfxOptions {
    char *journal; /* path; NULL: no file, the judge listens all the same */
    int policy;
    int dma_policy;
    int collapse;
    int gpu;      /* an Msm8996GfxGpu */
    int withheld; /* an Msm8996GfxWithheld */
    bool testdev; /* a second client */
    char *smmu_preset; /* NULL: MSM8996's */
    uint64_t seed;
    uint64_t gdsc_delay;  /* virtual ns, from a request to the domain */
    uint64_t irq_delay;   /* virtual ns, of a rising SMMU interrupt */
    uint32_t timeout_ms;  /* virtual; 0: the run has no end of its own */
} Msm8996GfxOptions;

struct Msm8996GfxState {
    SysBusDevice parent_obj;

    MemoryRegion container;
    DeviceState *journal;
    DeviceState *gcc;
    DeviceState *mmcc;
    DeviceState *smmu;
    DeviceState *gpu;
    DeviceState *delay;
    DeviceState *mark;
    DeviceState *smem;
    DeviceState *testdev; /* may be NULL */
    qemu_irq pm_fault;
    qemu_irq irq[MSM8996_GFX_IRQS];
    qemu_irq reset[MSM8996_GFX_RESETTABLE];
    uint32_t released; /* one bit an Msm8996GfxReset */

    Msm8996GfxOptions options;
};

/* Of a realized one: how many lines of the SMMU's contexts are wired. */
unsigned msm8996_gfx_context_lines(const Msm8996GfxState *s);

#endif
