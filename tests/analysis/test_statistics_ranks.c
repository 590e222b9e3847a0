// SPDX-License-Identifier: GPL-2.0-or-later
/* The test of Mann and Whitney: against printed tables, an example of R, and
 * all ways to deal the numbers, one by one. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../analysis/statistics.h"
#include "numbers.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Hollander and Wolfe (1973), p. 69: permeability constants of a placenta, as
 * in R's wilcox.test: W = 35 for x, p = 0.1272 one-sided. */
static const double term[] = { 0.80, 0.83, 1.89, 1.04, 1.45,
			       1.38, 1.91, 1.64, 0.73, 1.46 };
static const double early[] = { 1.15, 0.88, 0.90, 0.74, 1.21 };

static void an_example_of_hollander_and_wolfe(void **state)
{
	struct frag_ranks r;

	(void)state;
	assert_int_equal(frag_mann_whitney(early, 5, term, 10, &r), 0);
	assert_true(r.is_exact);
	assert_near(r.u, 35, 1e-12);
	assert_near(r.p, 2 * 0.1272, 1e-4);
	assert_near(r.p_least, 2.0 / 3003, 1e-12);
	assert_int_equal(frag_mann_whitney(term, 10, early, 5, &r), 0);
	assert_near(r.u, 15, 1e-12);
	assert_near(r.p, 2 * 0.1272, 1e-4);
}

/* The critical U of two-sided tests at 5 %, as every textbook has them; the
 * last two are beyond what is counted. */
static void critical_values_as_in_the_tables(void **state)
{
	static const struct {
		size_t na;
		size_t nb;
		long u;
	} table[] = {
		{ 4, 4, 0 },  { 5, 5, 2 },  { 6, 6, 5 },     { 7, 7, 8 },
		{ 8, 8, 13 }, { 9, 9, 17 }, { 10, 10, 23 },  { 5, 8, 6 },
		{ 8, 5, 6 },  { 4, 10, 5 }, { 20, 20, 127 }, { 15, 20, 90 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++)
		assert_int_equal(frag_ranks_critical(table[i].na, table[i].nb,
						     0.025),
				 table[i].u + 1);
	/* of 3 and 3 nothing is that unlikely */
	assert_int_equal(frag_ranks_critical(3, 3, 0.025), 0);
}

/* How many pairs have the second above the first, of equal ones half. */
static double u_of(const double *all, unsigned n, unsigned in_b)
{
	double u = 0;

	for (unsigned i = 0; i < n; i++)
		for (unsigned k = 0; k < n; k++)
			if (!(in_b >> i & 1) && (in_b >> k & 1))
				u += (all[k] > all[i]) +
				     0.5 * (all[k] == all[i]);
	return u;
}

struct tails {
	double p;
	double p_least;
};

/* All ways to deal @n numbers of which @nb go to side b. */
static struct tails tails_of(const double *all, unsigned n, unsigned nb,
			     double u)
{
	double below = 0;
	double above = 0;
	double ways = 0;
	double lowest = INFINITY;
	double highest = -INFINITY;
	double first = 0;
	double last = 0;

	for (unsigned in_b = 0; in_b < 1u << n; in_b++) {
		double v;

		if ((unsigned)__builtin_popcount(in_b) != nb)
			continue;
		v = u_of(all, n, in_b);
		ways++;
		below += v <= u;
		above += v >= u;
		first = v < lowest ? 1 : first + (v == lowest);
		last = v > highest ? 1 : last + (v == highest);
		lowest = fmin(lowest, v);
		highest = fmax(highest, v);
	}
	return (struct tails){ fmin(1, 2 * fmin(below, above) / ways),
			       fmin(1, 2 * fmin(first, last) / ways) };
}

/* Few different values, so that many are equal; or none. */
static void deal_and_hold(uint64_t *seed, unsigned na, unsigned nb,
			  unsigned values)
{
	unsigned n = na + nb;
	struct frag_ranks r;
	struct tails t;
	double all[16];

	for (unsigned i = 0; i < n; i++)
		all[i] = values ? (double)(number_next(seed) % values)
				: number_even(seed);
	assert_int_equal(frag_mann_whitney(all, na, all + na, nb, &r), 0);
	t = tails_of(all, n, nb, u_of(all, n, ((1u << nb) - 1) << na));
	assert_true(r.is_exact);
	assert_near(r.u, u_of(all, n, ((1u << nb) - 1) << na), 1e-9);
	assert_near(r.p, t.p, 1e-9);
	assert_near(r.p_least, t.p_least, 1e-9);
}

static void as_all_ways_to_deal_say(void **state)
{
	static const unsigned values[] = { 0, 2, 3, 6 };
	uint64_t seed = 1;

	(void)state;
	for (unsigned na = 1; na <= 5; na++)
		for (unsigned nb = 1; nb <= 6; nb++)
			for (unsigned i = 0; i < COUNT(values); i++)
				deal_and_hold(&seed, na, nb, values[i]);
}

static void equal_numbers_say_nothing(void **state)
{
	static const double same[40] = { 0 };
	struct frag_ranks r;

	(void)state;
	assert_int_equal(frag_mann_whitney(same, 5, same, 5, &r), 0);
	assert_true(r.is_exact && r.p == 1 && r.p_least == 1);
	assert_int_equal(frag_mann_whitney(same, 40, same, 30, &r), 0);
	assert_true(!r.is_exact && r.p == 1 && r.p_least == 1);
}

/* 17 and 16 are one more than are counted: by the normal distribution, and near
 * to what 16 and 16 of them come to. */
static void many_are_approximate_and_near(void **state)
{
	uint64_t seed = 7;
	double a[17];
	double b[16];
	struct frag_ranks exact;
	struct frag_ranks near;

	(void)state;
	for (unsigned i = 0; i < 17; i++)
		a[i] = number_normal(&seed);
	for (unsigned i = 0; i < 16; i++)
		b[i] = number_normal(&seed) + 0.8;
	a[16] = (a[0] + a[1]) / 2;
	assert_int_equal(frag_mann_whitney(a, 16, b, 16, &exact), 0);
	assert_int_equal(frag_mann_whitney(a, 17, b, 16, &near), 0);
	assert_true(exact.is_exact && !near.is_exact);
	assert_true(near.p > exact.p / 2 && near.p < exact.p * 2);
	assert_true(near.p_least < 1e-4);
}

/*
 * The correction for ties, by hand: 20 and 20 numbers, 0 or 1, of which 5 and
 * 15 are 1. Sets of 20 and 20 equal ones: ties = 2 * (8000 - 20) = 15960;
 * variance = 400 / 12 * (41 - 15960 / 1560) = 1025.641; U = 300 against 200,
 * less 1/2: z = 99.5 / 32.0256 = 3.10688, and twice the tail is 0.001891.
 */
static void ties_by_hand(void **state)
{
	double a[20];
	double b[20];
	struct frag_ranks r;

	(void)state;
	for (unsigned i = 0; i < 20; i++) {
		a[i] = i < 5;
		b[i] = i < 15;
	}
	assert_int_equal(frag_mann_whitney(a, 20, b, 20, &r), 0);
	assert_near(r.u, 300, 1e-9);
	assert_near(r.p, 0.001891, 5e-6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_example_of_hollander_and_wolfe),
		cmocka_unit_test(critical_values_as_in_the_tables),
		cmocka_unit_test(as_all_ways_to_deal_say),
		cmocka_unit_test(equal_numbers_say_nothing),
		cmocka_unit_test(many_are_approximate_and_near),
		cmocka_unit_test(ties_by_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
