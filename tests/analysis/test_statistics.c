// SPDX-License-Identifier: GPL-2.0-or-later
/* Medians: odd, even, one, unsorted, with infinities. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../analysis/statistics.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(medians),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
