// SPDX-License-Identifier: GPL-2.0-or-later
/* Slopes and trends: by hand, by all orders of a few numbers, and of many. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../analysis/statistics.h"
#include "numbers.h"

/* Slopes 1, 1, 1, 9, 5, 11/3, ...: one number far away does not move it. */
static void slopes_by_hand(void **state)
{
	static const double x[] = { 0, 1, 2, 3, 4, 5, 6, 7 };
	static const double y[] = { 3, 4, 5, 60, 7, 8, 9, 10 };
	static const double again[] = { 2, 2, 2 };
	double slope = 0;

	(void)state;
	assert_int_equal(frag_theil_sen(x, y, 8, &slope), 0);
	assert_near(slope, 1, 1e-12);
	assert_int_equal(frag_theil_sen(x, y, 2, &slope), 0);
	assert_near(slope, 1, 1e-12);
	assert_int_equal(frag_theil_sen(again, y, 3, &slope), -ERANGE);
}

static long s_of(const double *v, unsigned n)
{
	long s = 0;

	for (unsigned i = 1; i < n; i++)
		for (unsigned j = 0; j < i; j++)
			s += (v[i] > v[j]) - (v[i] < v[j]);
	return s;
}

struct orders {
	double v[7];
	unsigned n;
	long s;
	double all;
	double as_far;
};

/* Every order of v from place @at on. */
static void orders_walk(struct orders *o, unsigned at)
{
	if (at == o->n) {
		o->all++;
		o->as_far += labs(s_of(o->v, o->n)) >= labs(o->s);
		return;
	}
	for (unsigned i = at; i < o->n; i++) {
		double kept = o->v[at];

		o->v[at] = o->v[i];
		o->v[i] = kept;
		orders_walk(o, at + 1);
		o->v[i] = o->v[at];
		o->v[at] = kept;
	}
}

static void as_all_orders_say(void **state)
{
	uint64_t seed = 9;

	(void)state;
	for (unsigned n = 2; n <= 7; n++)
		for (unsigned i = 0; i < 6; i++) {
			struct orders o = { .n = n };

			for (unsigned k = 0; k < n; k++)
				o.v[k] = number_even(&seed);
			o.s = s_of(o.v, n);
			orders_walk(&o, 0);
			assert_near(frag_mann_kendall(o.v, n),
				    fmin(1, o.as_far / o.all), 1e-9);
		}
}

/* M. G. Kendall's table has P(S >= 23) = 0.023 for 10 numbers. */
static void a_value_of_the_table(void **state)
{
	/* 45 pairs, of which 11 fall */
	static const double v[] = { 6, 4, 1, 2, 3, 5, 10, 7, 8, 9 };

	(void)state;
	assert_int_equal(s_of(v, 10), 23);
	assert_near(frag_mann_kendall(v, 10), 2 * 0.0233, 2e-4);
}

static void many_and_equal_ones(void **state)
{
	double rising[60];
	double same[60] = { 0 };
	double steps[12];

	(void)state;
	for (unsigned i = 0; i < 60; i++)
		rising[i] = i;
	for (unsigned i = 0; i < 12; i++)
		steps[i] = floor(i / 4.0);
	assert_true(frag_mann_kendall(rising, 60) < 1e-12);
	assert_near(frag_mann_kendall(same, 60), 1, 0);
	/* variance (12*11*29 - 3*4*3*13) / 18 = 186.667; S = 48, less one */
	assert_near(frag_mann_kendall(steps, 12),
		    2 * frag_normal_upper(47 / sqrt(3360 / 18.0)), 1e-12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slopes_by_hand),
		cmocka_unit_test(as_all_orders_say),
		cmocka_unit_test(a_value_of_the_table),
		cmocka_unit_test(many_and_equal_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
