// SPDX-License-Identifier: GPL-2.0-or-later
/* Histograms: buckets without gaps, percentiles within 1/16, merging. */
#include "fragbench/histogram.h"

#include "scratch.h"

static void test_small_values_are_exact(void **state)
{
	(void)state;
	for (unsigned v = 0; v < 32; v++) {
		assert_int_equal(frag_histogram_bucket(v), v);
		assert_int_equal(frag_histogram_low(v), v);
	}
}

static void test_buckets_have_no_gaps(void **state)
{
	(void)state;
	for (unsigned b = 1; b < FRAG_HISTOGRAM_BUCKETS; b++) {
		uint64_t low = frag_histogram_low(b);

		assert_int_equal(frag_histogram_bucket(low), b);
		assert_int_equal(frag_histogram_bucket(low - 1), b - 1);
	}
	assert_int_equal(frag_histogram_bucket(UINT64_MAX),
			 FRAG_HISTOGRAM_BUCKETS - 1);
}

static void test_buckets_are_narrow(void **state)
{
	(void)state;
	for (unsigned b = 32; b + 1 < FRAG_HISTOGRAM_BUCKETS; b++) {
		uint64_t low = frag_histogram_low(b);

		assert_true(frag_histogram_low(b + 1) - low <= low / 16);
	}
}

static void test_percentiles(void **state)
{
	static struct frag_histogram h;

	(void)state;
	memset(&h, 0, sizeof(h));
	assert_int_equal(frag_histogram_percentile(&h, 0.5), 0);
	for (unsigned v = 1; v <= 1000; v++)
		frag_histogram_add(&h, v);
	assert_int_equal(h.total, 1000);
	assert_int_equal(h.max, 1000);
	assert_in_range(frag_histogram_percentile(&h, 0.5), 500, 531);
	assert_in_range(frag_histogram_percentile(&h, 0.99), 990, 1000);
	assert_int_equal(frag_histogram_percentile(&h, 1.0), 1000);
	assert_int_equal(frag_histogram_percentile(&h, 0.0), 1);
}

static void test_merge_is_as_if_counted_in_one(void **state)
{
	static struct frag_histogram a, b, both;

	(void)state;
	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	memset(&both, 0, sizeof(both));
	for (uint64_t v = 3; v < UINT64_MAX / 7; v *= 7) {
		frag_histogram_add(v % 2 ? &a : &b, v);
		frag_histogram_add(v % 2 ? &a : &b, v + 1);
		frag_histogram_add(&both, v);
		frag_histogram_add(&both, v + 1);
	}
	frag_histogram_merge(&a, &b);
	assert_memory_equal(&a, &both, sizeof(a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small_values_are_exact),
		cmocka_unit_test(test_buckets_have_no_gaps),
		cmocka_unit_test(test_buckets_are_narrow),
		cmocka_unit_test(test_percentiles),
		cmocka_unit_test(test_merge_is_as_if_counted_in_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
