// SPDX-License-Identifier: GPL-2.0-or-later
/* From phase to phase: which knobs are written, which go back, and what is told
 * of them. Files for knobs. */
#include "phase-knobs.h"

#include "bench.h"

static struct frag_phase_knobs k;
static struct frag_asked_knobs a;
static struct frag_error e;

static int knobs_set(void **state)
{
	memset(&k, 0, sizeof(k));
	memset(&e, 0, sizeof(e));
	return bench_set(state);
}

static int knobs_clear(void **state)
{
	frag_phase_knobs_free(&k);
	return bench_clear(state);
}

static void ask(unsigned i, const char *path, const char *value)
{
	struct frag_asked_knob *one = &a.knob[i];

	a.count = i + 1;
	snprintf(one->name, sizeof(one->name), "vm.x");
	snprintf(one->path, sizeof(one->path), "%s", path);
	snprintf(one->value, sizeof(one->value), "%s", value);
}

static void turn(struct bench *b, const char *phase)
{
	if (frag_phase_knobs_set(&k, &b->j, &a, phase, &e))
		fail_msg("%s: %s: %s", phase, e.what, e.why);
}

static void row_is(unsigned i, const char *phase, const char *before,
		   const char *during, const char *after)
{
	json_t *row = json_array_get(k.rows, i);
	const struct {
		const char *key;
		const char *value;
	} cells[] = { { "phase", phase },
		      { "before", before },
		      { "during", during },
		      { "after", after },
		      { "by", FRAG_KNOB_BY_PHASE } };

	for (unsigned n = 0; n < sizeof(cells) / sizeof(*cells); n++) {
		const char *got =
			json_string_value(json_object_get(row, cells[n].key));

		if (strcmp(got ? got : "", cells[n].value) != 0)
			fail_msg("row %u: %s is %s", i, cells[n].key, got);
	}
}

static void test_one_phase(void **state)
{
	struct bench *b = *state;
	const char *one = knob(b, "one", "60");

	begin(b);
	ask(0, one, "61");
	turn(b, "first");
	assert_reads(one, "61");
	row_is(0, "first", "60", "61", "");
	a.count = 0;
	turn(b, "second");
	assert_reads(one, "60");
	assert_int_equal(json_array_size(k.rows), 1);
	row_is(0, "first", "60", "61", "60");
	assert_int_equal(k.count, 0);
}

/* What both set stays; another value is written; the last of them goes back to
 * what stood there before the first. */
static void test_row_of_phases(void **state)
{
	struct bench *b = *state;
	const char *one = knob(b, "one", "10");
	const char *two = knob(b, "two", "20");

	begin(b);
	ask(0, one, "11");
	ask(1, two, "21");
	turn(b, "a");
	ask(0, two, "22");
	turn(b, "b");
	assert_reads(one, "10");
	assert_reads(two, "22");
	turn(b, "c");
	a.count = 0;
	turn(b, "d");
	assert_reads(two, "20");
	assert_int_equal(json_array_size(k.rows), 4);
	row_is(0, "a", "10", "11", "10");
	row_is(1, "a", "20", "21", "21");
	row_is(2, "b", "21", "22", "22");
	row_is(3, "c", "22", "22", "20");
}

/* One that stands as it is asked for is not written: the journal has no line
 * of it. */
static void test_not_written(void **state)
{
	struct bench *b = *state;
	const char *one = knob(b, "one", "always [madvise] never");

	begin(b);
	ask(0, one, "madvise");
	turn(b, "a");
	assert_int_equal(b->j.count, 0);
	row_is(0, "a", "madvise", "madvise", "");
	a.count = 0;
	turn(b, "b");
	assert_int_equal(b->j.count, 0);
	assert_reads(one, "always [madvise] never");
	row_is(0, "a", "madvise", "madvise", "madvise");
}

/* The scenario's value is what a phase goes back to, and the journal's is what
 * the run goes back to. */
static void test_over_scenario(void **state)
{
	struct bench *b = *state;
	const char *one = knob(b, "one", "10");

	begin(b);
	assert_int_equal(frag_knob_write(&b->j, one, "11", false,
					 FRAG_KNOB_BY_SCENARIO, &e),
			 0);
	ask(0, one, "12");
	turn(b, "a");
	assert_string_equal(b->j.knobs[0].by, FRAG_KNOB_BY_SCENARIO);
	a.count = 0;
	turn(b, "b");
	assert_reads(one, "11");
	assert_int_equal(frag_journal_restore(&b->j, &e), 0);
	assert_reads(one, "10");
	assert_false(b->j.knobs[0].was_changed);
}

static void test_refused(void **state)
{
	struct bench *b = *state;
	const char *one = knob(b, "one", "10");

	begin(b);
	ask(0, one, "11");
	ask(1, "/dev/null", "7");
	assert_true(frag_phase_knobs_set(&k, &b->j, &a, "a", &e) < 0);
	assert_string_equal(e.what, "cannot set vm.x to 7");
	assert_int_equal(frag_journal_restore(&b->j, NULL), 0);
	assert_reads(one, "10");
}

#define KNOBS(name) \
	cmocka_unit_test_setup_teardown(name, knobs_set, knobs_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		KNOBS(test_one_phase),	 KNOBS(test_row_of_phases),
		KNOBS(test_not_written), KNOBS(test_over_scenario),
		KNOBS(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
