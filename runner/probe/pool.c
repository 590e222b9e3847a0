// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes nr_hugepages + 1 and looks whether the pool has grown. */
#include "pool.h"

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
			 "/sys/devices/system/node/node%d/hugepages/"
			 "hugepages-%" PRIu64 "kB/nr_hugepages",
			 node, bytes / 1024);
}

static int file_add(struct frag_probe_context *ctx, int node,
		    struct frag_error *e)
{
	struct frag_pool *p = ctx->state;
	struct frag_pool_file *f = &p->files[p->count];
	int rc;

	if (p->count == FRAG_POOL_NODES)
		return 0;
	path_of(f->path, ctx->bytes, node);
	rc = ctx->knob(ctx, f->path, NULL, e);
	if (!rc)
		p->count++;
	return rc;
}

/*
 * On several nodes the file of the whole machine gives back from the nodes in
 * turn, wherever the pages came from: each node's own file is written then.
 */
int frag_pool_knobs(struct frag_probe_context *ctx, struct frag_error *e)
{
	char path[FRAG_POOL_PATH];
	int rc = 0;

	path_of(path, ctx->bytes, 1);
	if (ctx->node >= 0)
		return file_add(ctx, ctx->node, e);
	if (access(path, F_OK))
		return file_add(ctx, -1, e);
	for (int node = 0; node < 4 * FRAG_POOL_NODES && !rc; node++) {
		path_of(path, ctx->bytes, node);
		if (!access(path, F_OK))
			rc = file_add(ctx, node, e);
	}
	return rc;
}

static int pages_read(const struct frag_pool_file *f, uint64_t *pages)
{
	char text[32] = "";
	struct frag_text t;
	ssize_t n = pread(f->fd, text, sizeof(text) - 1, 0);

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

int frag_pool_open(struct frag_probe_context *ctx, struct frag_error *e)
{
	struct frag_pool *p = ctx->state;

	for (unsigned i = 0; i < p->count; i++) {
		struct frag_pool_file *f = &p->files[i];
		int rc = 0;

		f->fd = open(f->path, O_RDWR | O_CLOEXEC);
		if (f->fd < 0)
			rc = -errno;
		if (!rc)
			rc = pages_read(f, &f->found);
		if (rc)
			return frag_fail(e, rc, "cannot open %s", f->path);
		f->now = f->found;
	}
	return 0;
}

const char *frag_pool_verified(const struct frag_probe_context *ctx)
{
	(void)ctx;
	return "pool";
}

/* One more page of this file's pool; *ns grows by the time of the write. */
static int file_grow(struct frag_pool_file *f, uint64_t *ns)
{
	uint64_t pages;
	uint64_t begin;
	int rc = pages_read(f, &pages);

	/* Somebody else moves the pool, too: to go on would undo it. */
	if (!rc && pages != f->now)
		rc = -EBUSY;
	if (rc)
		return rc;
	begin = frag_probe_now();
	rc = pages_write(f, pages + 1);
	*ns += frag_probe_now() - begin;
	if (!rc)
		rc = pages_read(f, &f->now);
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

		if (f->now > f->found && !pages_read(f, &pages) &&
		    pages == f->now) {
			(void)pages_write(f, f->found);
			(void)pages_read(f, &f->now);
			back += pages > f->now ? pages - f->now : 0;
		}
		if (f->fd >= 0)
			close(f->fd);
		f->fd = -1;
	}
	return back;
}
