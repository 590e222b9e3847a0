// SPDX-License-Identifier: GPL-2.0-or-later
/* How sculpt comes by its memory: whole blocks of the zones that are meant, and
 * for a zone of which the row is to be the whole truth all that is left. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "fragbench/sculpt-stages.h"

enum {
	TAKE_AT_ONCE = 16, /* up to 6 ms a block */
	FILL_AT_ONCE = 64, /* pages between two looks */
	FILL_LOOKS = 64,
	FILL_MARGIN = 32, /* pages that are left above the watermark */
	PATIENCE = 20, /* takes that may bring nothing, of what is free */
};

/* --- zones --- */

static bool span_has(const struct frag_zone_span *z, uint64_t pfn)
{
	return pfn >= z->start_pfn && pfn - z->start_pfn < z->spanned;
}

/* The zone of a block; the only one there is when frames are hidden. Zones of
 * two nodes may overlap: both have then per-CPU lists to be rinsed, and the
 * blocks of the wrong one are a loss of exactness, no more. */
static struct sculpt_zone *zone_of(struct sculpt_state *s, uint32_t slot)
{
	uint64_t pfn = frag_blocks_pfn(&s->blocks, slot);

	for (unsigned i = 0; i < s->nzones && pfn != FRAG_NO_FRAME; i++)
		if (span_has(&s->zones[i].span, pfn))
			return &s->zones[i];
	return pfn == FRAG_NO_FRAME && s->nzones ? &s->zones[0] : NULL;
}

static bool is_meant(const struct sculpt_state *s, const struct sculpt_zone *z)
{
	return !*s->lists.zone || (z && !strcmp(z->span.name, s->lists.zone));
}

/* --- blocks --- */

static void slot_add(struct sculpt_state *s, uint32_t slot)
{
	struct sculpt_zone *z = zone_of(s, slot);

	if (!is_meant(s, z)) {
		s->aside[s->naside++] = slot;
		return;
	}
	if (s->is_rinsed && z && z->nrinse < SCULPT_RINSES) {
		z->rinse[z->nrinse++] = slot;
		return;
	}
	s->pfn[s->nmine] = frag_blocks_pfn(&s->blocks, slot);
	s->mine[s->nmine++] = slot;
}

/* There are whole blocks, and not one of them can be had. */
static bool is_refused(struct sculpt_state *s)
{
	return !s->nmine && frag_blocks_ready(&s->blocks);
}

static int take_fail(struct frag_context *ctx, struct sculpt_state *s)
{
	/* Below 512 MiB the kernel switches them off when it boots. */
	if (is_refused(s))
		return frag_give_up(
			ctx, -ENOMEM,
			"whole blocks are free and no huge page comes; mend: "
			"--knob transparent_hugepage/enabled=madvise, or "
			"another zone");
	return frag_give_up(
		ctx, -ENOMEM,
		"of %ju whole blocks of order %u that it has to take %u were "
		"free%s%s; mend: start = clean in [scenario], a larger ballast = "
		"SIZE whole (so much stays free), or free = less",
		(uintmax_t)s->goal, s->blocks.order, s->nmine,
		*s->lists.zone ? " in zone " : "", s->lists.zone);
}

/* What came from other zones goes back: to be reached they had to be emptied. */
static int aside_drop(struct sculpt_state *s)
{
	int rc = 0;

	for (unsigned n = 0; s->naside && n < TAKE_AT_ONCE && !rc; n++)
		rc = frag_blocks_drop(&s->blocks, s->aside[--s->naside]);
	return rc;
}

int frag_carve_take(struct frag_context *ctx, struct sculpt_state *s)
{
	uint32_t slots[TAKE_AT_ONCE];
	bool is_all = s->is_zone;
	uint64_t left = s->goal > s->nmine ? s->goal - s->nmine : 0;
	uint32_t aside;
	int n = 0;

	if (is_all || left)
		n = frag_blocks_take(&s->blocks, slots,
				     !is_all && left < TAKE_AT_ONCE
					     ? (unsigned)left
					     : TAKE_AT_ONCE);
	if (n < 0)
		return n;
	aside = s->naside;
	for (int i = 0; i < n; i++)
		slot_add(s, slots[i]);
	frag_count(ctx, SCULPT_BLOCKS, (uint64_t)n);
	frag_count(ctx, SCULPT_ASIDE, s->naside - aside);
	if (n || frag_is_stopping(ctx))
		return SCULPT_MORE;
	/* One that came in pieces says nothing of the next. */
	if ((left || is_all) && frag_blocks_ready(&s->blocks) &&
	    s->vain++ < PATIENCE)
		return SCULPT_MORE;
	if (left && (!is_all || is_refused(s)))
		return take_fail(ctx, s);
	/* The zones above stay emptied where nothing else may be free. */
	if (s->naside && !is_all) {
		n = aside_drop(s);
		return n ? n : SCULPT_MORE;
	}
	frag_count(ctx, SCULPT_ODD, s->blocks.odd + s->blocks.unsplit);
	s->blocks.odd = 0;
	s->blocks.unsplit = 0;
	return SCULPT_NEXT;
}

/* Where all is held that is not to be free, what is not needed stays in one
 * piece: compaction would only move it into the holes. */
int frag_carve_split(struct frag_context *ctx, struct sculpt_state *s)
{
	unsigned n = 0;

	for (; s->at < s->nmine && n < TAKE_AT_ONCE; s->at++)
		if (s->plan.use[s->at] != FRAG_SCULPT_SPARE) {
			/* The distance tells of one that cannot be. */
			(void)frag_blocks_split(&s->blocks, s->mine[s->at]);
			n++;
		}
	if (s->at < s->nmine)
		return SCULPT_MORE;
	frag_count(ctx, SCULPT_ODD, s->blocks.unsplit);
	return SCULPT_NEXT;
}

int frag_carve_drop(struct frag_context *ctx, struct sculpt_state *s)
{
	int rc = 0;

	(void)ctx;
	for (unsigned n = 0; s->at < s->nmine && n < TAKE_AT_ONCE && !rc;) {
		uint64_t i = s->at++;

		if (s->plan.use[i] != FRAG_SCULPT_SPARE)
			continue;
		rc = frag_blocks_drop(&s->blocks, s->mine[i]);
		n++;
	}
	if (rc)
		return rc;
	return s->at < s->nmine ? SCULPT_MORE : SCULPT_NEXT;
}

/* --- what no block holds --- */

static int fill_open(struct frag_context *ctx, struct sculpt_state *s)
{
	s->fill_room = frag_blocks_above(&s->blocks);
	s->fill = mmap(NULL, (s->fill_room + 1) * ctx->page_size,
		       PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (s->fill == MAP_FAILED) {
		s->fill = NULL;
		return frag_no_space(ctx, (s->fill_room + 1) * ctx->page_size);
	}
	madvise(s->fill, (s->fill_room + 1) * ctx->page_size, MADV_NOHUGEPAGE);
	return 0;
}

/* How many more single pages can be taken without anything being reclaimed. */
static uint64_t fill_left(struct sculpt_state *s)
{
	uint64_t above = frag_blocks_above(&s->blocks);
	struct frag_free_look look;
	uint64_t pages;

	if (frag_freelists_look(&s->lists, &look))
		return 0;
	pages = frag_buddy_pages(&look.buddy);
	pages = pages > look.low ? pages - look.low : 0;
	above = pages < above ? pages : above;
	return above > FILL_MARGIN ? above - FILL_MARGIN : 0;
}

static void pages_touch(struct frag_context *ctx, struct sculpt_state *s,
			uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		s->fill[(s->filled + i) * ctx->page_size] = 1;
	s->filled += n;
	frag_add_pages(ctx, (int64_t)n);
	frag_count(ctx, SCULPT_FILLED, n);
	frag_set_range(ctx, 1, (uintptr_t)s->fill,
		       (uintptr_t)s->fill + s->filled * ctx->page_size);
}

int frag_carve_fill(struct frag_context *ctx, struct sculpt_state *s)
{
	int rc = s->fill ? 0 : fill_open(ctx, s);

	if (rc)
		return rc;
	for (unsigned i = 0; i < FILL_LOOKS && !frag_is_stopping(ctx); i++) {
		uint64_t n = fill_left(s);

		if (n > s->fill_room - s->filled)
			n = s->fill_room - s->filled;
		if (!n)
			return SCULPT_NEXT;
		pages_touch(ctx, s, n < FILL_AT_ONCE ? n : FILL_AT_ONCE);
	}
	return SCULPT_MORE;
}

/* --- the per-CPU lists --- */

/*
 * What is freed last stays on a per-CPU list, in no free list. A block that is
 * freed page by page pushes out what was freed before it: what hides then is a
 * piece of this block, before the shape is made as after it.
 */
int frag_carve_zones_rinse(struct sculpt_state *s, enum sculpt_rinse which)
{
	int done = 0;

	for (unsigned i = 0; i < s->nzones; i++) {
		struct sculpt_zone *z = &s->zones[i];
		int rc;

		if (z->nrinse <= which)
			continue;
		/* Page by page, or it would pass the list by. */
		(void)frag_blocks_split(&s->blocks, z->rinse[which]);
		rc = frag_blocks_drop(&s->blocks, z->rinse[which]);
		if (rc)
			return rc;
		done++;
	}
	return done;
}

int frag_carve_rinse(struct frag_context *ctx, struct sculpt_state *s)
{
	int rc = frag_carve_zones_rinse(s, SCULPT_RINSE_BEFORE);

	if (rc >= 0)
		rc = frag_freelists_look(&s->lists, &s->before);
	return rc ? frag_give_up(ctx, rc, "cannot look at the free lists")
		  : SCULPT_NEXT;
}
