// SPDX-License-Identifier: GPL-2.0-or-later
/* Medians, the normal distribution, Holm: against what is printed elsewhere. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../analysis/statistics.h"
#include "numbers.h"

static void medians(void **state)
{
	double one[] = { -3.5 };
	double two[] = { 4, 1 };
	double odd[] = { 9, -1, 5, 5, 0 };
	double even[] = { 10, 2, 8, 4 };
	double wide[] = { INFINITY, 3, -INFINITY };

	(void)state;
	assert_true(frag_median(one, 1) == -3.5);
	assert_true(frag_median(two, 2) == 2.5);
	assert_true(frag_median(odd, 5) == 5);
	assert_true(frag_median(even, 4) == 6);
	assert_true(frag_median(wide, 3) == 3);
	/* They are sorted then: the range can be read off. */
	assert_true(odd[0] == -1 && odd[4] == 9);
}

/* The quantiles that stand in every table. */
static void the_normal_distribution(void **state)
{
	(void)state;
	assert_near(frag_normal_upper(0), 0.5, 1e-15);
	assert_near(frag_normal_upper(1), 0.158655253931457, 1e-14);
	assert_near(frag_normal_upper(-1), 0.841344746068543, 1e-14);
	assert_near(frag_normal_quantile(0.025), 1.959963984540054, 1e-12);
	assert_near(frag_normal_quantile(0.2), 0.841621233572914, 1e-12);
	assert_near(frag_normal_quantile(0.9), -1.281551565544600, 1e-12);
}

/* R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm"). */
static void holm(void **state)
{
	double p[] = { 0.01, 0.04, 0.03, 0.005 };
	double many[] = { 0.6, 0.7 };

	(void)state;
	assert_int_equal(frag_holm(p, 4), 0);
	assert_near(p[0], 0.03, 1e-12);
	assert_near(p[1], 0.06, 1e-12);
	assert_near(p[2], 0.06, 1e-12);
	assert_near(p[3], 0.02, 1e-12);
	assert_int_equal(frag_holm(many, 2), 0);
	assert_near(many[0], 1, 0);
	assert_near(many[1], 1, 0);
	assert_int_equal(frag_holm(p, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(medians),
		cmocka_unit_test(the_normal_distribution),
		cmocka_unit_test(holm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
