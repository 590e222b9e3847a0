// SPDX-License-Identifier: GPL-2.0-or-later
/* Probe thp: faults on a range that wants huge pages. */
#include <errno.h>
#include <sys/mman.h>

#include "huge.h"
#include "region.h"

static unsigned thp_orders(unsigned orders[FRAG_PROBE_ORDERS],
			   struct frag_error *e)
{
	int order = frag_huge_order(e);

	orders[0] = (unsigned)order;
	return order > 0;
}

static int thp_open(struct frag_probe_context *ctx, struct frag_error *e)
{
	struct frag_region *r = ctx->state;
	int rc =
		frag_region_open(r, ctx, ctx->bytes, PROT_READ | PROT_WRITE, e);

	if (!rc && madvise(r->base, ctx->count * ctx->bytes, MADV_HUGEPAGE))
		rc = frag_fail(e, -errno, "madvise(MADV_HUGEPAGE)");
	return rc;
}

static const char *thp_verified(const struct frag_probe_context *ctx)
{
	return frag_region_verified(ctx->state);
}

static int thp_attempt(struct frag_probe_context *ctx, uint64_t i, uint64_t *ns)
{
	struct frag_region *r = ctx->state;
	char *at = frag_region_block(r, i);

	*ns = frag_probe_touch(at);
	return frag_region_is_block(r, ctx, at) ? FRAG_GOT : FRAG_SMALLER;
}

static uint64_t thp_release(struct frag_probe_context *ctx)
{
	return frag_region_close(ctx->state) ? 0 : ctx->taken;
}

const struct frag_probe frag_probe_thp = {
	.name = "thp",
	.summary = "transparent huge pages by page fault",
	.about =
		"Touches one byte in each aligned range under MADV_HUGEPAGE. The "
		"fault allocates a huge page (do_huge_pmd_anonymous_page in "
		"mm/huge_memory.c) and clears it; without a free block it "
		"compacts and reclaims as far as "
		"/sys/kernel/mm/transparent_hugepage/defrag allows, and falls "
		"back to a small page. Where the switch (enabled) says never, "
		"it stands at madvise for the whole machine while the probe "
		"asks, and is put back: that needs root. The time is that of the fault, most of "
		"it clearing. The order is read from pagemap and kpageflags; "
		"where these are hidden, from AnonHugePages, which is weaker.",
	.state_size = sizeof(struct frag_region),
	.count = 128,
	.zeroes = true,
	.orders = thp_orders,
	.knobs = frag_huge_allow,
	.open = thp_open,
	.verified = thp_verified,
	.attempt = thp_attempt,
	.release = thp_release,
};
