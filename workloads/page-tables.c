// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Page tables and nothing else: one read in each stretch of address space that
 * one table maps. What is read is the zero page, so the only memory that it
 * takes is the table.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "fragbench/pick.h"
#include "fragbench/workload.h"

struct tables_options {
	uint64_t tables;
	const char *spread;
};

static const struct frag_option tables_options[] = {
	{ "tables", 0, FRAG_COUNT, offsetof(struct tables_options, tables),
	  NULL, "16384", 1, 1 << 24, "page tables of each process" },
	{ "spread", 0, FRAG_CHOICE, offsetof(struct tables_options, spread),
	  FRAG_PICKS, "even", 0, 0,
	  "which of them a release gives back, in the order in which they came" },
	{ 0 },
};

enum { RELEASED };

static const struct frag_workload_counter tables_counters[] = {
	[RELEASED] = { "released", "pages",
		       "page tables given back by releases" },
	{ 0 },
};

struct tables_state {
	char *map; /* where the address space was reserved */
	size_t bytes;
	char *first; /* aligned to what one table maps */
	size_t span; /* bytes that one table maps */
	uint64_t count; /* tables made so far */
	uint64_t held; /* of them */
	bool *is_held;
};

static uint64_t tables_bytes(const void *options, unsigned processes,
			     size_t page_size)
{
	const struct tables_options *o = options;
	uint64_t bytes;

	if (__builtin_mul_overflow(o->tables, processes * page_size, &bytes))
		return UINT64_MAX;
	return bytes;
}

static bool tables_shrink(void *options, unsigned processes, size_t page_size,
			  uint64_t bytes)
{
	struct tables_options *o = options;

	o->tables = bytes / processes / page_size;
	return o->tables > 0;
}

static int tables_setup(struct frag_context *ctx)
{
	const struct tables_options *o = ctx->options;
	struct tables_state *s = ctx->state;

	/* A table fills one page with entries of 8 bytes, each for one page. */
	s->span = ctx->page_size / 8 * ctx->page_size;
	s->bytes = (o->tables + 1) * s->span;
	s->is_held = calloc(o->tables, sizeof(bool));
	if (!s->is_held)
		return -ENOMEM;
	/* Read-only: such a mapping counts against no overcommit limit. */
	s->map = mmap(NULL, s->bytes, PROT_READ,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (s->map == MAP_FAILED) {
		s->map = NULL;
		return frag_give_up(
			ctx, -errno,
			"no address space for %ju tables (%zu GiB): "
			"%s; mend: ulimit -v unlimited, or fewer "
			"tables and more processes",
			(uintmax_t)o->tables, s->bytes >> 30, strerror(errno));
	}
	/* The huge zero page would need no table. Refused only by kernels that
	 * have no huge pages. */
	madvise(s->map, s->bytes, MADV_NOHUGEPAGE);
	s->first = s->map + (s->span - (uintptr_t)s->map % s->span) % s->span;
	return 0;
}

static int tables_step(struct frag_context *ctx)
{
	const struct tables_options *o = ctx->options;
	struct tables_state *s = ctx->state;

	(void)*(volatile const char *)(s->first + s->count * s->span);
	s->is_held[s->count++] = true;
	s->held++;
	frag_add_pages(ctx, 1);
	return s->count < o->tables ? FRAG_MORE : FRAG_DONE;
}

/* A table goes when all that it maps is unmapped (free_pgtables). */
static int table_free(struct frag_context *ctx, uint64_t i)
{
	struct tables_state *s = ctx->state;

	if (munmap(s->first + i * s->span, s->span))
		return errno == ENOMEM
			       ? frag_give_up(ctx, -ENOMEM,
					      "more holes than "
					      "vm.max_map_count allows; "
					      "mend: sysctl -w "
					      "vm.max_map_count=%ju",
					      (uintmax_t)s->count * 2)
			       : -errno;
	s->is_held[i] = false;
	s->held--;
	frag_add_pages(ctx, -1);
	frag_count(ctx, RELEASED, 1);
	return 0;
}

static int tables_release(struct frag_context *ctx, unsigned permille)
{
	const struct tables_options *o = ctx->options;
	struct tables_state *s = ctx->state;
	struct frag_pick pick =
		frag_pick_make(o->spread, s->held,
			       frag_permille_of(s->held, permille), &ctx->seed);
	int rc = 0;

	for (uint64_t i = 0; i < s->count && !rc && !frag_is_stopping(ctx); i++)
		if (s->is_held[i] && frag_pick_next(&pick, &ctx->seed))
			rc = table_free(ctx, i);
	return rc;
}

static void tables_teardown(struct frag_context *ctx)
{
	struct tables_state *s = ctx->state;

	if (s->map)
		munmap(s->map, s->bytes);
	free(s->is_held);
}

extern const struct frag_workload frag_workload_page_tables;
const struct frag_workload frag_workload_page_tables = {
	.name = "page-tables",
	.summary = "page tables without the pages: unmovable, one by one",
	.about =
		"Reads one byte in every stretch of address space that one page "
		"table maps (2 MiB with 4 KiB pages). The fault allocates the "
		"table (__pte_alloc, pte_alloc_one: order 0, GFP_PGTABLE_USER, "
		"unmovable) and maps the zero page into it (do_anonymous_page, "
		"mm/memory.c), so that nothing but tables is taken: "
		"nr_page_table_pages grows by as many, and by one in 512 for "
		"the level above. They come from unmovable pageblocks; when "
		"those are full the allocator takes movable ones over "
		"(__rmqueue_fallback, mm/page_alloc.c). A release unmaps "
		"stretches here and there, which frees their tables "
		"(free_pgtables): what is left stands in the way of compaction "
		"for good.",
	.options = tables_options,
	.options_size = sizeof(struct tables_options),
	.state_size = sizeof(struct tables_state),
	.processes = 1,
	.cpus = "same",
	.counters = tables_counters,
	.bytes = tables_bytes,
	.shrink = tables_shrink,
	.setup = tables_setup,
	.step = tables_step,
	.release = tables_release,
	.teardown = tables_teardown,
};
