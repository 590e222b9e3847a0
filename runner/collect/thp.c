// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads the per-size THP statistics, one small file for each number: a row for
 * every folder hugepages-*kB that has statistics (Linux 6.10 and later).
 */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "collect/columns.h"
#include "collect/shape.h"

extern const struct frag_collector frag_collector_thp;

#define THP_FOLDER "/sys/kernel/mm/transparent_hugepage"

enum { MAX_SIZES = 32, MAX_STATISTICS = 128 };

/* After Documentation/admin-guide/mm/transhuge.rst, Linux 6.10 and later, and
 * the commits that brought those of collapsing (seen in 7.3). */
const struct frag_column frag_thp_columns[] = {
	{ "anon_fault_alloc", "count",
	  "Huge pages of this size allocated and charged in a page fault." },
	{ "anon_fault_fallback", "count",
	  "Page faults that could not allocate or charge this size and went on "
	  "with a smaller one." },
	{ "anon_fault_fallback_charge", "count",
	  "Those of anon_fault_fallback in which memory was there and the "
	  "memory cgroup refused it." },
	{ "zswpout", "count",
	  "Huge pages of this size swapped out to zswap in one piece." },
	{ "swpin", "count",
	  "Huge pages of this size swapped in in one piece from a device that "
	  "is not zswap." },
	{ "swpin_fallback", "count",
	  "Swap-ins that could not allocate or charge this size and went on "
	  "with a smaller one." },
	{ "swpin_fallback_charge", "count",
	  "Those of swpin_fallback in which the memory cgroup refused." },
	{ "swpout", "count",
	  "Huge pages of this size swapped out in one piece to a device that "
	  "is not zswap." },
	{ "swpout_fallback", "count",
	  "Huge pages of this size that were split before swap-out, most often "
	  "for want of contiguous swap space." },
	{ "shmem_alloc", "count",
	  "Huge pages of this size allocated for shmem." },
	{ "shmem_fallback", "count",
	  "shmem allocations that tried this size and went on with a smaller "
	  "one." },
	{ "shmem_fallback_charge", "count",
	  "Those of shmem_fallback in which the memory cgroup refused." },
	{ "file_alloc", "count",
	  "Huge pages of this size allocated for shmem (the name in Linux "
	  "6.10; later shmem_alloc)." },
	{ "file_fallback", "count", "As shmem_fallback, in Linux 6.10." },
	{ "file_fallback_charge", "count",
	  "As shmem_fallback_charge, in Linux 6.10." },
	{ "collapse_alloc", "count",
	  "Huge pages of this size allocated to collapse smaller ones into, by "
	  "khugepaged or MADV_COLLAPSE." },
	{ "collapse_alloc_failed", "count",
	  "Collapses into this size given up because no such huge page could "
	  "be allocated." },
	{ "collapse_exceed_none_pte", "count",
	  "Collapses into this size given up: more empty entries than allowed "
	  "for it." },
	{ "collapse_exceed_swap_pte", "count",
	  "Collapses into this size given up because of swapped entries." },
	{ "collapse_exceed_shared_pte", "count",
	  "Collapses into this size given up because of shared pages." },
	{ "split", "count",
	  "Huge pages of this size split into smaller orders." },
	{ "split_failed", "count",
	  "Huge pages of this size that could not be split, for example "
	  "because they were pinned." },
	{ "split_deferred", "count",
	  "Huge pages of this size put on the list of those to split when "
	  "memory is short, after a part of them was unmapped." },
	{ "nr_anon", "count",
	  "Anonymous huge pages of this size now (goes up and down)." },
	{ "nr_anon_partially_mapped", "count",
	  "Anonymous huge pages of this size that are likely to be partly "
	  "unmapped now (goes up and down)." },
	{ "", NULL, NULL },
};

static const struct frag_key keys[] = {
	{ "size_kb", "size of the huge page in KiB" },
};

struct size {
	unsigned long kib;
	int fd; /* of its folder of statistics */
};

struct state {
	unsigned nsizes;
	struct size sizes[MAX_SIZES];
	unsigned nnames;
	char names[MAX_STATISTICS][FRAG_COLUMN_NAME];
};

static int name_compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int size_compare(const void *a, const void *b)
{
	const struct size *x = a;
	const struct size *y = b;

	return x->kib < y->kib ? -1 : x->kib > y->kib;
}

/* The columns are all statistics that any size has. */
static void name_add(struct state *s, const char *name)
{
	for (unsigned i = 0; i < s->nnames; i++)
		if (!strcmp(s->names[i], name))
			return;
	if (s->nnames == MAX_STATISTICS || strlen(name) >= FRAG_COLUMN_NAME ||
	    !is_plain(name))
		return;
	memcpy(s->names[s->nnames++], name, strlen(name) + 1);
}

static void names_collect(struct state *s, int fd)
{
	int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = again >= 0 ? fdopendir(again) : NULL;
	struct dirent *entry;

	if (!folder) {
		if (again >= 0)
			close(again);
		return;
	}
	while ((entry = readdir(folder)))
		if (*entry->d_name != '.')
			name_add(s, entry->d_name);
	closedir(folder);
}

/* "hugepages-64kB" below the folder @fd, when it has statistics. */
static void size_try(struct state *s, int fd, const char *name)
{
	struct frag_text t = frag_text_of(name, strlen(name));
	struct size *size = &s->sizes[s->nsizes];
	char path[NAME_MAX + 8];
	uint64_t kib;

	if (s->nsizes == MAX_SIZES || !frag_text_take(&t, "hugepages-") ||
	    !frag_text_u64(&t, &kib) || !frag_text_is(t, "kB"))
		return;
	snprintf(path, sizeof(path), "%s/stats", name);
	size->kib = kib;
	size->fd = openat(fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (size->fd < 0)
		return;
	names_collect(s, size->fd);
	s->nsizes++;
}

static int sizes_find(const char *root, struct state *s)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *folder;

	if (snprintf(path, sizeof(path), "%s" THP_FOLDER, root) >= PATH_MAX)
		return -ENAMETOOLONG;
	folder = opendir(path);
	if (!folder)
		return -errno;
	while ((entry = readdir(folder)))
		size_try(s, dirfd(folder), entry->d_name);
	closedir(folder);
	qsort(s->sizes, s->nsizes, sizeof(*s->sizes), size_compare);
	qsort(s->names, s->nnames, sizeof(*s->names), name_compare);
	return s->nsizes && s->nnames ? 0 : -ENOENT;
}

static void column_fill(struct frag_column *column, const char *name)
{
	const struct frag_column *known = frag_thp_columns;

	while (*known->name && strcmp(known->name, name) != 0)
		known++;
	memcpy(column->name, name, strlen(name) + 1);
	column->unit = "count";
	column->about =
		*known->name ? known->about
			     : "a statistic of that size, by the kernel's name";
}

static int tables_make(struct frag_collect *c)
{
	const struct state *s = c->state;
	int rc = shape_make(&c->shape, s->nnames, s->nsizes);

	if (rc)
		return rc;
	c->shape.keys = keys;
	c->shape.nkeys = 1;
	for (unsigned i = 0; i < s->nnames; i++)
		column_fill(&c->shape.columns[i], s->names[i]);
	for (unsigned i = 0; i < s->nsizes; i++)
		snprintf(c->shape.row_keys[i].text, FRAG_KEY_TEXT, "%lu",
			 s->sizes[i].kib);
	c->shape.nrows = s->nsizes;
	return 0;
}

/* One number; a statistic that this size has not is absent. */
static int statistic_read(int folder, const char *name, uint64_t *value)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
	struct frag_text t;
	char buf[64];
	ssize_t n;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	n = read(fd, buf, sizeof(buf));
	close(fd);
	if (n < 0)
		return -errno;
	t = frag_text_of(buf, (size_t)n);
	if (t.end > t.at && t.end[-1] == '\n')
		t.end--;
	return frag_text_u64(&t, value) && frag_text_done(&t) ? 0 : -EINVAL;
}

static int thp_read(struct frag_collect *c, uint64_t *values)
{
	const struct state *s = c->state;
	int rc = 0;

	values_clear(&c->shape, values);
	for (unsigned i = 0; i < s->nsizes && !rc; i++)
		for (unsigned j = 0; j < s->nnames && !rc; j++)
			rc = statistic_read(s->sizes[i].fd, s->names[j],
					    values++);
	return rc;
}

static void thp_close(struct frag_collect *c)
{
	struct state *s = c->state;

	for (unsigned i = 0; s && i < s->nsizes; i++)
		close(s->sizes[i].fd);
	free(s);
	c->state = NULL;
	shape_free(&c->shape);
}

static int thp_open(struct frag_collect *c, struct frag_error *e)
{
	struct state *s = calloc(1, sizeof(*s));
	int rc;

	memset(&c->shape, 0, sizeof(c->shape));
	c->state = s;
	rc = s ? sizes_find(c->root, s) : -ENOMEM;
	if (!rc)
		rc = tables_make(c);
	if (!rc)
		return 0;
	frag_fail(e, rc == -ENOENT ? 0 : rc,
		  "no statistics in %s" THP_FOLDER "/hugepages-*kB", c->root);
	if (rc == -ENOENT)
		frag_error_why(e, "they came with Linux 6.10; the THP counters "
				  "of all kernels are in vmstat");
	thp_close(c);
	return rc;
}

static const char *const sources[] = { THP_FOLDER, NULL };

const struct frag_collector frag_collector_thp = {
	.name = "thp",
	.summary = "huge page statistics of each size (Linux 6.10)",
	.cadence = FRAG_AT_MARKS,
	.sources = sources,
	.open = thp_open,
	.read = thp_read,
	.close = thp_close,
};
