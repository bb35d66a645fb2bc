/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Seam of the clock and power controllers, GCC and MMCC. A controller does not know who hangs on
 * its outputs: it has named outputs, and tells its host when one changes. See common.h.
 */
#ifndef SMMU_PM_SEAM_CONTROLLER_H
#define SMMU_PM_SEAM_CONTROLLER_H

#include "common.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct SmmuPmController SmmuPmController;

typedef enum SmmuPmControllerModel {
    SMMU_PM_MSM8996_GCC,
    SMMU_PM_MSM8996_MMCC,
} SmmuPmControllerModel;

typedef enum SmmuPmOutputKind {
    SMMU_PM_OUTPUT_DOMAIN, /* a GDSC: high when the domain is powered */
    SMMU_PM_OUTPUT_CLOCK,  /* a branch: high when it runs */
    SMMU_PM_OUTPUT_RESET,  /* a block reset: high when released */
} SmmuPmOutputKind;

/*
 * Named as Linux names them: "gpu", "gpu_gx" (gdsc), "gpu_ahb_clk", … (clk branch), "GPU_BCR", …
 * (constants of the reset binding).
 */
typedef struct SmmuPmOutput {
    const char *name;
    SmmuPmOutputKind kind;
} SmmuPmOutput;

typedef struct SmmuPmControllerHost {
    void *opaque;
    /* Called after the write (or the advance) that caused it is complete; may re-enter reads. */
    void (*set_output)(void *opaque, unsigned output, bool level);
} SmmuPmControllerHost;

typedef struct SmmuPmControllerConfig {
    SmmuPmControllerModel model;
    uint64_t seed;          /* 0: every delay is exactly as configured; else each is drawn from
                               [delay, 2 * delay) */
    uint64_t gdsc_delay_ns; /* from the request to the status bit and the domain itself */
    uint64_t clock_delay_ns;
    uint64_t pll_delay_ns;
    SmmuPmPolicy policy; /* what an access gets while the controller is in reset */
} SmmuPmControllerConfig;

/*
 * Delays are cut to 400 us (GDSC) and 150 us (clock, PLL), below Linux's time-outs. The host is
 * copied; journal may be NULL. All outputs are low until the first reset. NULL only when memory is
 * exhausted.
 */
SmmuPmController *smmu_pm_controller_new(const SmmuPmControllerConfig *config,
                                         const SmmuPmControllerHost *host, SmmuPmJournal *journal);
void smmu_pm_controller_free(SmmuPmController *controller);

/* The outputs a model has; the array is static, count is set. */
const SmmuPmOutput *smmu_pm_controller_outputs(SmmuPmControllerModel model, unsigned *count);
/* Size of the register window in bytes. */
uint64_t smmu_pm_controller_size(SmmuPmControllerModel model);

bool smmu_pm_controller_output(const SmmuPmController *controller, unsigned output);

/* Registers to their reset values; outputs follow through set_output. */
void smmu_pm_controller_reset(SmmuPmController *controller);
/*
 * The controller's own reset wire, high (released) at first; it outlasts smmu_pm_controller_reset().
 * While it is low the registers have their reset values and no access reaches them.
 */
void smmu_pm_controller_set_reset(SmmuPmController *controller, uint64_t now_ns, bool released);
/* size: 4; offset aligned, below the window's size. now_ns: virtual time, never going back. */
SmmuPmAnswer smmu_pm_controller_read(SmmuPmController *controller, uint64_t now_ns, uint64_t offset);
SmmuPmAnswer smmu_pm_controller_write(SmmuPmController *controller, uint64_t now_ns,
                                      uint64_t offset, uint64_t value);
/* When something is next due, or SMMU_PM_NEVER; ask after every call. */
uint64_t smmu_pm_controller_deadline(const SmmuPmController *controller);
void smmu_pm_controller_advance(SmmuPmController *controller, uint64_t now_ns);

/* Number of pairs; writes at most max of them. Call once with max 0 for the number. */
size_t smmu_pm_controller_save(const SmmuPmController *controller, SmmuPmPair *pairs, size_t max);
/* Does not call set_output: consumers restore the level of their own inputs. */
bool smmu_pm_controller_load(SmmuPmController *controller, const SmmuPmPair *pairs, size_t count);

#ifdef __cplusplus
}
#endif

#endif
