// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Maps and unmaps for as long as it is let, with sizes and lifetimes that
 * spread: how a machine ages that runs programs for weeks.
 */
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "fragbench/spread.h"
#include "fragbench/workload.h"

enum {
	/* Live mappings of a process: half of the default vm.max_map_count, for
	 * each may be a VMA of its own. */
	MAPPINGS_MAX = 32768,
	/* Pages that are touched between two looks at what we are told. */
	TOUCH_CHUNK = 64,
	/* No mapping is larger than that, nor than 1/8 of what is held. */
	LARGEST = 64 << 20,
	LARGEST_SHARE = 8,
};

struct churn_options {
	uint64_t resident;
	uint64_t size;
	const char *size_dist;
	double size_sigma;
	double size_alpha;
	uint64_t life;
	const char *life_dist;
	double life_sigma;
	double life_alpha;
	uint64_t steps;
	const char *thp;
};

#define ROW(field) offsetof(struct churn_options, field)

static const struct frag_option churn_options[] = {
	{ "resident", 0, FRAG_SIZE, ROW(resident), NULL, "256M", 4096, 0,
	  "memory that each process holds at most; there, a new mapping takes the place of the one that would end next" },
	{ "size", 0, FRAG_SIZE, ROW(size), NULL, "64k", 1, 0,
	  "mean size of a mapping, rounded up to pages; none is larger than 64M or an eighth of resident" },
	{ "size-dist", 0, FRAG_CHOICE, ROW(size_dist), FRAG_SPREADS,
	  "lognormal", 0, 0, "how the sizes spread around their mean" },
	{ "size-sigma", 0, FRAG_RATE, ROW(size_sigma), "X", "1.5", 0, 10,
	  "of lognormal sizes: the standard deviation of their logarithm" },
	{ "size-alpha", 0, FRAG_RATE, ROW(size_alpha), "X", "1.5", 1, 100,
	  "of pareto sizes: the exponent of the tail, above 1; the smaller, the heavier" },
	{ "life", 0, FRAG_COUNT, ROW(life), "STEPS", "0", 0, 0,
	  "mean lifetime of a mapping in steps of its process, each of which makes one; 0: as many as keep resident full" },
	{ "life-dist", 0, FRAG_CHOICE, ROW(life_dist), FRAG_SPREADS,
	  "lognormal", 0, 0, "how the lifetimes spread around their mean" },
	{ "life-sigma", 0, FRAG_RATE, ROW(life_sigma), "X", "1.5", 0, 10,
	  "of lognormal lifetimes: the standard deviation of their logarithm" },
	{ "life-alpha", 0, FRAG_RATE, ROW(life_alpha), "X", "1.5", 1, 100,
	  "of pareto lifetimes: the exponent of the tail, above 1" },
	{ "steps", 0, FRAG_COUNT, ROW(steps), NULL, "0", 0, 0,
	  "steps that each process makes before it holds what it has; 0: it goes on until the phase ends" },
	{ "thp", 0, FRAG_CHOICE, ROW(thp), "off|as-set", "off", 0, 0,
	  "off: small pages only; as-set: huge ones, too, as transparent_hugepage/enabled has it, also by khugepaged" },
	{ 0 },
};

enum { MAPS, UNMAPS, BYTES, REPLACED };

static const struct frag_workload_counter churn_counters[] = {
	[MAPS] = { "maps", "count", "mappings made" },
	[UNMAPS] = { "unmaps", "count", "mappings given back" },
	[BYTES] = { "bytes", "bytes", "memory that was mapped and touched" },
	[REPLACED] = { "replaced", "count",
		       "mappings given back before their time, because the "
		       "process held all that it may" },
	{ 0 },
};

struct mapping {
	char *start;
	uint64_t pages; /* all of them touched */
	uint64_t due; /* the step at which its life ends */
};

/* heap: a binary heap, the mapping that ends next at [0]. */
struct churn_state {
	struct mapping *heap;
	unsigned count;
	unsigned room;
	uint64_t step;
	uint64_t pages; /* held */
	uint64_t pages_max;
	uint64_t mapping_max; /* pages */
	struct frag_spread size; /* pages */
	struct frag_spread life; /* steps */
};

static int churn_check(const void *options, unsigned processes,
		       struct frag_error *e)
{
	const struct churn_options *o = options;
	bool is_size = o->size_alpha <= 1;

	(void)processes;
	if (!is_size && o->life_alpha > 1)
		return 0;
	frag_fail(e, -EINVAL, "%s: cannot be 1",
		  is_size ? "size-alpha" : "life-alpha");
	frag_error_why(e, "a pareto distribution has a mean only above 1");
	frag_error_mend(e, "--%s 1.1", is_size ? "size-alpha" : "life-alpha");
	return -EINVAL;
}

static uint64_t churn_bytes(const void *options, unsigned processes,
			    size_t page_size)
{
	const struct churn_options *o = options;
	uint64_t each = o->resident / page_size * page_size;
	uint64_t bytes;

	if (!each)
		each = page_size;
	if (__builtin_mul_overflow(each, processes, &bytes))
		return UINT64_MAX;
	return bytes;
}

static bool churn_shrink(void *options, unsigned processes, size_t page_size,
			 uint64_t bytes)
{
	struct churn_options *o = options;

	o->resident = bytes / processes / page_size * page_size;
	return o->resident >= page_size;
}

/* --- the heap --- */

static void heap_swap(struct mapping *a, struct mapping *b)
{
	struct mapping c = *a;

	*a = *b;
	*b = c;
}

/* Bring [@i], which alone may be out of place, to where it belongs. */
static void heap_sift(struct churn_state *s, unsigned i)
{
	unsigned next;

	while (i && s->heap[(i - 1) / 2].due > s->heap[i].due) {
		heap_swap(&s->heap[i], &s->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	while ((next = 2 * i + 1) < s->count) {
		if (next + 1 < s->count &&
		    s->heap[next + 1].due < s->heap[next].due)
			next++;
		if (s->heap[i].due <= s->heap[next].due)
			break;
		heap_swap(&s->heap[i], &s->heap[next]);
		i = next;
	}
}

static void heap_add(struct churn_state *s, struct mapping m)
{
	s->heap[s->count] = m;
	heap_sift(s, s->count++);
}

static void heap_remove(struct churn_state *s, unsigned i)
{
	s->heap[i] = s->heap[--s->count];
	if (i < s->count)
		heap_sift(s, i);
}

/* --- mapping and unmapping --- */

static int churn_setup(struct frag_context *ctx)
{
	const struct churn_options *o = ctx->options;
	struct churn_state *s = ctx->state;
	double size = (double)o->size / (double)ctx->page_size;
	double life = (double)o->life;

	/* Small pages only, also where huge ones of any size are the default;
	 * or as the kernel's setting says, whatever started us wanted. */
	prctl(PR_SET_THP_DISABLE, !strcmp(o->thp, "off"), 0UL, 0UL, 0UL);
	s->pages_max = o->resident / ctx->page_size;
	if (!s->pages_max)
		s->pages_max = 1;
	s->mapping_max = (s->pages_max + LARGEST_SHARE - 1) / LARGEST_SHARE;
	if (s->mapping_max > LARGEST / ctx->page_size)
		s->mapping_max = LARGEST / ctx->page_size;
	s->room = s->pages_max < MAPPINGS_MAX ? (unsigned)s->pages_max
					      : MAPPINGS_MAX;
	/* Little's law: held = mean size * mean life, one mapping a step. */
	if (life < 1)
		life = (double)s->pages_max / (size < 1 ? 1 : size);
	s->size = frag_spread_make(o->size_dist, size, o->size_sigma,
				   o->size_alpha);
	s->life = frag_spread_make(o->life_dist, life, o->life_sigma,
				   o->life_alpha);
	s->heap = calloc(s->room, sizeof(*s->heap));
	return s->heap ? 0 : -ENOMEM;
}

/* Give back mapping number @i of the heap. */
static int mapping_end(struct frag_context *ctx, unsigned i)
{
	struct churn_state *s = ctx->state;
	struct mapping m = s->heap[i];

	if (munmap(m.start, m.pages * ctx->page_size))
		return -errno;
	heap_remove(s, i);
	s->pages -= m.pages;
	frag_add_pages(ctx, -(int64_t)m.pages);
	frag_count(ctx, UNMAPS, 1);
	return 0;
}

/* Write to each of @pages pages from @start on, unless told to stop; how many
 * it came to. */
static uint64_t pages_touch(struct frag_context *ctx, char *start,
			    uint64_t pages)
{
	uint64_t done = 0;

	while (done < pages &&
	       !(done % TOUCH_CHUNK == 0 && done && frag_is_stopping(ctx))) {
		*(volatile char *)(start + done * ctx->page_size) = 1;
		done++;
	}
	return done;
}

static int mapping_begin(struct frag_context *ctx, uint64_t pages)
{
	struct churn_state *s = ctx->state;
	size_t page_size = ctx->page_size;
	struct mapping m = {
		.start = mmap(NULL, pages * page_size, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
	};

	if (m.start == MAP_FAILED)
		return frag_give_up(ctx, -errno,
				    "cannot map %ju pages beside %u mappings: "
				    "%s; mend: a smaller --resident, or "
				    "--knob overcommit_memory=1",
				    (uintmax_t)pages, s->count,
				    strerror(errno));
	m.pages = pages_touch(ctx, m.start, pages);
	if (m.pages < pages)
		munmap(m.start + m.pages * page_size,
		       (pages - m.pages) * page_size);
	m.due = s->step + frag_spread_whole(&s->life, UINT32_MAX, &ctx->seed);
	heap_add(s, m);
	s->pages += m.pages;
	frag_add_pages(ctx, (int64_t)m.pages);
	frag_count(ctx, MAPS, 1);
	frag_count(ctx, BYTES, m.pages * page_size);
	return 0;
}

/* End what has lived its life, and then what would end next, until there is
 * room for @pages more. */
static int room_make(struct frag_context *ctx, uint64_t pages)
{
	struct churn_state *s = ctx->state;
	int rc = 0;

	while (!rc && s->count) {
		bool is_due = s->heap[0].due <= s->step;

		if (!is_due && s->count < s->room &&
		    s->pages + pages <= s->pages_max)
			break;
		rc = mapping_end(ctx, 0);
		if (!rc && !is_due)
			frag_count(ctx, REPLACED, 1);
	}
	return rc;
}

static int churn_step(struct frag_context *ctx)
{
	const struct churn_options *o = ctx->options;
	struct churn_state *s = ctx->state;
	uint64_t pages =
		frag_spread_whole(&s->size, s->mapping_max, &ctx->seed);
	int rc = room_make(ctx, pages);

	if (!rc)
		rc = mapping_begin(ctx, pages);
	if (rc)
		return rc;
	s->step++;
	return s->step == o->steps ? FRAG_DONE : FRAG_MORE;
}

/* Give back the last @pages pages of mapping number @i, which has more. */
static int mapping_cut(struct frag_context *ctx, unsigned i, uint64_t pages)
{
	struct churn_state *s = ctx->state;
	struct mapping *m = &s->heap[i];

	if (munmap(m->start + (m->pages - pages) * ctx->page_size,
		   pages * ctx->page_size))
		return -errno;
	m->pages -= pages;
	s->pages -= pages;
	frag_add_pages(ctx, -(int64_t)pages);
	return 0;
}

/* Mappings by chance, the last one in part. */
static int churn_release(struct frag_context *ctx, unsigned permille)
{
	struct churn_state *s = ctx->state;
	uint64_t keep = s->pages - (s->pages * permille + 500) / 1000;
	int rc = 0;

	while (!rc && s->count && s->pages > keep && !frag_is_stopping(ctx)) {
		unsigned i = (unsigned)(frag_random(&ctx->seed) % s->count);
		uint64_t left = s->pages - keep;

		rc = s->heap[i].pages > left ? mapping_cut(ctx, i, left)
					     : mapping_end(ctx, i);
	}
	return rc;
}

static void churn_teardown(struct frag_context *ctx)
{
	struct churn_state *s = ctx->state;

	for (unsigned i = 0; s->heap && i < s->count; i++)
		munmap(s->heap[i].start, s->heap[i].pages * ctx->page_size);
	free(s->heap);
}

extern const struct frag_workload frag_workload_mmap_churn;
const struct frag_workload frag_workload_mmap_churn = {
	.name = "mmap-churn",
	.summary = "mappings come and go: a machine that ages",
	.about =
		"Every step maps a stretch of anonymous memory (mmap_region in "
		"mm/vma.c), writes to each of its pages (do_anonymous_page in "
		"mm/memory.c: movable, order 0) and unmaps what has lived its "
		"life (unmap_region, free_unref_folios in mm/page_alloc.c: back "
		"to the per-CPU lists, and from there in batches to the buddy "
		"lists). Sizes and lifetimes are drawn from distributions, so "
		"that long-lived pages come to lie between short-lived ones. "
		"All of it can be moved, and on an idle machine blocks merge "
		"again as fast as they are split; the slope of the unusable "
		"index over minutes tells whether they do. release gives back "
		"mappings by chance.",
	.options = churn_options,
	.options_size = sizeof(struct churn_options),
	.state_size = sizeof(struct churn_state),
	.processes = 2,
	.cpus = "any",
	.counters = churn_counters,
	.check = churn_check,
	.bytes = churn_bytes,
	.shrink = churn_shrink,
	.setup = churn_setup,
	.step = churn_step,
	.release = churn_release,
	.teardown = churn_teardown,
};
