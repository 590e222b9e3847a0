// SPDX-License-Identifier: GPL-2.0-or-later
/* The shift of Hodges and Lehmann and its interval: against all differences,
 * made and sorted; and how often the interval has the truth in it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../analysis/statistics.h"
#include "numbers.h"

enum { MOST = 40 };

static void numbers_make(uint64_t *seed, double *to, size_t n, unsigned values,
			 double shift)
{
	for (size_t i = 0; i < n; i++)
		to[i] = shift + (values ? (double)(number_next(seed) % values)
					: number_normal(seed));
	frag_sort(to, n);
}

static void hold(const double *a, size_t na, const double *b, size_t nb)
{
	static double all[MOST * MOST];
	long k = frag_ranks_critical(na, nb, 0.025);
	struct frag_shift s;
	size_t n = 0;

	for (size_t i = 0; i < na; i++)
		for (size_t j = 0; j < nb; j++)
			all[n++] = b[j] - a[i];
	assert_int_equal(frag_shift(a, na, b, nb, &s), 0);
	assert_near(s.value, frag_median(all, n), 0);
	assert_int_equal(s.has_interval, na >= 4 && nb >= 4);
	if (!s.has_interval)
		return;
	assert_near(s.low, all[k - 1], 0);
	assert_near(s.high, all[n - (size_t)k], 0);
}

static void as_all_differences_say(void **state)
{
	static const unsigned values[] = { 0, 1, 2, 5 };
	uint64_t seed = 3;
	double a[MOST];
	double b[MOST];

	(void)state;
	for (unsigned i = 0; i < 400; i++) {
		size_t na = 1 + number_next(&seed) % MOST;
		size_t nb = 1 + number_next(&seed) % MOST;

		numbers_make(&seed, a, na, values[i % 4], 0);
		numbers_make(&seed, b, nb, values[i % 4], i % 3);
		hold(a, na, b, nb);
	}
}

/* R: wilcox.test(term, early, conf.int = TRUE) estimates 0.305. */
static void an_example_of_hollander_and_wolfe(void **state)
{
	double term[] = { 0.80, 0.83, 1.89, 1.04, 1.45,
			  1.38, 1.91, 1.64, 0.73, 1.46 };
	double early[] = { 1.15, 0.88, 0.90, 0.74, 1.21 };
	struct frag_shift s;

	(void)state;
	frag_sort(term, 10);
	frag_sort(early, 5);
	assert_int_equal(frag_shift(early, 5, term, 10, &s), 0);
	assert_near(s.value, 0.305, 1e-9);
	assert_true(s.has_interval && s.low < 0 && s.high > 0.305);
}

/* Of 2000 intervals not fewer than 95 % less what chance takes (four times the
 * deviation of the count); and the test finds what it says it can find. */
static void the_truth_is_in_it(void **state)
{
	uint64_t seed = 11;
	unsigned inside = 0;
	double a[9];
	double b[9];

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		struct frag_shift s;

		numbers_make(&seed, a, 9, 0, 0);
		numbers_make(&seed, b, 9, 0, 0.5);
		assert_int_equal(frag_shift(a, 9, b, 9, &s), 0);
		inside += s.low <= 0.5 && s.high >= 0.5;
	}
	assert_true(inside >= 2000 * 0.95 - 4 * 9.75);
	assert_true(inside < 2000);
}

static void what_can_be_found_is_found(void **state)
{
	uint64_t seed = 5;
	unsigned found = 0;
	double a[12];
	double b[12];
	double shift = 0;

	(void)state;
	/* the mean of what samples say, for the scatter is not known */
	for (unsigned i = 0; i < 500; i++) {
		numbers_make(&seed, a, 12, 0, 0);
		numbers_make(&seed, b, 12, 0, 0);
		shift += frag_detectable(a, 12, b, 12, 0.05) / 500;
	}
	for (unsigned i = 0; i < 1000; i++) {
		struct frag_ranks r;

		numbers_make(&seed, a, 12, 0, 0);
		numbers_make(&seed, b, 12, 0, shift);
		assert_int_equal(frag_mann_whitney(a, 12, b, 12, &r), 0);
		found += r.p < 0.05;
	}
	assert_in_range(found, 720, 900);
	/* with less evidence asked for or more numbers it is less */
	assert_true(frag_detectable(a, 12, b, 12, 0.05) <
		    frag_detectable(a, 12, b, 12, 0.01));
	assert_true(isinf(frag_detectable(a, 4, b, 4, 0.001)));
	memset(a, 0, sizeof(a));
	assert_true(frag_detectable(a, 12, a, 12, 0.05) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_all_differences_say),
		cmocka_unit_test(an_example_of_hollander_and_wolfe),
		cmocka_unit_test(the_truth_is_in_it),
		cmocka_unit_test(what_can_be_found_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
