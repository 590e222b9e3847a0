// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Free lists as they are asked for: whole blocks are taken, and of each just
 * those pages are given back that make the free blocks which are missing. Knows
 * the options and the order of the stages.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "fragbench/sculpt-stages.h"

#define ROW(field) offsetof(struct sculpt_options, field)

static const struct frag_option sculpt_options[] = {
	{ "like", 0, FRAG_TEXT, ROW(like), "FILE|seed:NAME", "", 0, 0,
	  "the free lists to make: a file like /proc/buddyinfo, a folder made by `fragbench snapshot --save`, or a row of a published experiment (seed:blog-killed, ...)" },
	{ "unusable", 0, FRAG_TEXT, ROW(unusable), "INDEX", "", 0, 0,
	  "or: as much free memory as `free` says, of which this share (0.80 or 80%) lies in blocks too small for `order`" },
	{ "blocks", 0, FRAG_TEXT, ROW(blocks), "N0,N1,...", "", 0, 0,
	  "or: the free blocks of order 0, 1, ..., written out" },
	{ "pattern", 0, FRAG_CHOICE, ROW(pattern), "auto|" FRAG_SCULPT_PATTERNS,
	  "auto", 0, 0,
	  "or: as much free memory as `free` says, in single pages with a page that is held between any two (checkerboard), as pageblocks with one page held in each, or in blocks of any size by chance; auto: checkerboard, when nothing else is asked for" },
	{ "order", 0, FRAG_COUNT, ROW(order), NULL, "0", 0, FRAG_ORDERS_MAX - 1,
	  "the order of the index; 0: that of a huge page" },
	{ "free", 0, FRAG_SIZE, ROW(free), NULL, "0", 0, 0,
	  "how much memory is free in that shape; 0: of like as much as there, else 256M" },
	{ "scale", 0, FRAG_FLAG, ROW(is_scaled), NULL, "no", 0, 0,
	  "scale like by the size of the zones there and here, where it is a folder that tells" },
	{ "unmovable", 0, FRAG_SHARE, ROW(unmovable), NULL, "0%", 0, 0,
	  "share of the blocks with held pages in which one of them cannot be moved" },
	{ "unmovable-by", 0, FRAG_CHOICE, ROW(unmovable_by),
	  FRAG_PIN_WAYS "|page-tables", "auto", 0, 0,
	  "what cannot be moved: a pinned page (io_uring, vmsplice), or as many page tables, which the kernel places" },
	{ "spread", 0, FRAG_CHOICE, ROW(spread), FRAG_PICKS, "even", 0, 0,
	  "how the unmovable ones lie over memory" },
	{ "scope", 0, FRAG_CHOICE, ROW(scope), "added|zone", "added", 0, 0,
	  "added: on top of what is free already; zone: it is all that is free in the zone, and everything else is held" },
	{ "numa-node", 0, FRAG_TEXT, ROW(node), "N|all", "all", 0, 0,
	  "the NUMA node that the memory is of" },
	{ "zone", 0, FRAG_TEXT, ROW(zone), "NAME", "", 0, 0,
	  "the zone that the memory is of (DMA32); to reach it, whole blocks of the zones above are held meanwhile; nothing: any" },
	{ "tolerance", 0, FRAG_SHARE, ROW(tolerance), NULL, "1%", 0, 0,
	  "beyond this (of an order also beyond 16 blocks) the shape is not to be trusted" },
	{ 0 },
};

static const struct frag_workload_counter sculpt_counters[] = {
	[SCULPT_BLOCKS] = { "blocks", "count", "whole blocks that were taken" },
	[SCULPT_ASIDE] = { "blocks-aside", "count",
			   "of them, those of other zones" },
	[SCULPT_ODD] = { "blocks-refused", "count",
			 "what came as no whole block, and went back" },
	[SCULPT_TOUCHED] = { "blocks-touched", "count",
			     "blocks of which a part is kept" },
	[SCULPT_PINNED_BLOCKS] = { "blocks-pinned", "count",
				   "of them, those with an unmovable page" },
	[SCULPT_PINNED] = { "unmovable", "pages", "pages that cannot be moved" },
	[SCULPT_FILLED] = { "filled", "pages",
			    "single pages that were taken to leave none free" },
	[SCULPT_GIVEN] = { "given", "pages",
			   "pages that were given back to make the shape" },
	[SCULPT_TOPPED] = { "topped-up", "pages",
			    "pages that were given back besides, for blocks of order 0 that were missing "
			    "when the shape was looked at first" },
	[SCULPT_MOVED] = { "moved", "pages",
			   "pages that others had moved before that" },
	[SCULPT_PLAN_NS] = { "plan-ns", "ns", "planning" },
	[SCULPT_GIVE_NS] = { "give-ns", "ns", "giving back" },
	[SCULPT_DISTANCE] = { "distance-blocks", "count",
			      "most that an order below the pageblock's is "
			      "away from what was asked for" },
	{ 0 },
};

/* --- the work --- */

typedef int (*stage)(struct frag_context *ctx, struct sculpt_state *s);

/* clang-format off */
/* What is free already counts only where the row is to be the whole truth. */
static const stage added[] = {
	frag_carve_take,
	frag_carve_pack,
	frag_carve_pin,
	frag_carve_drop,
	frag_carve_look,
	frag_carve_rinse,
	frag_carve_give,
	frag_carve_tables,
	frag_carve_look_for_tables,
	frag_carve_top_up,
	frag_carve_judge,
	NULL,
};
static const stage zone[] = {
	frag_carve_take,
	frag_carve_fill,
	frag_carve_rinse,
	frag_carve_pack,
	frag_carve_split,
	frag_carve_pin,
	frag_carve_look,
	frag_carve_give,
	frag_carve_tables,
	frag_carve_look_for_tables,
	frag_carve_judge,
	NULL,
};
/* clang-format on */

static int sculpt_step(struct frag_context *ctx)
{
	struct sculpt_state *s = ctx->state;
	const stage *stages = s->is_zone ? zone : added;
	int rc;

	if (!stages[s->stage])
		return FRAG_DONE;
	rc = stages[s->stage](ctx, s);
	if (rc < 0)
		return rc;
	if (rc != SCULPT_MORE) {
		s->stage = rc == SCULPT_NEXT ? s->stage + 1 : 0;
		s->at = 0;
	}
	return stages[s->stage] ? FRAG_MORE : FRAG_DONE;
}

static int zones_open(struct frag_context *ctx, struct sculpt_state *s,
		      int node)
{
	struct frag_zone_span spans[FRAG_BLOCKS_SPANS];
	int n = frag_zone_spans("", spans, FRAG_BLOCKS_SPANS);
	const struct sculpt_options *o = ctx->options;
	struct frag_error e = { 0 };
	int rc = n < 0 ? n : 0;

	for (int i = 0;
	     i < n && i < FRAG_BLOCKS_SPANS && s->nzones < FRAG_BLOCKS_ZONES;
	     i++)
		if (spans[i].managed && (node < 0 || spans[i].node == node))
			s->zones[s->nzones++].span = spans[i];
	if (!rc)
		rc = frag_freelists_open(&s->lists, "", node, o->zone, &e);
	return rc ? frag_give_up(ctx, rc, "%s: %s", e.what, e.why) : 0;
}

/* A number for each block that there could be. */
static int numbers_make(struct sculpt_state *s, uint32_t room)
{
	s->mine = calloc(room + 1ULL, sizeof(*s->mine));
	s->aside = calloc(room + 1ULL, sizeof(*s->aside));
	s->pfn = calloc(room + 1ULL, sizeof(*s->pfn));
	s->is_going = calloc(room + 1ULL, sizeof(*s->is_going));
	s->pages = calloc(FRAG_PINS_AT_ONCE, sizeof(*s->pages));
	if (!s->mine || !s->aside || !s->pfn || !s->is_going || !s->pages)
		return -ENOMEM;
	return 0;
}

static int sculpt_setup(struct frag_context *ctx)
{
	const struct sculpt_options *o = ctx->options;
	struct sculpt_state *s = ctx->state;
	struct frag_error e = { 0 };
	bool is_pinned = strcmp(o->unmovable_by, "page-tables") != 0;
	uint32_t room;
	int node;
	int rc;

	rc = frag_carve_target(o, ctx->seed, &s->machine, &s->target, &s->need,
			       &e);
	if (rc)
		return frag_give_up(ctx, rc, "%s: %s", e.what, e.why);
	node = frag_carve_node(o, &rc);
	s->is_zone = !strcmp(o->scope, "zone");
	s->is_rinsed = frag_carve_is_rinsed(&s->need);
	s->goal = s->need.blocks;
	room = (uint32_t)((uint64_t)sysconf(_SC_PHYS_PAGES) >>
			  s->machine.block_order) +
	       1;
	rc = numbers_make(s, room);
	if (!rc)
		rc = frag_blocks_open(&s->blocks, ctx, room, node);
	s->blocks.is_lazy = s->is_zone;
	if (!rc)
		rc = zones_open(ctx, s, node);
	if (!rc)
		rc = frag_pins_open(&s->pins, ctx, "unmovable-by",
				    is_pinned ? o->unmovable_by : "auto");
	return rc;
}

/* --- giving it up again --- */

/* Does the page lie in a block that stays? */
static bool is_staying(const void *arg, const char *page)
{
	const struct sculpt_state *s = arg;

	return !s->is_going[(size_t)(page - s->blocks.memory) / s->blocks.size];
}

static int blocks_release(struct frag_context *ctx, struct sculpt_state *s,
			  unsigned permille)
{
	const struct sculpt_options *o = ctx->options;
	struct frag_pick pick =
		frag_pick_make(o->spread, s->blocks.held,
			       frag_permille_of(s->blocks.held, permille),
			       &ctx->seed);
	int rc = 0;

	for (uint32_t i = 0; i < s->blocks.used; i++)
		s->is_going[i] = s->blocks.block[i].pages &&
				 frag_pick_next(&pick, &ctx->seed);
	for (unsigned i = 0;
	     i < s->pins.ngroups && !rc && !frag_is_stopping(ctx); i++)
		rc = frag_pins_keep(&s->pins, i, is_staying, s);
	for (uint32_t i = 0;
	     i < s->blocks.used && !rc && !frag_is_stopping(ctx); i++)
		if (s->is_going[i])
			rc = frag_blocks_drop(&s->blocks, i);
	return rc;
}

/* Only what is mapped has page tables. */
static void tables_release(const struct frag_context *ctx,
			   struct sculpt_state *s, unsigned permille)
{
	size_t span = ctx->page_size / 8 * ctx->page_size;
	size_t bytes =
		frag_permille_of(s->tables_bytes / span, permille) * span;

	if (!bytes)
		return;
	s->tables_bytes -= bytes;
	munmap(s->tables + s->tables_bytes, bytes);
	if (!s->tables_bytes)
		s->tables = NULL;
}

static int sculpt_release(struct frag_context *ctx, unsigned permille)
{
	struct sculpt_state *s = ctx->state;
	uint64_t n = frag_permille_of(s->filled, permille);
	int rc = blocks_release(ctx, s, permille);

	tables_release(ctx, s, permille);
	if (rc || !n || frag_is_stopping(ctx))
		return rc;
	s->filled -= n;
	if (madvise(s->fill + s->filled * ctx->page_size, n * ctx->page_size,
		    MADV_DONTNEED))
		return -errno;
	frag_add_pages(ctx, -(int64_t)n);
	return 0;
}

static void sculpt_teardown(struct frag_context *ctx)
{
	struct sculpt_state *s = ctx->state;

	frag_pins_close(&s->pins);
	frag_blocks_close(&s->blocks);
	frag_freelists_close(&s->lists);
	frag_sculpt_plan_free(&s->plan);
	if (s->fill)
		munmap(s->fill, (s->fill_room + 1) * ctx->page_size);
	if (s->tables)
		munmap(s->tables, s->tables_bytes);
	free(s->mine);
	free(s->aside);
	free(s->pfn);
	free(s->is_going);
	free(s->pages);
}

extern const struct frag_workload frag_workload_sculpt;
const struct frag_workload frag_workload_sculpt = {
	.name = "sculpt",
	.summary = "free lists of the shape that is asked for, block by block",
	.about =
		"Takes whole pageblocks as transparent huge pages "
		"(do_huge_pmd_anonymous_page: one free block each), splits "
		"them at once (split_folio), and gives back just those pages "
		"whose frames make the free blocks that are asked for: an "
		"aligned run of 2^k of which the other half of the next larger "
		"run stays held is one free block of order k, for the buddy "
		"allocator merges no further (__free_one_page, "
		"mm/page_alloc.c). The held pages are movable, so that a "
		"compaction mends all of it; of a share of the blocks one page "
		"is pinned (pin_user_pages with FOLL_LONGTERM), and those "
		"compaction leaves. What the free lists gained is read back "
		"and reported beside what was asked for. A release lets go of "
		"a share of the blocks that have held pages.",
	.options = sculpt_options,
	.options_size = sizeof(struct sculpt_options),
	.state_size = sizeof(struct sculpt_state),
	.processes = 1,
	.cpus = "same",
	.counters = sculpt_counters,
	.check = frag_carve_check,
	.bytes = frag_carve_bytes,
	.shrink = frag_carve_shrink,
	.setup = sculpt_setup,
	.step = sculpt_step,
	.release = sculpt_release,
	.teardown = sculpt_teardown,
};
