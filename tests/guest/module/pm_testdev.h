/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What /dev/pm_testdev takes: for the module and for the exerciser. docs/pm-testdev.rst explains it.
 */
#ifndef PM_TESTDEV_H
#define PM_TESTDEV_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define PM_TESTDEV_PAGES 16  /* of memory, which lie apart */
#define PM_TESTDEV_DOMAINS 2 /* of the driver's own */

/* What is done: one call of the IOMMU API or of runtime PM. */
enum pm_testdev_action {
	PM_TESTDEV_NOTHING,
	PM_TESTDEV_ALLOC,	  /* domain */
	PM_TESTDEV_FREE,	  /* domain */
	PM_TESTDEV_ATTACH,	  /* domain */
	PM_TESTDEV_DETACH,	  /* domain */
	PM_TESTDEV_MAP,		  /* domain, iova, page: one page */
	PM_TESTDEV_UNMAP,	  /* domain, iova: one page; with its invalidate and sync */
	PM_TESTDEV_IOVA_TO_PHYS,  /* domain, iova; result: page, or ~0 */
	PM_TESTDEV_GET,		  /* runtime PM of the device: resume and take a reference */
	PM_TESTDEV_PUT,		  /* drop it; suspended later, by a worker */
	PM_TESTDEV_PUT_SYNC,	  /* drop it; with the last one suspended before this returns */
	PM_TESTDEV_SUSPEND_SMMU,  /* the supplier, at once, as its autosuspend timer would */
	PM_TESTDEV_REMOVE,	  /* the platform device */
	PM_TESTDEV_ADD,		  /* it again */
	PM_TESTDEV_ACTIONS
};

struct pm_testdev_op {
	__u32 action;
	__u32 domain;
	__u64 iova;
	__u32 page;
	__u32 delay_us; /* before it; busy waiting */
	__u64 result;
	__s32 error;	/* negative errno, or 0 */
	/* When it began: the supplier's runtime PM status, 0 active to 3 suspending. */
	__u32 smmu_status;
};

enum pm_testdev_where {
	PM_TESTDEV_IN_IRQ,	/* the handler of the next DMA interrupt, a hard one */
	PM_TESTDEV_IN_TIMER,	/* a timer's, 1 ms from now, a hard interrupt as well */
	PM_TESTDEV_IN_SUSPEND,	/* the device's next runtime_suspend callback */
};

struct pm_testdev_armed {
	struct pm_testdev_op op;
	__u32 where;
	__u32 unused;
};

/* On two CPUs at once. */
struct pm_testdev_pair {
	struct pm_testdev_op op[2];
};

enum { PM_TESTDEV_FILL, PM_TESTDEV_COPY, PM_TESTDEV_COMPARE };

struct pm_testdev_dma {
	__u64 src;
	__u64 dst;
	__u32 op;
	__u32 length;
	__u32 pattern;
	__u32 delay_ns; /* before the first transaction */
};

struct pm_testdev_done {
	__u32 status;	/* TESTDEV_STATUS */
	__u32 count;	/* TESTDEV_COUNT */
	__u64 iova;	/* TESTDEV_ERROR_IOVA */
};

struct pm_testdev_word {
	__u32 page;
	__u32 offset;	/* a multiple of 4 */
	__u32 value;
	__u32 write;
};

/* Does it in the context of the caller. */
#define PM_TESTDEV_DO _IOWR('T', 0, struct pm_testdev_op)
/* To be done elsewhere; and waits, at most 5 s, until it has been. */
#define PM_TESTDEV_ARM _IOW('T', 1, struct pm_testdev_armed)
#define PM_TESTDEV_WAIT _IOR('T', 2, struct pm_testdev_op)
#define PM_TESTDEV_TOGETHER _IOWR('T', 3, struct pm_testdev_pair)
/* Starts; the caller has a reference (PM_TESTDEV_GET). And waits, at most 5 s. */
#define PM_TESTDEV_START _IOW('T', 4, struct pm_testdev_dma)
#define PM_TESTDEV_FINISH _IOR('T', 5, struct pm_testdev_done)
/* Memory, as the CPU sees it. */
#define PM_TESTDEV_WORD _IOWR('T', 6, struct pm_testdev_word)

#endif
