// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds the kernel's memory threads once, by name and by being kernel threads,
 * and reads their CPU time from kept descriptors of /proc/PID/schedstat. A kept
 * descriptor belongs to the thread: when its PID is given to another one, it
 * reads as gone.
 */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "collect/shape.h"

extern const struct frag_collector frag_collector_kthreads;

enum {
	MAX_THREADS = 256,
	THREAD_NAME = 16,
	KERNEL_THREAD = 0x00200000, /* PF_KTHREAD in include/linux/sched.h */
};

static const char *const wanted[] = { "kcompactd", "kswapd", "khugepaged" };
enum { NWANTED = sizeof(wanted) / sizeof(*wanted) };

/* kind: index into wanted; number: that of the node, 0 for khugepaged. */
struct thread {
	char name[THREAD_NAME];
	unsigned kind;
	unsigned long number;
	int fd;
};

struct state {
	unsigned count;
	struct thread threads[MAX_THREADS];
};

/* "kcompactd3" is kind 0, number 3; false for all other names. */
static bool thread_is_wanted(const char *name, struct thread *t)
{
	for (unsigned i = 0; i < NWANTED; i++) {
		size_t n = strlen(wanted[i]);
		char *end;

		if (strncmp(name, wanted[i], n) != 0)
			continue;
		t->kind = i;
		t->number = strtoul(name + n, &end, 10);
		snprintf(t->name, sizeof(t->name), "%s", name);
		return !*end && is_plain(name);
	}
	return false;
}

/* Field 9 of /proc/PID/stat has PF_KTHREAD: no process can fake that by
 * calling itself kswapd0. */
static bool is_kernel_thread(const char *root, const char *pid)
{
	char path[64];
	char stat[1024];
	struct frag_text t;
	struct frag_text word;
	uint64_t flags = 0;
	char *p;
	int n;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	n = frag_slurp(root, path, stat, sizeof(stat));
	p = n > 0 ? strrchr(stat, ')') : NULL;
	if (!p)
		return false;
	t = frag_text_of(p + 1, strlen(p + 1));
	for (unsigned field = 3; field < 9; field++)
		frag_text_word(&t, &word);
	return frag_text_u64(&t, &flags) && flags & KERNEL_THREAD;
}

static void thread_try(const char *root, const char *pid, struct state *s)
{
	struct thread *t = &s->threads[s->count];
	char path[PATH_MAX];
	char name[64];

	snprintf(path, sizeof(path), "/proc/%.20s/comm", pid);
	if (frag_slurp(root, path, name, sizeof(name)) <= 0 ||
	    !thread_is_wanted(name, t) || !is_kernel_thread(root, pid))
		return;
	snprintf(path, sizeof(path), "%s/proc/%.20s/schedstat", root, pid);
	t->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (t->fd >= 0)
		s->count++;
}

static int thread_compare(const void *a, const void *b)
{
	const struct thread *x = a;
	const struct thread *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

static int threads_find(const char *root, struct state *s)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *proc;

	if (snprintf(path, sizeof(path), "%s/proc", root) >= PATH_MAX)
		return -ENAMETOOLONG;
	proc = opendir(path);
	if (!proc)
		return -errno;
	while (s->count < MAX_THREADS && (entry = readdir(proc)))
		if (isdigit((unsigned char)*entry->d_name))
			thread_try(root, entry->d_name, s);
	closedir(proc);
	qsort(s->threads, s->count, sizeof(*s->threads), thread_compare);
	return s->count ? 0 : -ENOENT;
}

static int columns_make(struct frag_collect *c)
{
	const struct state *s = c->state;
	int rc = shape_make(&c->shape, s->count, 1);

	if (rc)
		return rc;
	for (unsigned i = 0; i < s->count; i++) {
		struct frag_column *column = &c->shape.columns[i];

		snprintf(column->name, FRAG_COLUMN_NAME, "%s_ns",
			 s->threads[i].name);
		column->unit = "ns";
		column->about = "CPU time of that kernel thread since boot";
	}
	c->shape.nrows = 1;
	return 0;
}

/* The first number of "8123456 123 45". A kernel that keeps no such time
 * prints "0 0 0". */
static int cpu_time_read(int fd, uint64_t *ns)
{
	char buf[128];
	struct frag_text t;
	ssize_t n = pread(fd, buf, sizeof(buf), 0);

	*ns = FRAG_ABSENT;
	if (n < 0)
		return errno == ESRCH ? 0 : -errno;
	t = frag_text_of(buf, (size_t)n);
	if (frag_text_take(&t, "0 0 0"))
		return 0;
	return frag_text_u64(&t, ns) ? 0 : -EINVAL;
}

static int kthreads_read(struct frag_collect *c, uint64_t *values)
{
	const struct state *s = c->state;
	int rc = 0;

	for (unsigned i = 0; i < s->count && !rc; i++)
		rc = cpu_time_read(s->threads[i].fd, &values[i]);
	return rc;
}

static void kthreads_close(struct frag_collect *c)
{
	struct state *s = c->state;

	for (unsigned i = 0; s && i < s->count; i++)
		close(s->threads[i].fd);
	free(s);
	c->state = NULL;
	shape_free(&c->shape);
}

static int kthreads_open(struct frag_collect *c, struct frag_error *e)
{
	struct state *s = calloc(1, sizeof(*s));
	int rc;

	memset(&c->shape, 0, sizeof(c->shape));
	c->state = s;
	rc = s ? threads_find(c->root, s) : -ENOMEM;
	if (!rc)
		rc = columns_make(c);
	if (!rc)
		return 0;
	frag_fail(e, rc == -ENOENT ? 0 : rc,
		  "no CPU times of kcompactd and kswapd below %s/proc",
		  c->root);
	if (rc == -ENOENT)
		frag_error_why(e, *c->root ? "a recorded machine runs no "
					     "threads"
					   : "none is visible with a schedstat "
					     "file: a container hides kernel "
					     "threads");
	kthreads_close(c);
	return rc;
}

static const char *const sources[] = { NULL };

const struct frag_collector frag_collector_kthreads = {
	.name = "kthreads",
	.summary = "CPU time of kcompactd, kswapd and khugepaged",
	.cadence = FRAG_EVERY_SAMPLE,
	.sources = sources,
	.open = kthreads_open,
	.read = kthreads_read,
	.close = kthreads_close,
};
