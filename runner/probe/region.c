// SPDX-License-Identifier: GPL-2.0-or-later
/* Reserves aligned address space, and reads pagemap and kpageflags of it. */
#include "region.h"

#include <errno.h>
#include <fcntl.h>
#include <numaif.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/source.h"

/* Documentation/admin-guide/mm/pagemap.rst */
#define PAGEMAP_PRESENT	  (1ULL << 63)
#define PAGEMAP_PFN	  ((1ULL << 55) - 1)
#define KPF_COMPOUND_HEAD (1ULL << 15)
#define KPF_COMPOUND_TAIL (1ULL << 16)

enum { BATCH = 512, NODES_MAX = 1024, BITS = 8 * sizeof(unsigned long) };

/* The frame behind @at; 0 when there is none, or when it is hidden. */
static uint64_t frame_of(int pagemap, const void *at, size_t page_size)
{
	uint64_t entry;
	off_t where = (off_t)((uintptr_t)at / page_size * sizeof(entry));

	if (pread(pagemap, &entry, sizeof(entry), where) != sizeof(entry) ||
	    !(entry & PAGEMAP_PRESENT))
		return 0;
	return entry & PAGEMAP_PFN;
}

static void file_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void frames_open(struct frag_region *r, size_t page_size)
{
	r->pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	r->kpageflags = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	/* What is certainly present, the page of this very call, has a frame
	 * number other than 0 for those who may know. */
	if (r->pagemap < 0 || !frame_of(r->pagemap, &r, page_size))
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
	frames_open(r, ctx->page_size);
	r->huge = huge_read();
	return rc;
}

/* Pages [@done, @done + @n) of a block whose first frame is @first: adjacent
 * frames, and all of one compound page that begins there? */
static bool part_is_block(const struct frag_region *r, uint64_t first,
			  uint64_t page, uint64_t done, size_t n)
{
	uint64_t entries[BATCH];
	uint64_t flags[BATCH];
	ssize_t size = (ssize_t)(n * sizeof(uint64_t));

	if (pread(r->pagemap, entries, (size_t)size,
		  (off_t)((page + done) * sizeof(uint64_t))) != size ||
	    pread(r->kpageflags, flags, (size_t)size,
		  (off_t)((first + done) * sizeof(uint64_t))) != size)
		return false;
	for (size_t i = 0; i < n; i++) {
		uint64_t want =
			done + i ? KPF_COMPOUND_TAIL : KPF_COMPOUND_HEAD;

		if (!(entries[i] & PAGEMAP_PRESENT) ||
		    (entries[i] & PAGEMAP_PFN) != first + done + i ||
		    !(flags[i] & want))
			return false;
	}
	return true;
}

static bool frames_are_block(const struct frag_region *r,
			     const struct frag_probe_context *ctx,
			     const char *at)
{
	uint64_t pages = 1ULL << ctx->order;
	uint64_t first = frame_of(r->pagemap, at, ctx->page_size);

	if (!first || first & (pages - 1))
		return false;
	for (uint64_t done = 0; done < pages; done += BATCH) {
		size_t n = pages - done < BATCH ? pages - done : BATCH;

		if (!part_is_block(r, first, (uintptr_t)at / ctx->page_size,
				   done, n))
			return false;
	}
	return true;
}

bool frag_region_is_block(struct frag_region *r,
			  const struct frag_probe_context *ctx, const char *at)
{
	uint64_t before = r->huge;

	if (frag_region_has_frames(r))
		return frames_are_block(r, ctx, at);
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
