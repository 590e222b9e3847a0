/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A mergeable histogram of nanoseconds with a fixed size, so that it can stand
 * in shared memory: 16 buckets to each power of two, which keeps the relative
 * error of a percentile below 1/16.
 */
#ifndef FRAGBENCH_HISTOGRAM_H
#define FRAGBENCH_HISTOGRAM_H

#include <stdint.h>

enum { FRAG_HISTOGRAM_BUCKETS = 16 * 61 };

struct frag_histogram {
	uint64_t total;
	uint64_t max; /* the largest value itself, not its bucket */
	uint64_t count[FRAG_HISTOGRAM_BUCKETS];
};

/* The bucket of @value: exact below 32, then 16 to each power of two. */
static inline unsigned frag_histogram_bucket(uint64_t value)
{
	unsigned shift;

	if (value < 16)
		return (unsigned)value;
	shift = 59U - (unsigned)__builtin_clzll(value);
	return 16 * shift + (unsigned)(value >> shift);
}

/* Count @value once; @h has one writer at a time. */
static inline void frag_histogram_add(struct frag_histogram *h, uint64_t value)
{
	h->count[frag_histogram_bucket(value)]++;
	h->total++;
	if (value > h->max)
		h->max = value;
}

/* The smallest value that falls into bucket @b. */
uint64_t frag_histogram_low(unsigned b);

/* Add all of @from to @to. */
void frag_histogram_merge(struct frag_histogram *to,
			  const struct frag_histogram *from);

/*
 * The value below or at which @share (0.0 to 1.0) of the counts lie: the upper
 * end of its bucket, never above the maximum; 0 when nothing was counted.
 */
uint64_t frag_histogram_percentile(const struct frag_histogram *h,
				   double share);

#endif
