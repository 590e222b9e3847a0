// SPDX-License-Identifier: GPL-2.0-or-later
/* Comparing runs: groups, medians, differences, and what takes no part. */
#include "compared.h"

static void sides_have_medians_ranges_and_a_difference(void **state)
{
	static const double base[] = { 0.9, 0.7, 0.8 };
	static const double new[] = { 0.2, 0.4, 0.1, 0.8 };
	const struct frag_compare_row *r;
	struct bench *b = *state;
	struct sample s = plain;

	for (unsigned i = 0; i < 3; i++) {
		s.free = base[i];
		add(b, s, FRAG_SIDE_BASE);
	}
	for (unsigned i = 0; i < 4; i++) {
		s.free = new[i];
		add(b, s, FRAG_SIDE_NEW);
	}
	finish(b);
	assert_false(b->c->is_refused);
	assert_int_equal(b->c->nobjections, 1); /* too few for a verdict */
	assert_int_equal(b->c->ngroups, 2);
	assert_string_equal(b->c->groups[0].label, "base");
	r = row(b, "unusable.free");
	assert_int_equal(r->cells[0].n, 3);
	rundir_near(r->cells[0].median, 0.8);
	rundir_near(r->cells[1].median, 0.3);
	rundir_near(r->cells[1].min, 0.1);
	rundir_near(r->cells[1].max, 0.8);
	/* in the order of time, for who looks for a drift */
	rundir_near(r->cells[0].values[0], 0.9);
	assert_null(r->differences[1].reason);
	rundir_near(r->differences[1].value, -0.5);
	rundir_near(r->differences[1].percent, -62.5);
}

static void groups_stand_in_the_order_of_versions(void **state)
{
	static const char *const by[] = { "kernel", "mode" };
	static const char *const kernels[] = { "6.12.5", "6.1.0-50-amd64",
					       "5.10.0-33", "7.3.0-rc2-x" };
	struct bench *b = *state;
	struct sample s = plain;

	begin(b, by, 2);
	for (unsigned i = 0; i < 4; i++) {
		s.kernel = kernels[i];
		add(b, s, FRAG_SIDE_NONE);
	}
	s.mode = "free-running";
	add(b, s, FRAG_SIDE_NONE);
	finish(b);
	assert_int_equal(b->c->ngroups, 5);
	assert_string_equal(b->c->groups[0].label, "5.10.0, lockstep");
	assert_string_equal(b->c->groups[1].label, "6.1.0, lockstep");
	assert_string_equal(b->c->groups[2].label, "6.12.5, lockstep");
	assert_string_equal(b->c->groups[3].label, "7.3.0-rc2, free-running");
	assert_string_equal(b->c->groups[4].label, "7.3.0-rc2, lockstep");
	assert_false(b->c->is_refused);
}

static void short_names_that_meet_are_long(void **state)
{
	static const char *const by[] = { "kernel" };
	struct bench *b = *state;
	struct sample s = plain;

	begin(b, by, 1);
	add(b, s, FRAG_SIDE_NONE);
	s.kernel = "6.1.0-49-amd64";
	add(b, s, FRAG_SIDE_NONE);
	finish(b);
	assert_string_equal(b->c->groups[0].label, "6.1.0-49-amd64");
	assert_string_equal(b->c->groups[1].label, "6.1.0-50-amd64");
}

static void lacks_are_counted_with_their_reason(void **state)
{
	const struct frag_compare_row *r;
	struct bench *b = *state;
	struct sample s = plain;

	add(b, s, FRAG_SIDE_BASE);
	s.cpu = "{\"value\":null,\"reason\":\"it was not told\",\"unit\":"
		"\"ms\",\"better\":\"lower\"}";
	add(b, s, FRAG_SIDE_BASE);
	s.cpu = NULL;
	add(b, s, FRAG_SIDE_NEW);
	finish(b);
	r = row(b, "cpu_ms.compact");
	assert_int_equal(r->cells[0].n, 1);
	assert_int_equal(r->cells[0].lacking, 1);
	assert_string_equal(r->cells[0].reason, "it was not told");
	assert_int_equal(r->cells[1].n, 0);
	assert_string_equal(r->cells[1].reason, "the run has no such metric");
	assert_string_equal(r->differences[1].reason, "none");
}

static void base_of_zero_has_no_percentage(void **state)
{
	const struct frag_compare_row *r;
	struct bench *b = *state;
	struct sample s = plain;

	s.free = 0;
	add(b, s, FRAG_SIDE_BASE);
	s.free = 0.5;
	add(b, s, FRAG_SIDE_NEW);
	finish(b);
	r = row(b, "unusable.free");
	rundir_near(r->differences[1].value, 0.5);
	assert_false(r->differences[1].has_percent);
}

static void untrusted_and_unfinished_runs_are_left_out(void **state)
{
	struct frag_error e = { 0 };
	struct bench *b = *state;
	struct sample s = plain;

	s.trust = "3 samples were lost";
	add(b, plain, FRAG_SIDE_BASE);
	add(b, s, FRAG_SIDE_NEW);
	s = plain;
	s.more = ",\"status\":\"failed\"";
	add(b, s, FRAG_SIDE_NEW);
	assert_int_equal(b->c->nruns, 1);
	assert_int_equal(b->c->nleft_out, 2);
	assert_string_equal(b->c->left_out[0].why,
			    "untrusted: 3 samples were lost");
	assert_int_equal(frag_compare_finish(b->c, &e), -EINVAL);
	assert_string_equal(e.what, "there is nothing to compare");
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_DOUBT);
	b->config.with_untrusted = true;
	begin(b, NULL, 0);
	s = plain;
	s.trust = "3 samples were lost";
	add(b, plain, FRAG_SIDE_BASE);
	add(b, s, FRAG_SIDE_NEW);
	finish(b);
	assert_true(objects(b, false, "untrusted runs take part: 1 of 2"));
}

static void same_run_counts_once(void **state)
{
	struct bench *b = *state;

	add(b, plain, FRAG_SIDE_BASE);
	frag_compare_add(b->c, b->runs[0].fd, "copy", FRAG_SIDE_NEW);
	assert_int_equal(b->c->nruns, 1);
	assert_string_equal(b->c->left_out[0].why,
			    "the same run was named before");
}

static void damage_is_left_out(void **state)
{
	struct bench *b = *state;

	add(b, plain, FRAG_SIDE_NONE);
	rundir_put(&b->runs[0], "summary.json", "{");
	frag_compare_add(b->c, b->runs[0].fd, "x", FRAG_SIDE_NONE);
	assert_non_null(strstr(b->c->left_out[0].why, "is not JSON"));
	rundir_drop(&b->runs[0], "summary.json");
	frag_compare_add(b->c, b->runs[0].fd, "x", FRAG_SIDE_NONE);
	assert_string_equal(b->c->left_out[1].why, "it has no summary.json");
	rundir_put(&b->runs[0], "summary.json", "[]");
	frag_compare_add(b->c, b->runs[0].fd, "x", FRAG_SIDE_NONE);
	assert_string_equal(b->c->left_out[2].why,
			    "summary.json: it is no object");
	rundir_drop(&b->runs[0], "summary.json");
	rundir_put(&b->runs[0], "summary.json", "{\"schema\":99}");
	frag_compare_add(b->c, b->runs[0].fd, "x", FRAG_SIDE_NONE);
	assert_non_null(strstr(b->c->left_out[3].why, "schema"));
	assert_int_equal(b->c->nruns, 1);
}

static void wrong_words_are_told(void **state)
{
	static const char *const by[] = { "mdoe" };
	static const char *const globs[] = { "unusible" };
	struct frag_error e = { 0 };
	struct bench *b = *state;

	begin(b, by, 1);
	add(b, plain, FRAG_SIDE_NONE);
	assert_int_equal(frag_compare_finish(b->c, &e), -EINVAL);
	assert_string_equal(e.why, "did you mean mode?");
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_USAGE);
	frag_error_clear(&e);
	b->config.globs = globs;
	b->config.nglobs = 1;
	begin(b, NULL, 0);
	add(b, plain, FRAG_SIDE_BASE);
	add(b, plain, FRAG_SIDE_NEW);
	assert_int_equal(frag_compare_finish(b->c, &e), -EINVAL);
	assert_string_equal(e.why, "did you mean unusable?");
}

static void globs_choose_metrics(void **state)
{
	static const char *const globs[] = { "*.free", "cpu_ms" };
	struct bench *b = *state;

	b->config.globs = globs;
	b->config.nglobs = 2;
	begin(b, NULL, 0);
	add(b, plain, FRAG_SIDE_BASE);
	add(b, plain, FRAG_SIDE_NEW);
	finish(b);
	assert_int_equal(b->c->nrows, 2);
	assert_string_equal(b->c->rows[0].metric->name, "unusable.free");
	assert_string_equal(b->c->rows[1].metric->name, "cpu_ms.compact");
}

static void headline_hides_times_that_are_none(void **state)
{
	struct bench *b = *state;
	struct sample s = plain;

	b->config.all = false;
	s.accel = "tcg";
	begin(b, NULL, 0);
	add(b, s, FRAG_SIDE_BASE);
	add(b, s, FRAG_SIDE_NEW);
	finish(b);
	assert_int_equal(b->c->nrows, 2);
	begin(b, NULL, 0);
	add(b, plain, FRAG_SIDE_BASE);
	add(b, plain, FRAG_SIDE_NEW);
	finish(b);
	assert_int_equal(b->c->nrows, 3);
}

/* What only passes the time is not asked for by default, but for the start. */
static void headline_is_of_phases_that_do_something(void **state)
{
	struct bench *b = *state;
	struct sample s = plain;

	s.phases = "{\"name\":\"setup\",\"do\":\"setup\"},"
		   "{\"name\":\"a\",\"do\":\"settle\"},"
		   "{\"name\":\"free\",\"do\":\"free\"},"
		   "{\"name\":\"end\",\"do\":\"settle\"}";
	s.cpu = "{\"value\":1,\"unit\":\"ms\"},"
		"\"unusable.setup\":{\"value\":0.1,\"unit\":\"index\"},"
		"\"unusable.end\":{\"value\":0.1,\"unit\":\"index\"}";
	b->config.all = false;
	begin(b, NULL, 0);
	add(b, s, FRAG_SIDE_BASE);
	add(b, s, FRAG_SIDE_NEW);
	finish(b);
	assert_int_equal(b->c->nrows, 3);
	row(b, "unusable.a");
	row(b, "unusable.free");
	row(b, "cpu_ms.compact");
	b->config.all = true;
	begin(b, NULL, 0);
	add(b, s, FRAG_SIDE_BASE);
	add(b, s, FRAG_SIDE_NEW);
	finish(b);
	assert_int_equal(b->c->nrows, 5);
	/* Of what does nothing all is shown. */
	b->config.all = false;
	s.phases = "{\"name\":\"setup\",\"do\":\"setup\"},"
		   "{\"name\":\"end\",\"do\":\"settle\"}";
	begin(b, NULL, 0);
	add(b, s, FRAG_SIDE_BASE);
	add(b, s, FRAG_SIDE_NEW);
	finish(b);
	assert_int_equal(b->c->nrows, 5);
}

static void json_is_the_struct(void **state)
{
	struct bench *b = *state;
	struct sample s = plain;
	json_t *metric;
	json_t *json;
	json_t *cell;

	s.free = 0.4;
	two_series(b, s);
	json = frag_compare_json(b->c);
	assert_true(json_is_true(json_object_get(json, "alike")));
	assert_int_equal(json_array_size(json_object_get(json, "groups")), 2);
	metric = json_array_get(json_object_get(json, "metrics"), 1);
	cell = json_array_get(json_object_get(metric, "groups"), 1);
	assert_string_equal(json_string_value(json_object_get(metric, "name")),
			    "unusable.free");
	rundir_near(json_number_value(json_object_get(cell, "median")), 0.4);
	assert_int_equal(json_array_size(json_object_get(cell, "values")), 1);
	rundir_near(json_number_value(json_object_get(
			    json_array_get(
				    json_object_get(metric, "differences"), 0),
			    "percent")),
		    -50);
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		bench_test(sides_have_medians_ranges_and_a_difference),
		bench_test(groups_stand_in_the_order_of_versions),
		bench_test(short_names_that_meet_are_long),
		bench_test(lacks_are_counted_with_their_reason),
		bench_test(base_of_zero_has_no_percentage),
		bench_test(untrusted_and_unfinished_runs_are_left_out),
		bench_test(same_run_counts_once),
		bench_test(damage_is_left_out),
		bench_test(wrong_words_are_told),
		bench_test(globs_choose_metrics),
		bench_test(headline_hides_times_that_are_none),
		bench_test(headline_is_of_phases_that_do_something),
		bench_test(json_is_the_struct),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
