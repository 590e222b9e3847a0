// SPDX-License-Identifier: GPL-2.0-or-later
/* Page tables in the place of pinned pages: how sculpt makes them, and in which
 * blocks the kernel has put them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "fragbench/sculpt-stages.h"

enum {
	LOOK_NS = 20000000, /* so long may a step look for them */
	TABLES_AT_ONCE = 512,
	FRAMES_AT_ONCE = 512,
};

static int tables_open(struct frag_context *ctx, struct sculpt_state *s)
{
	size_t span = ctx->page_size / 8 * ctx->page_size;

	s->tables_bytes = (s->plan.pinned + 1) * span;
	s->tables = mmap(NULL, s->tables_bytes, PROT_READ,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (s->tables == MAP_FAILED) {
		s->tables = NULL;
		return frag_give_up(ctx, -errno,
				    "no address space for %u page tables",
				    s->plan.pinned);
	}
	/* The huge zero page would need no table. */
	madvise(s->tables, s->tables_bytes, MADV_NOHUGEPAGE);
	return 0;
}

/* One page table for each block that is to have one; the kernel says where. */
int frag_carve_tables(struct frag_context *ctx, struct sculpt_state *s)
{
	const struct sculpt_options *o = ctx->options;
	size_t span = ctx->page_size / 8 * ctx->page_size;
	int rc;

	if (strcmp(o->unmovable_by, "page-tables") != 0)
		return SCULPT_NEXT;
	rc = s->tables ? 0 : tables_open(ctx, s);
	if (!s->tables)
		return rc;
	for (unsigned n = 0; n < TABLES_AT_ONCE; n++) {
		if (s->at == s->plan.pinned)
			return SCULPT_NEXT;
		(void)*(volatile const char *)(s->tables + s->at++ * span);
		frag_count(ctx, SCULPT_PINNED, 1);
	}
	return SCULPT_MORE;
}

/* Is a page table among the frames of the block that was at @pfn? */
static bool has_table(const struct sculpt_state *s, uint64_t pfn)
{
	uint64_t flags[FRAMES_AT_ONCE];
	uint64_t size = 1ULL << s->blocks.order;

	for (uint64_t i = 0; i < size; i += FRAMES_AT_ONCE) {
		uint64_t n =
			size - i < FRAMES_AT_ONCE ? size - i : FRAMES_AT_ONCE;
		int64_t got = frag_kpageflags_read(s->blocks.kpageflags,
						   pfn + i, n, flags);

		for (int64_t j = 0; j < got; j++)
			if (flags[j] >> KPF_PGTABLE & 1)
				return true;
	}
	return false;
}

/* The kernel puts tables where it likes: how many of the blocks have one is
 * told where it is not what was asked for. */
static int tables_judge(struct frag_context *ctx, const struct sculpt_state *s)
{
	uint64_t got = ctx->share->counters[SCULPT_PINNED_BLOCKS];
	uint64_t asked = s->plan.pinned;

	if ((got > asked ? got - asked : asked - got) * 20 > asked)
		frag_doubt(ctx,
			   "sculpt: %ju blocks hold a page table and %ju were "
			   "asked for; mend: --unmovable-by auto, which pins "
			   "frames by their number",
			   (uintmax_t)got, (uintmax_t)asked);
	return SCULPT_NEXT;
}

/* Which of the blocks hold one is counted, not assumed. */
int frag_carve_look_for_tables(struct frag_context *ctx, struct sculpt_state *s)
{
	uint64_t began = frag_time_now();

	if (!s->tables)
		return SCULPT_NEXT;
	if (s->blocks.is_blind || s->blocks.kpageflags < 0) {
		frag_doubt(ctx, "sculpt: where the page tables went cannot be "
				"told; mend: run as root");
		return SCULPT_NEXT;
	}
	for (; s->at < s->nmine && frag_time_now() - began < LOOK_NS; s->at++)
		if (s->plan.use[s->at] == FRAG_SCULPT_TOUCHED)
			frag_count(ctx, SCULPT_PINNED_BLOCKS,
				   has_table(s, s->pfn[s->at]));
	return s->at < s->nmine ? SCULPT_MORE : tables_judge(ctx, s);
}
