/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The census of a map: what each pageblock is made of, what compaction could do
 * with it, and which few frames it cannot get past.
 */
#ifndef FRAGBENCH_BASE_CENSUS_H
#define FRAGBENCH_BASE_CENSUS_H

#include "map.h"

/* What a pageblock is, holes in it left aside. */
enum frag_block_class {
	FRAG_BLOCK_FREE, /* every frame is free */
	FRAG_BLOCK_MOVABLE, /* some are used, and all of those can move */
	FRAG_BLOCK_MIXED, /* some can move or are free, and some cannot move */
	FRAG_BLOCK_UNMOVABLE, /* not one is free or can move */
	FRAG_BLOCK_HUGE, /* every frame is of a huge page */
	FRAG_BLOCK_HOLE, /* there is no memory */
	FRAG_BLOCK_CLASSES,
};

struct frag_class_row {
	const char *name;
	const char *about;
};

extern const struct frag_class_row frag_class_rows[FRAG_BLOCK_CLASSES];

/* One pageblock, frames by kind. free: all of its free ones; whole: those of
 * them in free blocks of the pageblock order and more. */
struct frag_block {
	uint64_t pfn;
	uint64_t frames[FRAG_KINDS];
	uint64_t free;
	uint64_t whole;
	uint64_t movable;
	uint64_t unmovable;
	enum frag_block_class class;
};

/* Told of each pageblock in turn. */
typedef void frag_block_fn(void *ctx, const struct frag_block *b);

/* What one kind does to mixed pageblocks: in how many of them it has frames,
 * how many frames, and how many it alone keeps from being movable. */
struct frag_poison {
	uint64_t frames;
	uint64_t blocks;
	uint64_t alone;
};

/* 1 GiB of memory, from frame @pfn on. */
struct frag_region {
	uint64_t pfn;
	uint64_t frames; /* without holes */
	uint64_t free;
	uint64_t unmovable;
	uint64_t blocks[FRAG_BLOCK_CLASSES];
};

/* few[i]: mixed pageblocks with 2^i to 2^(i+1)-1 frames that cannot move, and
 * those frames. frames: by kind, FRAG_KIND_FREE + order too. */
struct frag_few {
	uint64_t blocks;
	uint64_t frames;
};

struct frag_census {
	unsigned pageblock_order;
	unsigned orders;
	bool does_unevictable_move;
	uint64_t frames[FRAG_KIND_CODES];
	uint64_t blocks[FRAG_BLOCK_CLASSES];
	struct frag_poison poison[FRAG_KINDS];
	struct frag_few few[FRAG_ORDERS_MAX];
	struct frag_region *regions; /* owned; those with memory */
	unsigned nregions;
	uint32_t *heavy; /* owned; mixed pageblocks by frames that cannot move */
	int error; /* -ENOMEM: regions, or how heavy pageblocks are */
	/* the pageblock at hand, and who is told of it */
	struct frag_block block;
	uint64_t region_frames;
	uint64_t pfn;
	frag_block_fn *tell;
	void *ctx;
};

/* Begin the census of the map with @head; @tell may be NULL. */
void frag_census_begin(struct frag_census *c, const struct frag_map_head *head,
		       frag_block_fn *tell, void *ctx);

/* A frag_map_sink; @census is a struct frag_census. */
void frag_census_put(void *census, const struct frag_map_run *run);

/* The last pageblock is complete, too. c->error. */
int frag_census_end(struct frag_census *c);

void frag_census_free(struct frag_census *c);

/* Read a whole map file into @c. */
int frag_census_read(struct frag_census *c, struct frag_map_reader *r,
		     frag_block_fn *tell, void *ctx, struct frag_error *e);

/* Sums: free frames; frames that are not holes; unmovable ones in mixed
 * pageblocks. */
uint64_t frag_census_free_frames(const struct frag_census *c);
uint64_t frag_census_memory(const struct frag_census *c);
uint64_t frag_census_poison(const struct frag_census *c);

/* How many frames that cannot move keep @permille thousandths of the mixed
 * pageblocks from being movable: those in the pageblocks that have the fewest. */
uint64_t frag_census_cheapest(const struct frag_census *c, unsigned permille);

#endif
