// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whether numbers rise or fall in the order in which they came, and how
 * steeply: the estimator of Theil and Sen (P. K. Sen, "Estimates of the
 * regression coefficient based on Kendall's tau", JASA 63, 1968) and the test
 * of Mann and Kendall (H. B. Mann, "Nonparametric tests against trend",
 * Econometrica 13, 1945).
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "statistics.h"

enum { KENDALL_EXACT_MAX = 20, KENDALL_PAIRS_MAX = 190 };

int frag_theil_sen(const double *x, const double *y, size_t n, double *slope)
{
	double *slopes = malloc((n * (n - 1) / 2 + 1) * sizeof(*slopes));
	size_t count = 0;

	if (!slopes)
		return -ENOMEM;
	for (size_t i = 1; i < n; i++)
		for (size_t j = 0; j < i; j++)
			if (x[i] > x[j])
				slopes[count++] = (y[i] - y[j]) / (x[i] - x[j]);
	if (count)
		*slope = frag_median(slopes, count);
	free(slopes);
	return count ? 0 : -ERANGE;
}

/* How likely it is that @n numbers have @pairs pairs or fewer in falling order:
 * the n-th comes to stand before 0 to n - 1 of the others. */
static double falling_share(size_t n, size_t pairs)
{
	double share[KENDALL_PAIRS_MAX + 1] = { 1 };
	double sum = 0;

	for (size_t m = 2; m <= n; m++) {
		double next[KENDALL_PAIRS_MAX + 1] = { 0 };

		for (size_t s = 0; s <= m * (m - 1) / 2; s++)
			for (size_t k = 0; k < m && k <= s; k++)
				next[s] += share[s - k] / (double)m;
		for (size_t s = 0; s <= KENDALL_PAIRS_MAX; s++)
			share[s] = next[s];
	}
	for (size_t s = 0; s <= pairs; s++)
		sum += share[s];
	return sum;
}

/* The sum of t(t-1)(2t+5) over all sets of t equal numbers; sorts them. */
static double ties_sum(double *values, size_t n)
{
	double sum = 0;
	size_t end;

	frag_sort(values, n);
	for (size_t i = 0; i < n; i = end) {
		double t;

		for (end = i + 1; end < n; end++)
			if (values[end] > values[i])
				break;
		t = (double)(end - i);
		sum += t * (t - 1) * (2 * t + 5);
	}
	return sum;
}

static double p_normal(const double *values, size_t n, double distance)
{
	double all = (double)n;
	double *sorted = malloc((n + 1) * sizeof(*sorted));
	double scatter;

	if (!sorted)
		return 1;
	for (size_t i = 0; i < n; i++)
		sorted[i] = values[i];
	scatter = all * (all - 1) * (2 * all + 5) - ties_sum(sorted, n);
	free(sorted);
	if (scatter <= 0 || distance < 1)
		return 1;
	return 2 * frag_normal_upper((distance - 1) / sqrt(scatter / 18));
}

double frag_mann_kendall(const double *values, size_t n)
{
	size_t rising = 0;
	size_t falling = 0;
	size_t fewer;

	for (size_t i = 1; i < n; i++)
		for (size_t j = 0; j < i; j++) {
			rising += values[i] > values[j];
			falling += values[i] < values[j];
		}
	fewer = rising < falling ? rising : falling;
	if (n <= KENDALL_EXACT_MAX && rising + falling == n * (n - 1) / 2)
		return fmin(1, 2 * falling_share(n, fewer));
	return p_normal(values, n, (double)(rising + falling - 2 * fewer));
}
