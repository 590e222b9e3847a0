/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of a sculptor's computations know of one another. */
#ifndef FRAGBENCH_SCULPT_PARTS_H
#define FRAGBENCH_SCULPT_PARTS_H

#include "fragbench/sculpt.h"

/* The rows that ask->like means, added up, and the pages of their zones (0: it
 * does not say). 0, or a negative errno with @e filled. */
int frag_sculpt_like_read(const struct frag_sculpt_ask *ask,
			  struct frag_buddy *row, uint64_t *managed,
			  struct frag_error *e);

/* The numbers of the blocks of @stock in order of their frames, those without
 * one last; the caller frees them. NULL: no memory. */
uint32_t *frag_sculpt_sorted(const struct frag_sculpt_stock *stock);

/* Regions of one order, by their first page; item NULL: only counted. */
struct frag_sculpt_pool {
	uint32_t *item;
	uint64_t count;
	uint64_t room;
};

/*
 * Pages are numbered along the blocks as they lie in memory: page p is page
 * p % 2^block_order of block at[p >> block_order] of the stock.
 * region[m]: regions of order m, of which a page stays. root[m]: whole runs of
 * blocks that nothing has been placed in; those of the largest order cannot
 * merge with anything. taken: blocks out of them. is_counting: there are always
 * more, and nothing but numbers is kept.
 */
struct frag_sculpt_packing {
	struct frag_sculpt_plan *plan;
	const struct frag_sculpt_machine *m;
	uint32_t *at;
	struct frag_sculpt_pool region[FRAG_ORDERS_MAX];
	struct frag_sculpt_pool root[FRAG_ORDERS_MAX];
	bool is_counting;
	uint64_t taken_runs;
	uint64_t taken_blocks;
	uint64_t coins;
	unsigned ncoins;
	uint64_t seed;
};

/* Free what @p has, not its plan. */
void frag_sculpt_packing_end(struct frag_sculpt_packing *p);

/* Does machine @m have the orders that are asked for? */
bool frag_sculpt_can_be(const struct frag_buddy *asked,
			const struct frag_sculpt_machine *m);

/* Make @page a region or root of @pool. 0 or -ENOMEM. */
int frag_sculpt_push(const struct frag_sculpt_packing *p,
		     struct frag_sculpt_pool *pool, uint32_t page);

/* Place all of @asked, the largest first. 0, -ENOSPC, -ENOMEM, or -ECANCELED
 * when @ctx (may be NULL) is told to stop. */
int frag_sculpt_place(struct frag_sculpt_packing *p,
		      const struct frag_buddy *asked,
		      const struct frag_context *ctx);

#endif
