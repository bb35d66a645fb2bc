// SPDX-License-Identifier: GPL-2.0-only
/* The actions, and the places and times at which they can be had. */
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/of_platform.h>
#include <linux/platform_device.h>
#include <linux/pm_runtime.h>
#include <linux/version.h>

#include "driver.h"

#define PROT (IOMMU_READ | IOMMU_WRITE)

static struct {
	spinlock_t lock;
	bool armed;
	enum pm_testdev_where where;
	struct pm_testdev_op op;
	struct completion done;
	struct hrtimer timer;
} later;

static int alloc_domain(unsigned int number)
{
	struct iommu_domain *domain;

	if (testdev.domains[number] || !testdev.dev)
		return -EBUSY;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
	domain = iommu_paging_domain_alloc(testdev.dev);
	if (IS_ERR(domain))
		return PTR_ERR(domain);
#else
	domain = iommu_domain_alloc(&platform_bus_type);
	if (!domain)
		return -ENOMEM;
#endif
	testdev.domains[number] = domain;
	return 0;
}

static int map_page(struct iommu_domain *domain, u64 iova, phys_addr_t pa, bool may_sleep)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	return iommu_map(domain, iova, pa, PAGE_SIZE, PROT, may_sleep ? GFP_KERNEL : GFP_ATOMIC);
#else
	return may_sleep ? iommu_map(domain, iova, pa, PAGE_SIZE, PROT)
			 : iommu_map_atomic(domain, iova, pa, PAGE_SIZE, PROT);
#endif
}

static u64 page_at(struct iommu_domain *domain, u64 iova)
{
	phys_addr_t pa = iommu_iova_to_phys(domain, iova);
	unsigned int i;

	for (i = 0; i < PM_TESTDEV_PAGES; i++)
		if (page_to_phys(testdev.pages[i]) == (pa & PAGE_MASK) && pa)
			return i;
	return ~0ull;
}

static int domain_action(struct pm_testdev_op *op, bool may_sleep)
{
	struct iommu_domain *domain = testdev.domains[op->domain];
	int ret;

	if (!domain)
		return -ENODEV;
	switch (op->action) {
	case PM_TESTDEV_FREE:
		if (domain == testdev.attached)
			return -EBUSY;
		testdev.domains[op->domain] = NULL;
		iommu_domain_free(domain);
		return 0;
	case PM_TESTDEV_ATTACH:
		if (!testdev.dev)
			return -ENODEV;
		ret = iommu_attach_device(domain, testdev.dev);
		if (!ret)
			testdev.attached = domain;
		return ret;
	case PM_TESTDEV_DETACH:
		if (!testdev.dev || domain != testdev.attached)
			return -ENODEV;
		iommu_detach_device(domain, testdev.dev);
		testdev.attached = NULL;
		return 0;
	case PM_TESTDEV_MAP:
		if (op->page >= PM_TESTDEV_PAGES)
			return -EINVAL;
		return map_page(domain, op->iova, page_to_phys(testdev.pages[op->page]), may_sleep);
	case PM_TESTDEV_UNMAP:
		op->result = iommu_unmap(domain, op->iova, PAGE_SIZE);
		return op->result == PAGE_SIZE ? 0 : -ENOENT;
	default:
		op->result = page_at(domain, op->iova);
		return 0;
	}
}

static int power_action(struct pm_testdev_op *op)
{
	int ret;

	if (!testdev.dev)
		return -ENODEV;
	switch (op->action) {
	case PM_TESTDEV_GET:
		ret = pm_runtime_get_sync(testdev.dev);
		if (ret < 0)
			pm_runtime_put_noidle(testdev.dev);
		return min(ret, 0);
	case PM_TESTDEV_PUT:
		pm_runtime_put(testdev.dev);
		return 0;
	default:
		return min(pm_runtime_put_sync(testdev.dev), 0);
	}
}

static int device_action(struct pm_testdev_op *op, bool may_sleep)
{
	struct platform_device *pdev;

	if (!may_sleep)
		return -EINVAL;
	if (op->action == PM_TESTDEV_REMOVE) {
		if (!testdev.dev)
			return -ENODEV;
		of_platform_device_destroy(testdev.dev, NULL);
		return 0;
	}
	if (testdev.dev)
		return -EBUSY;
	pdev = of_platform_device_create(testdev.node, NULL, NULL);
	return pdev && testdev.dev ? 0 : -ENODEV;
}

void testdev_do(struct pm_testdev_op *op, bool may_sleep)
{
	op->error = -EINVAL;
	if (op->domain >= PM_TESTDEV_DOMAINS || op->delay_us > 10000)
		return;
	if (op->delay_us)
		udelay(op->delay_us);
	op->smmu_status = READ_ONCE(testdev.smmu->power.runtime_status);
	switch (op->action) {
	case PM_TESTDEV_NOTHING:
		op->error = 0;
		break;
	case PM_TESTDEV_ALLOC:
		op->error = alloc_domain(op->domain);
		break;
	case PM_TESTDEV_FREE ... PM_TESTDEV_IOVA_TO_PHYS:
		op->error = domain_action(op, may_sleep);
		break;
	case PM_TESTDEV_GET ... PM_TESTDEV_PUT_SYNC:
		op->error = power_action(op);
		break;
	case PM_TESTDEV_SUSPEND_SMMU:
		op->error = min(pm_runtime_suspend(testdev.smmu), 0);
		break;
	case PM_TESTDEV_REMOVE ... PM_TESTDEV_ADD:
		op->error = device_action(op, may_sleep);
		break;
	}
}

void testdev_at(enum pm_testdev_where where)
{
	struct pm_testdev_op op;
	unsigned long flags;
	bool mine;

	spin_lock_irqsave(&later.lock, flags);
	mine = later.armed && later.where == where;
	if (mine) {
		later.armed = false;
		op = later.op;
	}
	spin_unlock_irqrestore(&later.lock, flags);
	if (!mine)
		return;
	testdev_do(&op, where == PM_TESTDEV_IN_SUSPEND);
	later.op = op;
	complete(&later.done);
}

static enum hrtimer_restart timer_fired(struct hrtimer *timer)
{
	testdev_at(PM_TESTDEV_IN_TIMER);
	return HRTIMER_NORESTART;
}

int testdev_arm(const struct pm_testdev_armed *armed)
{
	unsigned long flags;

	if (armed->where > PM_TESTDEV_IN_SUSPEND)
		return -EINVAL;
	spin_lock_irqsave(&later.lock, flags);
	reinit_completion(&later.done);
	later.op = armed->op;
	later.where = armed->where;
	later.armed = true;
	spin_unlock_irqrestore(&later.lock, flags);
	if (armed->where == PM_TESTDEV_IN_TIMER)
		hrtimer_start(&later.timer, ms_to_ktime(1), HRTIMER_MODE_REL_HARD);
	return 0;
}

int testdev_wait(struct pm_testdev_op *op)
{
	if (!wait_for_completion_timeout(&later.done, 5 * HZ))
		return -ETIMEDOUT;
	*op = later.op;
	return 0;
}

struct runner {
	struct pm_testdev_op *op;
	atomic_t *waiting;
	struct completion done;
};

/* Both begin when both are there. */
static int run_one(void *data)
{
	struct runner *runner = data;

	atomic_dec(runner->waiting);
	while (atomic_read(runner->waiting) > 0)
		cpu_relax();
	testdev_do(runner->op, true);
	complete(&runner->done);
	return 0;
}

int testdev_together(struct pm_testdev_pair *pair)
{
	struct task_struct *tasks[2];
	struct runner runners[2];
	atomic_t waiting = ATOMIC_INIT(2);
	int i;

	if (num_online_cpus() < 2)
		return -ENXIO;
	for (i = 0; i < 2; i++) {
		runners[i].op = &pair->op[i];
		runners[i].waiting = &waiting;
		init_completion(&runners[i].done);
		tasks[i] = kthread_create(run_one, &runners[i], "pm_testdev/%d", i);
		if (IS_ERR(tasks[i])) {
			if (i > 0)
				kthread_stop(tasks[0]); /* it has not run yet */
			return PTR_ERR(tasks[i]);
		}
		kthread_bind(tasks[i], i);
	}
	for (i = 0; i < 2; i++)
		wake_up_process(tasks[i]);
	for (i = 0; i < 2; i++)
		wait_for_completion(&runners[i].done);
	return 0;
}

void testdev_ops_init(void)
{
	spin_lock_init(&later.lock);
	init_completion(&later.done);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(&later.timer, timer_fired, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
#else
	hrtimer_init(&later.timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	later.timer.function = timer_fired;
#endif
}

void testdev_ops_exit(void)
{
	hrtimer_cancel(&later.timer);
}
