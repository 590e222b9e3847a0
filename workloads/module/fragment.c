// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory of the kernel's own, taken and thinned out on command: the way of the
 * 2017 blog post, without its leak. What is allocated through one opening of
 * /dev/fragment belongs to it and goes back when it is closed, which a kill -9
 * does, too; while it is open the module cannot be unloaded.
 *
 * Write one command at a time, read what is held:
 *
 *	use METHOD SIZE MIGRATETYPE ROOM   what to take, ROOM objects at most
 *	alloc N                            take N more
 *	free PERMILLE [FROM N]             of objects FROM to FROM + N (all),
 *give back that share, spread evenly
 *
 * METHOD: kmalloc, vmalloc or pages (alloc_pages). SIZE: bytes of one object.
 * MIGRATETYPE: the pageblocks that it comes from: unmovable, reclaimable (not
 * vmalloc) or movable (pages alone). No object can be migrated, whatever the
 * type: "movable" is what a driver does that pins what it should not.
 */
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/log2.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#define MODE 0600 /* root alone: it takes memory that nobody is charged for */

static unsigned int share = 900;
module_param(share, uint, 0444);
MODULE_PARM_DESC(share, "thousandths of the available memory that all objects "
			"together may come to (1 to 950)");

enum method { KMALLOC, VMALLOC, PAGES };

static const char *const methods[] = { "kmalloc", "vmalloc", "pages" };
static const char *const types[] = { "unmovable", "reclaimable", "movable" };
static const gfp_t type_flags[] = { GFP_KERNEL, GFP_KERNEL | __GFP_RECLAIMABLE,
				    GFP_HIGHUSER_MOVABLE };

/*
 * What one opening holds. object: room slots, NULL where nothing is held,
 * filled up to end. pages: of one object. due: what free owes to the next
 * object, in thousandths.
 */
struct set {
	enum method method;
	gfp_t gfp;
	size_t size;
	unsigned long pages;
	unsigned long room;
	unsigned long end;
	unsigned long held;
	unsigned int due;
	void **object;
};

/* Commands come one by one, from whomever; total: pages that all sets hold. */
static DEFINE_MUTEX(lock);
static unsigned long total;

static void *object_alloc(const struct set *s)
{
	/* Rather no object than an OOM killer or minutes of reclaim. */
	gfp_t gfp = s->gfp | __GFP_NORETRY | __GFP_NOWARN;

	switch (s->method) {
	case KMALLOC:
		return kmalloc(s->size, gfp);
	case VMALLOC:
		return __vmalloc(s->size, gfp);
	default:
		return alloc_pages(gfp, get_order(s->size));
	}
}

static void object_free(const struct set *s, void *object)
{
	switch (s->method) {
	case KMALLOC:
		kfree(object);
		break;
	case VMALLOC:
		vfree(object);
		break;
	default:
		__free_pages(object, get_order(s->size));
	}
}

/* Give back @permille of the objects from @from to before @to. */
static void set_free(struct set *s, unsigned int permille, unsigned long from,
		     unsigned long to)
{
	unsigned long i;

	if (!from)
		s->due = 0;
	for (i = from; i < to; i++) {
		if (!s->object[i])
			continue;
		s->due += permille;
		if (s->due < 1000)
			continue;
		s->due -= 1000;
		object_free(s, s->object[i]);
		s->object[i] = NULL;
		s->held--;
		total -= s->pages;
		cond_resched();
	}
}

/* May @pages more be taken? Reclaim would have to make room beyond that. */
static bool has_room(unsigned long pages)
{
	u64 most = si_mem_available() + total;

	most = div_u64(most * share, 1000);
	return total + pages <= most;
}

/* What came before a failure stays: `held` tells how much. */
static int set_alloc(struct set *s, unsigned long n)
{
	if (!s->object || n > s->room - s->end)
		return -ENOSPC;
	if (n > ULONG_MAX / s->pages || !has_room(n * s->pages))
		return -EDQUOT;
	while (n--) {
		void *object = object_alloc(s);

		if (!object)
			return -ENOMEM;
		s->object[s->end++] = object;
		s->held++;
		total += s->pages;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

static int set_use(struct set *s, const char *method, unsigned long size,
		   const char *type, unsigned long room)
{
	int m = match_string(methods, ARRAY_SIZE(methods), method);
	int t = match_string(types, ARRAY_SIZE(types), type);

	if (s->object)
		return -EBUSY;
	if (m < 0 || t < 0 || !size || size > KMALLOC_MAX_SIZE || !room)
		return -EINVAL;
	if ((m == VMALLOC && t) || (m == KMALLOC && t > 1))
		return -EINVAL;
	s->pages = m == VMALLOC ? PAGE_ALIGN(size) >> PAGE_SHIFT
				: 1UL << get_order(size);
	if (room > totalram_pages() / s->pages)
		return -EDQUOT;
	s->object = vzalloc(array_size(room, sizeof(*s->object)));
	if (!s->object)
		return -ENOMEM;
	s->method = m;
	s->gfp = type_flags[t];
	s->size = size;
	s->room = room;
	return 0;
}

static int set_command(struct set *s, const char *text)
{
	char method[12], type[12];
	unsigned long n, room, from;
	unsigned int permille;

	if (sscanf(text, "use %11s %lu %11s %lu", method, &n, type, &room) == 4)
		return set_use(s, method, n, type, room);
	if (sscanf(text, "alloc %lu", &n) == 1)
		return set_alloc(s, n);
	switch (sscanf(text, "free %u %lu %lu", &permille, &from, &n)) {
	case 1:
		from = 0;
		n = s->end;
		break;
	case 3:
		break;
	default:
		return -EINVAL;
	}
	if (permille > 1000 || from > s->end)
		return -EINVAL;
	set_free(s, permille, from, from + min(n, s->end - from));
	return 0;
}

static int control_open(struct inode *inode, struct file *file)
{
	file->private_data = kzalloc(sizeof(struct set), GFP_KERNEL);
	return file->private_data ? 0 : -ENOMEM;
}

/* The last descriptor of this opening is gone, however that came. */
static int control_release(struct inode *inode, struct file *file)
{
	struct set *s = file->private_data;

	mutex_lock(&lock);
	set_free(s, 1000, 0, s->end);
	mutex_unlock(&lock);
	vfree(s->object);
	kfree(s);
	return 0;
}

static ssize_t control_write(struct file *file, const char __user *buf,
			     size_t count, loff_t *ppos)
{
	char text[80] = "";
	int rc;

	if (count >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, buf, count))
		return -EFAULT;
	if (mutex_lock_killable(&lock))
		return -EINTR;
	rc = set_command(file->private_data, text);
	mutex_unlock(&lock);
	*ppos = 0; /* so that a shell reads from the start after a command */
	return rc ? rc : count;
}

static ssize_t control_read(struct file *file, char __user *buf, size_t count,
			    loff_t *ppos)
{
	const struct set *s = file->private_data;
	char text[160];
	int n;

	if (mutex_lock_killable(&lock))
		return -EINTR;
	n = scnprintf(text, sizeof(text),
		      "held %lu\ntaken %lu\nroom %lu\npages %lu\ntotal %lu\n",
		      s->held, s->end, s->room, s->held * s->pages, total);
	mutex_unlock(&lock);
	return simple_read_from_buffer(buf, count, ppos, text, n);
}

static const struct file_operations control_fops = {
	.owner = THIS_MODULE, /* no unloading while anything can be held */
	.open = control_open,
	.release = control_release,
	.write = control_write,
	.read = control_read,
	.llseek = default_llseek,
};

static struct miscdevice control = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "fragment",
	.mode = MODE,
	.fops = &control_fops,
};

static int __init fragment_init(void)
{
	if (!share || share > 950)
		return -EINVAL;
	return misc_register(&control);
}
module_init(fragment_init);

static void __exit fragment_exit(void)
{
	misc_deregister(&control);
	WARN_ON(total);
}
module_exit(fragment_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION(
	"Memory of the kernel's own, taken and thinned out on command");
