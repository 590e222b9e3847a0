// SPDX-License-Identifier: GPL-2.0-or-later
/* Merging histograms and reading percentiles from them. */
#include "fragbench/histogram.h"

uint64_t frag_histogram_low(unsigned b)
{
	unsigned shift;

	if (b < 32)
		return b;
	shift = b / 16 - 1;
	return (uint64_t)(b - 16 * shift) << shift;
}

void frag_histogram_merge(struct frag_histogram *to,
			  const struct frag_histogram *from)
{
	for (unsigned b = 0; b < FRAG_HISTOGRAM_BUCKETS; b++)
		to->count[b] += from->count[b];
	to->total += from->total;
	if (from->max > to->max)
		to->max = from->max;
}

static uint64_t bucket_top(unsigned b)
{
	return b + 1 < FRAG_HISTOGRAM_BUCKETS ? frag_histogram_low(b + 1) - 1
					      : UINT64_MAX;
}

uint64_t frag_histogram_percentile(const struct frag_histogram *h, double share)
{
	double wanted = share * (double)h->total;
	uint64_t seen = 0;

	for (unsigned b = 0; b < FRAG_HISTOGRAM_BUCKETS; b++) {
		uint64_t top = bucket_top(b);

		seen += h->count[b];
		if (h->count[b] && (double)seen >= wanted)
			return top < h->max ? top : h->max;
	}
	return h->total ? h->max : 0;
}
