/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control law of `hold`: from what the free lists are to what is to be done
 * about it. No clock, no memory, no kernel: numbers in, numbers out.
 */
#ifndef FRAGBENCH_HOLD_H
#define FRAGBENCH_HOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "fragbench/buddy.h"

/*
 * What is to be held. target: the unusable index at @order, 0 to 1. block: the
 * order of the blocks that are taken whole and let go of. band: no correction
 * while the index is that near. period: seconds between two looks.
 */
struct frag_hold_law {
	double target;
	unsigned order;
	unsigned block;
	double band;
	double period;
};

/* What a look at the free lists comes to, hidden pages being free ones of order
 * 0. suitable: free blocks of the law's order. below: blocks (of the order of a
 * block) that the kernel hands out before it splits one of the law's order. */
struct frag_hold_view {
	uint64_t free; /* pages */
	uint64_t suitable;
	uint64_t below;
};

struct frag_hold_view frag_hold_view(const struct frag_hold_law *law,
				     const struct frag_buddy *b,
				     uint64_t pcp_pages);

/* The unusable index of @v, 0 to 1, unrounded; 1 when nothing is free. */
double frag_hold_index(const struct frag_hold_law *law,
		       const struct frag_hold_view *v);

/*
 * How many blocks bring the index to the target at once: more than 0: that many
 * are to be taken, and one page in every 2^order to be kept; less than 0: that
 * many are to be let go of, if all of them merge.
 */
double frag_hold_blocks(const struct frag_hold_law *law,
			const struct frag_hold_view *v);

/*
 * How many single pages bring it there instead, while blocks stay as they are:
 * more than 0: so many free pages are too many and are to be taken; less than
 * 0: so many too few.
 */
double frag_hold_pages(const struct frag_hold_law *law,
		       const struct frag_hold_view *v);

/*
 * The share of that to be done now, 0 to 1. All of it on the way to the target;
 * nothing within the band; near it so little that the swings of a neighbour
 * average out (a time constant of 1 s), farther away more (0.2 s).
 */
double frag_hold_share(const struct frag_hold_law *law, double index,
		       bool is_reached);

/*
 * The share when, of @wanted blocks that are to be taken, @lost are known to
 * have been mended by a compaction: those do not come back by themselves as a
 * neighbour's swings do, and all of them are taken now.
 */
double frag_hold_share_lost(double share, double wanted, double lost);

/* Is the index so far below the target that something must have mended it? */
bool frag_hold_is_mended(const struct frag_hold_law *law, double index);

/*
 * @wanted times @share as a whole number, at most @most; what is too little to
 * be one is put by in *carry for the next time. 0 where less than half of a
 * block is wanted: no block brings the index nearer.
 */
int64_t frag_hold_whole(double wanted, double share, uint64_t most,
			double *carry);

/* Is the machine short of memory, and what follows. */
enum frag_hold_strain {
	FRAG_HOLD_EASY, /* take, let go, as the index wants */
	FRAG_HOLD_TIGHT, /* take nothing */
	FRAG_HOLD_SHORT, /* give back: others need it */
};

/* What strain shows in. available: MemAvailable, in bytes; floor: what is to
 * be left of it; free, low: free pages and the low watermark; kswapd, direct:
 * pages that were scanned for reclaim since the look before. */
struct frag_hold_signs {
	uint64_t available;
	uint64_t floor;
	uint64_t free;
	uint64_t low;
	uint64_t kswapd;
	uint64_t direct;
};

enum frag_hold_strain frag_hold_strain(const struct frag_hold_signs *s);

#endif
