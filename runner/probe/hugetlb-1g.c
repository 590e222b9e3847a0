// SPDX-License-Identifier: GPL-2.0-or-later
/* Probe hugetlb-1g: the pool of gigantic pages. */
#include <errno.h>

#include "huge.h"
#include "pool.h"

static unsigned gigantic_orders(unsigned orders[FRAG_PROBE_ORDERS],
				struct frag_error *e)
{
	unsigned n = frag_huge_orders(FRAG_HUGETLB_DIR, orders);
	int giga = frag_order_of(1ULL << 30);

	for (unsigned i = 0; i < n; i++) {
		if (giga < 0 || orders[i] != (unsigned)giga)
			continue;
		orders[0] = orders[i];
		return 1;
	}
	frag_fail(e, -ENOENT, "this kernel has no huge pages of 1 GiB");
	frag_error_why(e,
		       "there is no " FRAG_HUGETLB_DIR "/hugepages-1048576kB");
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return 0;
}

const struct frag_probe frag_probe_hugetlb_1g = {
	.name = "hugetlb-1g",
	.summary = "gigantic pages of 1 GiB for the hugetlb pool",
	.about =
		"As hugetlb, for pages of 1 GiB. They are beyond what the buddy "
		"lists hold: the kernel looks for a range in which everything "
		"is free or can be moved, and moves it (alloc_contig_pages in "
		"mm/page_alloc.c). One unmovable page in each GiB is enough "
		"to get none.",
	.state_size = sizeof(struct frag_pool),
	.count = 1,
	.needs = frag_pool_needs,
	.orders = gigantic_orders,
	.knobs = frag_pool_knobs,
	.open = frag_pool_open,
	.verified = frag_pool_verified,
	.attempt = frag_pool_attempt,
	.release = frag_pool_release,
};
