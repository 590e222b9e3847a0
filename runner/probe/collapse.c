// SPDX-License-Identifier: GPL-2.0-or-later
/* Probe collapse: small pages that are there already become a huge one. */
#include <errno.h>
#include <sys/mman.h>

#include "huge.h"
#include "region.h"

/* Since 6.1; headers of that age may not have it. */
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

struct collapse_options {
	uint64_t fill;
};

static const struct frag_option collapse_rows[] = {
	{ "fill", 0, FRAG_COUNT, offsetof(struct collapse_options, fill), NULL,
	  "100", 1, 100,
	  "percent of each range that small pages stand in before it is collapsed" },
	{ .name = NULL },
};

static unsigned collapse_orders(unsigned orders[FRAG_PROBE_ORDERS],
				struct frag_error *e)
{
	int order = frag_huge_order(e);

	/* An empty range does nothing where the advice is known. */
	if (order > 0 && madvise(NULL, 0, MADV_COLLAPSE)) {
		frag_fail(e, -errno, "this kernel cannot collapse on request");
		frag_error_why(e, "MADV_COLLAPSE came with Linux 6.1");
		frag_error_exit(e, FRAG_EXIT_CANNOT);
		return 0;
	}
	orders[0] = (unsigned)order;
	return order > 0;
}

static int collapse_open(struct frag_probe_context *ctx, struct frag_error *e)
{
	struct frag_region *r = ctx->state;
	int rc =
		frag_region_open(r, ctx, ctx->bytes, PROT_READ | PROT_WRITE, e);

	if (!rc && madvise(r->map, r->length, MADV_NOHUGEPAGE))
		rc = frag_fail(e, -errno, "madvise(MADV_NOHUGEPAGE)");
	return rc;
}

static const char *collapse_verified(const struct frag_probe_context *ctx)
{
	return frag_region_verified(ctx->state);
}

static int collapse_attempt(struct frag_probe_context *ctx, uint64_t i,
			    uint64_t *ns)
{
	const struct collapse_options *o = ctx->options;
	struct frag_region *r = ctx->state;
	char *at = frag_region_block(r, i);
	uint64_t pages = 1ULL << ctx->order;
	uint64_t begin;
	int rc;

	for (uint64_t p = 0; p * 100 < pages * o->fill; p++)
		((volatile char *)at)[p * ctx->page_size] = 1;
	/* A range under MADV_NOHUGEPAGE is refused with EINVAL. */
	if (madvise(at, ctx->bytes, MADV_HUGEPAGE))
		return -errno;
	begin = frag_probe_now();
	rc = madvise(at, ctx->bytes, MADV_COLLAPSE) ? -errno : 0;
	*ns = frag_probe_now() - begin;
	if (rc)
		return rc;
	return frag_region_is_block(r, ctx, at) ? FRAG_GOT : FRAG_SMALLER;
}

static uint64_t collapse_release(struct frag_probe_context *ctx)
{
	return frag_region_close(ctx->state) ? 0 : ctx->taken;
}

const struct frag_probe frag_probe_collapse = {
	.name = "collapse",
	.summary = "small pages collapsed into huge ones (MADV_COLLAPSE)",
	.about =
		"Fills each aligned range with small pages, then asks for a huge "
		"page in their place with MADV_COLLAPSE (Linux 6.1; "
		"madvise_collapse in mm/khugepaged.c), which ignores the THP "
		"switches, may compact and reclaim, and copies. errno tells "
		"the cause: ENOMEM when no block was to be had, EBUSY when the "
		"memory cgroup refused, EAGAIN when a page could not be taken "
		"for the moment. The time is that of the call.",
	.options = collapse_rows,
	.options_size = sizeof(struct collapse_options),
	.state_size = sizeof(struct frag_region),
	.count = 128,
	.zeroes = true,
	.orders = collapse_orders,
	.open = collapse_open,
	.verified = collapse_verified,
	.attempt = collapse_attempt,
	.release = collapse_release,
};
