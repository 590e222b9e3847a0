// SPDX-License-Identifier: GPL-2.0-or-later
/* shapes.csv becomes how far off a shape was, of each phase that has one. */
#include "rundir.h"

static const char header[] = "phase,workload,worker,order,asked,got,"
			     "asked_unusable,got_unusable\n";

static void has_no_metric(const struct rundir *d, const char *name)
{
	const json_t *metrics = json_object_get(d->summary, "metrics");

	if (json_object_get(metrics, name))
		fail_msg("there is a metric %s", name);
}

/* What summary.json has of phase @i: blocks of @order. */
static json_int_t number_of(const struct rundir *d, size_t i, const char *what,
			    size_t order)
{
	const json_t *phase =
		json_array_get(json_object_get(d->summary, "phases"), i);
	const json_t *list =
		json_object_get(json_object_get(phase, "shape"), what);

	return json_integer_value(json_array_get(list, order));
}

static void the_worst_order_counts(void **state)
{
	struct rundir *d = *state;

	rundir_phase(d, "sculpt", "run", 0, 1000, 0, 0);
	rundir_phase(d, "again", "run", 1000, 2000, 0, 0);
	rundir_put(d, "shapes.csv", "%s", header);
	rundir_put(d, "shapes.csv",
		   "sculpt,sculpt,1,0,6446,6436,,\n"
		   "sculpt,sculpt,1,1,6410,6427,,\n"
		   "sculpt,sculpt,1,9,3,3,800,804\n"
		   "again,sculpt,1,0,6446,6446,,\n");
	rundir_summarize(d);
	assert_metric(d, "shape.distance.sculpt", 17);
	assert_metric(d, "shape.unusable.sculpt", 0.804);
	assert_metric(d, "shape.distance.again", 0);
	assert_int_equal(number_of(d, 0, "asked", 9), 3);
	assert_int_equal(number_of(d, 0, "got", 1), 6427);
	assert_int_equal(number_of(d, 1, "got", 0), 6446);
	/* Nothing was told of the orders between. */
	assert_int_equal(number_of(d, 0, "asked", 5), 0);
	has_no_metric(d, "shape.unusable.again");
}

/* Two workers shape a node each: the worse one counts. */
static void the_worst_worker_counts(void **state)
{
	struct rundir *d = *state;

	rundir_phase(d, "s", "run", 0, 1000, 0, 0);
	rundir_put(d, "shapes.csv", "%s", header);
	rundir_put(d, "shapes.csv",
		   "s,sculpt,1,9,3,9,800,801\n"
		   "s,sculpt,2,9,4,3,800,790\n");
	rundir_summarize(d);
	assert_metric(d, "shape.distance.s", 6);
	assert_metric(d, "shape.unusable.s", 0.801);
}

/* An index alone: no order was asked for, and none was missed. */
static void nothing_asked_nothing_missed(void **state)
{
	struct rundir *d = *state;

	rundir_phase(d, "s", "run", 0, 1000, 0, 0);
	rundir_put(d, "shapes.csv", "%s", header);
	rundir_put(d, "shapes.csv",
		   "s,hold,1,0,,500,,\n"
		   "s,hold,1,9,,3,800,812\n");
	rundir_summarize(d);
	has_no_metric(d, "shape.distance.s");
	assert_metric(d, "shape.unusable.s", 0.812);
}

/* What a compaction regains is told of the pages below the order alone, and by
 * the shape that was made last. */
static void what_was_broken_is_regained(void **state)
{
	struct rundir *d = *state;
	static const uint64_t broken[11] = { 2048, [9] = 5, [10] = 1 };
	static const uint64_t mended[11] = { 512, [9] = 8, [10] = 1 };

	rundir_phase(d, "shape", "run", 0, 1000, 0, 0);
	rundir_zone(d, 900, "shape", "Normal", 0, broken);
	rundir_phase(d, "mend", "compact", 1000, 2000, 0, 0);
	rundir_zone(d, 1900, "mend", "Normal", 0, mended);
	rundir_phase(d, "mend-again", "compact", 2000, 3000, 0, 0);
	rundir_zone(d, 2900, "mend-again", "Normal", 0, mended);
	rundir_phase(d, "give-back", "free", 3000, 4000, 0, 0);
	rundir_zone(d, 3900, "give-back", "Normal", 0, mended);
	rundir_phase(d, "mend-rest", "compact", 4000, 5000, 0, 0);
	rundir_zone(d, 4900, "mend-rest", "Normal", 0, mended);
	rundir_put(d, "shapes.csv", "%s", header);
	rundir_put(d, "shapes.csv",
		   "shape,sculpt,1,0,2048,2048,,\n"
		   "shape,sculpt,1,9,5,5,800,800\n");
	rundir_summarize(d);
	assert_metric(d, "regained.mend", 0.75);
	assert_metric(d, "regained.mend-again", 0);
	/* The shape is no more. */
	rundir_lacks(d, "regained.mend-rest", "given back");
	has_no_metric(d, "regained.shape");
}

static bool is_noted(const struct rundir *d, const char *text)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(d->summary, "notes"), i, one)
	{
		if (strstr(json_string_value(one), text))
			return true;
	}
	return false;
}

/* Two arms, a shape of @asked blocks of order 0 in the second; @single pages of
 * 10240 that are free then stand alone. */
static void arms_make(struct rundir *d, unsigned asked, uint64_t single)
{
	uint64_t one[11] = { 5120, [9] = 10 };
	uint64_t two[11] = { single, [9] = (10240 - single) / 512 };

	rundir_phase(d, "shape-a", "run", 0, 1000, 0, 0);
	rundir_zone(d, 900, "shape-a", "Normal", 0, one);
	rundir_phase(d, "mend-a", "compact", 1000, 2000, 0, 0);
	rundir_zone(d, 1900, "mend-a", "Normal", 0, one);
	rundir_phase(d, "shape-b", "run", 2000, 3000, 0, 0);
	rundir_zone(d, 2900, "shape-b", "Normal", 0, two);
	rundir_phase(d, "mend-b", "compact", 3000, 4000, 0, 0);
	rundir_zone(d, 3900, "mend-b", "Normal", 0, two);
	rundir_put(d, "shapes.csv", "%s", header);
	rundir_put(d, "shapes.csv",
		   "shape-a,sculpt,1,0,2048,2048,,\n"
		   "shape-b,sculpt,1,0,%u,%u,,\n",
		   asked, asked);
	rundir_manifest(
		d, ",\"status\":\"done\",\"arms\":[{\"name\":\"a\",\"phases\":["
		   "\"shape-a\",\"mend-a\"]},{\"name\":\"b\",\"phases\":["
		   "\"shape-b\",\"mend-b\"]}]");
	rundir_summarize(d);
}

static void arms_that_begin_alike(void **state)
{
	arms_make(*state, 2048, 5120);
	assert_false(is_noted(*state, "its arm began"));
}

/* 6144 of 10240 instead of the half. */
static void an_arm_that_begins_elsewhere(void **state)
{
	arms_make(*state, 2048, 6144);
	assert_true(is_noted(*state,
			     "shape-b: its arm began at an unusable index of "
			     "0.600, and the first with the same shape at "
			     "0.500"));
	assert_false(is_noted(*state, "shape-a: its arm began"));
}

/* Other blocks were asked for: it is meant to begin elsewhere. */
static void an_arm_of_another_shape(void **state)
{
	arms_make(*state, 1024, 6144);
	assert_false(is_noted(*state, "its arm began"));
}

static void damage_is_told(void **state)
{
	struct rundir *d = *state;

	rundir_phase(d, "s", "run", 0, 1000, 0, 0);
	rundir_put(d, "shapes.csv", "%s", header);
	rundir_put(d, "shapes.csv", "s,sculpt,1,0,-3,1,,\n");
	rundir_fails(d, "shapes.csv cannot be read", "line 2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		rundir_test(the_worst_order_counts),
		rundir_test(the_worst_worker_counts),
		rundir_test(nothing_asked_nothing_missed),
		rundir_test(what_was_broken_is_regained),
		rundir_test(arms_that_begin_alike),
		rundir_test(an_arm_that_begins_elsewhere),
		rundir_test(an_arm_of_another_shape),
		rundir_test(damage_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
