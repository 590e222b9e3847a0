// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where free blocks are placed. A region of 2^m frames in which one page at
 * least stays can never be free as a whole. Cut in halves, it gives one free
 * block of order m - 1 as soon as a page stays in the other half: that half is
 * then such a region itself. So the largest blocks are placed first, each in
 * the smallest region that is large enough, and what is left over stays.
 */
#include <stdlib.h>
#include <string.h>

#include "fragbench/sculpt-parts.h"

enum { LOOK_EVERY = 1 << 16, WORD_BITS = 64 };

/* --- pools --- */

int frag_sculpt_push(const struct frag_sculpt_packing *p,
		     struct frag_sculpt_pool *pool, uint32_t page)
{
	if (p->is_counting) {
		pool->count++;
		return 0;
	}
	if (pool->count == pool->room) {
		uint64_t room = pool->room ? 2 * pool->room : 1024;
		uint32_t *item = realloc(pool->item, room * sizeof(*item));

		if (!item)
			return -ENOMEM;
		pool->item = item;
		/* frag_sculpt_packing_end() frees it, after more turns of a
		 * loop than the analyzer follows. */
		pool->room = room; // NOLINT(clang-analyzer-unix.Malloc)
	}
	pool->item[pool->count++] = page;
	return 0;
}

/* The last of a pool that is not empty. */
static uint32_t pool_pop(struct frag_sculpt_pool *pool)
{
	pool->count--;
	return pool->item ? pool->item[pool->count] : 0;
}

/* The smallest order from @order on with something in its pool; -1: none. */
static int pool_smallest(const struct frag_sculpt_pool *pools, unsigned order,
			 unsigned orders)
{
	for (unsigned o = order; o < orders; o++)
		if (pools[o].count)
			return (int)o;
	return -1;
}

/* --- what becomes of pages --- */

/* Clear the bits of [page, page + pages) of one block: they are given back. */
static void bits_clear(struct frag_sculpt_plan *plan, uint32_t block,
		       uint32_t page, uint32_t pages)
{
	uint64_t *kept = plan->kept + (uint64_t)block * plan->words;

	while (pages) {
		unsigned bit = page % WORD_BITS;
		unsigned n = WORD_BITS - bit;

		n = n < pages ? n : pages;
		kept[page / WORD_BITS] &= ~(~0ULL >> (WORD_BITS - n) << bit);
		page += n;
		pages -= n;
	}
}

/* The region of order @order at @page is given back as one free block. */
static void region_give(struct frag_sculpt_packing *p, uint32_t page,
			unsigned order)
{
	unsigned shift = p->m->block_order;
	uint32_t block = page >> shift;

	if (p->is_counting)
		return;
	p->plan->freed += 1ULL << order;
	if (order < shift) {
		bits_clear(p->plan, p->at[block], page & ((1U << shift) - 1),
			   1U << order);
		return;
	}
	for (uint32_t i = 0; i < 1U << (order - shift); i++) {
		bits_clear(p->plan, p->at[block + i], 0, 1U << shift);
		p->plan->use[p->at[block + i]] = FRAG_SCULPT_WHOLE;
	}
}

/* The blocks of a run of order @order are needed. */
static void run_take(struct frag_sculpt_packing *p, uint32_t page,
		     unsigned order)
{
	uint32_t n = 1U << (order - p->m->block_order);

	p->taken_blocks += n;
	p->taken_runs += n > 1 || order + 1 == p->m->orders;
	for (uint32_t i = 0; i < n && !p->is_counting; i++)
		p->plan->use[p->at[(page >> p->m->block_order) + i]] =
			FRAG_SCULPT_TOUCHED;
}

/* Heads or tails, one bit of a random number a toss. */
static bool coin_toss(struct frag_sculpt_packing *p)
{
	if (!p->ncoins) {
		p->coins = frag_random(&p->seed);
		p->ncoins = WORD_BITS;
	}
	return p->coins >> --p->ncoins & 1;
}

/* --- placing --- */

/* Place a block of order @order in the region of order @from, above it, at
 * @page. What is left of the region are smaller ones. */
static int region_carve(struct frag_sculpt_packing *p, uint32_t page,
			unsigned from, unsigned order)
{
	int rc = 0;

	while (from > order && !rc) {
		uint32_t half = page + (1U << --from);
		bool is_upper = coin_toss(p);

		/* Of single pages that stay nothing can be made. */
		if (from)
			rc = frag_sculpt_push(p, &p->region[from],
					      is_upper ? page : half);
		page = is_upper ? half : page;
	}
	if (!rc)
		region_give(p, page, order);
	return rc;
}

/* A run of blocks in which a block of order @order, not smaller than a block,
 * can be placed; -1: there is none. */
static int run_find(struct frag_sculpt_packing *p, unsigned order,
		    uint32_t *page)
{
	unsigned largest = p->m->orders - 1;
	int from =
		pool_smallest(p->root, order + (order < largest), p->m->orders);

	if (from < 0 && !p->is_counting)
		return -1;
	*page = from < 0 ? 0 : pool_pop(&p->root[from]);
	from = from < 0 ? (int)largest : from;
	run_take(p, *page, (unsigned)from);
	return from;
}

/* One block, for free blocks that are smaller than that; -1: there is none. */
static int block_find(struct frag_sculpt_packing *p, uint32_t *page)
{
	unsigned shift = p->m->block_order;
	int from = pool_smallest(p->root, shift, p->m->orders);

	*page = 0;
	if (from < 0 && !p->is_counting)
		return -1;
	if (from > (int)shift) {
		uint32_t run = pool_pop(&p->root[from]);

		/* Their like are there in plenty: cut up. */
		for (uint32_t i = 0; i < 1U << ((unsigned)from - shift); i++)
			if (frag_sculpt_push(p, &p->root[shift],
					     run + (i << shift)))
				return -ENOMEM;
	}
	if (from >= 0)
		*page = pool_pop(&p->root[shift]);
	p->taken_blocks++;
	if (!p->is_counting)
		p->plan->use[p->at[*page >> shift]] = FRAG_SCULPT_TOUCHED;
	return (int)shift;
}

/* Place one free block of order @order. 0, -ENOSPC or -ENOMEM. */
static int block_place(struct frag_sculpt_packing *p, unsigned order)
{
	int from = pool_smallest(p->region, order + 1, p->m->orders);
	uint32_t page;

	if (from >= 0)
		page = pool_pop(&p->region[from]);
	else if (order >= p->m->block_order)
		from = run_find(p, order, &page);
	else
		from = block_find(p, &page);
	if (from < 0)
		return from == -ENOMEM ? from : -ENOSPC;
	return region_carve(p, page, (unsigned)from, order);
}

/* Place all of @asked, the largest first. */
int frag_sculpt_place(struct frag_sculpt_packing *p,
		      const struct frag_buddy *asked,
		      const struct frag_context *ctx)
{
	uint64_t placed = 0;
	int rc = 0;

	for (unsigned o = asked->orders; o-- > 0 && !rc;) {
		for (uint64_t i = 0; i < asked->free[o] && !rc; i++) {
			rc = block_place(p, o);
			if (!(++placed % LOOK_EVERY) && ctx &&
			    frag_is_stopping(ctx))
				rc = -ECANCELED;
		}
	}
	return rc;
}

void frag_sculpt_packing_end(struct frag_sculpt_packing *p)
{
	for (unsigned o = 0; o < FRAG_ORDERS_MAX; o++) {
		free(p->region[o].item);
		free(p->root[o].item);
	}
	free(p->at);
}

bool frag_sculpt_can_be(const struct frag_buddy *asked,
			const struct frag_sculpt_machine *m)
{
	for (unsigned o = m->orders; o < asked->orders; o++)
		if (asked->free[o])
			return false;
	return m->orders <= FRAG_ORDERS_MAX && m->block_order < m->orders;
}

int frag_sculpt_need(const struct frag_buddy *asked,
		     const struct frag_sculpt_machine *m,
		     struct frag_sculpt_need *need, struct frag_error *e)
{
	struct frag_sculpt_packing p = { .m = m, .is_counting = true };

	memset(need, 0, sizeof(*need));
	if (!frag_sculpt_can_be(asked, m))
		return frag_fail(e, 0, "an order that this machine lacks");
	frag_sculpt_place(&p, asked, NULL);
	need->runs = p.taken_runs;
	need->blocks = p.taken_blocks;
	need->pages = p.taken_blocks << m->block_order;
	frag_sculpt_packing_end(&p);
	return 0;
}
