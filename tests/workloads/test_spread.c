// SPDX-License-Identifier: GPL-2.0-or-later
/* The distributions of fragbench/spread.h, held against their own quantiles:
 * a fixed seed, and bounds that a wrong formula cannot keep. */
#include <stdlib.h>

#include "fragbench/spread.h"
#include "scratch.h"

enum { DRAWS = 200000 };

static double drawn[DRAWS];

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Fill drawn[], in order; returns the mean. */
static double draw(const char *kind, double mean, double sigma, double alpha)
{
	struct frag_spread s = frag_spread_make(kind, mean, sigma, alpha);
	uint64_t seed = 42;
	double sum = 0;

	for (unsigned i = 0; i < DRAWS; i++) {
		drawn[i] = frag_spread_next(&s, &seed);
		sum += drawn[i];
	}
	qsort(drawn, DRAWS, sizeof(drawn[0]), compare);
	return sum / DRAWS;
}

static double quantile(double share)
{
	return drawn[(unsigned)(share * DRAWS)];
}

/* @got is @want, give or take @percent. */
static void near(double got, double want, double percent)
{
	if (fabs(got - want) > want * percent / 100)
		fail_msg("%g is not %g", got, want);
}

static void test_fixed(void **state)
{
	(void)state;
	draw("fixed", 12.5, 1, 1.5);
	assert_true(drawn[0] == 12.5 && drawn[DRAWS - 1] == 12.5);
}

static void test_uniform(void **state)
{
	(void)state;
	near(draw("uniform", 100, 1, 1.5), 100, 1);
	assert_true(drawn[0] > 0 && drawn[DRAWS - 1] < 200);
	near(quantile(0.25), 50, 2);
	near(quantile(0.9), 180, 1);
}

/* Median exp(mu), and exp(mu + sigma * z) at the quantile of z. */
static void test_lognormal(void **state)
{
	double median = 100 / exp(0.5);

	(void)state;
	near(draw("lognormal", 100, 1, 1.5), 100, 2);
	near(quantile(0.5), median, 1);
	near(quantile(0.841345), median * exp(1), 1.5);
	near(quantile(0.022750), median * exp(-2), 3);
	near(quantile(0.977250), median * exp(2), 3);
	/* Without a deviation nothing is left to chance. */
	draw("lognormal", 100, 0, 1.5);
	near(drawn[0], 100, 0.001);
}

/* The least is xm, and one in 10^k lies above xm * 10^(k / alpha). */
static void test_pareto(void **state)
{
	double xm = 100 * 1.5 / 2.5;

	(void)state;
	near(draw("pareto", 100, 1, 2.5), 100, 2);
	assert_true(drawn[0] >= xm);
	near(drawn[0], xm, 0.1);
	near(quantile(0.9), xm * pow(10, 1 / 2.5), 1);
	near(quantile(0.99), xm * pow(100, 1 / 2.5), 3);
	near(quantile(0.999), xm * pow(1000, 1 / 2.5), 8);
}

static void test_whole_has_bounds(void **state)
{
	struct frag_spread tiny = frag_spread_make("uniform", 0.001, 0, 0);
	struct frag_spread huge = frag_spread_make("pareto", 1e300, 0, 1.01);
	struct frag_spread half = frag_spread_make("fixed", 7.5, 0, 0);
	uint64_t seed = 1;

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		assert_int_equal(frag_spread_whole(&tiny, 9, &seed), 1);
		assert_int_equal(frag_spread_whole(&huge, UINT64_MAX, &seed),
				 UINT64_MAX);
	}
	assert_int_equal(frag_spread_whole(&half, 9, &seed), 8);
	assert_int_equal(frag_spread_whole(&half, 3, &seed), 3);
}

static void test_seed_repeats(void **state)
{
	struct frag_spread s = frag_spread_make("lognormal", 10, 2, 0);
	uint64_t one = 5;
	uint64_t two = 5;
	uint64_t other = 6;
	unsigned same = 0;

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		double a = frag_spread_next(&s, &one);

		assert_true(a == frag_spread_next(&s, &two));
		same += a == frag_spread_next(&s, &other);
	}
	assert_int_equal(same, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixed),
		cmocka_unit_test(test_uniform),
		cmocka_unit_test(test_lognormal),
		cmocka_unit_test(test_pareto),
		cmocka_unit_test(test_whole_has_bounds),
		cmocka_unit_test(test_seed_repeats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
