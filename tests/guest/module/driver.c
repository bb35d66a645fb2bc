// SPDX-License-Identifier: GPL-2.0-only
/*
 * The platform driver of pm-testdev: power, clocks, requests, interrupt. Clocks are prepared for
 * good, so that the runtime PM callbacks themselves do nothing that sleeps: if something sleeps
 * where it must not, it is not this driver.
 */
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/of_platform.h>
#include <linux/platform_device.h>
#include <linux/pm_runtime.h>
#include <linux/version.h>

#include "driver.h"

#define TESTDEV_ID 0x00
#define TESTDEV_SRC 0x10
#define TESTDEV_DST 0x18
#define TESTDEV_LENGTH 0x20
#define TESTDEV_PATTERN 0x24
#define TESTDEV_DELAY 0x28
#define TESTDEV_CONTROL 0x2c
#define TESTDEV_STATUS 0x30
#define TESTDEV_COUNT 0x34
#define TESTDEV_ERROR_IOVA 0x38
#define TESTDEV_INT_STATUS 0x40
#define TESTDEV_INT_ENABLE 0x44
#define TESTDEV_INT_CLEAR 0x48

#define TESTDEV_ID_VALUE 0x44544d50
#define GO 0x100
#define DONE 0x1

struct testdev testdev;

int testdev_start(const struct pm_testdev_dma *dma)
{
	unsigned long flags;
	int ret = -EAGAIN;

	spin_lock_irqsave(&testdev.lock, flags);
	if (testdev.powered) {
		reinit_completion(&testdev.finished);
		writeq(dma->src, testdev.regs + TESTDEV_SRC);
		writeq(dma->dst, testdev.regs + TESTDEV_DST);
		writel(dma->length, testdev.regs + TESTDEV_LENGTH);
		writel(dma->pattern, testdev.regs + TESTDEV_PATTERN);
		writel(dma->delay_ns, testdev.regs + TESTDEV_DELAY);
		writel(GO | (dma->op & 3), testdev.regs + TESTDEV_CONTROL);
		ret = 0;
	}
	spin_unlock_irqrestore(&testdev.lock, flags);
	return ret;
}

static irqreturn_t testdev_irq(int irq, void *data)
{
	unsigned long flags;
	bool mine = false;

	spin_lock_irqsave(&testdev.lock, flags);
	if (testdev.powered && (readl(testdev.regs + TESTDEV_INT_STATUS) & DONE)) {
		mine = true;
		writel(DONE, testdev.regs + TESTDEV_INT_CLEAR);
		testdev.done.status = readl(testdev.regs + TESTDEV_STATUS);
		testdev.done.count = readl(testdev.regs + TESTDEV_COUNT);
		testdev.done.iova = readq(testdev.regs + TESTDEV_ERROR_IOVA);
	}
	spin_unlock_irqrestore(&testdev.lock, flags);
	if (!mine)
		return IRQ_NONE;
	testdev_at(PM_TESTDEV_IN_IRQ);
	complete(&testdev.finished);
	return IRQ_HANDLED;
}

static int testdev_runtime_suspend(struct device *dev)
{
	unsigned long flags;

	testdev_at(PM_TESTDEV_IN_SUSPEND);
	spin_lock_irqsave(&testdev.lock, flags);
	testdev.powered = false;
	spin_unlock_irqrestore(&testdev.lock, flags);
	clk_bulk_disable(ARRAY_SIZE(testdev.clocks), testdev.clocks);
	return 0;
}

static int testdev_runtime_resume(struct device *dev)
{
	unsigned long flags;
	int ret = clk_bulk_enable(ARRAY_SIZE(testdev.clocks), testdev.clocks);

	if (ret)
		return ret;
	spin_lock_irqsave(&testdev.lock, flags);
	writel(DONE, testdev.regs + TESTDEV_INT_ENABLE);
	testdev.powered = true;
	spin_unlock_irqrestore(&testdev.lock, flags);
	return 0;
}

static const struct dev_pm_ops testdev_pm_ops = {
	SET_RUNTIME_PM_OPS(testdev_runtime_suspend, testdev_runtime_resume, NULL)
};

static int testdev_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	u32 id;
	int irq, ret;

	testdev.regs = devm_platform_ioremap_resource(pdev, 0);
	if (IS_ERR(testdev.regs))
		return PTR_ERR(testdev.regs);
	irq = platform_get_irq(pdev, 0);
	if (irq < 0)
		return irq;
	testdev.clocks[0].id = "iface";
	testdev.clocks[1].id = "bus";
	ret = devm_clk_bulk_get(dev, ARRAY_SIZE(testdev.clocks), testdev.clocks);
	if (ret)
		return ret;
	ret = clk_bulk_prepare(ARRAY_SIZE(testdev.clocks), testdev.clocks);
	if (ret)
		return ret;
	ret = devm_request_irq(dev, irq, testdev_irq, 0, "pm_testdev", NULL);
	if (ret)
		goto unprepare;

	testdev.dev = dev;
	pm_runtime_enable(dev);
	ret = pm_runtime_get_sync(dev);
	if (ret < 0) {
		pm_runtime_put_noidle(dev);
		goto disable;
	}
	id = readl(testdev.regs + TESTDEV_ID);
	pm_runtime_put_sync(dev);
	if (id == TESTDEV_ID_VALUE)
		return 0;
	dev_err(dev, "no pm-testdev: ID 0x%08x\n", id);
	ret = -ENODEV;
disable:
	pm_runtime_disable(dev);
	testdev.dev = NULL;
unprepare:
	clk_bulk_unprepare(ARRAY_SIZE(testdev.clocks), testdev.clocks);
	return ret;
}

static void testdev_gone(struct device *dev)
{
	if (testdev.attached)
		iommu_detach_device(testdev.attached, dev);
	testdev.attached = NULL;
	testdev.dev = NULL;
	pm_runtime_disable(dev);
	if (!pm_runtime_status_suspended(dev))
		testdev_runtime_suspend(dev);
	pm_runtime_set_suspended(dev);
	clk_bulk_unprepare(ARRAY_SIZE(testdev.clocks), testdev.clocks);
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
static void testdev_remove(struct platform_device *pdev)
{
	testdev_gone(&pdev->dev);
}
#else
static int testdev_remove(struct platform_device *pdev)
{
	testdev_gone(&pdev->dev);
	return 0;
}
#endif

static const struct of_device_id testdev_of_match[] = {
	{ .compatible = "smmu-pm,testdev" },
	{ }
};
MODULE_DEVICE_TABLE(of, testdev_of_match);

static struct platform_driver testdev_driver = {
	.probe = testdev_probe,
	.remove = testdev_remove,
	.driver = {
		.name = "pm_testdev",
		.of_match_table = testdev_of_match,
		.pm = &testdev_pm_ops,
	},
};

/* The SMMU is what the node's iommus property says. */
int testdev_register(void)
{
	struct device_node *smmu;
	struct platform_device *pdev;
	int ret;

	spin_lock_init(&testdev.lock);
	init_completion(&testdev.finished);
	testdev.node = of_find_compatible_node(NULL, NULL, "smmu-pm,testdev");
	if (!testdev.node)
		return -ENODEV;
	smmu = of_parse_phandle(testdev.node, "iommus", 0);
	pdev = smmu ? of_find_device_by_node(smmu) : NULL;
	of_node_put(smmu);
	if (!pdev) {
		of_node_put(testdev.node);
		return -ENODEV;
	}
	testdev.smmu = &pdev->dev;
	ret = platform_driver_register(&testdev_driver);
	if (!ret)
		return 0;
	put_device(testdev.smmu);
	of_node_put(testdev.node);
	return ret;
}

void testdev_unregister(void)
{
	platform_driver_unregister(&testdev_driver);
	put_device(testdev.smmu);
	of_node_put(testdev.node);
}
