// SPDX-License-Identifier: GPL-2.0-or-later
/* Sorts numbers, and takes from their order what stands in statistics.h; and
 * knows the normal distribution. */
#include "statistics.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

static int numbers_order(const void *a, const void *b)
{
	const double x = *(const double *)a;
	const double y = *(const double *)b;

	return (x > y) - (x < y);
}

void frag_sort(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), numbers_order);
}

double frag_median(double *values, size_t n)
{
	frag_sort(values, n);
	if (n % 2)
		return values[n / 2];
	return (values[n / 2 - 1] + values[n / 2]) / 2;
}

double frag_normal_upper(double z)
{
	return erfc(z / sqrt(2)) / 2;
}

double frag_normal_quantile(double p)
{
	double low = -40;
	double high = 40;

	/* Each step halves it: below the last digit after 60. */
	for (unsigned i = 0; i < 60; i++) {
		double z = (low + high) / 2;

		if (frag_normal_upper(z) > p)
			low = z;
		else
			high = z;
	}
	return (low + high) / 2;
}

/* A p-value and the place that it came from. */
struct placed {
	double p; /* first, for numbers_order() */
	size_t place;
};

int frag_holm(double *p, size_t n)
{
	struct placed *sorted = malloc((n + 1) * sizeof(*sorted));
	double highest = 0;

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		sorted[i] = (struct placed){ p[i], i };
	qsort(sorted, n, sizeof(*sorted), numbers_order);
	for (size_t i = 0; i < n; i++) {
		double adjusted = fmin(1, (double)(n - i) * sorted[i].p);

		highest = fmax(highest, adjusted);
		p[sorted[i].place] = highest;
	}
	free(sorted);
	return 0;
}
