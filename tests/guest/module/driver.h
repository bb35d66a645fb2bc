/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PM_TESTDEV_DRIVER_H
#define PM_TESTDEV_DRIVER_H

#include <linux/clk.h>
#include <linux/completion.h>
#include <linux/device.h>
#include <linux/io.h>
#include <linux/iommu.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

#include "pm_testdev.h"

/* There is one device, and this is all that is known of it. */
struct testdev {
	struct device *dev;	/* NULL: not bound */
	struct device_node *node;
	struct device *smmu;
	void __iomem *regs;
	struct clk_bulk_data clocks[2];

	spinlock_t lock;	/* what the interrupt handler shares */
	bool powered;
	struct pm_testdev_done done;
	struct completion finished;

	struct page *pages[PM_TESTDEV_PAGES];
	struct iommu_domain *domains[PM_TESTDEV_DOMAINS];
	struct iommu_domain *attached;
};

extern struct testdev testdev;

/* driver.c */
int testdev_start(const struct pm_testdev_dma *dma);
int testdev_register(void);
void testdev_unregister(void);

/* ops.c */
void testdev_do(struct pm_testdev_op *op, bool may_sleep);
int testdev_arm(const struct pm_testdev_armed *armed);
int testdev_wait(struct pm_testdev_op *op);
int testdev_together(struct pm_testdev_pair *pair);
/* Does what is armed for this place. */
void testdev_at(enum pm_testdev_where where);
void testdev_ops_init(void);
void testdev_ops_exit(void);

#endif
