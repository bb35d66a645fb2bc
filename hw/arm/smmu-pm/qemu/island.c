/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "hw/display/msm-gpu-stub/qemu/gpu.h"
#include "hw/display/msm-gpu-stub/seam.h"
#include "hw/irq.h"
#include "hw/qdev-clock.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "qemu/bitops.h"
#include "compat.h"
#include "controller.h"
#include "delay.h"
#include "island.h"
#include "journal.h"
#include "mark.h"
#include "msm8996_map.h"
#include "smem.h"
#include "smmu.h"
#include "testdev.h"

static void pm_fault_input(void *opaque, int line, int level)
{
    Msm8996GfxState *s = opaque;

    qemu_set_irq(s->pm_fault, level);
}

static void irq_input(void *opaque, int line, int level)
{
    Msm8996GfxState *s = opaque;

    qemu_set_irq(s->irq[line], level);
}

/*
 * What resets a block. A block reset shares its group of registers with the
 * domain and the clock of what it resets: GPU_BCR with the domain of the SMMU
 * and the register clock of both, GPU_GX_BCR with the GPU's domain and core
 * clock, VIDEO_BCR with the domain and the clocks of pm-testdev, GCC_MMSS_BCR
 * with the clocks between GCC and the whole subsystem. See
 * docs/power.rst.
 */
static const struct {
    const char *consumer;
    uint32_t resets;
} resettable[MSM8996_GFX_RESETTABLE] = {
    { "smmu", BIT(MSM8996_GFX_GCC_MMSS_BCR) | BIT(MSM8996_GFX_GPU_BCR) },
    { "gpu", BIT(MSM8996_GFX_GCC_MMSS_BCR) | BIT(MSM8996_GFX_GPU_BCR) |
             BIT(MSM8996_GFX_GPU_GX_BCR) },
    { "mmcc", BIT(MSM8996_GFX_GCC_MMSS_BCR) },
    { "testdev", BIT(MSM8996_GFX_GCC_MMSS_BCR) | BIT(MSM8996_GFX_VIDEO_BCR) },
};

/* An input of QEMU takes one line, and its or-irq only ors. */
static void released_input(void *opaque, int line, int level)
{
    Msm8996GfxState *s = opaque;

    s->released = deposit32(s->released, line, 1, level);
    for (unsigned i = 0; i < ARRAY_SIZE(resettable); i++) {
        if (resettable[i].resets & BIT(line)) {
            qemu_set_irq(s->reset[i],
                         (s->released & resettable[i].resets) ==
                         resettable[i].resets);
        }
    }
}

static void gfx_init(Object *obj)
{
    Msm8996GfxState *s = MSM8996_GFX(obj);
    DeviceState *dev = DEVICE(obj);

    s->journal = qdev_new(TYPE_SMMU_PM_JOURNAL);
    s->gcc = qdev_new(TYPE_MSM8996_GCC);
    s->mmcc = qdev_new(TYPE_MSM8996_MMCC);
    s->smmu = qdev_new(TYPE_ARM_SMMU_V2_PM);
    s->gpu = qdev_new(TYPE_MSM_GPU_STUB);
    s->delay = qdev_new(TYPE_SMMU_PM_DELAY);
    s->mark = qdev_new(TYPE_SMMU_PM_MARK);
    s->smem = qdev_new(TYPE_MSM8996_SHARED);
    object_property_add_child(obj, "journal", OBJECT(s->journal));
    object_property_add_child(obj, "gcc", OBJECT(s->gcc));
    object_property_add_child(obj, "mmcc", OBJECT(s->mmcc));
    object_property_add_child(obj, "smmu", OBJECT(s->smmu));
    object_property_add_child(obj, "gpu", OBJECT(s->gpu));
    object_property_add_child(obj, "delay", OBJECT(s->delay));
    object_property_add_child(obj, "mark", OBJECT(s->mark));
    object_property_add_child(obj, "smem", OBJECT(s->smem));
    object_unref(OBJECT(s->journal));
    object_unref(OBJECT(s->gcc));
    object_unref(OBJECT(s->mmcc));
    object_unref(OBJECT(s->smmu));
    object_unref(OBJECT(s->gpu));
    object_unref(OBJECT(s->delay));
    object_unref(OBJECT(s->mark));
    object_unref(OBJECT(s->smem));

    qdev_init_gpio_out_named(dev, &s->pm_fault, "pm-fault", 1);
    qdev_init_gpio_in_named(dev, pm_fault_input, "pm-fault-in", 3);
    qdev_init_gpio_in_named(dev, irq_input, "irq-in", MSM8996_GFX_IRQS);
    qdev_init_gpio_in_named(dev, released_input, "released-in",
                            MSM8996_GFX_RESETS);
    qdev_init_gpio_out_named(dev, s->reset, "reset", MSM8996_GFX_RESETTABLE);
    /* As the blocks take it, until the controllers have spoken. */
    s->released = MAKE_64BIT_MASK(0, MSM8996_GFX_RESETS);
    for (unsigned i = 0; i < MSM8996_GFX_IRQS; i++) {
        sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq[i]);
    }
}

/*
 * Which output of which controller drives which supply of a block: the clocks
 * and power-domains properties of the device tree, once more.
 */
static void wire_clocks(Msm8996GfxState *s)
{
    const struct {
        DeviceState *consumer;
        const char *input;
        DeviceState *controller;
        const char *output;
    } wires[] = {
        { s->smmu, "iface", s->mmcc, "gpu_ahb_clk" },
        { s->smmu, "bus", s->gcc, "gcc_mmss_bimc_gfx_clk" },
        { s->gpu, "core", s->mmcc, "gpu_gx_gfx3d_clk" },
        { s->gpu, "iface", s->mmcc, "gpu_ahb_clk" },
        { s->gpu, "rbbmtimer", s->mmcc, "gpu_gx_rbbmtimer_clk" },
        { s->gpu, "mem", s->gcc, "gcc_bimc_gfx_clk" },
        { s->gpu, "mem_iface", s->gcc, "gcc_mmss_bimc_gfx_clk" },
        { s->testdev, "iface", s->mmcc, "video_ahb_clk" },
        { s->testdev, "bus", s->mmcc, "video_axi_clk" },
    };

    for (unsigned i = 0; i < ARRAY_SIZE(wires); i++) {
        if (!wires[i].consumer) {
            continue;
        }
        qdev_connect_clock_in(wires[i].consumer, wires[i].input,
                              msm8996_controller_clock(wires[i].controller,
                                                       wires[i].output));
    }
}

static unsigned banks(const Msm8996GfxState *s)
{
    return s->testdev ? MSM8996_GFX_BANKS_TESTDEV : MSM8996_GFX_BANKS;
}

/* Of the SMMU's lines, global and context banks. */
static const Msm8996GfxIrq smmu_irqs[1 + MSM8996_GFX_BANKS_TESTDEV] = {
    MSM8996_GFX_IRQ_GLOBAL, MSM8996_GFX_IRQ_CB0, MSM8996_GFX_IRQ_CB1,
    MSM8996_GFX_IRQ_CB2, MSM8996_GFX_IRQ_CB3
};

static void connect_irq(Msm8996GfxState *s, DeviceState *from, int line,
                        Msm8996GfxIrq irq)
{
    sysbus_connect_irq(SYS_BUS_DEVICE(from), line,
                       qdev_get_gpio_in_named(DEVICE(s), "irq-in", irq));
}

unsigned msm8996_gfx_context_lines(const Msm8996GfxState *s)
{
    const SmmuPmSmmu *core = arm_smmu_v2_pm_core(ARM_SMMU_V2_PM(s->smmu));

    return MIN(smmu_pm_smmu_context_lines(core), MSM8996_GFX_BANKS_TESTDEV);
}

static void wire_lines(Msm8996GfxState *s)
{
    qdev_connect_gpio_out_named(s->mmcc, "gpu", 0,
                                qdev_get_gpio_in_named(s->smmu, "domain", 0));
    qdev_connect_gpio_out_named(s->mmcc, "gpu_gx", 0,
                                qdev_get_gpio_in_named(s->gpu, "domain", 0));
    qdev_connect_gpio_out_named(s->smmu, "pm-fault", 0,
                                qdev_get_gpio_in_named(DEVICE(s), "pm-fault-in",
                                                       0));
    qdev_connect_gpio_out_named(s->gpu, "pm-fault", 0,
                                qdev_get_gpio_in_named(DEVICE(s), "pm-fault-in",
                                                       1));
    for (unsigned i = 0; i <= msm8996_gfx_context_lines(s); i++) {
        sysbus_connect_irq(SYS_BUS_DEVICE(s->smmu), i,
                           qdev_get_gpio_in(s->delay, i));
        connect_irq(s, s->delay, i, smmu_irqs[i]);
    }
    connect_irq(s, s->gpu, 0, MSM8996_GFX_IRQ_GPU);
    if (s->testdev) {
        qdev_connect_gpio_out_named(s->mmcc, "venus", 0,
                                    qdev_get_gpio_in_named(s->testdev,
                                                           "domain", 0));
        qdev_connect_gpio_out_named(s->testdev, "pm-fault", 0,
                                    qdev_get_gpio_in_named(DEVICE(s),
                                                           "pm-fault-in", 2));
        connect_irq(s, s->testdev, 0, MSM8996_GFX_IRQ_TESTDEV);
    }
}

static void wire_resets(Msm8996GfxState *s)
{
    const struct {
        DeviceState *controller;
        const char *output;
    } resets[MSM8996_GFX_RESETS] = {
        [MSM8996_GFX_GCC_MMSS_BCR] = { s->gcc, "GCC_MMSS_BCR" },
        [MSM8996_GFX_GPU_BCR] = { s->mmcc, "GPU_BCR" },
        [MSM8996_GFX_GPU_GX_BCR] = { s->mmcc, "GPU_GX_BCR" },
        [MSM8996_GFX_VIDEO_BCR] = { s->mmcc, "VIDEO_BCR" },
    };

    for (unsigned i = 0; i < ARRAY_SIZE(resets); i++) {
        qdev_connect_gpio_out_named(resets[i].controller, resets[i].output, 0,
                                    qdev_get_gpio_in_named(DEVICE(s),
                                                           "released-in", i));
    }
    for (unsigned i = 0; i < ARRAY_SIZE(resettable); i++) {
        const char *name = resettable[i].consumer;
        Object *consumer = object_resolve_path_component(OBJECT(s), name);

        if (!consumer) {
            continue;
        }
        qdev_connect_gpio_out_named(DEVICE(s), "reset", i,
                                    qdev_get_gpio_in_named(DEVICE(consumer),
                                                           "reset", 0));
    }
}

static void configure_testdev(Msm8996GfxState *s)
{
    const Msm8996GfxOptions *o = &s->options;

    if (!o->testdev) {
        return;
    }
    s->testdev = qdev_new(TYPE_PM_TESTDEV);
    object_property_add_child(OBJECT(s), "testdev", OBJECT(s->testdev));
    object_unref(OBJECT(s->testdev));
    object_property_set_link(OBJECT(s->testdev), "journal",
                             OBJECT(s->journal), &error_abort);
    object_property_set_link(OBJECT(s->testdev), "smmu", OBJECT(s->smmu),
                             &error_abort);
    qdev_prop_set_uint64(s->testdev, "seed", o->seed ? o->seed * 8 + 7 : 0);
    qdev_prop_set_uint8(s->testdev, "policy", o->policy);
    qdev_prop_set_uint16(s->testdev, "stream", MSM8996_TESTDEV_STREAM);
}

static void configure(Msm8996GfxState *s)
{
    const Msm8996GfxOptions *o = &s->options;
    DeviceState *const recording[] = {
        s->gcc, s->mmcc, s->smmu, s->gpu, s->delay, s->mark
    };
    /* Each draws its delays from a sequence of its own. */
    DeviceState *const seeded[] = {
        s->journal, s->mark, s->gcc, s->mmcc, s->gpu, s->delay
    };
    DeviceState *const gated[] = {
        s->journal, s->gcc, s->mmcc, s->smmu, s->gpu
    };

    for (unsigned i = 0; i < ARRAY_SIZE(recording); i++) {
        object_property_set_link(OBJECT(recording[i]), "journal",
                                 OBJECT(s->journal), &error_abort);
    }
    for (unsigned i = 0; i < ARRAY_SIZE(seeded); i++) {
        /* The journal and the mark page tell the seed as it was given. */
        uint64_t seed = i < 2 || o->seed == 0 ? o->seed : o->seed * 8 + i;

        qdev_prop_set_uint64(seeded[i], "seed", seed);
    }
    for (unsigned i = 0; i < ARRAY_SIZE(gated); i++) {
        qdev_prop_set_uint8(gated[i], "policy", o->policy);
    }
    object_property_set_bool(OBJECT(s->smmu), "vote",
                             !(o->withheld & MSM8996_GFX_WITHHELD_SMMU),
                             &error_abort);
    object_property_set_bool(OBJECT(s->gpu), "vote",
                             !(o->withheld & MSM8996_GFX_WITHHELD_GPU),
                             &error_abort);
    qdev_prop_set_uint8(s->journal, "on-collapse", o->collapse);
    qdev_prop_set_uint8(s->smmu, "on-collapse", o->collapse);
    qdev_prop_set_uint8(s->smmu, "dma-policy", o->dma_policy);
    if (o->journal) {
        qdev_prop_set_string(s->journal, "file", o->journal);
    }
    /*
     * None of GCC's domains feeds the island; the boot loader of a real part
     * leaves them on. Linux polls aggre0_noc for 0.5 ms, by a clock that still
     * goes in ticks of 4 ms: now and then it would look only once.
     */
    qdev_prop_set_uint64(s->gcc, "gdsc-delay", 0);
    qdev_prop_set_uint64(s->mmcc, "gdsc-delay", o->gdsc_delay);
    qdev_prop_set_uint32(s->mark, "timeout-ms", o->timeout_ms);
    if (o->smmu_preset) {
        qdev_prop_set_string(s->smmu, "preset", o->smmu_preset);
        qdev_prop_set_uint32(s->delay, "lines", 1 + MSM8996_GFX_BANKS_TESTDEV);
    } else {
        qdev_prop_set_uint32(s->smmu, "num-cb", banks(s));
        qdev_prop_set_uint32(s->delay, "lines", 1 + banks(s));
    }
    qdev_prop_set_uint64(s->delay, "rise", o->irq_delay);
    object_property_set_link(OBJECT(s->gpu), "smmu", OBJECT(s->smmu),
                             &error_abort);
    qdev_prop_set_uint16(s->gpu, "stream", MSM8996_GPU_STREAM);
    qdev_prop_set_uint16(s->gpu, "chip", o->gpu == MSM8996_GFX_A530
                                         ? MSM_GPU_A530 : MSM_GPU_A510);
}

static void place_region(Msm8996GfxState *s, DeviceState *dev, int region,
                         hwaddr address)
{
    memory_region_add_subregion(&s->container, address - MSM8996_BASE,
                                sysbus_mmio_get_region(SYS_BUS_DEVICE(dev),
                                                       region));
}

static void place(Msm8996GfxState *s, DeviceState *dev, hwaddr address)
{
    place_region(s, dev, 0, address);
}

static void gfx_realize(DeviceState *dev, Error **errp)
{
    Msm8996GfxState *s = MSM8996_GFX(dev);
    /* The journal first: the others record to it. */
    DeviceState *const children[] = {
        s->journal, s->gcc, s->mmcc, s->smmu, s->delay, s->gpu, s->mark,
        s->smem
    };

    configure_testdev(s);
    configure(s);
    wire_clocks(s);
    for (unsigned i = 0; i < ARRAY_SIZE(children); i++) {
        if (!sysbus_realize(SYS_BUS_DEVICE(children[i]), errp)) {
            return;
        }
    }
    if (s->testdev && !sysbus_realize(SYS_BUS_DEVICE(s->testdev), errp)) {
        return;
    }
    wire_lines(s);
    wire_resets(s);

    memory_region_init(&s->container, OBJECT(s), TYPE_MSM8996_GFX,
                       MSM8996_SIZE);
    place(s, s->gcc, MSM8996_GCC);
    place(s, s->mmcc, MSM8996_MMCC);
    place(s, s->gpu, MSM8996_GPU);
    place(s, s->smmu,
          memory_region_size(sysbus_mmio_get_region(SYS_BUS_DEVICE(s->smmu),
                                                    0)) > MSM8996_SMMU_SIZE
          ? MSM8996_SMMU_LARGE : MSM8996_SMMU);
    place(s, s->mark, MSM8996_MARK);
    place(s, s->smem, MSM8996_SMEM);
    place_region(s, s->smem, 1, MSM8996_MUTEX);
    if (s->testdev) {
        place(s, s->testdev, MSM8996_TESTDEV);
    }
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->container);
}

static void gfx_finalize(Object *obj)
{
    g_free(MSM8996_GFX(obj)->options.journal);
    g_free(MSM8996_GFX(obj)->options.smmu_preset);
}

/* The blocks restore the levels of their own inputs. */
static const VMStateDescription vmstate_gfx = {
    .name = TYPE_MSM8996_GFX,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(released, Msm8996GfxState),
        VMSTATE_END_OF_LIST()
    }
};

static void gfx_class_init(ObjectClass *klass, SMMU_PM_CLASS_DATA *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "MSM8996 graphics island";
    dc->realize = gfx_realize;
    dc->vmsd = &vmstate_gfx;
    dc->user_creatable = false;
}

static const TypeInfo gfx_info = {
    .name = TYPE_MSM8996_GFX,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(Msm8996GfxState),
    .instance_init = gfx_init,
    .instance_finalize = gfx_finalize,
    .class_init = gfx_class_init,
};

static void gfx_register_types(void)
{
    type_register_static(&gfx_info);
}

type_init(gfx_register_types)
