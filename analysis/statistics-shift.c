// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The shift between two sides (J. L. Hodges, E. L. Lehmann, "Estimates of
 * location based on rank tests", Annals of Mathematical Statistics 34, 1963):
 * order statistics of all differences, found without making all of them.
 */
#include <math.h>

#include "statistics.h"

enum { SIDE_LEAST = 4 };

static const double tail = 0.025;
static const double power = 0.8;

struct sides {
	const double *a;
	size_t na;
	const double *b;
	size_t nb;
};

/* What the differences b - a are to a number: how many are not above it, the
 * largest of these and the smallest of the others. */
struct cut {
	size_t count;
	double below;
	double above;
};

/* The larger a is, the further in b the cut lies: one walk through both. */
static struct cut cut_at(const struct sides *s, double at)
{
	struct cut cut = { 0, -INFINITY, INFINITY };
	size_t k = 0;

	for (size_t i = 0; i < s->na; i++) {
		while (k < s->nb && s->b[k] - s->a[i] <= at)
			k++;
		cut.count += k;
		if (k)
			cut.below = fmax(cut.below, s->b[k - 1] - s->a[i]);
		if (k < s->nb)
			cut.above = fmin(cut.above, s->b[k] - s->a[i]);
	}
	return cut;
}

/* The @k-th smallest difference, from 1 on: halves the range that it lies in
 * until both ends are the same difference. */
static double difference_at(const struct sides *s, size_t k)
{
	double low = s->b[0] - s->a[s->na - 1];
	double high = s->b[s->nb - 1] - s->a[0];

	while (low < high) {
		double middle = low + (high - low) / 2;
		/* Between neighbours it may be rounded up. */
		struct cut cut = cut_at(s, middle < high ? middle : low);

		if (cut.count >= k)
			high = cut.below;
		else
			low = cut.above;
	}
	return low;
}

int frag_shift(const double *a, size_t na, const double *b, size_t nb,
	       struct frag_shift *s)
{
	struct sides sides = { a, na, b, nb };
	size_t all = na * nb;
	long k = 0;

	*s = (struct frag_shift){
		.value = (difference_at(&sides, (all + 1) / 2) +
			  difference_at(&sides, all / 2 + 1)) /
			 2,
	};
	if (na >= SIDE_LEAST && nb >= SIDE_LEAST)
		k = frag_ranks_critical(na, nb, tail);
	if (k <= 0)
		return (int)k;
	s->low = difference_at(&sides, (size_t)k);
	s->high = difference_at(&sides, all + 1 - (size_t)k);
	s->has_interval = true;
	return 0;
}

/* The sum of the squares of what lies between the numbers and their mean. */
static double squares(const double *values, size_t n)
{
	double mean = 0;
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		mean += values[i] / (double)n;
	for (size_t i = 0; i < n; i++)
		sum += (values[i] - mean) * (values[i] - mean);
	return sum;
}

/* Noether asks for P(b > a) to be far enough from 1/2; of two normal
 * distributions that are d apart it is Phi(d / (s * sqrt(2))). */
double frag_detectable(const double *a, size_t na, const double *b, size_t nb,
		       double level)
{
	double n = (double)(na + nb);
	double share = (double)na / n;
	double s = sqrt((squares(a, na) + squares(b, nb)) / (n - 2));
	double z = frag_normal_quantile(level / 2) +
		   frag_normal_quantile(1 - power);
	double above = 0.5 + z / sqrt(12 * share * (1 - share) * n);

	if (s <= 0)
		return 0;
	if (above >= 1)
		return INFINITY;
	return s * sqrt(2) * -frag_normal_quantile(above);
}
