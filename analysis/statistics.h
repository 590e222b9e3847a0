/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statistics of plain numbers, which know nothing of runs and metrics. None of
 * the numbers may be NaN. What GSL has is GSL's: sorting, the median, the normal
 * distribution. It has no test by ranks, no Hodges-Lehmann, Theil-Sen or Holm.
 */
#ifndef FRAGBENCH_ANALYSIS_STATISTICS_H
#define FRAGBENCH_ANALYSIS_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>

/* In ascending order. */
void frag_sort(double *values, size_t n);

/* The median of @n numbers, at least one; of an even number the mean of the
 * two in the middle. Sorts them. */
double frag_median(double *values, size_t n);

/* How likely a standard normal number is above @z; and the z for which that is
 * @p, 0 < p < 1. */
double frag_normal_upper(double z);
double frag_normal_quantile(double p);

/* --- statistics-ranks.c ------------------------------------------------------ */

/* Up to so many numbers, of both sides together, all orders are counted. */
enum { FRAG_EXACT_MAX = 32 };

/*
 * The test of Mann and Whitney. u: how many pairs have b above a, of equal ones
 * half. p: two-sided, twice the smaller tail. is_exact: from all ways to deal
 * these numbers, equal ones included, to two sides of these sizes; else from
 * the normal distribution, corrected for ties and for continuity. p_least: the
 * lowest p that any way to deal them could have: 1 when all are equal.
 */
struct frag_ranks {
	double u;
	double p;
	double p_least;
	bool is_exact;
};

/* Returns 0 or -ENOMEM; both sides have one number at least. */
int frag_mann_whitney(const double *a, size_t na, const double *b, size_t nb,
		      struct frag_ranks *r);

/*
 * The largest k for which P(U < k) <= @tail when both sides are alike and no
 * two numbers are equal; 0 when there is none; or -ENOMEM. By the order
 * statistics k and na * nb + 1 - k an interval of the shift is made.
 */
long frag_ranks_critical(size_t na, size_t nb, double tail);

/* --- statistics-shift.c ------------------------------------------------------ */

/*
 * By how much b lies above a: the estimator of Hodges and Lehmann, the median of
 * all differences b - a; and the interval of a test by ranks that goes with it,
 * which covers the shift with 95 % or more. has_interval: not below 4 and 4.
 */
struct frag_shift {
	double value;
	double low;
	double high;
	bool has_interval;
};

/* @a and @b are sorted. Takes no memory that grows with na * nb. 0 or -ENOMEM. */
int frag_shift(const double *a, size_t na, const double *b, size_t nb,
	       struct frag_shift *s);

/*
 * The smallest shift that this test finds at @level with a probability of 0.8,
 * if both sides scatter as these do and as a normal distribution does; 0 when
 * nothing scatters. After G. E. Noether, "Sample size determination for some
 * common nonparametric tests", JASA 82, 1987.
 */
double frag_detectable(const double *a, size_t na, const double *b, size_t nb,
		       double level);

/* --- statistics-trend.c ------------------------------------------------------ */

/* The slope of @y over @x by Theil and Sen: the median of the slopes between
 * all pairs that are apart in x. 0, -ENOMEM, or -ERANGE when no pair is. */
int frag_theil_sen(const double *x, const double *y, size_t n, double *slope);

/* Mann and Kendall: how likely numbers in any order rise or fall as steadily as
 * these: two-sided; exact up to 20 numbers without ties, otherwise from the
 * normal distribution. */
double frag_mann_kendall(const double *values, size_t n);

/* --- several tests ----------------------------------------------------------- */

/* Adjust @n p-values to one another after Holm: those below a level stay, in all
 * tests together, false with no more than that probability. 0 or -ENOMEM. */
int frag_holm(double *p, size_t n);

#endif
