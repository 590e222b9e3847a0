/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a sculptor of free memory computes before it touches any: which free
 * blocks are asked for (sculpt-target.c), and which pages of the blocks that it
 * holds have to stay so that giving back all others makes just those
 * (sculpt-pack.c). No memory is taken or given back here.
 */
#ifndef FRAGBENCH_SCULPT_H
#define FRAGBENCH_SCULPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fragbench/buddy.h"
#include "fragbench/error.h"
#include "fragbench/pagemap.h"
#include "fragbench/pick.h"
#include "fragbench/workload.h"

/* The choices of an option row for pattern. */
#define FRAG_SCULPT_PATTERNS "checkerboard|one-per-pageblock|random"

/*
 * The machine that is to get the shape. page_size: bytes. orders: of its free
 * lists, so that orders - 1 is the largest block. block_order: that of the
 * blocks which are taken and carved, at most orders - 1. managed: pages of the
 * zones that are meant; 0: not known.
 */
struct frag_sculpt_machine {
	size_t page_size;
	unsigned orders;
	unsigned block_order;
	uint64_t managed;
};

/*
 * What a user asks for, as he types it; NULL or "" is not given. Just one of
 * like, unusable, blocks and pattern must be.
 *
 * like: a file like /proc/buddyinfo, a folder with proc/buddyinfo in it (made
 * by `fragbench snapshot --save`), or "seed:NAME", a published row
 * (sculpt-like.c). node (less than 0: all) and zone choose its rows, which are
 * added up. unusable: "0.80" or "80%", the index at order (0: the block order).
 * blocks: "6446,6410,...": free blocks of order 0, 1, ...
 * pattern: one of FRAG_SCULPT_PATTERNS; seed: of the random one.
 * free: bytes of free memory; needed by unusable and pattern, scales like.
 * is_scaled: scale like by the zones' sizes there and here.
 */
struct frag_sculpt_ask {
	const char *like;
	const char *unusable;
	const char *blocks;
	const char *pattern;
	uint64_t free;
	uint64_t order;
	int node;
	const char *zone;
	bool is_scaled;
	uint64_t seed;
};

/*
 * asked: free blocks by order, never of more orders than the machine has; what
 * they come to in pages is frag_buddy_pages(). unusable: their index at order,
 * in thousandths. note: what had to be changed, "" when nothing was.
 */
struct frag_sculpt_target {
	struct frag_buddy asked;
	unsigned order;
	int unusable;
	char note[256];
};

/*
 * The target that @ask means on machine @m. Reads the file of like and nothing
 * else. 0, or a negative errno with @e filled: what, why and mend.
 */
int frag_sculpt_target(const struct frag_sculpt_ask *ask,
		       const struct frag_sculpt_machine *m,
		       struct frag_sculpt_target *t, struct frag_error *e);

/*
 * Unusable index in thousandths, at order @k, of what the free lists gained
 * from
 * @before to @after: large blocks that have merged meanwhile are one more and
 * two less, and neither free nor used up. 1000 when nothing was gained.
 */
int frag_sculpt_gained_unusable(const struct frag_buddy *before,
				const struct frag_buddy *after, unsigned k);

/*
 * How much has to be taken: blocks, all in all; of them, runs times
 * 2^(orders - 1 - block_order) that make whole blocks of the largest order (0
 * unless blocks of the block order or above are asked for). pages: of those
 * blocks; twice what is asked at most, and a block.
 */
struct frag_sculpt_need {
	uint64_t blocks;
	uint64_t runs;
	uint64_t pages;
};

/* What @asked needs on machine @m. */
int frag_sculpt_need(const struct frag_buddy *asked,
		     const struct frag_sculpt_machine *m,
		     struct frag_sculpt_need *need, struct frag_error *e);

/*
 * The blocks that are held: pfn[i] is the first frame of block i, a multiple of
 * 2^block_order, or FRAG_NO_FRAME; no two the same. All frames of a block are
 * one's own. spread (one of FRAG_PICKS), unmovable (thousandths) and seed:
 * which of the touched blocks get a page that cannot move.
 */
struct frag_sculpt_stock {
	const uint64_t *pfn;
	uint32_t blocks;
	const char *spread;
	uint64_t unmovable;
	uint64_t seed;
};

/* What becomes of a block. */
enum frag_sculpt_use {
	FRAG_SCULPT_SPARE, /* is not needed: drop it before the shape is made */
	FRAG_SCULPT_TOUCHED, /* pages are kept, some or all of the 2^order */
	FRAG_SCULPT_WHOLE, /* all of it is given back, as (a part of) one block
			    * that was asked for */
};

#define FRAG_SCULPT_NO_PIN UINT32_MAX

/*
 * The plan, by the number of the block in the stock. kept: words of 64 bits a
 * block; bit p % 64 of word p / 64 is set when page p stays. pin: the page that
 * is to be pinned, FRAG_SCULPT_NO_PIN: none. use: enum frag_sculpt_use.
 * touched, pinned, spare: blocks; whole: those given back whole; freed:
 * pages that are given back when spare blocks are gone. missing_blocks and
 * missing_runs: what the stock had too little of (-ENOSPC).
 */
struct frag_sculpt_plan {
	unsigned words;
	uint64_t *kept;
	uint32_t *pin;
	uint8_t *use;
	uint32_t blocks;
	uint32_t touched;
	uint32_t pinned;
	uint32_t spare;
	uint32_t whole;
	uint64_t freed;
	uint64_t missing_blocks;
	uint64_t missing_runs;
};

/*
 * Which pages are kept, so that giving back the others of all blocks that are
 * not spare adds just @asked to the free lists: no two free blocks of the plan
 * can merge, nor one of them with memory that is not in the stock. The same
 * stock and seed give the same plan. @ctx: looked at for frag_is_stopping(), or
 * NULL. Returns 0; -ENOSPC with @e filled when the stock is too small, see
 * missing; -ECANCELED when told to stop; another negative errno. To be freed in
 * any case. A seventh of a byte a page stays, up to 2 bytes are used meanwhile.
 */
int frag_sculpt_pack(struct frag_sculpt_plan *plan,
		     const struct frag_buddy *asked,
		     const struct frag_sculpt_machine *m,
		     const struct frag_sculpt_stock *stock,
		     const struct frag_context *ctx, struct frag_error *e);

void frag_sculpt_plan_free(struct frag_sculpt_plan *plan);

/*
 * The free blocks that @plan will make, found from its bits alone, by merging
 * as the kernel does. -EINVAL: some could merge with memory not in the stock,
 * so that it cannot be told.
 */
int frag_sculpt_foresee(const struct frag_sculpt_plan *plan,
			const struct frag_sculpt_machine *m,
			const struct frag_sculpt_stock *stock,
			struct frag_buddy *free_blocks);

#endif
