/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The SMMU's other front: an IOMMUMemoryRegion for each StreamID, for masters
 * that are QEMU's own devices. It can translate and refuse; it cannot stall:
 * no transaction from here has can_stall, and what would be held is terminated.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "compat.h"
#include "smmu.h"
#include "trace.h"
#include "upstream.h"

#define TYPE_UPSTREAM "arm-smmu-v2-pm-upstream"

struct SmmuPmUpstream {
    IOMMUMemoryRegion iommu;

    ArmSmmuV2PmState *smmu;
    uint16_t stream;
    /* Where a transaction goes that is terminated without an error. */
    MemoryRegion nowhere;
    AddressSpace nowhere_as;
    SmmuPmUpstream *next;
};

static uint64_t nowhere_read(void *opaque, hwaddr offset, unsigned size)
{
    return 0;
}

static void nowhere_write(void *opaque, hwaddr offset, uint64_t value,
                          unsigned size)
{
}

static const MemoryRegionOps nowhere_ops = {
    .read = nowhere_read,
    .write = nowhere_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid.min_access_size = 1,
    .valid.max_access_size = 8,
    .valid.unaligned = true,
    .impl.unaligned = true,
};

static IOMMUTLBEntry upstream_translate(IOMMUMemoryRegion *mr, hwaddr address,
                                        IOMMUAccessFlags flag, int index)
{
    SmmuPmUpstream *u = container_of(mr, SmmuPmUpstream, iommu);
    SmmuPmTransaction transaction = {
        .iova = address,
        .stream = u->stream,
        .write = flag & IOMMU_WO,
    };
    SmmuPmTranslation t = arm_smmu_v2_pm_translate(u->smmu, &transaction);
    IOMMUTLBEntry entry = {
        .target_as = &address_space_memory,
        .iova = address & ~t.mask,
        .translated_addr = t.pa & ~t.mask,
        .addr_mask = t.mask,
        .perm = t.writable ? IOMMU_RW : IOMMU_RO,
    };

    if (t.result != SMMU_PM_TRANSLATED) {
        entry.target_as = &u->nowhere_as;
        entry.iova = entry.translated_addr = address & ~0xfffull;
        entry.addr_mask = 0xfff;
        entry.perm = t.result == SMMU_PM_RAZWI ? flag : IOMMU_NONE;
    }
    return entry;
}

static int upstream_notify_flag_changed(IOMMUMemoryRegion *mr,
                                        IOMMUNotifierFlag was,
                                        IOMMUNotifierFlag is, Error **errp)
{
    if (is & IOMMU_NOTIFIER_MAP) {
        error_setg(errp, "the SMMU cannot tell of new mappings");
        return -EINVAL;
    }
    return 0;
}

MemoryRegion *smmu_pm_upstream_get(SmmuPmUpstream **list,
                                   ArmSmmuV2PmState *smmu, uint16_t stream)
{
    g_autofree char *name = g_strdup_printf("upstream[%u]", stream);
    SmmuPmUpstream *u;

    for (u = *list; u; u = u->next) {
        if (u->stream == stream) {
            return MEMORY_REGION(&u->iommu);
        }
    }
    u = g_new0(SmmuPmUpstream, 1);
    memory_region_init_iommu(&u->iommu, sizeof(u->iommu), TYPE_UPSTREAM,
                             OBJECT(smmu), name, UINT64_MAX);
    memory_region_init_io(&u->nowhere, OBJECT(smmu), &nowhere_ops, NULL,
                          "nowhere", UINT64_MAX);
    address_space_init(&u->nowhere_as, &u->nowhere, "smmu-pm-nowhere");
    u->smmu = smmu;
    u->stream = stream;
    u->next = *list;
    *list = u;
    return MEMORY_REGION(&u->iommu);
}

void smmu_pm_upstream_invalidate(SmmuPmUpstream *list, uint64_t iova,
                                 uint64_t mask)
{
    for (; list; list = list->next) {
        IOMMUNotifier *n;

        trace_smmu_pm_upstream_invalidate(list->stream, iova, mask);
        IOMMU_NOTIFIER_FOREACH(n, &list->iommu) {
            /* QEMU asserts that an event does not reach out of a notifier. */
            hwaddr first = MAX(iova, n->start);
            hwaddr last = MIN(iova + mask, n->end);
            IOMMUTLBEvent event = {
                .type = IOMMU_NOTIFIER_UNMAP,
                .entry = {
                    .target_as = &address_space_memory,
                    .iova = first,
                    .addr_mask = last - first,
                    .perm = IOMMU_NONE,
                },
            };

            if (first <= last) {
                memory_region_notify_iommu_one(n, &event);
            }
        }
    }
}

static void upstream_class_init(ObjectClass *klass, SMMU_PM_CLASS_DATA *data)
{
    IOMMUMemoryRegionClass *imrc = IOMMU_MEMORY_REGION_CLASS(klass);

    imrc->translate = upstream_translate;
    imrc->notify_flag_changed = upstream_notify_flag_changed;
}

static const TypeInfo upstream_info = {
    .name = TYPE_UPSTREAM,
    .parent = TYPE_IOMMU_MEMORY_REGION,
    .class_init = upstream_class_init,
};

static void upstream_register_types(void)
{
    type_register_static(&upstream_info);
}

type_init(upstream_register_types)
