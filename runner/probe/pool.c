// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes nr_hugepages + 1 and looks whether the pool has grown. */
#include "pool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/source.h"
#include "huge.h"
#include "region.h"

const struct frag_need frag_pool_needs[] = {
	{ .kind = FRAG_NEED_ROOT, .why = "growing the hugetlb pool" },
	{ .kind = FRAG_NEED_END },
};

#define NODES "/sys/devices/system/node"

enum { NODES_MAX = 1024 };

/* The pool's file of @node; -1: that of the whole machine. */
static void path_of(char *path, uint64_t bytes, int node)
{
	if (node < 0)
		snprintf(path, FRAG_POOL_PATH,
			 FRAG_HUGETLB_DIR "/hugepages-%" PRIu64
					  "kB/nr_hugepages",
			 bytes / 1024);
	else
		snprintf(path, FRAG_POOL_PATH,
			 NODES "/node%d/hugepages/hugepages-%" PRIu64
			       "kB/nr_hugepages",
			 node, bytes / 1024);
}

static void surplus_path(char *path, const struct frag_pool_file *f)
{
	snprintf(path, FRAG_POOL_PATH, "%.*s/surplus_hugepages",
		 (int)(strrchr(f->path, '/') - f->path), f->path);
}

/*
 * Pages that the pool has beyond its size, by vm.nr_overcommit_hugepages, go
 * when their users do. They are in nr_hugepages, and a write of that number or
 * a larger one makes them permanent (set_max_huge_pages in mm/hugetlb.c).
 */
static int surplus_refuse(const struct frag_pool_file *f, struct frag_error *e)
{
	char path[FRAG_POOL_PATH];
	uint64_t pages;
	int rc;

	surplus_path(path, f);
	rc = frag_slurp_u64("", path, &pages);
	if (rc)
		return frag_fail(e, rc, "cannot read %s", path);
	if (!pages)
		return 0;
	frag_fail(e, 0, "the hugetlb pool cannot be asked now");
	frag_error_why(e,
		       "%" PRIu64 " of its pages are borrowed (%s): a larger "
		       "pool would keep them for ever",
		       pages, path);
	frag_error_mend(e, "fragbench probe thp, or first stop who uses them");
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return -EBUSY;
}

static int file_add(struct frag_probe_context *ctx, int node,
		    struct frag_error *e)
{
	struct frag_pool *p = ctx->state;
	struct frag_pool_file *f = &p->files[p->count];
	int rc;

	if (p->count == FRAG_POOL_NODES) {
		frag_fail(e, -ENOSPC, "too many nodes for one probe");
		frag_error_mend(e, "name one: --node N");
		frag_error_exit(e, FRAG_EXIT_CANNOT);
		return -ENOSPC;
	}
	path_of(f->path, ctx->bytes, node);
	rc = surplus_refuse(f, e);
	if (!rc)
		rc = ctx->knob(ctx, f->path, NULL, e);
	if (!rc)
		p->count++;
	return rc;
}

/* Which nodes have a pool of that size; returns how many. */
static unsigned nodes_find(bool nodes[NODES_MAX], uint64_t bytes)
{
	DIR *d = opendir(NODES);
	struct dirent *one;
	unsigned n = 0;

	while (d && (one = readdir(d))) {
		struct frag_text t =
			frag_text_of(one->d_name, strlen(one->d_name));
		char path[FRAG_POOL_PATH];
		uint64_t node;

		if (!frag_text_take(&t, "node") || !frag_text_u64(&t, &node) ||
		    node >= NODES_MAX)
			continue;
		path_of(path, bytes, (int)node);
		if (access(path, F_OK))
			continue;
		nodes[node] = true;
		n++;
	}
	if (d)
		closedir(d);
	return n;
}

/*
 * On several nodes the file of the whole machine gives back from the nodes in
 * turn, wherever the pages came from: each node's own file is written then.
 */
int frag_pool_knobs(struct frag_probe_context *ctx, struct frag_error *e)
{
	bool nodes[NODES_MAX] = { false };
	int rc = 0;

	if (ctx->node >= 0)
		return file_add(ctx, ctx->node, e);
	if (nodes_find(nodes, ctx->bytes) < 2)
		return file_add(ctx, -1, e);
	for (int node = 0; node < NODES_MAX && !rc; node++)
		if (nodes[node])
			rc = file_add(ctx, node, e);
	return rc;
}

static int pages_read(int fd, uint64_t *pages)
{
	char text[32] = "";
	struct frag_text t;
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	if (n < 0)
		return -errno;
	t = frag_text_of(text, (size_t)n);
	return frag_text_u64(&t, pages) ? 0 : -EINVAL;
}

static int pages_write(const struct frag_pool_file *f, uint64_t pages)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "%" PRIu64, pages);

	return pwrite(f->fd, text, (size_t)n, 0) < 0 ? -errno : 0;
}

/* As in a container whose /sys is not to be written. */
static int open_fail(const char *path, int rc, struct frag_error *e)
{
	frag_fail(e, rc, "cannot open %s", path);
	frag_error_mend(e, "fragbench probe thp; in a container: /sys mounted "
			   "read-write");
	return rc;
}

static int file_open(struct frag_pool_file *f, struct frag_error *e)
{
	char path[FRAG_POOL_PATH];
	int rc;

	surplus_path(path, f);
	f->surplus = open(path, O_RDONLY | O_CLOEXEC);
	if (f->surplus < 0)
		return open_fail(path, -errno, e);
	f->fd = open(f->path, O_RDWR | O_CLOEXEC);
	rc = f->fd < 0 ? -errno : pages_read(f->fd, &f->found);
	f->now = f->found;
	return rc ? open_fail(f->path, rc, e) : 0;
}

int frag_pool_open(struct frag_probe_context *ctx, struct frag_error *e)
{
	struct frag_pool *p = ctx->state;
	int rc = 0;

	for (unsigned i = 0; i < p->count && !rc; i++)
		rc = file_open(&p->files[i], e);
	return rc;
}

const char *frag_pool_verified(const struct frag_probe_context *ctx)
{
	(void)ctx;
	return "pool";
}

/* One more page of this file's pool; *ns grows by the time of the write. */
static int file_grow(struct frag_pool_file *f, uint64_t *ns)
{
	uint64_t pages = 0;
	uint64_t borrowed = 0;
	uint64_t begin;
	int rc = pages_read(f->fd, &pages);

	/* Somebody else moves the pool, too: to go on would undo it. */
	if (!rc && pages != f->now)
		rc = -EBUSY;
	if (!rc)
		rc = pages_read(f->surplus, &borrowed);
	if (!rc && borrowed)
		rc = -EBUSY;
	if (rc)
		return rc;
	begin = frag_probe_now();
	rc = pages_write(f, pages + 1);
	*ns += frag_probe_now() - begin;
	if (!rc)
		rc = pages_read(f->fd, &f->now);
	if (rc)
		return rc;
	return f->now > pages ? FRAG_GOT : -ENOMEM;
}

int frag_pool_attempt(struct frag_probe_context *ctx, uint64_t i, uint64_t *ns)
{
	struct frag_pool *p = ctx->state;
	int rc = -ENOMEM;

	(void)i;
	*ns = 0;
	for (unsigned n = 0; n < p->count && rc == -ENOMEM; n++)
		rc = file_grow(&p->files[p->next++ % p->count], ns);
	return rc;
}

uint64_t frag_pool_release(struct frag_probe_context *ctx)
{
	struct frag_pool *p = ctx->state;
	uint64_t back = 0;

	for (unsigned i = 0; i < p->count; i++) {
		struct frag_pool_file *f = &p->files[i];
		uint64_t pages = f->now;

		if (f->now > f->found && !pages_read(f->fd, &pages) &&
		    pages == f->now) {
			(void)pages_write(f, f->found);
			(void)pages_read(f->fd, &f->now);
			back += pages > f->now ? pages - f->now : 0;
		}
		if (f->fd >= 0)
			close(f->fd);
		f->fd = -1;
		if (f->surplus >= 0)
			close(f->surplus);
		f->surplus = -1;
	}
	return back;
}
