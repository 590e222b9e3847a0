// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The plan for the blocks that are held: how they lie in memory, which of their
 * pages have to stay, and which of those are to be pinned.
 */
#include <stdlib.h>
#include <string.h>

#include "fragbench/sculpt-parts.h"

enum { WORD_BITS = 64 };

/* --- the stock --- */

static int frame_compare(const void *a, const void *b, void *arg)
{
	const uint64_t *pfn = arg;
	uint32_t i = *(const uint32_t *)a;
	uint32_t j = *(const uint32_t *)b;

	if (pfn[i] != pfn[j])
		return pfn[i] < pfn[j] ? -1 : 1;
	return i < j ? -1 : i > j;
}

uint32_t *frag_sculpt_sorted(const struct frag_sculpt_stock *stock)
{
	uint32_t *at = calloc((size_t)stock->blocks + 1, sizeof(*at));

	for (uint32_t i = 0; at && i < stock->blocks; i++)
		at[i] = i;
	if (at)
		qsort_r(at, stock->blocks, sizeof(*at), frame_compare,
			(void *)(uintptr_t)stock->pfn);
	return at;
}

/* The order of the largest aligned run of frames that begins with block number
 * @i in memory. */
static unsigned run_order(const struct frag_sculpt_packing *p,
			  const struct frag_sculpt_stock *stock, uint32_t i)
{
	uint64_t first = stock->pfn[p->at[i]];
	unsigned shift = p->m->block_order;
	unsigned order = shift;

	if (first == FRAG_NO_FRAME)
		return shift;
	while (order + 1 < p->m->orders && !(first >> order & 1)) {
		uint32_t n = 1U << (order + 1 - shift);

		if (i + n > stock->blocks || i + n < i ||
		    stock->pfn[p->at[i + n - 1]] - first != (uint64_t)(n - 1)
								    << shift)
			break;
		order++;
	}
	return order;
}

static void pool_shuffle(struct frag_sculpt_pool *pool, uint64_t *seed)
{
	for (uint64_t i = pool->count; i > 1; i--) {
		uint64_t j = frag_random(seed) % i;
		uint32_t page = pool->item[i - 1];

		pool->item[i - 1] = pool->item[j];
		pool->item[j] = page;
	}
}

/* Sort the blocks by frame, find the runs, and deal them by the seed. Returns
 * how many runs of the largest order there are, or a negative errno. */
static int64_t stock_sort(struct frag_sculpt_packing *p,
			  const struct frag_sculpt_stock *stock)
{
	unsigned shift = p->m->block_order;

	p->at = frag_sculpt_sorted(stock);
	if (!p->at)
		return -ENOMEM;
	for (uint32_t i = 0; i < stock->blocks;) {
		unsigned order = run_order(p, stock, i);

		if (frag_sculpt_push(p, &p->root[order], i << shift))
			return -ENOMEM;
		i += 1U << (order - shift);
	}
	for (unsigned o = shift; o < p->m->orders; o++)
		pool_shuffle(&p->root[o], &p->seed);
	return (int64_t)p->root[p->m->orders - 1].count;
}

static int plan_make(struct frag_sculpt_plan *plan,
		     const struct frag_sculpt_machine *m, uint32_t blocks)
{
	uint64_t bits = 1ULL << m->block_order;
	uint64_t first = bits < WORD_BITS ? (1ULL << bits) - 1 : ~0ULL;

	memset(plan, 0, sizeof(*plan));
	plan->words = (unsigned)((bits + WORD_BITS - 1) / WORD_BITS);
	plan->blocks = blocks;
	plan->kept =
		calloc((size_t)blocks * plan->words + 1, sizeof(*plan->kept));
	plan->pin = calloc((size_t)blocks + 1, sizeof(*plan->pin));
	plan->use = calloc((size_t)blocks + 1, sizeof(*plan->use));
	if (!plan->kept || !plan->pin || !plan->use)
		return -ENOMEM;
	for (uint64_t i = 0; i < (uint64_t)blocks * plan->words; i++)
		plan->kept[i] = first;
	for (uint32_t i = 0; i < blocks; i++)
		plan->pin[i] = FRAG_SCULPT_NO_PIN;
	return 0;
}

/* --- pins --- */

static uint64_t kept_count(const struct frag_sculpt_plan *plan, uint32_t block)
{
	uint64_t n = 0;

	for (unsigned w = 0; w < plan->words; w++)
		n += (unsigned)__builtin_popcountll(
			plan->kept[(uint64_t)block * plan->words + w]);
	return n;
}

/* Number @n of the pages of @block that are kept. */
static uint32_t kept_page(const struct frag_sculpt_plan *plan, uint32_t block,
			  uint64_t n)
{
	const uint64_t *kept = plan->kept + (uint64_t)block * plan->words;
	uint64_t word;
	uint32_t w = 0;

	while (n >= (unsigned)__builtin_popcountll(kept[w]))
		n -= (unsigned)__builtin_popcountll(kept[w++]);
	for (word = kept[w]; n; n--)
		word &= word - 1;
	return w * WORD_BITS + (uint32_t)__builtin_ctzll(word);
}

/* In the dial's share of the touched blocks one page is to be pinned. */
static void pins_choose(struct frag_sculpt_packing *p,
			const struct frag_sculpt_stock *stock)
{
	struct frag_sculpt_plan *plan = p->plan;
	struct frag_pick pick = frag_pick_make(
		stock->spread, plan->touched,
		frag_permille_of(plan->touched, stock->unmovable), &p->seed);

	for (uint32_t i = 0; i < plan->blocks; i++) {
		uint32_t block = p->at[i];
		uint64_t kept = kept_count(plan, block);

		if (plan->use[block] != FRAG_SCULPT_TOUCHED || !kept ||
		    !frag_pick_next(&pick, &p->seed))
			continue;
		plan->pin[block] =
			kept_page(plan, block, frag_random(&p->seed) % kept);
		plan->pinned++;
	}
}

/* --- all of it --- */

static void uses_count(struct frag_sculpt_plan *plan)
{
	for (uint32_t i = 0; i < plan->blocks; i++) {
		plan->touched += plan->use[i] == FRAG_SCULPT_TOUCHED;
		plan->whole += plan->use[i] == FRAG_SCULPT_WHOLE;
		plan->spare += plan->use[i] == FRAG_SCULPT_SPARE;
	}
}

/* Say what the stock has too little of: it has @runs. */
static int stock_short(struct frag_sculpt_packing *p,
		       const struct frag_buddy *asked, int64_t runs,
		       struct frag_error *e)
{
	struct frag_sculpt_plan *plan = p->plan;
	struct frag_sculpt_need need;

	frag_sculpt_need(asked, p->m, &need, e);
	if (need.blocks > plan->blocks)
		plan->missing_blocks = need.blocks - plan->blocks;
	if (need.runs > (uint64_t)runs)
		plan->missing_runs = need.runs - (uint64_t)runs;
	/* Runs between the block's order and the largest serve less well. */
	if (!plan->missing_blocks && !plan->missing_runs)
		plan->missing_blocks = 1;
	frag_fail(e, 0, "too few blocks for this shape");
	if (need.blocks > plan->blocks)
		frag_error_why(e, "%llu are needed, %u are held",
			       (unsigned long long)need.blocks, plan->blocks);
	else
		frag_error_why(e,
			       "%llu aligned runs of order %u are needed, "
			       "%lld are held",
			       (unsigned long long)need.runs, p->m->orders - 1,
			       (long long)runs);
	return -ENOSPC;
}

int frag_sculpt_pack(struct frag_sculpt_plan *plan,
		     const struct frag_buddy *asked,
		     const struct frag_sculpt_machine *m,
		     const struct frag_sculpt_stock *stock,
		     const struct frag_context *ctx, struct frag_error *e)
{
	struct frag_sculpt_packing p = { .plan = plan,
					 .m = m,
					 .seed = stock->seed };
	int64_t runs;
	int rc;

	memset(plan, 0, sizeof(*plan));
	if (!frag_sculpt_can_be(asked, m))
		return frag_fail(e, 0, "an order that this machine lacks");
	if ((uint64_t)stock->blocks << m->block_order > UINT32_MAX)
		return frag_fail(e, -E2BIG, "too many blocks for one plan");
	rc = plan_make(plan, m, stock->blocks);
	runs = rc ? rc : stock_sort(&p, stock);
	rc = runs < 0 ? (int)runs : frag_sculpt_place(&p, asked, ctx);
	if (rc == -ENOSPC) {
		rc = stock_short(&p, asked, runs, e);
	} else if (rc) {
		frag_fail(e, rc, "cannot plan the shape");
	} else {
		uses_count(plan);
		pins_choose(&p, stock);
	}
	frag_sculpt_packing_end(&p);
	return rc;
}

void frag_sculpt_plan_free(struct frag_sculpt_plan *plan)
{
	free(plan->kept);
	free(plan->pin);
	free(plan->use);
	memset(plan, 0, sizeof(*plan));
}
