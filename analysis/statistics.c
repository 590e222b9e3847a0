// SPDX-License-Identifier: GPL-2.0-or-later
/* Sorts numbers, and takes from their order what stands in statistics.h; and
 * asks GSL for the normal distribution. */
#include "statistics.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

void frag_sort(double *values, size_t n)
{
	gsl_sort(values, 1, n);
}

double frag_median(double *values, size_t n)
{
	frag_sort(values, n);
	return gsl_stats_median_from_sorted_data(values, 1, n);
}

double frag_normal_upper(double z)
{
	return gsl_cdf_ugaussian_Q(z);
}

double frag_normal_quantile(double p)
{
	return gsl_cdf_ugaussian_Qinv(p);
}

/* A p-value and the place that it came from. */
struct placed {
	double p;
	size_t place;
};

static int placed_order(const void *a, const void *b)
{
	const struct placed *x = a;
	const struct placed *y = b;

	return (x->p > y->p) - (x->p < y->p);
}

int frag_holm(double *p, size_t n)
{
	struct placed *sorted = malloc((n + 1) * sizeof(*sorted));
	double highest = 0;

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		sorted[i] = (struct placed){ p[i], i };
	qsort(sorted, n, sizeof(*sorted), placed_order);
	for (size_t i = 0; i < n; i++) {
		double adjusted = fmin(1, (double)(n - i) * sorted[i].p);

		highest = fmax(highest, adjusted);
		p[sorted[i].place] = highest;
	}
	free(sorted);
	return 0;
}
