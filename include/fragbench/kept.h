/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Blocks that are kept in pieces: of each that is taken one page in every
 * 2^order stays, and the rest goes back to the free lists, where no two pieces
 * of it can merge. And single pages that are taken out of such pieces.
 */
#ifndef FRAGBENCH_KEPT_H
#define FRAGBENCH_KEPT_H

#include "fragbench/blocks.h"
#include "fragbench/pin.h"

/*
 * order: as above; above the order of a block one page of each stays. parts:
 * pages that stay of a block. live: the slots of blocks, oldest first. tags: of
 * each slot, the caller's: while it is not 0 the block is passed over by all
 * that lets go. bits: words of them for each slot, which parts are still kept.
 * The rest is opaque. 36 bytes a block down to order 3, 0.07 a page.
 */
struct frag_kept {
	struct frag_blocks blocks;
	unsigned order;
	uint32_t parts;
	unsigned words;
	uint64_t *bits;
	uint64_t *carve; /* the pages of a block that stay, at first */
	uint32_t *live;
	uint32_t nlive;
	uint32_t *tags;
	uint32_t asked; /* which of them is looked at next for letting go */
	uint32_t swept; /* and which for having moved */
	uint64_t *numbers; /* frames, or flags, of one block */
};

/* Make room for @room blocks, nothing is taken yet; see frag_blocks_open(). */
int frag_kept_open(struct frag_kept *k, struct frag_context *ctx,
		   unsigned order, uint32_t room, int node);

/* Take up to @n blocks (FRAG_BLOCKS_AT_ONCE at most) and keep them in pieces.
 * Returns how many, they are the last of live; or a negative errno. */
int frag_kept_take(struct frag_kept *k, unsigned n);

/* The addresses of the pages that are kept of block @slot into @pages (parts of
 * them at most); how many. */
unsigned frag_kept_pages(const struct frag_kept *k, uint32_t slot,
			 char **pages);

/* Pages that are kept, of all blocks. */
uint64_t frag_kept_held(const struct frag_kept *k);

/*
 * Let go of up to @n parts whose other pages are all free, so that they merge,
 * looking at no more than @looks blocks (50 us each), from where the last call
 * ended. Where frame numbers are hidden nobody can tell: the oldest blocks are
 * let go of. Returns how many parts, or a negative errno.
 */
int64_t frag_kept_let_go(struct frag_kept *k, uint64_t n, unsigned looks);

/* Let go of pages that are no longer where they were, looking at @looks blocks
 * at most: somebody has moved them, and they keep nothing from merging. Returns
 * how many pages, or a negative errno; 0 where frame numbers are hidden. */
int64_t frag_kept_sweep(struct frag_kept *k, unsigned looks);

/* Let go of the @n oldest blocks without a tag, whatever is around them; how
 * many, or a negative errno. */
int frag_kept_drop(struct frag_kept *k, uint32_t n);

/* Let go of everything. Safe on a zeroed @k. */
void frag_kept_close(struct frag_kept *k);

/* Blocks whose kept pages are pinned, in groups, the oldest first: their tags
 * are the group's number, from 1. blocks: how many there are. */
struct frag_fast {
	struct frag_pins pins;
	struct frag_kept *kept; /* NULL: not open */
	unsigned *group;
	unsigned ngroups;
	uint32_t blocks;
	char **pages;
};

/* Pin kept pages of @k by @how, the value of option @key; see frag_pins_open(). */
int frag_fast_open(struct frag_fast *f, struct frag_context *ctx,
		   struct frag_kept *k, const char *key, const char *how);

/* Pin the kept pages of the last of up to @n of the youngest blocks that are
 * loose, as one group. Returns how many blocks, or a negative errno. */
int frag_fast_more(struct frag_fast *f, unsigned n);

/* Loosen the oldest group; how many blocks that were. */
uint32_t frag_fast_less(struct frag_fast *f);

void frag_fast_close(struct frag_fast *f);

/* Single pages: [0, pages) of memory are here; the first `reserve` of them are
 * for frag_dust_rinse(). */
struct frag_dust {
	struct frag_context *ctx;
	char *memory;
	uint64_t room;
	uint64_t pages;
	uint64_t reserve;
};

enum { FRAG_DUST_RESERVE = 512 };

/* Room for @room pages beside the reserve, which is taken. 0 or a negative
 * errno. */
int frag_dust_open(struct frag_dust *d, struct frag_context *ctx,
		   uint64_t room);

/* Pages beside the reserve. */
static inline uint64_t frag_dust_held(const struct frag_dust *d)
{
	return d->pages - d->reserve;
}

/* Take up to @n pages more; they come from the smallest free blocks. Returns
 * how many. */
uint64_t frag_dust_take(struct frag_dust *d, uint64_t n);

/* Give back the last @n of them; returns how many. */
uint64_t frag_dust_give(struct frag_dust *d, uint64_t n);

/* Push what this CPU has freed last out of its list, to where it can merge:
 * the reserve is freed behind it and taken again. Helps where these lists are
 * small (pcp = small). */
void frag_dust_rinse(struct frag_dust *d);

void frag_dust_close(struct frag_dust *d);

#endif
