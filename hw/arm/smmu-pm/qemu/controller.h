/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MSM8996_CONTROLLER_H
#define MSM8996_CONTROLLER_H

#include "hw/clock.h"
#include "hw/sysbus.h"
#include "qom/object.h"
#include "seam/controller.h"

/*
 * GCC and MMCC. sysbus MMIO region 0: the registers. Outputs carry the names of
 * Linux's drivers: a power domain and a block reset (high: released) are named
 * GPIO lines, a clock is a QEMU Clock once somebody has asked for it. GPIO
 * input "reset": the controller itself is in reset while it is low; high at
 * first.
 * Properties: "journal" (link), "seed", "gdsc-delay", "clock-delay",
 * "pll-delay" (virtual ns), "policy"; read-only: "domains", "clocks",
 * "resets".
 */
#define TYPE_MSM8996_CONTROLLER "msm8996-controller"
#define TYPE_MSM8996_GCC "msm8996-gcc"
#define TYPE_MSM8996_MMCC "msm8996-mmcc"
OBJECT_DECLARE_TYPE(Msm8996ControllerState, Msm8996ControllerClass,
                    MSM8996_CONTROLLER)

/* The Clock of an output that exists, by name. Before realize. */
Clock *msm8996_controller_clock(DeviceState *dev, const char *name);

/* For controller-inspect.c: NULL unless realized; the outputs are always. */
const SmmuPmController *
msm8996_controller_core(Msm8996ControllerState *s,
                        const SmmuPmOutput **outputs, unsigned *count);
void msm8996_controller_add_views(ObjectClass *klass);

#endif
