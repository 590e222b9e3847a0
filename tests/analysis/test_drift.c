// SPDX-License-Identifier: GPL-2.0-or-later
/* The slope of the unusable index, of series whose slope is known. */
#include "../../analysis/run.h"
#include "rundir.h"

static const uint64_t second = 1000000000;

static struct frag_series *series;

static int series_free(void **state)
{
	(void)state;
	free(series);
	series = NULL;
	return 0;
}

static void add(uint64_t seconds, double value)
{
	assert_int_equal(frag_series_add(&series, seconds * second, value), 0);
}

static void assert_slope(double expected, double tolerance)
{
	struct frag_value v = frag_series_slope(series);

	assert_null(v.reason);
	if (!(v.number > expected - tolerance &&
	      v.number < expected + tolerance))
		fail_msg("%.12g is not %.12g", v.number, expected);
}

static void line_has_its_slope(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 60; i++)
		add(i, 0.2 + 0.01 * (double)i);
	assert_slope(0.6, 1e-9);
}

/* A mean slope would be drawn to 3.8 by these. */
static void outliers_do_not_move_it(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 100; i++)
		add(i, i % 5 ? 0.9 - 0.001 * (double)i : i * i);
	assert_slope(-0.06, 0.01);
}

/* The first quarter fills up, the rest stands still. */
static void filling_up_is_no_drift(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 200; i++)
		add(i, i < 50 ? 0.01 * (double)i : 0.5);
	assert_slope(0, 1e-9);
}

/* More than a hundred times what is kept, and steps of unequal length. */
static void long_run_is_thinned_out(void **state)
{
	uint64_t t = 0;

	(void)state;
	for (uint64_t i = 0; i < 123456; i++) {
		t += 1 + i % 3;
		add(t, 1e-5 * (double)t);
	}
	assert_slope(6e-4, 1e-9);
}

static void too_few_are_no_slope(void **state)
{
	(void)state;
	assert_non_null(frag_series_slope(NULL).reason);
	for (uint64_t i = 0; i < 4; i++)
		add(i, 1);
	assert_non_null(frag_series_slope(series).reason);
	add(4, 1);
	assert_slope(0, 1e-9);
}

static void without_time_there_is_no_slope(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 9; i++)
		add(7, i);
	assert_non_null(frag_series_slope(series).reason);
}

/* A block of the pageblock order is free, and each second two more frames
 * that are none. */
static void sample_write(struct rundir *d, uint64_t i, const char *phase)
{
	uint64_t free[11] = { 2 * i, [9] = 1 };

	rundir_zone(d, i * second, phase, "Normal", 0, free);
}

static void slope_stands_in_the_summary(void **state)
{
	struct rundir *d = *state;
	const json_t *metrics;

	rundir_manifest(d, ",\"status\":\"done\",\"workloads\":["
			   "{\"phase\":\"age\",\"elapsed_ns\":1}]");
	rundir_phase(d, "rest", "settle", 0, 1, 0, 0);
	for (uint64_t i = 0; i < 10; i++)
		sample_write(d, i, "rest");
	for (uint64_t i = 10; i < 20; i++)
		sample_write(d, i, "age");
	metrics = json_object_get(rundir_summarize(d), "metrics");
	assert_null(json_object_get(metrics, "drift.unusable.rest"));
	/* Of 2i / (512 + 2i): 60 * 1024 / (512 + 2i)^2, at i = 14.5. */
	assert_in_range((int64_t)(1e4 * rundir_value(d, "drift.unusable.age")),
			2090, 2110);
}

static void no_time_no_slope_under_tcg(void **state)
{
	struct rundir *d = *state;

	rundir_guest(d, "\"guest\":{\"accel\":\"tcg\"}",
		     ",\"workloads\":[{\"phase\":\"age\"}]");
	for (uint64_t i = 0; i < 10; i++)
		sample_write(d, i, "age");
	rundir_summarize(d);
	rundir_lacks(d, "drift.unusable.age", "emulator");
}

#define TEST(f) cmocka_unit_test_teardown(f, series_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(line_has_its_slope),
		TEST(outliers_do_not_move_it),
		TEST(filling_up_is_no_drift),
		TEST(long_run_is_thinned_out),
		TEST(too_few_are_no_slope),
		TEST(without_time_there_is_no_slope),
		rundir_test(slope_stands_in_the_summary),
		rundir_test(no_time_no_slope_under_tcg),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
