// SPDX-License-Identifier: GPL-2.0-or-later
/* Probe hugetlb: the pool of the usual huge page size. */
#include <errno.h>

#include "base/source.h"
#include "huge.h"
#include "pool.h"

static unsigned hugetlb_orders(unsigned orders[FRAG_PROBE_ORDERS],
			       struct frag_error *e)
{
	unsigned all[FRAG_PROBE_ORDERS];
	unsigned n = frag_huge_orders(FRAG_HUGETLB_DIR, all);
	int order = frag_huge_order(NULL);
	uint64_t bytes = 0;

	/* Without THP: the default size. */
	if (order < 0 && !frag_meminfo("", "Hugepagesize", &bytes))
		order = frag_order_of(bytes);
	for (unsigned i = 0; i < n; i++) {
		if (order < 0 || all[i] != (unsigned)order)
			continue;
		orders[0] = all[i];
		return 1;
	}
	frag_fail(e, -ENOENT, "this kernel has no hugetlb pool");
	frag_error_mend(e, "fragbench probe thp");
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return 0;
}

const struct frag_probe frag_probe_hugetlb = {
	.name = "hugetlb",
	.summary = "huge pages for the hugetlb pool, the purest of the probes",
	.about =
		"Raises nr_hugepages by one at a time (of one node, or of all in "
		"turn) and puts it back. The kernel takes a block from the buddy "
		"lists and does not clear it (mm/hugetlb.c); without one it "
		"compacts and reclaims, and tries harder than a fault. The "
		"time is that of the write, and next to nothing else than the "
		"allocator is in it.",
	.state_size = sizeof(struct frag_pool),
	.count = 128,
	.needs = frag_pool_needs,
	.orders = hugetlb_orders,
	.knobs = frag_pool_knobs,
	.open = frag_pool_open,
	.verified = frag_pool_verified,
	.attempt = frag_pool_attempt,
	.release = frag_pool_release,
};
