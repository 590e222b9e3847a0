// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Keeps the unusable index where it is asked to be, whatever a neighbour or the
 * kernel does: looks at the free lists, and takes blocks to pieces or lets them
 * merge again.
 */
#include <stdlib.h>
#include <string.h>

#include "fragbench/holder.h"

#define ROW(field) offsetof(struct frag_hold_options, field)

static const struct frag_option hold_options[] = {
	{ "unusable", 0, FRAG_RATE, ROW(unusable), "0..1", "0.8", 0, 1,
	  "the unusable index that is to be held, hidden pages counted as free ones of order 0" },
	{ "order", 0, FRAG_COUNT, ROW(order), "K", "0", 0, FRAG_ORDERS_MAX - 1,
	  "the order that it is about; 0: that of a pageblock" },
	{ "unmovable", 0, FRAG_SHARE, ROW(unmovable), NULL, "0%", 0, 1000,
	  "share of the blocks in pieces whose kept pages are pinned, so that no compaction mends them" },
	{ "unmovable-by", 0, FRAG_CHOICE, ROW(unmovable_by), FRAG_PIN_WAYS,
	  "auto", 0, 0, "what pins them" },
	{ "memory", 0, FRAG_SHARE, ROW(memory), NULL, "30%", 1, 900,
	  "share of MemAvailable that it may hold at most; at the order of a huge page it needs 0.2% of what is free" },
	{ "leave", 0, FRAG_SIZE, ROW(leave), NULL, "128M", 0, 0,
	  "MemAvailable below which it gives back instead" },
	{ "node", 0, FRAG_TEXT, ROW(node), "N", "all", 0, 0,
	  "the only NUMA node that it is about, and that it takes from" },
	{ "zone", 0, FRAG_TEXT, ROW(zone), "NAME", "", 0, 0,
	  "the only zone that it is about; the kernel decides where blocks come from, and fills the highest first" },
	{ "follow", 0, FRAG_CHOICE, ROW(follow), "yes|no", "yes", 0, 0,
	  "no: reach the target once, then hold still whatever happens" },
	{ "band", 0, FRAG_RATE, ROW(band), "0..1", "0.005", 0, 1,
	  "no correction while the index is that near" },
	{ "period", 0, FRAG_TIME, ROW(period), NULL, "50ms", 10000000,
	  1000000000, "time between two looks" },
	{ 0 },
};

static const struct frag_workload_counter hold_counters[] = {
	[FRAG_HOLD_LOOKS] = { "looks", "count", "looks at the free lists" },
	[FRAG_HOLD_CPU] = { "cpu", "ns",
			    "CPU time that looking and correcting took" },
	[FRAG_HOLD_REACHED] = { "reached", "count",
				"1 once it was at the target for the first time" },
	[FRAG_HOLD_CORRECTIONS] = { "corrections", "count",
				    "looks after which something was done" },
	[FRAG_HOLD_TAKEN] = { "taken", "count",
			      "blocks taken and kept in pieces" },
	[FRAG_HOLD_LET_GO] = { "let-go", "count",
			       "parts of blocks let go of, so that they merge" },
	[FRAG_HOLD_MOVED] = { "moved", "pages",
			      "kept pages that somebody had moved away; let go of" },
	[FRAG_HOLD_DUST_TAKEN] = { "dust-taken", "pages",
				   "free pages in pieces taken, where no block could be "
				   "made to merge" },
	[FRAG_HOLD_DUST_GIVEN] = { "dust-given", "pages",
				   "of those, given back" },
	[FRAG_HOLD_PINNED] = { "pinned", "count",
			       "blocks whose kept pages were pinned" },
	[FRAG_HOLD_UNPINNED] = { "unpinned", "count",
				 "blocks that were let loose again" },
	[FRAG_HOLD_RELIEVED] = { "relieved", "count",
				 "looks at which memory was short and something was "
				 "given back" },
	{ 0 },
};

/* --- before anything is touched --- */

/* "all": -1; less than -1: neither that nor a number. */
static int node_of(const struct frag_hold_options *o)
{
	char *end;
	unsigned long node;

	if (!strcmp(o->node, "all"))
		return -1;
	node = strtoul(o->node, &end, 10);
	return *end || end == o->node || node > 65535 ? -2 : (int)node;
}

static unsigned order_of(const struct frag_hold_options *o)
{
	return o->order ? (unsigned)o->order : frag_pageblock_order("");
}

static int order_check(const struct frag_hold_options *o, unsigned orders,
		       struct frag_error *e)
{
	if (!frag_blocks_order()) {
		frag_fail(e, 0,
			  "hold: this kernel has no transparent huge pages");
		frag_error_mend(e, "a kernel with CONFIG_TRANSPARENT_HUGEPAGE");
		frag_error_exit(e, FRAG_EXIT_CANNOT);
		return -ENOTSUP;
	}
	if (order_of(o) < orders)
		return 0;
	frag_fail(e, 0, "order: cannot be %u", order_of(o));
	frag_error_why(e, "this kernel has orders 0 to %u", orders - 1);
	frag_error_mend(e, "--order %u", frag_blocks_order());
	return -EINVAL;
}

static int memory_check(const struct frag_hold_options *o, struct frag_error *e)
{
	struct frag_signs s;
	uint64_t available = 0;
	uint64_t ignored;
	int rc = frag_signs_open(&s);
	uint64_t least =
		o->leave + ((uint64_t)getpagesize() << frag_blocks_order()) * 8;

	if (!rc)
		rc = frag_signs_look(&s, &available, &ignored, &ignored);
	frag_signs_close(&s);
	if (rc)
		return frag_fail(e, rc, "hold: cannot read /proc/meminfo");
	if (available >= least)
		return 0;
	frag_fail(e, 0, "hold: too little memory");
	frag_error_why(e, "%ju MiB are available, and it wants to leave %ju",
		       (uintmax_t)available >> 20, (uintmax_t)o->leave >> 20);
	frag_error_mend(e, "--leave %juM", (uintmax_t)(available >> 22));
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return -ENOMEM;
}

static int pins_check(const struct frag_hold_options *o, struct frag_error *e)
{
	int rc;

	if (!o->unmovable)
		return 0;
	rc = frag_pins_check("hold", "unmovable-by", o->unmovable_by, e);
	if (!rc)
		rc = frag_pins_ask(e);
	if (rc)
		frag_error_exit(e, FRAG_EXIT_CANNOT);
	return rc;
}

static int hold_check(const void *options, unsigned processes,
		      struct frag_error *e)
{
	const struct frag_hold_options *o = options;
	struct frag_freelists lists = { 0 };
	struct frag_free_look look;
	int node = node_of(o);
	int rc;

	if (processes != 1) {
		frag_fail(e, 0, "processes: cannot be %u", processes);
		frag_error_why(e, "two that hold would undo each other's work");
		frag_error_mend(e, "--processes 1");
		return -EINVAL;
	}
	if (node < -1) {
		frag_fail(e, 0, "node: cannot be '%.40s'", o->node);
		frag_error_why(e, "it takes a number or all");
		frag_error_mend(e, "--node 0, or --node all");
		return -EINVAL;
	}
	rc = frag_freelists_open(&lists, "", node, o->zone, e);
	if (!rc && frag_freelists_look(&lists, &look))
		rc = frag_fail(e, -EIO, "hold: cannot read the free lists");
	frag_freelists_close(&lists);
	if (!rc)
		rc = order_check(o, look.buddy.orders, e);
	if (!rc)
		rc = memory_check(o, e);
	return rc ? rc : pins_check(o, e);
}

/* --- setting up --- */

static int lists_open(struct frag_context *ctx, uint64_t *managed)
{
	const struct frag_hold_options *o = ctx->options;
	struct frag_holder *s = ctx->state;
	struct frag_error e = { 0 };
	struct frag_free_look look;
	int rc = frag_freelists_open(&s->lists, "", node_of(o), o->zone, &e);

	if (!rc)
		rc = frag_freelists_look(&s->lists, &look);
	if (rc)
		return frag_give_up(ctx, rc, "%s: %s", e.what, e.why);
	*managed = look.managed;
	return 0;
}

static int hold_setup(struct frag_context *ctx)
{
	const struct frag_hold_options *o = ctx->options;
	struct frag_holder *s = ctx->state;
	uint64_t available = 0;
	uint64_t managed = 0;
	uint64_t ignored;
	int rc;

	s->signs = (struct frag_signs){ .meminfo = -1, .vmstat = -1 };
	rc = lists_open(ctx, &managed);
	if (!rc)
		rc = frag_signs_open(&s->signs);
	if (!rc)
		rc = frag_signs_look(&s->signs, &available, &ignored, &ignored);
	if (rc)
		return rc;
	s->law = (struct frag_hold_law){
		.target = o->unusable,
		.order = order_of(o),
		.block = frag_blocks_order(),
		.band = o->band,
		.period = (double)o->period / 1e9,
	};
	s->cap = available / 1000 * o->memory / ctx->page_size;
	s->due_ns = frag_time_now();
	rc = frag_kept_open(&s->kept, ctx, s->law.order,
			    (uint32_t)(managed >> s->law.block) + 1,
			    node_of(o));
	if (!rc)
		rc = frag_dust_open(&s->dust, ctx, s->cap);
	if (!rc && o->unmovable)
		rc = frag_fast_open(&s->fast, ctx, &s->kept, "unmovable-by",
				    o->unmovable_by);
	return rc;
}

static void hold_teardown(struct frag_context *ctx)
{
	struct frag_holder *s = ctx->state;

	frag_fast_close(&s->fast);
	frag_kept_close(&s->kept);
	frag_dust_close(&s->dust);
	frag_signs_close(&s->signs);
	frag_freelists_close(&s->lists);
}

extern const struct frag_workload frag_workload_hold;
const struct frag_workload frag_workload_hold = {
	.name = "hold",
	.summary =
		"keeps the unusable index where it is asked to be, by a closed loop",
	.about =
		"Looks at the free lists twenty times a second, pages hidden on "
		"per-CPU lists counted. Where the index is too low it takes "
		"free blocks of the size of a huge page (fallocate in a tmpfs of "
		"its own, or MADV_HUGEPAGE: one free block, no fragments; only "
		"while the free lists have some, so that nothing is compacted "
		"or reclaimed for it), splits them, keeps one page in every 2^order and gives "
		"back the rest. Where it is too high it lets go of pages that "
		"alone keep a block from merging (by kpageflags), and where no "
		"block would merge it takes free pages in pieces instead. What "
		"a compaction has moved away it lets go of; what it mended is "
		"taken again, and a share can be pinned. It takes nothing while "
		"kswapd reclaims, and gives back below `leave` or when others "
		"reclaim for themselves. To be run in the background.",
	.options = hold_options,
	.options_size = sizeof(struct frag_hold_options),
	.state_size = sizeof(struct frag_holder),
	.processes = 1,
	.cpus = "any",
	.gives_way = true,
	.counters = hold_counters,
	.check = hold_check,
	.setup = hold_setup,
	.step = frag_holder_step,
	.release = frag_holder_release,
	.teardown = hold_teardown,
};
