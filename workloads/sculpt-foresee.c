// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a plan will do to the free lists: merges what it gives back with nothing
 * but the kernel's rule for buddies, so that it can judge how the plan was made.
 */
#include <stdlib.h>
#include <string.h>

#include "fragbench/sculpt-parts.h"

struct foresight {
	const struct frag_sculpt_plan *plan;
	const struct frag_sculpt_machine *m;
	const struct frag_sculpt_stock *stock;
	uint32_t *at; /* blocks by frame */
	uint64_t *
		whole; /* first frames of free blocks, of the order looked at */
	uint64_t nwhole;
	struct frag_buddy *free_blocks;
};

static bool is_kept(const struct foresight *f, uint32_t block, uint64_t page)
{
	return f->plan->kept[(uint64_t)block * f->plan->words + page / 64] >>
		       page % 64 &
	       1;
}

/* Count the free blocks in one block; is all of it free? @is_free: room for a
 * flag a page. */
static bool block_merge(struct foresight *f, uint32_t block, bool *is_free)
{
	uint64_t pages = 1ULL << f->m->block_order;

	for (uint64_t i = 0; i < pages; i++)
		is_free[i] = !is_kept(f, block, i);
	for (unsigned o = 0; o < f->m->block_order; o++) {
		for (uint64_t i = 0; i < pages; i += 2ULL << o) {
			bool *upper = &is_free[i + (1ULL << o)];

			if (is_free[i] != *upper) {
				f->free_blocks->free[o]++;
				is_free[i] = false;
			}
		}
	}
	return is_free[0];
}

/* Does a page stay in the region of @order at frame @pfn? */
static bool is_held(const struct foresight *f, uint64_t pfn, unsigned order)
{
	uint32_t low = 0;
	uint32_t high = f->stock->blocks;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (f->stock->pfn[f->at[mid]] < pfn)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < f->stock->blocks; low++) {
		uint32_t block = f->at[low];

		if (f->stock->pfn[block] - pfn >= 1ULL << order)
			return false;
		for (uint64_t i = 0; i < 1ULL << f->m->block_order; i++)
			if (f->plan->use[block] != FRAG_SCULPT_SPARE &&
			    is_kept(f, block, i))
				return true;
	}
	return false;
}

/* Merge the free blocks of @order, in order of their frames, to those of the
 * next; count those that stay. */
static int order_merge(struct foresight *f, unsigned order)
{
	uint64_t merged = 0;

	for (uint64_t i = 0; i < f->nwhole; i++) {
		uint64_t pfn = f->whole[i];
		uint64_t buddy = pfn ^ 1ULL << order;
		bool is_last = order + 1 == f->m->orders;

		if (!is_last && pfn == FRAG_NO_FRAME)
			return -EINVAL;
		if (!is_last && buddy > pfn && i + 1 < f->nwhole &&
		    f->whole[i + 1] == buddy) {
			f->whole[merged++] = pfn;
			i++;
			continue;
		}
		if (!is_last && !is_held(f, buddy, order))
			return -EINVAL;
		f->free_blocks->free[order]++;
	}
	f->nwhole = merged;
	return 0;
}

static int all_merge(struct foresight *f, bool *is_free)
{
	int rc = 0;

	for (uint32_t i = 0; i < f->stock->blocks; i++) {
		uint32_t block = f->at[i];

		if (f->plan->use[block] != FRAG_SCULPT_SPARE &&
		    block_merge(f, block, is_free))
			f->whole[f->nwhole++] = f->stock->pfn[block];
	}
	for (unsigned o = f->m->block_order; o < f->m->orders && !rc; o++)
		rc = order_merge(f, o);
	return rc;
}

int frag_sculpt_foresee(const struct frag_sculpt_plan *plan,
			const struct frag_sculpt_machine *m,
			const struct frag_sculpt_stock *stock,
			struct frag_buddy *free_blocks)
{
	struct foresight f = { .plan = plan, .m = m, .stock = stock };
	bool *is_free = calloc(1ULL << m->block_order, sizeof(*is_free));
	int rc = -ENOMEM;

	memset(free_blocks, 0, sizeof(*free_blocks));
	free_blocks->orders = m->orders;
	f.free_blocks = free_blocks;
	f.at = frag_sculpt_sorted(stock);
	f.whole = calloc((size_t)stock->blocks + 1, sizeof(*f.whole));
	if (f.at && f.whole && is_free)
		rc = all_merge(&f, is_free);
	free(f.at);
	free(f.whole);
	free(is_free);
	return rc;
}
