// SPDX-License-Identifier: GPL-2.0-only
/* /dev/pm_testdev, the driver's memory, and the module as a whole. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include "driver.h"

static DEFINE_MUTEX(one_at_a_time);

static int access_word(struct pm_testdev_word *word)
{
	u32 *at;

	if (word->page >= PM_TESTDEV_PAGES || word->offset >= PAGE_SIZE || word->offset % 4)
		return -EINVAL;
	at = page_address(testdev.pages[word->page]) + word->offset;
	if (word->write)
		WRITE_ONCE(*at, word->value);
	else
		word->value = READ_ONCE(*at);
	return 0;
}

static int finish(struct pm_testdev_done *done)
{
	unsigned long flags;

	if (!wait_for_completion_timeout(&testdev.finished, 5 * HZ))
		return -ETIMEDOUT;
	spin_lock_irqsave(&testdev.lock, flags);
	*done = testdev.done;
	spin_unlock_irqrestore(&testdev.lock, flags);
	return 0;
}

static long testdev_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	union {
		struct pm_testdev_op op;
		struct pm_testdev_armed armed;
		struct pm_testdev_pair pair;
		struct pm_testdev_dma dma;
		struct pm_testdev_done done;
		struct pm_testdev_word word;
	} u;
	size_t size = _IOC_SIZE(command);
	long ret = 0;

	if (size > sizeof(u))
		return -ENOTTY;
	memset(&u, 0, sizeof(u));
	if ((_IOC_DIR(command) & _IOC_WRITE) &&
	    copy_from_user(&u, (void __user *)argument, size))
		return -EFAULT;
	mutex_lock(&one_at_a_time);
	switch (command) {
	case PM_TESTDEV_DO:
		testdev_do(&u.op, true);
		break;
	case PM_TESTDEV_ARM:
		ret = testdev_arm(&u.armed);
		break;
	case PM_TESTDEV_WAIT:
		ret = testdev_wait(&u.op);
		break;
	case PM_TESTDEV_TOGETHER:
		ret = testdev_together(&u.pair);
		break;
	case PM_TESTDEV_START:
		ret = testdev_start(&u.dma);
		break;
	case PM_TESTDEV_FINISH:
		ret = finish(&u.done);
		break;
	case PM_TESTDEV_WORD:
		ret = access_word(&u.word);
		break;
	default:
		ret = -ENOTTY;
	}
	mutex_unlock(&one_at_a_time);
	if (!ret && (_IOC_DIR(command) & _IOC_READ) &&
	    copy_to_user((void __user *)argument, &u, size))
		return -EFAULT;
	return ret;
}

static const struct file_operations testdev_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = testdev_ioctl,
};

static struct miscdevice testdev_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "pm_testdev",
	.fops = &testdev_fops,
};

static void free_pages_of_ours(void)
{
	unsigned int i;

	for (i = 0; i < PM_TESTDEV_PAGES; i++)
		if (testdev.pages[i])
			__free_page(testdev.pages[i]);
}

/* Every other one of twice as many, so that no two are neighbours. */
static int alloc_pages_apart(void)
{
	struct page *between[PM_TESTDEV_PAGES] = { };
	unsigned int i;
	int ret = 0;

	for (i = 0; i < PM_TESTDEV_PAGES; i++) {
		testdev.pages[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		between[i] = alloc_page(GFP_KERNEL);
		if (!testdev.pages[i] || !between[i])
			ret = -ENOMEM;
	}
	for (i = 0; i < PM_TESTDEV_PAGES; i++)
		if (between[i])
			__free_page(between[i]);
	if (ret)
		free_pages_of_ours();
	return ret;
}

static int __init pm_testdev_init(void)
{
	int ret = alloc_pages_apart();

	if (ret)
		return ret;
	testdev_ops_init();
	ret = testdev_register();
	if (ret)
		goto pages;
	ret = misc_register(&testdev_misc);
	if (ret)
		goto driver;
	return 0;
driver:
	testdev_unregister();
pages:
	free_pages_of_ours();
	return ret;
}

static void __exit pm_testdev_exit(void)
{
	unsigned int i;

	misc_deregister(&testdev_misc);
	testdev_ops_exit();
	testdev_unregister();
	for (i = 0; i < PM_TESTDEV_DOMAINS; i++)
		if (testdev.domains[i])
			iommu_domain_free(testdev.domains[i]);
	free_pages_of_ours();
}

module_init(pm_testdev_init);
module_exit(pm_testdev_exit);
MODULE_DESCRIPTION("Drives the IOMMU API from wherever a test wants it");
MODULE_LICENSE("GPL");
