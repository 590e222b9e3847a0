// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How many blocks away the target is, and how much of that way to go now.
 *
 * With F free pages, S free blocks of order k and the target u, the index is
 * 1 - S 2^k / F. A block of order b that is taken, and of which all but one
 * page in every 2^k go back, costs q = 2^(b-k) suitable blocks and q pages. So
 * n of them reach the target when (S - nq) 2^k = (1 - u) (F - nq).
 */
#include "fragbench/hold.h"

#include <math.h>

/* Farther away than that a correction is urgent. */
#define FAR 0.02

/* Time constants of the loop, in seconds. */
#define SLOW 1.0
#define FAST 0.2

struct frag_hold_view frag_hold_view(const struct frag_hold_law *law,
				     const struct frag_buddy *b,
				     uint64_t pcp_pages)
{
	struct frag_hold_view v = {
		.free = frag_buddy_pages(b) + pcp_pages,
		.suitable = frag_buddy_suitable(b, law->order),
	};

	for (unsigned o = law->block; o < law->order && o < b->orders; o++)
		v.below += b->free[o] << (o - law->block);
	return v;
}

double frag_hold_index(const struct frag_hold_law *law,
		       const struct frag_hold_view *v)
{
	if (!v->free)
		return 1;
	return 1 -
	       ldexp((double)v->suitable, (int)law->order) / (double)v->free;
}

double frag_hold_blocks(const struct frag_hold_law *law,
			const struct frag_hold_view *v)
{
	double usable = 1 - law->target;
	double size = ldexp(1, (int)law->order);
	double excess = (double)v->suitable * size - usable * (double)v->free;
	double each;

	if (law->order > law->block) {
		/* Half a block of the order is as good as one that is gone,
		 * and halves are handed out before wholes are split. */
		each = ldexp(1, (int)(law->order - law->block));
		excess *= each / size;
		return excess > 0 ? excess + (double)v->below : excess;
	}
	each = ldexp(1, (int)(law->block - law->order));
	return excess / (each * (size - usable));
}

double frag_hold_pages(const struct frag_hold_law *law,
		       const struct frag_hold_view *v)
{
	double usable = 1 - law->target;
	double size = ldexp(1, (int)law->order);

	/* All of the memory would have to go, or come. */
	if (usable <= 0)
		return v->suitable ? -INFINITY : 0;
	return (double)v->free - (double)v->suitable * size / usable;
}

double frag_hold_share(const struct frag_hold_law *law, double index,
		       bool is_reached)
{
	double away = fabs(index - law->target);

	if (away <= law->band)
		return 0;
	if (!is_reached)
		return 1;
	return fmin(1, law->period / (away > FAR ? FAST : SLOW));
}

double frag_hold_share_lost(double share, double wanted, double lost)
{
	return wanted > 0 ? fmax(share, fmin(1, lost / wanted)) : share;
}

bool frag_hold_is_mended(const struct frag_hold_law *law, double index)
{
	return index < law->target - FAR;
}

int64_t frag_hold_whole(double wanted, double share, uint64_t most,
			double *carry)
{
	double limit = (double)most;
	double due;

	if (fabs(wanted) < 0.5 || share <= 0) {
		*carry = 0;
		return 0;
	}
	/* What was put by for the other direction is void. */
	if (*carry * wanted < 0)
		*carry = 0;
	due = fmax(-limit, fmin(limit, wanted * share + *carry));
	*carry = due - trunc(due);
	return (int64_t)due;
}

enum frag_hold_strain frag_hold_strain(const struct frag_hold_signs *s)
{
	if (s->available < s->floor || s->direct)
		return FRAG_HOLD_SHORT;
	/* A quarter above it, so that it does not come to the floor itself. */
	if (s->available < s->floor + s->floor / 4 || s->kswapd ||
	    s->free < s->low)
		return FRAG_HOLD_TIGHT;
	return FRAG_HOLD_EASY;
}
