// SPDX-License-Identifier: GPL-2.0-or-later
/* Sorts numbers, and takes from their order what stands in statistics.h. */
#include "statistics.h"

#include <stdlib.h>

static int numbers_order(const void *a, const void *b)
{
	const double x = *(const double *)a;
	const double y = *(const double *)b;

	return (x > y) - (x < y);
}

double frag_median(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), numbers_order);
	if (n % 2)
		return values[n / 2];
	return (values[n / 2 - 1] + values[n / 2]) / 2;
}
