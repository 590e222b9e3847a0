// SPDX-License-Identifier: GPL-2.0-or-later
/* Counts pageblock by pageblock, and knows which kinds of frames compaction can
 * move. */
#include "census.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"

const struct frag_class_row frag_class_rows[FRAG_BLOCK_CLASSES] = {
	[FRAG_BLOCK_FREE] = { "free", "every frame is free" },
	[FRAG_BLOCK_MOVABLE] = { "movable",
				 "all that is used in it can be moved away" },
	[FRAG_BLOCK_MIXED] = { "mixed",
			       "what cannot be moved stands beside what is "
			       "free or can" },
	[FRAG_BLOCK_UNMOVABLE] = { "unmovable",
				   "nothing in it is free or can be moved" },
	[FRAG_BLOCK_HUGE] = { "huge", "made of huge pages already" },
	[FRAG_BLOCK_HOLE] = { "hole", "there is no memory" },
};

void frag_census_begin(struct frag_census *c, const struct frag_map_head *head,
		       frag_block_fn *tell, void *ctx)
{
	memset(c, 0, sizeof(*c));
	c->pageblock_order = head->pageblock_order;
	c->orders = head->orders;
	c->does_unevictable_move = head->does_unevictable_move;
	c->region_frames = FRAG_GIB / head->page_size;
	/* With pageblocks of 512 MiB or more a region is at least one. */
	if (c->region_frames < 1ULL << c->pageblock_order)
		c->region_frames = 1ULL << c->pageblock_order;
	c->pfn = head->first;
	c->block.pfn = head->first;
	c->tell = tell;
	c->ctx = ctx;
	c->heavy = calloc(1ULL << c->pageblock_order, sizeof(*c->heavy));
	c->error = c->heavy ? 0 : -ENOMEM;
}

static bool can_move(const struct frag_census *c, unsigned kind)
{
	return kind == FRAG_KIND_ANON || kind == FRAG_KIND_FILE ||
	       kind == FRAG_KIND_THP ||
	       (kind == FRAG_KIND_UNEVICTABLE && c->does_unevictable_move);
}

static void block_classify(const struct frag_census *c, struct frag_block *b)
{
	uint64_t huge = b->frames[FRAG_KIND_THP] + b->frames[FRAG_KIND_HUGETLB];
	uint64_t all;

	for (unsigned k = FRAG_KIND_HOLE + 1; k < FRAG_KINDS; k++)
		*(can_move(c, k) ? &b->movable : &b->unmovable) += b->frames[k];
	all = b->free + b->movable + b->unmovable;
	if (!all)
		b->class = FRAG_BLOCK_HOLE;
	else if (b->free == all)
		b->class = FRAG_BLOCK_FREE;
	else if (huge == all)
		b->class = FRAG_BLOCK_HUGE;
	else if (!b->unmovable)
		b->class = FRAG_BLOCK_MOVABLE;
	else if (b->unmovable == all)
		b->class = FRAG_BLOCK_UNMOVABLE;
	else
		b->class = FRAG_BLOCK_MIXED;
}

static void poison_count(struct frag_census *c, const struct frag_block *b)
{
	unsigned few = 0;

	for (unsigned k = FRAG_KIND_HOLE + 1; k < FRAG_KINDS; k++) {
		if (!b->frames[k] || can_move(c, k))
			continue;
		c->poison[k].frames += b->frames[k];
		c->poison[k].blocks++;
		c->poison[k].alone += b->frames[k] == b->unmovable;
	}
	while (b->unmovable >> (few + 1))
		few++;
	c->few[few].blocks++;
	c->few[few].frames += b->unmovable;
	/* Mixed: fewer than all of its frames. */
	if (c->heavy)
		c->heavy[b->unmovable]++;
}

static struct frag_region *region_of(struct frag_census *c, uint64_t pfn)
{
	uint64_t start = pfn - pfn % c->region_frames;
	struct frag_region *grown;

	if (c->nregions && c->regions[c->nregions - 1].pfn == start)
		return &c->regions[c->nregions - 1];
	/* Grown by doubling; the first is at 8. */
	if (!(c->nregions & (c->nregions - 1)) &&
	    (!c->nregions || c->nregions >= 8)) {
		unsigned room = c->nregions ? c->nregions * 2 : 8;

		grown = realloc(c->regions, room * sizeof(*grown));
		if (!grown) {
			c->error = -ENOMEM;
			return NULL;
		}
		c->regions = grown;
	}
	c->regions[c->nregions] = (struct frag_region){ .pfn = start };
	return &c->regions[c->nregions++];
}

static void region_count(struct frag_census *c, const struct frag_block *b)
{
	struct frag_region *r;

	if (b->class == FRAG_BLOCK_HOLE)
		return;
	r = region_of(c, b->pfn);
	if (!r)
		return;
	r->frames += b->free + b->movable + b->unmovable;
	r->free += b->free;
	r->unmovable += b->unmovable;
	r->blocks[b->class]++;
}

static void block_end(struct frag_census *c)
{
	struct frag_block *b = &c->block;

	block_classify(c, b);
	c->blocks[b->class]++;
	if (b->class == FRAG_BLOCK_MIXED)
		poison_count(c, b);
	region_count(c, b);
	if (c->tell)
		c->tell(c->ctx, b);
	*b = (struct frag_block){ .pfn = c->pfn };
}

static void frames_count(struct frag_census *c, uint8_t kind, uint64_t frames)
{
	struct frag_block *b = &c->block;

	c->frames[kind] += frames;
	if (kind < FRAG_KINDS) {
		b->frames[kind] += frames;
		return;
	}
	b->free += frames;
	if (kind - FRAG_KIND_FREE >= (int)c->pageblock_order)
		b->whole += frames;
}

void frag_census_put(void *census, const struct frag_map_run *run)
{
	struct frag_census *c = census;
	uint64_t size = 1ULL << c->pageblock_order;
	uint64_t left = run->frames;

	while (left) {
		uint64_t room = size - (c->pfn & (size - 1));
		uint64_t n = left < room ? left : room;

		frames_count(c, run->kind, n);
		c->pfn += n;
		left -= n;
		if (n == room)
			block_end(c);
	}
}

int frag_census_end(struct frag_census *c)
{
	if (c->pfn != c->block.pfn)
		block_end(c);
	return c->error;
}

void frag_census_free(struct frag_census *c)
{
	free(c->regions);
	free(c->heavy);
	c->regions = NULL;
	c->heavy = NULL;
	c->nregions = 0;
}

int frag_census_read(struct frag_census *c, struct frag_map_reader *r,
		     frag_block_fn *tell, void *ctx, struct frag_error *e)
{
	struct frag_map_run run;
	int rc;

	frag_census_begin(c, &r->head, tell, ctx);
	while ((rc = frag_map_next(r, &run, e)) > 0)
		frag_census_put(c, &run);
	if (rc)
		return rc;
	rc = frag_census_end(c);
	return rc ? frag_fail(e, rc, "cannot take the census of %s", r->name)
		  : 0;
}

uint64_t frag_census_free_frames(const struct frag_census *c)
{
	uint64_t sum = 0;

	for (unsigned o = 0; o < c->orders; o++)
		sum += c->frames[FRAG_KIND_FREE + o];
	return sum;
}

uint64_t frag_census_memory(const struct frag_census *c)
{
	uint64_t sum = frag_census_free_frames(c);

	for (unsigned k = FRAG_KIND_HOLE + 1; k < FRAG_KINDS; k++)
		sum += c->frames[k];
	return sum;
}

uint64_t frag_census_poison(const struct frag_census *c)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < FRAG_ORDERS_MAX; i++)
		sum += c->few[i].frames;
	return sum;
}

uint64_t frag_census_cheapest(const struct frag_census *c, unsigned permille)
{
	uint64_t left = (c->blocks[FRAG_BLOCK_MIXED] * permille + 999) / 1000;
	uint64_t frames = 0;

	for (uint64_t n = 1; left && c->heavy && n >> c->pageblock_order == 0;
	     n++) {
		uint64_t blocks = left < c->heavy[n] ? left : c->heavy[n];

		frames += blocks * n;
		left -= blocks;
	}
	return frames;
}
