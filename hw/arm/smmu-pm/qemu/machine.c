/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virt-msm8996: QEMU's virt with the graphics island of MSM8996 in the hole
 * below virt's PCI window. For TCG: KVM and HVF take neither the call chain of
 * an access nor the SMC conduit that Linux's qcom_scm needs.
 */
#include "qemu/osdep.h"
#include <libfdt.h>
#include "qapi/error.h"
#include "qapi/util.h"
#include "qemu/error-report.h"
#include "qemu/module.h"
#include "cpu.h"
#include "hw/arm/virt.h"
#include "hw/boards.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "hw/virtio/virtio-iommu.h"
#include "system/device_tree.h"
#include "target/arm/kvm-consts.h"
#include "system/hvf.h"
#include "system/kvm.h"
#include "compat.h"
#include "island.h"
#include "msm8996_map.h"
#include "seam/common.h"
#include "smmu.h"

#define TYPE_VIRT_MSM8996 MACHINE_TYPE_NAME("virt-msm8996")
OBJECT_DECLARE_TYPE(VirtMsm8996State, VirtMsm8996Class, VIRT_MSM8996)

struct VirtMsm8996Class {
    VirtMachineClass parent_class;

    void (*parent_init)(MachineState *machine);
    HotplugHandler *(*parent_hotplug_handler)(MachineState *machine,
                                              DeviceState *dev);
    void (*parent_pre_plug)(HotplugHandler *handler, DeviceState *dev,
                            Error **errp);
};

struct VirtMsm8996State {
    VirtMachineState parent_obj;

    Msm8996GfxOptions options;
    char *dt_overlay;
};

static const uint8_t own_overlay[] = {
#include "msm8996-gfx.dtbo.inc"
};

/* Merged after it when the GPU is an A530. */
static const uint8_t a530_overlay[] = {
#include "msm8996-a530.dtbo.inc"
};

/* Merged after them when there is a pm-testdev. */
static const uint8_t testdev_overlay[] = {
#include "msm8996-testdev.dtbo.inc"
};

static const QEnumLookup policy_lookup = {
    .array = (const char *const[]) {
        [SMMU_PM_POLICY_ABORT] = "abort",
        [SMMU_PM_POLICY_RAZWI] = "razwi",
        [SMMU_PM_POLICY_ONES] = "ones",
        [SMMU_PM_POLICY_HANG] = "hang",
    },
    .size = SMMU_PM_POLICY_HANG + 1,
};

static const QEnumLookup dma_policy_lookup = {
    .array = (const char *const[]) {
        [SMMU_PM_DMA_ABORT] = "abort",
        [SMMU_PM_DMA_HANG] = "hang",
    },
    .size = SMMU_PM_DMA_HANG + 1,
};

static const QEnumLookup collapse_lookup = {
    .array = (const char *const[]) {
        [SMMU_PM_COLLAPSE_LOSE] = "lose",
        [SMMU_PM_COLLAPSE_RETAIN] = "retain",
        [SMMU_PM_COLLAPSE_RETAIN_ALL] = "retain-all",
    },
    .size = SMMU_PM_COLLAPSE_RETAIN_ALL + 1,
};

static const QEnumLookup gpu_lookup = {
    .array = (const char *const[]) {
        [MSM8996_GFX_A510] = "a510",
        [MSM8996_GFX_A530] = "a530",
    },
    .size = MSM8996_GFX_A530 + 1,
};

static const QEnumLookup withheld_lookup = {
    .array = (const char *const[]) {
        [MSM8996_GFX_WITHHELD_NONE] = "none",
        [MSM8996_GFX_WITHHELD_SMMU] = "smmu",
        [MSM8996_GFX_WITHHELD_GPU] = "gpu",
        [MSM8996_GFX_WITHHELD_ALL] = "all",
    },
    .size = MSM8996_GFX_WITHHELD_ALL + 1,
};

/* Whose overlay it is, for the message when it does not fit. */
static void merge_overlay(MachineState *machine, const void *blob, size_t size,
                          const char *whose)
{
    g_autofree void *overlay = NULL;
    int error = size < sizeof(struct fdt_header) ? -FDT_ERR_TRUNCATED
                                                 : fdt_check_full(blob, size);

    if (!error) {
        /* Merging changes the overlay, too. */
        overlay = g_memdup2(blob, size);
        error = fdt_overlay_apply(machine->fdt, overlay);
    }
    if (error) {
        error_report("cannot merge device-tree overlay '%s': %s", whose,
                     fdt_strerror(error));
        exit(1);
    }
}

static void merge_overlay_file(MachineState *machine, const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *blob = NULL;
    gsize size;

    if (!g_file_get_contents(path, &blob, &size, &error)) {
        error_report("cannot read device-tree overlay: %s", error->message);
        exit(1);
    }
    merge_overlay(machine, blob, size, path);
}

/*
 * Linux's qcom_scm issues SMCs at boot. With this conduit QEMU answers them
 * (NOT_SUPPORTED) on CPUs that have neither EL2 nor EL3; PSCI uses it, too, and
 * the device tree says so.
 */
static void use_smc_conduit(MachineState *machine)
{
    VirtMachineState *vms = VIRT_MACHINE(machine);
    CPUState *cs;

    if (vms->psci_conduit == QEMU_PSCI_CONDUIT_DISABLED) {
        return;
    }
    vms->psci_conduit = QEMU_PSCI_CONDUIT_SMC;
    CPU_FOREACH(cs) {
        ARM_CPU(cs)->psci_conduit = QEMU_PSCI_CONDUIT_SMC;
    }
}

static void create_island(VirtMsm8996State *s)
{
    static const int spis[] = {
        [MSM8996_GFX_IRQ_GLOBAL] = MSM8996_SPI_SMMU_GLOBAL,
        [MSM8996_GFX_IRQ_CB0] = MSM8996_SPI_SMMU_CB0,
        [MSM8996_GFX_IRQ_CB1] = MSM8996_SPI_SMMU_CB1,
        [MSM8996_GFX_IRQ_GPU] = MSM8996_SPI_GPU,
        [MSM8996_GFX_IRQ_CB2] = MSM8996_SPI_SMMU_CB2,
        [MSM8996_GFX_IRQ_CB3] = MSM8996_SPI_SMMU_CB3,
        [MSM8996_GFX_IRQ_TESTDEV] = MSM8996_SPI_TESTDEV,
    };
    DeviceState *dev = qdev_new(TYPE_MSM8996_GFX);
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);

    MSM8996_GFX(dev)->options = s->options;
    MSM8996_GFX(dev)->options.journal = g_strdup(s->options.journal);
    MSM8996_GFX(dev)->options.smmu_preset = g_strdup(s->options.smmu_preset);
    object_property_add_child(OBJECT(s), "island", OBJECT(dev));
    sysbus_realize_and_unref(sbd, &error_fatal);
    sysbus_mmio_map(sbd, 0, MSM8996_BASE);
    for (unsigned i = 0; i < ARRAY_SIZE(spis); i++) {
        sysbus_connect_irq(sbd, i,
                           qdev_get_gpio_in(VIRT_MACHINE(s)->gic, spis[i]));
    }
}

/*
 * Another SMMU than MSM8996's, in the device tree: where it is, what it is, and
 * an interrupt for each context bank. One that shares one line names it again
 * and again, as the trees of such parts do. Linux takes no SMMU with more banks
 * than wired lines otherwise: smmu-v2-full is for programs without a kernel.
 */
static void describe_smmu(MachineState *machine, Msm8996GfxState *gfx)
{
    static const char node[] = "/iommu@bb40000";
    static const int spis[] = {
        MSM8996_SPI_SMMU_CB0, MSM8996_SPI_SMMU_CB1, MSM8996_SPI_SMMU_CB2,
        MSM8996_SPI_SMMU_CB3,
    };
    const SmmuPmSmmu *core = arm_smmu_v2_pm_core(ARM_SMMU_V2_PM(gfx->smmu));
    uint64_t size = smmu_pm_smmu_size(core);
    unsigned lines = msm8996_gfx_context_lines(gfx);
    unsigned count = lines == 1 ? smmu_pm_smmu_banks_count(core) : lines;
    g_autofree uint32_t *interrupts = g_new(uint32_t, 3 * (1 + count));

    if (size == MSM8996_SMMU_SIZE) {
        return;
    }
    for (unsigned i = 0; i <= count; i++) {
        int spi = i == 0 ? MSM8996_SPI_SMMU_GLOBAL
                         : spis[lines == 1 ? 0 : i - 1];

        interrupts[3 * i] = cpu_to_be32(0);
        interrupts[3 * i + 1] = cpu_to_be32(spi);
        interrupts[3 * i + 2] = cpu_to_be32(4); /* level, active high */
    }
    qemu_fdt_setprop(machine->fdt, node, "interrupts", interrupts,
                     3 * (1 + count) * sizeof(*interrupts));
    qemu_fdt_setprop_string(machine->fdt, node, "compatible", "arm,mmu-500");
    qemu_fdt_setprop_sized_cells(machine->fdt, node, "reg",
                                 2, MSM8996_SMMU_LARGE, 2, size);
}

static void virt_msm8996_init(MachineState *machine)
{
    VirtMsm8996State *s = VIRT_MSM8996(machine);

    if (kvm_enabled() || hvf_enabled()) {
        error_report("virt-msm8996 runs under TCG only, not under %s",
                     kvm_enabled() ? "KVM" : "HVF");
        exit(1);
    }
    if (VIRT_MACHINE(machine)->iommu != VIRT_IOMMU_NONE) {
        error_report("virt-msm8996 has an IOMMU of its own and takes no "
                     "iommu=smmuv3: Linux would refuse one of them");
        exit(1);
    }
    VIRT_MSM8996_GET_CLASS(machine)->parent_init(machine);

    use_smc_conduit(machine);
    create_island(s);
    /* So that a further overlay can use the labels of the machine's own. */
    qemu_fdt_add_subnode(machine->fdt, "/__symbols__");
    merge_overlay(machine, own_overlay, sizeof(own_overlay), "msm8996-gfx");
    if (s->options.gpu == MSM8996_GFX_A530) {
        merge_overlay(machine, a530_overlay, sizeof(a530_overlay),
                      "msm8996-a530");
    }
    if (s->options.testdev) {
        merge_overlay(machine, testdev_overlay, sizeof(testdev_overlay),
                      "msm8996-testdev");
    }
    describe_smmu(machine, MSM8996_GFX(
        object_resolve_path_component(OBJECT(s), "island")));
    if (s->dt_overlay) {
        merge_overlay_file(machine, s->dt_overlay);
    }
}

static bool is_other_iommu(DeviceState *dev)
{
    return object_dynamic_cast(OBJECT(dev), "virtio-iommu-pci") ||
           object_dynamic_cast(OBJECT(dev), "arm-smmuv3");
}

static HotplugHandler *virt_msm8996_hotplug_handler(MachineState *machine,
                                                    DeviceState *dev)
{
    if (is_other_iommu(dev)) {
        return HOTPLUG_HANDLER(machine);
    }
    return VIRT_MSM8996_GET_CLASS(machine)->parent_hotplug_handler(machine,
                                                                   dev);
}

static void virt_msm8996_pre_plug(HotplugHandler *handler, DeviceState *dev,
                                  Error **errp)
{
    if (is_other_iommu(dev)) {
        error_setg(errp, "virt-msm8996 has an IOMMU of its own and takes no "
                   "'%s'", object_get_typename(OBJECT(dev)));
        return;
    }
    VIRT_MSM8996_GET_CLASS(handler)->parent_pre_plug(handler, dev, errp);
}

static int get_policy(Object *obj, Error **errp)
{
    return VIRT_MSM8996(obj)->options.policy;
}

static void set_policy(Object *obj, int value, Error **errp)
{
    VIRT_MSM8996(obj)->options.policy = value;
}

static int get_dma_policy(Object *obj, Error **errp)
{
    return VIRT_MSM8996(obj)->options.dma_policy;
}

static void set_dma_policy(Object *obj, int value, Error **errp)
{
    VIRT_MSM8996(obj)->options.dma_policy = value;
}

static int get_collapse(Object *obj, Error **errp)
{
    return VIRT_MSM8996(obj)->options.collapse;
}

static void set_collapse(Object *obj, int value, Error **errp)
{
    VIRT_MSM8996(obj)->options.collapse = value;
}

static int get_gpu(Object *obj, Error **errp)
{
    return VIRT_MSM8996(obj)->options.gpu;
}

static void set_gpu(Object *obj, int value, Error **errp)
{
    VIRT_MSM8996(obj)->options.gpu = value;
}

static int get_withheld(Object *obj, Error **errp)
{
    return VIRT_MSM8996(obj)->options.withheld;
}

static void set_withheld(Object *obj, int value, Error **errp)
{
    VIRT_MSM8996(obj)->options.withheld = value;
}

static bool get_testdev(Object *obj, Error **errp)
{
    return VIRT_MSM8996(obj)->options.testdev;
}

static void set_testdev(Object *obj, bool value, Error **errp)
{
    VIRT_MSM8996(obj)->options.testdev = value;
}

static char *get_journal(Object *obj, Error **errp)
{
    return g_strdup(VIRT_MSM8996(obj)->options.journal);
}

static void set_journal(Object *obj, const char *value, Error **errp)
{
    VirtMsm8996State *s = VIRT_MSM8996(obj);

    g_free(s->options.journal);
    s->options.journal = g_strdup(value);
}

static char *get_smmu_preset(Object *obj, Error **errp)
{
    return g_strdup(VIRT_MSM8996(obj)->options.smmu_preset);
}

static void set_smmu_preset(Object *obj, const char *value, Error **errp)
{
    VirtMsm8996State *s = VIRT_MSM8996(obj);

    g_free(s->options.smmu_preset);
    s->options.smmu_preset = g_strdup(value);
}

static char *get_dt_overlay(Object *obj, Error **errp)
{
    return g_strdup(VIRT_MSM8996(obj)->dt_overlay);
}

static void set_dt_overlay(Object *obj, const char *value, Error **errp)
{
    VirtMsm8996State *s = VIRT_MSM8996(obj);

    g_free(s->dt_overlay);
    s->dt_overlay = g_strdup(value);
}

static void virt_msm8996_instance_init(Object *obj)
{
    Msm8996GfxOptions *o = &VIRT_MSM8996(obj)->options;
    const ObjectPropertyFlags flags = OBJ_PROP_FLAG_READWRITE;

    o->gdsc_delay = MSM8996_GFX_GDSC_DELAY;
    object_property_add_uint64_ptr(obj, "seed", &o->seed, flags);
    object_property_set_description(obj, "seed",
        "Seed of all delays; 0 (default) draws none of them");
    object_property_add_uint64_ptr(obj, "gdsc-delay", &o->gdsc_delay, flags);
    object_property_set_description(obj, "gdsc-delay",
        "Virtual ns from a request for a power domain to the domain");
    object_property_add_uint64_ptr(obj, "irq-delay", &o->irq_delay, flags);
    object_property_set_description(obj, "irq-delay",
        "Virtual ns that a rising SMMU interrupt is held back");
    object_property_add_uint32_ptr(obj, "timeout-ms", &o->timeout_ms, flags);
    object_property_set_description(obj, "timeout-ms",
        "Virtual ms after which the run ends; 0 (default): never");
}

static void virt_msm8996_instance_finalize(Object *obj)
{
    g_free(VIRT_MSM8996(obj)->options.journal);
    g_free(VIRT_MSM8996(obj)->options.smmu_preset);
    g_free(VIRT_MSM8996(obj)->dt_overlay);
}

static void virt_msm8996_class_init(ObjectClass *oc, SMMU_PM_CLASS_DATA *data)
{
    /* Debian's QEMU source comes without the boot ROMs of network cards. */
    static GlobalProperty no_roms[] = {
        { "pci-device", "romfile", "" },
    };
    MachineClass *mc = MACHINE_CLASS(oc);
    HotplugHandlerClass *hc = HOTPLUG_HANDLER_CLASS(oc);
    VirtMsm8996Class *vmc = VIRT_MSM8996_CLASS(oc);

    mc->desc = "QEMU virt with the graphics island of MSM8996";
    mc->default_nic = NULL;
    mc->default_cpu_type = ARM_CPU_TYPE_NAME("cortex-a57");
    compat_props_add(mc->compat_props, no_roms, G_N_ELEMENTS(no_roms));
    vmc->parent_init = mc->init;
    mc->init = virt_msm8996_init;
    vmc->parent_hotplug_handler = mc->get_hotplug_handler;
    mc->get_hotplug_handler = virt_msm8996_hotplug_handler;
    vmc->parent_pre_plug = hc->pre_plug;
    hc->pre_plug = virt_msm8996_pre_plug;

    object_class_property_add_enum(oc, "policy", "SmmuPmPolicy",
                                   &policy_lookup, get_policy, set_policy);
    object_class_property_set_description(oc, "policy",
        "What an access to a block that is off gets: abort (default), razwi, "
        "ones, hang");
    object_class_property_add_enum(oc, "dma-policy", "SmmuPmDmaPolicy",
                                   &dma_policy_lookup, get_dma_policy,
                                   set_dma_policy);
    object_class_property_set_description(oc, "dma-policy",
        "What a transaction gets that meets an SMMU that is off: abort "
        "(default), hang (held until it is on again)");
    object_class_property_add_enum(oc, "on-collapse", "SmmuPmCollapse",
                                   &collapse_lookup, get_collapse,
                                   set_collapse);
    object_class_property_set_description(oc, "on-collapse",
        "What the SMMU loses with its power: lose (default; registers and "
        "TLB), retain (TLB), retain-all (nothing)");
    object_class_property_add_enum(oc, "gpu", "Msm8996GfxGpu", &gpu_lookup,
                                   get_gpu, set_gpu);
    object_class_property_set_description(oc, "gpu",
        "The part that the GPU stands for: a510 (default), a530");
    object_class_property_add_enum(oc, "withhold-vote", "Msm8996GfxWithheld",
                                   &withheld_lookup, get_withheld,
                                   set_withheld);
    object_class_property_set_description(oc, "withhold-vote",
        "Whose registers nobody votes for a path to: none (default), smmu, "
        "gpu, all");
    object_class_property_add_bool(oc, "testdev", get_testdev, set_testdev);
    object_class_property_set_description(oc, "testdev",
        "A second client behind the SMMU, pm-testdev: off (default), on");
    object_class_property_add_str(oc, "journal", get_journal, set_journal);
    object_class_property_set_description(oc, "journal",
        "File that the journal is written to");
    object_class_property_add_str(oc, "smmu-preset", get_smmu_preset,
                                  set_smmu_preset);
    object_class_property_set_description(oc, "smmu-preset",
        "What the SMMU is: msm8996-adreno (unless set, with the banks that the "
        "island needs), mmu-500, smmu-v2-full");
    object_class_property_add_str(oc, "dt-overlay", get_dt_overlay,
                                  set_dt_overlay);
    object_class_property_set_description(oc, "dt-overlay",
        "Device-tree overlay (.dtbo) to merge after the machine's own");
}

static const TypeInfo virt_msm8996_info = {
    .name = TYPE_VIRT_MSM8996,
    .parent = TYPE_VIRT_MACHINE,
    .instance_size = sizeof(VirtMsm8996State),
    .instance_init = virt_msm8996_instance_init,
    .instance_finalize = virt_msm8996_instance_finalize,
    .class_size = sizeof(VirtMsm8996Class),
    .class_init = virt_msm8996_class_init,
    .interfaces = SMMU_PM_MACHINE_INTERFACES,
};

static void virt_msm8996_register_types(void)
{
    type_register_static(&virt_msm8996_info);
}

type_init(virt_msm8996_register_types)
