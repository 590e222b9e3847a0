// SPDX-License-Identifier: GPL-2.0-or-later
/* References get their indices, expectations their answers. */
#include "rundir.h"
#include "seeds.h"

static const json_t *at(const struct rundir *d, const char *list, size_t i)
{
	return json_array_get(json_object_get(d->summary, list), i);
}

/* The blog's row, on pages of 4 KiB, and the same on pages of 16 KiB. */
static void reference_rows_get_bytes_and_indices(void **state)
{
	struct rundir *d = *state;
	const json_t *row;

	rundir_manifest(
		d, ",\"references\":[{\"name\":\"blog\",\"about\":\"2017\","
		   "\"rows\":{\"free\":[6446,6410,6335,6271,6214,136,21,4,4,3,"
		   "47],\"bad\":[1,-1]}},{\"name\":\"big\","
		   "\"page_size\":16384,\"rows\":{\"x\":[2]}}]");
	rundir_summarize(d);
	row = json_array_get(json_object_get(at(d, "references", 0), "rows"),
			     0);
	assert_string_equal(json_string_value(json_object_get(row, "phase")),
			    "free");
	assert_true(json_integer_value(json_object_get(row, "free_bytes")) ==
		    251094LL * 4096);
	rundir_near(json_number_value(json_array_get(
			    json_object_get(row, "unusable"), 9)),
		    0.802);
	row = json_array_get(json_object_get(at(d, "references", 1), "rows"),
			     0);
	assert_true(json_integer_value(json_object_get(row, "free_bytes")) ==
		    32768);
	assert_true(rundir_says(d, "notes", "\"blog\" has no row"));
}

static void expected(const struct rundir *d, size_t i, int met)
{
	const json_t *row = at(d, "expectations", i);

	assert_int_equal(json_is_true(json_object_get(row, "met")), met);
}

/* unusable is exactly 0.802: each operator at, above and below its limit. */
static void expectations_are_held_against_metrics(void **state)
{
	static const struct {
		const char *op;
		const char *limit;
		int met;
	} rows[] = {
		{ ">=", "0.802", 1 }, { ">", "0.802", 0 },  { ">", "0.8", 1 },
		{ "<=", "0.802", 1 }, { "<", "0.802", 0 },  { "<", "1", 1 },
		{ ">=", "0.803", 0 }, { "<=", "0.801", 0 }, { "=", "0.802", 0 },
		{ ">", "\"0\"", 0 },
	};
	char more[2048] = ",\"expect\":[";
	struct rundir *d = *state;

	for (unsigned i = 0; i < 10; i++)
		snprintf(more + strlen(more), sizeof(more) - strlen(more),
			 "%s{\"metric\":\"unusable.free\",\"op\":\"%s\","
			 "\"limit\":%s}",
			 i ? "," : "", rows[i].op, rows[i].limit);
	strcat(more, "]");
	rundir_manifest(d, more);
	rundir_zone(d, 1, "free", "DMA32", 0, blog_killed);
	rundir_summarize(d);
	for (unsigned i = 0; i < 10; i++)
		expected(d, i, rows[i].met);
	assert_true(rundir_says(d, "notes", "counts as missed"));
}

/* An unknown metric, or one without a value, is never met. */
static void unknown_metric_is_missed(void **state)
{
	struct rundir *d = *state;
	const json_t *row;

	rundir_manifest(d, ",\"expect\":[{\"metric\":\"nothing\",\"op\":\"<\","
			   "\"limit\":1},{\"metric\":\"interleave.mean_run\","
			   "\"op\":\"<\",\"limit\":1}]");
	rundir_summarize(d);
	for (size_t i = 0; i < 2; i++) {
		row = at(d, "expectations", i);
		assert_true(json_is_null(json_object_get(row, "got")));
		assert_true(json_is_false(json_object_get(row, "met")));
		assert_true(json_is_number(json_object_get(row, "limit")));
	}
}

/* No time is held against anything in a run that has none: neither met nor
 * missed. What is a count there is held against its limit as ever. */
static void time_under_an_emulator_cannot_be_told(void **state)
{
	static const char expect[] =
		",\"expect\":[{\"metric\":\"cpu_ms.c\",\"op\":\"<\","
		"\"limit\":1},{\"metric\":\"unusable.c\",\"op\":\">\","
		"\"limit\":0.8},{\"metric\":\"cpu_ms.c\",\"op\":\"~\","
		"\"limit\":1}]";
	struct rundir *d = *state;

	rundir_guest(d, "\"guest\":{\"accel\":\"tcg\"}", expect);
	rundir_zone(d, 1, "c", "DMA32", 0, blog_killed);
	rundir_summarize(d);
	assert_true(
		json_is_null(json_object_get(at(d, "expectations", 0), "met")));
	expected(d, 1, 1);
	assert_true(json_is_false(
		json_object_get(at(d, "expectations", 2), "met")));
	rundir_guest(d, "\"guest\":{\"accel\":\"kvm\"}", expect);
	rundir_summarize(d);
	assert_true(json_is_false(
		json_object_get(at(d, "expectations", 0), "met")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		rundir_test(reference_rows_get_bytes_and_indices),
		rundir_test(expectations_are_held_against_metrics),
		rundir_test(unknown_metric_is_missed),
		rundir_test(time_under_an_emulator_cannot_be_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
