// SPDX-License-Identifier: GPL-2.0-or-later
/* Probe mthp: faults on ranges that have room for one folio of the size. */
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "huge.h"
#include "region.h"

/* Each block is a mapping of its own, and so is the hole behind it:
 * vm.max_map_count is 65,530 unless somebody has raised it. */
enum { BLOCKS_MAX = 30000 };

/* Leave out the sizes that have no switch for anonymous memory: some folders
 * are there for shmem alone. */
static unsigned anonymous_keep(unsigned *orders, unsigned n)
{
	unsigned kept = 0;
	char path[128];

	for (unsigned i = 0; i < n; i++) {
		snprintf(path, sizeof(path),
			 FRAG_THP_DIR "/hugepages-%lukB/enabled",
			 ((unsigned long)sysconf(_SC_PAGESIZE) << orders[i]) /
				 1024);
		if (!access(path, F_OK))
			orders[kept++] = orders[i];
	}
	return kept;
}

static unsigned mthp_orders(unsigned orders[FRAG_PROBE_ORDERS],
			    struct frag_error *e)
{
	int huge = frag_huge_order(e);
	unsigned n = huge > 0 ? frag_huge_orders(FRAG_THP_DIR, orders) : 0;

	while (n && orders[n - 1] >= (unsigned)huge)
		n--;
	n = anonymous_keep(orders, n);
	if (!n) {
		frag_fail(
			e, -ENOENT,
			"this kernel has no transparent huge pages of smaller sizes");
		frag_error_why(e, "they came with Linux 6.8");
		frag_error_exit(e, FRAG_EXIT_CANNOT);
	}
	return n;
}

static int mthp_open(struct frag_probe_context *ctx, struct frag_error *e)
{
	struct frag_region *r = ctx->state;
	int rc;

	if (ctx->count > BLOCKS_MAX) {
		frag_fail(e, 0, "mthp cannot ask for so many blocks");
		frag_error_why(e, "%d is the most", BLOCKS_MAX);
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return -E2BIG;
	}
	/* A hole behind each block, so that nothing larger fits. */
	rc = frag_region_open(r, ctx, 2 * ctx->bytes, PROT_NONE, e);
	if (!rc && !frag_region_has_frames(r)) {
		rc = frag_fail(e, -EPERM,
			       "the order of a folio cannot be told");
		frag_error_mend(e, "run as root");
		frag_error_exit(e, FRAG_EXIT_CANNOT);
	}
	return rc;
}

static const char *mthp_verified(const struct frag_probe_context *ctx)
{
	return frag_region_verified(ctx->state);
}

static int mthp_attempt(struct frag_probe_context *ctx, uint64_t i,
			uint64_t *ns)
{
	struct frag_region *r = ctx->state;
	char *at = frag_region_block(r, i);

	/* Without room for one more mapping: that is no lack of blocks. */
	if (mprotect(at, ctx->bytes, PROT_READ | PROT_WRITE) ||
	    madvise(at, ctx->bytes, MADV_HUGEPAGE))
		return errno == ENOMEM ? -E2BIG : -errno;
	*ns = frag_probe_touch(at);
	return frag_region_is_block(r, ctx, at) ? FRAG_GOT : FRAG_SMALLER;
}

static uint64_t mthp_release(struct frag_probe_context *ctx)
{
	return frag_region_close(ctx->state) ? 0 : ctx->taken;
}

static const struct frag_need needs[] = {
	{ .kind = FRAG_NEED_ROOT,
	  .why = "frame numbers, which tell the order of a folio, and switching sizes on for the whole machine meanwhile" },
	{ .kind = FRAG_NEED_END },
};

const struct frag_probe frag_probe_mthp = {
	.name = "mthp",
	.summary =
		"smaller transparent huge pages (mTHP) by page fault, each size",
	.about =
		"As thp, for every size below it that the kernel has (Linux 6.8): "
		"each fault is on a mapping of exactly that size, so that no "
		"larger folio fits. The switch of the size "
		"(hugepages-NkB/enabled; that of all sizes where it says "
		"inherit) is set to madvise, for the whole machine while the "
		"probe asks, and put back. "
		"Without a free block the fault takes a smaller folio "
		"(alloc_anon_folio in mm/memory.c).",
	.state_size = sizeof(struct frag_region),
	.count = 128,
	.zeroes = true,
	.needs = needs,
	.orders = mthp_orders,
	.knobs = frag_huge_allow,
	.open = mthp_open,
	.verified = mthp_verified,
	.attempt = mthp_attempt,
	.release = mthp_release,
};
