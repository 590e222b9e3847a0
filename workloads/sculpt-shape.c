// SPDX-License-Identifier: GPL-2.0-or-later
/* How sculpt makes the shape out of the blocks that it has, and what came of it
 * by the kernel's own lists. */
#include <stdlib.h>
#include <string.h>

#include "fragbench/sculpt-stages.h"

enum {
	PIN_AT_ONCE = 2048, /* up to 10 us a page */
	GIVE_NS = 20000000, /* so long may a step give pages back */
	FRAMES_AT_ONCE = 512,
	SLACK = 16, /* blocks of an order that nobody counts */
	WORD = 64,
	ORDERS_TEXT = 48, /* so much is told of them */
};

/* --- planning --- */

/* What is to be made: of a zone only what is not free in it already. */
static struct frag_buddy shape_due(const struct sculpt_state *s)
{
	struct frag_buddy due = s->target.asked;

	for (unsigned o = 0; o < due.orders && s->is_zone; o++) {
		uint64_t there = s->before.buddy.free[o];

		due.free[o] -= there < due.free[o] ? there : due.free[o];
	}
	return due;
}

/* More blocks are needed than was thought: of those that make runs of the
 * largest order not every one that comes has its neighbour. */
static int goal_raise(struct frag_context *ctx, struct sculpt_state *s,
		      const struct frag_error *e)
{
	unsigned up = s->machine.orders - 1 - s->machine.block_order;
	uint64_t more = s->plan.missing_blocks + (s->plan.missing_runs << up);

	if (s->is_zone || !more)
		return frag_give_up(ctx, -ENOSPC, "%s: %s", e->what, e->why);
	if (more < s->nmine / 8)
		more = s->nmine / 8;
	s->goal = s->nmine + more;
	return SCULPT_BACK;
}

int frag_carve_pack(struct frag_context *ctx, struct sculpt_state *s)
{
	const struct sculpt_options *o = ctx->options;
	const struct frag_sculpt_stock stock = {
		.pfn = s->pfn,
		.blocks = s->nmine,
		.spread = o->spread,
		.unmovable = o->unmovable,
		.seed = ctx->seed,
	};
	struct frag_buddy due = shape_due(s);
	struct frag_error e = { 0 };
	uint64_t began = frag_time_now();
	int rc;

	frag_sculpt_plan_free(&s->plan);
	rc = frag_sculpt_pack(&s->plan, &due, &s->machine, &stock, ctx, &e);
	frag_count(ctx, SCULPT_PLAN_NS, frag_time_now() - began);
	if (rc == -ECANCELED)
		return SCULPT_MORE;
	if (rc == -ENOSPC)
		return goal_raise(ctx, s, &e);
	if (rc)
		return frag_give_up(ctx, rc, "%s: %s", e.what, e.why);
	frag_count(ctx, SCULPT_TOUCHED, s->plan.touched);
	return SCULPT_NEXT;
}

/* --- pinning --- */

int frag_carve_pin(struct frag_context *ctx, struct sculpt_state *s)
{
	const struct sculpt_options *o = ctx->options;
	unsigned n = 0;
	unsigned group;

	if (!strcmp(o->unmovable_by, "page-tables"))
		return SCULPT_NEXT;
	for (; s->at < s->nmine && n < PIN_AT_ONCE; s->at++)
		if (s->plan.pin[s->at] != FRAG_SCULPT_NO_PIN)
			s->pages[n++] = frag_blocks_address(
				&s->blocks, s->mine[s->at], s->plan.pin[s->at]);
	for (unsigned done = 0; done < n;) {
		int rc = frag_pins_add(&s->pins, s->pages + done, n - done,
				       &group);

		if (rc < 0)
			return rc;
		done += (unsigned)rc;
	}
	frag_count(ctx, SCULPT_PINNED, n);
	frag_count(ctx, SCULPT_PINNED_BLOCKS, n);
	return s->at < s->nmine ? SCULPT_MORE : SCULPT_NEXT;
}

/* --- giving back --- */

/* How many pages of block @slot are no longer where they were: a compaction of
 * the kernel's own has been at work, or a pin moved them. */
static uint64_t block_moved(const struct sculpt_state *s, uint32_t slot)
{
	uint64_t first = frag_blocks_pfn(&s->blocks, slot);
	uint64_t frames[FRAMES_AT_ONCE];
	uint64_t moved = 0;
	uint64_t n;

	if (first == FRAG_NO_FRAME)
		return 0;
	for (uint64_t i = 0; i < 1ULL << s->blocks.order; i += n) {
		n = (1ULL << s->blocks.order) - i;
		n = n < FRAMES_AT_ONCE ? n : FRAMES_AT_ONCE;
		if (frag_pagemap_read(s->blocks.pagemap,
				      (uintptr_t)frag_blocks_address(&s->blocks,
								     slot, i),
				      n, frames) != (int64_t)n)
			return moved;
		for (uint64_t j = 0; j < n; j++)
			moved += frames[j] != first + i + j;
	}
	return moved;
}

/* Looked at before anything is freed, so that giving back is quick: what
 * others do meanwhile is taken for ours. */
int frag_carve_look(struct frag_context *ctx, struct sculpt_state *s)
{
	uint64_t began = frag_time_now();

	for (; s->at < s->nmine && frag_time_now() - began < GIVE_NS; s->at++)
		if (s->plan.use[s->at] != FRAG_SCULPT_SPARE)
			frag_count(ctx, SCULPT_MOVED,
				   block_moved(s, s->mine[s->at]));
	return s->at < s->nmine ? SCULPT_MORE : SCULPT_NEXT;
}

static int block_give(struct sculpt_state *s, uint64_t i)
{
	switch ((enum frag_sculpt_use)s->plan.use[i]) {
	case FRAG_SCULPT_TOUCHED:
		return frag_blocks_keep(&s->blocks, s->mine[i],
					s->plan.kept + i * s->plan.words);
	case FRAG_SCULPT_WHOLE:
		return frag_blocks_drop(&s->blocks, s->mine[i]);
	case FRAG_SCULPT_SPARE:
		break;
	}
	return 0;
}

int frag_carve_give(struct frag_context *ctx, struct sculpt_state *s)
{
	uint64_t pages = atomic_load(&ctx->share->pages);
	uint64_t began = frag_time_now();
	int rc = 0;

	while (s->at < s->nmine && !rc && !frag_is_stopping(ctx) &&
	       frag_time_now() - began < GIVE_NS)
		rc = block_give(s, s->at++);
	frag_count(ctx, SCULPT_GIVE_NS, frag_time_now() - began);
	frag_count(ctx, SCULPT_GIVEN, pages - atomic_load(&ctx->share->pages));
	if (rc)
		return rc;
	return s->at < s->nmine ? SCULPT_MORE : SCULPT_NEXT;
}

/* --- judging --- */

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

/* What there is more of than before; of a zone all that there is. */
static struct frag_buddy shape_got(const struct sculpt_state *s)
{
	struct frag_buddy got = s->after.buddy;

	for (unsigned o = 0; o < got.orders && !s->is_zone; o++) {
		uint64_t there = s->before.buddy.free[o];

		got.free[o] -= there < got.free[o] ? there : got.free[o];
	}
	return got;
}

/* The blocks of order @k that have come, of a zone those there are; fewer than
 * 0 where some of those before have gone. */
static int64_t order_got(const struct sculpt_state *s, unsigned k)
{
	return (int64_t)s->after.buddy.free[k] -
	       (s->is_zone ? 0 : (int64_t)s->before.buddy.free[k]);
}

/* How far that is from what was asked for. */
static uint64_t order_far(const struct sculpt_state *s, unsigned k)
{
	return (uint64_t)llabs(order_got(s, k) -
			       (int64_t)s->target.asked.free[k]);
}

/* How far order @k may be from what was asked for. */
static uint64_t slack(const struct frag_context *ctx,
		      const struct sculpt_state *s, unsigned k)
{
	const struct sculpt_options *o = ctx->options;
	uint64_t most = s->target.asked.free[k] * o->tolerance / 1000;

	return most < SLACK ? SLACK : most;
}

/* The orders below the pageblock's in which too much is missing or too many. */
static void orders_doubt(struct frag_context *ctx, const struct sculpt_state *s)
{
	const struct frag_buddy *asked = &s->target.asked;
	char text[96] = "";
	bool is_more = false;
	size_t n = 0;

	for (unsigned k = 0; k < s->machine.block_order; k++) {
		if (order_far(s, k) <= slack(ctx, s, k))
			continue;
		is_more = n >= ORDERS_TEXT;
		if (!is_more)
			n += (size_t)snprintf(text + n, sizeof(text) - n,
					      "%s%jd of %ju of order %u",
					      n ? ", " : "",
					      (intmax_t)order_got(s, k),
					      (uintmax_t)asked->free[k], k);
	}
	if (n)
		frag_doubt(ctx,
			   "sculpt: not the shape that was asked for: %s%s (%ju "
			   "pages moved, %ju hidden); mend: a quieter machine, "
			   "start = clean, pcp = small, knobs = "
			   "compaction_proactiveness=0",
			   text, is_more ? ", ..." : "",
			   (uintmax_t)ctx->share->counters[SCULPT_MOVED],
			   (uintmax_t)s->after.pcp_pages);
}

static void shape_report(struct frag_context *ctx, const struct sculpt_state *s,
			 const struct frag_buddy *got)
{
	const struct sculpt_options *o = ctx->options;
	const struct frag_sculpt_target *t = &s->target;
	struct frag_shaped shaped = {
		.orders = s->machine.orders,
		.order = t->order,
		.asked_unusable = (uint64_t)t->unusable,
		.got_unusable =
			(uint64_t)(s->is_zone
					   ? frag_buddy_unusable(got, t->order)
					   : frag_sculpt_gained_unusable(
						     &s->before.buddy,
						     &s->after.buddy, t->order)),
	};
	uint64_t far = distance(shaped.asked_unusable, shaped.got_unusable);
	uint64_t most = 0;

	for (unsigned k = 0; k < s->machine.orders; k++) {
		shaped.asked[k] = t->asked.free[k];
		shaped.got[k] = got->free[k];
		if (k < s->machine.block_order && order_far(s, k) > most)
			most = order_far(s, k);
	}
	frag_count(ctx, SCULPT_DISTANCE, most);
	frag_report_shape(ctx, &shaped);
	if (far > (o->tolerance ? o->tolerance : 1))
		frag_doubt(ctx,
			   "sculpt: unusable at order %u is %.3f and %.3f was "
			   "asked for; mend: a quieter machine, pcp = small",
			   t->order, (double)shaped.got_unusable / 1000,
			   (double)shaped.asked_unusable / 1000);
}

/* Look at what came of it, by rinse @which; 0, or a negative errno, told. */
static int after_look(struct frag_context *ctx, struct sculpt_state *s,
		      enum sculpt_rinse which)
{
	int rinsed = frag_carve_zones_rinse(s, which);
	int rc =
		rinsed < 0 ? rinsed : frag_freelists_look(&s->lists, &s->after);

	if (rc)
		return frag_give_up(ctx, rc, "cannot look at the free lists");
	/* What was rinsed with was held when the lists were looked at before,
	 * and is whole again: no part of the shape. */
	s->before.buddy.free[s->machine.block_order] += (uint64_t)rinsed;
	return 0;
}

/* Give back @n pages, each beside one that stays, of a block that was put by
 * for it, the first or the second: as many free blocks of order 0. */
static int singles_give(struct frag_context *ctx, struct sculpt_state *s,
			unsigned which, uint64_t n)
{
	uint64_t most = 1ULL << (s->machine.block_order - 1);
	const struct sculpt_zone *z = NULL;
	uint64_t *kept;
	int rc;

	for (unsigned i = 0; i < s->nzones; i++)
		if (s->zones[i].nrinse > SCULPT_TOP_UP + which)
			z = &s->zones[i];
	if (!z)
		return 0;
	kept = malloc(s->plan.words * sizeof(*kept));
	if (!kept)
		return -ENOMEM;
	memset(kept, 0xff, s->plan.words * sizeof(*kept));
	n = n < most ? n : most;
	for (uint64_t p = 0; p < 2 * n; p += 2)
		kept[p / WORD] &= ~(1ULL << p % WORD);
	(void)frag_blocks_split(&s->blocks, z->rinse[SCULPT_TOP_UP + which]);
	rc = frag_blocks_keep(&s->blocks, z->rinse[SCULPT_TOP_UP + which],
			      kept);
	free(kept);
	frag_count(ctx, SCULPT_TOPPED, n);
	return rc;
}

/*
 * While the shape was made a list of some CPU ran empty, and was filled from
 * the blocks of order 0, a batch at a time. As many are given back again, and it
 * is looked again: that may cost another batch. What has come beside them
 * cannot be taken back.
 */
int frag_carve_top_up(struct frag_context *ctx, struct sculpt_state *s)
{
	uint64_t asked = s->target.asked.free[0];
	unsigned look = s->looks++;
	struct frag_buddy got;
	uint64_t missing;
	int rc = after_look(ctx, s, SCULPT_RINSE_GIVEN + look);

	if (rc)
		return rc;
	got = shape_got(s);
	missing = asked > got.free[0] ? asked - got.free[0] : 0;
	s->is_looked = true;
	if (missing <= SLACK || SCULPT_RINSE_GIVEN + look == SCULPT_RINSE_LAST)
		return SCULPT_NEXT;
	rc = singles_give(ctx, s, look, missing);
	return rc ? rc : SCULPT_MORE;
}

int frag_carve_judge(struct frag_context *ctx, struct sculpt_state *s)
{
	struct frag_buddy got;
	int rc = s->is_looked ? 0 : after_look(ctx, s, SCULPT_RINSE_LAST);

	if (rc)
		return rc;
	got = shape_got(s);
	orders_doubt(ctx, s);
	shape_report(ctx, s, &got);
	return SCULPT_NEXT;
}
