// SPDX-License-Identifier: GPL-2.0-or-later
/* Reserves aligned address space, and asks what stands behind it. */
#include "region.h"

#include <errno.h>
#include <numaif.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/source.h"
#include "fragbench/pagemap.h"

enum { NODES_MAX = 1024, BITS = 8 * sizeof(unsigned long) };

static void file_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void frames_open(struct frag_region *r)
{
	uint64_t frame;

	r->pagemap = frag_pagemap_open(0);
	r->kpageflags = frag_kpageflags_open();
	/* What is certainly present, the page of this very call, has a frame
	 * for those who may know. */
	if (r->pagemap < 0 ||
	    frag_pagemap_read(r->pagemap, (uintptr_t)&frame, 1, &frame) != 1)
		file_close(&r->kpageflags);
}

/* AnonHugePages of this process, in bytes. */
static uint64_t huge_read(void)
{
	char text[4096];
	char *at;
	uint64_t kib = 0;
	struct frag_text t;

	if (frag_slurp("", "/proc/self/smaps_rollup", text, sizeof(text)) < 0)
		return 0;
	at = strstr(text, "AnonHugePages:");
	if (!at)
		return 0;
	at += strlen("AnonHugePages:");
	t = frag_text_of(at, strlen(at));
	return frag_text_u64(&t, &kib) ? kib * 1024 : 0;
}

static int region_bind(const struct frag_region *r, int node,
		       struct frag_error *e)
{
	unsigned long mask[NODES_MAX / BITS] = { 0 };

	if (node < 0)
		return 0;
	mask[(unsigned)node / BITS] = 1UL << ((unsigned)node % BITS);
	if (mbind(r->map, r->length, MPOL_BIND, mask, NODES_MAX, 0))
		return frag_fail(e, -errno, "cannot bind memory to node %d",
				 node);
	return 0;
}

int frag_region_open(struct frag_region *r,
		     const struct frag_probe_context *ctx, size_t step,
		     int prot, struct frag_error *e)
{
	int rc;

	r->step = step;
	r->length = (ctx->count + 1) * step;
	r->pagemap = -1;
	r->kpageflags = -1;
	r->map = mmap(NULL, r->length, prot,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (r->map == MAP_FAILED) {
		rc = frag_fail(e, -errno,
			       "cannot reserve address space for %llu blocks",
			       (unsigned long long)ctx->count);
		frag_error_mend(e, "ask for fewer: --count N");
		r->map = NULL;
		return rc;
	}
	r->base = r->map + (step - (uintptr_t)r->map % step) % step;
	rc = region_bind(r, ctx->node, e);
	frames_open(r);
	r->huge = huge_read();
	return rc;
}

bool frag_region_is_block(struct frag_region *r,
			  const struct frag_probe_context *ctx, const char *at)
{
	uint64_t before = r->huge;

	if (frag_region_has_frames(r))
		return frag_frames_are_block(r->pagemap, r->kpageflags,
					     (uintptr_t)at,
					     1ULL << ctx->order) == 1;
	r->huge = huge_read();
	return r->huge >= before + ctx->bytes;
}

int frag_region_close(struct frag_region *r)
{
	int rc = r->map && munmap(r->map, r->length) ? -errno : 0;

	r->map = NULL;
	file_close(&r->pagemap);
	file_close(&r->kpageflags);
	return rc;
}
