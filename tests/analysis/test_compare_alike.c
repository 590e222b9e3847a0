// SPDX-License-Identifier: GPL-2.0-or-later
/* What is not alike, and times that are none or of two accelerators. */
#include "compared.h"

static void unlike_runs_are_refused(void **state)
{
	struct bench *b = *state;
	struct sample s = plain;

	two_series(b, s);
	assert_false(b->c->is_refused);
	s.mode = "free-running";
	two_series(b, s);
	assert_true(objects(b, true, "fill.w.mode differs"));
	assert_string_equal(row(b, "unusable.free")->differences[1].reason,
			    "not alike");
	rundir_near(row(b, "unusable.free")->cells[0].median, 0.8);
	s = plain;
	s.memory_gib = 2.1;
	two_series(b, s);
	assert_true(objects(b, true, "the size of the memory differs"));
	s.memory_gib = 2.03;
	two_series(b, s);
	assert_false(objects(b, true, ""));
	s = plain;
	s.start = 0.121;
	two_series(b, s);
	assert_true(objects(b, true, "the states at the start are apart"));
	s.start = 0.119;
	two_series(b, s);
	assert_false(objects(b, true, ""));
	s = plain;
	s.more = ",\"knobs\":[{\"name\":\"watermark_boost_factor\","
		 "\"by\":\"scenario\",\"during\":\"0\"}]";
	two_series(b, s);
	assert_true(objects(b, true, "the knob watermark_boost_factor"));
}

static void own_knobs_may_differ(void **state)
{
	struct bench *b = *state;
	struct sample s = plain;

	s.more = ",\"knobs\":[{\"name\":\"vm.nr_hugepages\",\"by\":\"run\","
		 "\"during\":\"77\"},"
		 "{\"name\":\"percpu_pagelist_high_fraction\","
		 "\"by\":\"run\",\"during\":\"8\"},"
		 "{\"name\":\"transparent_hugepage/hugepages-64kB/enabled\","
		 "\"by\":\"probe\",\"during\":\"inherit\"}]";
	two_series(b, s);
	assert_false(objects(b, true, ""));
	/* The same knob is the user's where the scenario asked for it. */
	s.more = ",\"knobs\":[{\"name\":\"nr_hugepages\","
		 "\"by\":\"scenario\",\"during\":\"77\"}]";
	two_series(b, s);
	assert_true(objects(b, true, "the knob nr_hugepages"));
}

static void what_is_meant_to_differ_is_no_objection(void **state)
{
	static const char *const differ[] = { "mode" };
	static const char *const nothing[] = { "mod" };
	struct bench *b = *state;
	struct frag_error e = { 0 };
	struct sample s = plain;

	b->config.differ = differ;
	b->config.ndiffer = 1;
	s.mode = "free-running";
	two_series(b, s);
	assert_false(objects(b, true, ""));
	assert_int_equal(b->c->ngroups, 2);
	assert_null(row(b, "unusable.free")->differences[1].reason);
	/* That and nothing else. */
	s.memory_gib = 4;
	two_series(b, s);
	assert_true(objects(b, true, "the size of the memory differs"));
	assert_false(objects(b, true, "mode"));
	b->config.differ = nothing;
	begin(b, NULL, 0);
	add(b, plain, FRAG_SIDE_BASE);
	add(b, plain, FRAG_SIDE_NEW);
	assert_int_equal(frag_compare_finish(b->c, &e), -EINVAL);
	assert_string_equal(e.what, "cannot differ in 'mod'");
}

static void kernels_make_series_but_no_group(void **state)
{
	static const char *const by[] = { "mode" };
	struct bench *b = *state;
	struct sample s = plain;

	s.kernel = "6.18.44-amd64";
	two_series(b, s);
	assert_false(objects(b, true, ""));
	begin(b, by, 1);
	add(b, plain, FRAG_SIDE_NONE);
	s.mode = "free-running";
	add(b, s, FRAG_SIDE_NONE);
	finish(b);
	assert_true(objects(b, true, "the kernel differs"));
	begin(b, NULL, 0);
	add(b, plain, FRAG_SIDE_BASE);
	s = plain;
	s.version = "#2";
	add(b, s, FRAG_SIDE_BASE);
	add(b, s, FRAG_SIDE_NEW);
	finish(b);
	assert_true(objects(b, false, "base has several builds"));
	assert_false(b->c->is_refused);
}

static void builds_to_debug_with_are_told(void **state)
{
	struct bench *b = *state;
	struct sample s = plain;

	s.build = "Debug+sanitizers";
	two_series(b, s);
	assert_true(objects(b, false, "1 of 2 runs were made by a debug"));
	assert_true(objects(b, true, "the build of fragbench differs"));
}

/* The summary has times, and does not know what they are: it must not help. */
static void times_of_an_emulator_are_none(void **state)
{
	const struct frag_compare_row *r;
	struct bench *b = *state;
	struct sample s = plain;

	s.accel = "tcg";
	two_series(b, s);
	r = row(b, "cpu_ms.compact");
	assert_true(r->metric->is_time);
	assert_int_equal(r->cells[0].n, 1);
	assert_int_equal(r->cells[1].n, 0);
	assert_string_equal(r->cells[1].refusal, "not a time (TCG)");
	assert_string_equal(r->differences[1].reason, "not a time (TCG)");
	assert_null(row(b, "unusable.free")->differences[1].reason);
	assert_true(objects(b, false, "times are not compared"));
}

static void times_of_two_accelerators_are_not_compared(void **state)
{
	const struct frag_compare_row *r;
	struct bench *b = *state;
	struct sample s = plain;

	s.accel = "kvm";
	two_series(b, s);
	r = row(b, "cpu_ms.compact");
	assert_int_equal(r->cells[1].n, 1);
	assert_string_equal(r->differences[1].reason,
			    "times of several accelerators");
	/* nor in one group */
	begin(b, NULL, 0);
	add(b, plain, FRAG_SIDE_BASE);
	add(b, s, FRAG_SIDE_BASE);
	add(b, s, FRAG_SIDE_NEW);
	finish(b);
	r = row(b, "cpu_ms.compact");
	assert_int_equal(r->cells[0].n, 0);
	assert_string_equal(r->cells[0].refusal,
			    "times of several accelerators");
	rundir_near(r->cells[1].median, 100.5);
}

/* 1000 and 1070 MiB are both written 1.0 GiB. */
/* The value of mode, and further members of the workload behind it. */
#define FITTED(pages, asked) \
	"a\",\"pages\":\"" pages "\"},\"asked\":{\"pages\":\"" asked
#define OLDER(share, objects) \
	"a\",\"share\":\"" share "\",\"objects\":\"" objects

static void two_modes(struct bench *b, const char *base, const char *new)
{
	struct sample s = plain;

	begin(b, NULL, 0);
	s.mode = base;
	add(b, s, FRAG_SIDE_BASE);
	s.mode = new;
	add(b, s, FRAG_SIDE_NEW);
	finish(b);
}

/* Sizes that followed from the memory may be as far apart as that, if the same
 * was asked for. */
static void what_memory_made_fit_is_alike(void **state)
{
	static const char *const differ[] = { "pages" };
	struct bench *b = *state;

	two_modes(b, FITTED("73721", "100000"), FITTED("73596", "100000"));
	assert_false(b->c->is_refused);
	assert_false(objects(b, false, "scenario.ini"));
	two_modes(b, FITTED("73721", "50%"), FITTED("72300", "50%"));
	assert_false(b->c->is_refused);
	two_modes(b, FITTED("73721", "100000"), FITTED("72200", "100000"));
	assert_true(objects(b, true,
			    "fill.w.pages, which followed from the memory, "
			    "differs: 72200 to 73721"));
	two_modes(b, FITTED("73721", "100000"), FITTED("73721", "90000"));
	assert_true(objects(b, true, "fill.w.pages differs: 100000 (1 run)"));
	/* one had room for all of it */
	two_modes(b, FITTED("73721", "74000"), "a\",\"pages\":\"74000");
	assert_false(b->c->is_refused);
	b->config.differ = differ;
	b->config.ndiffer = 1;
	two_modes(b, FITTED("73721", "100000"), FITTED("60000", "90000"));
	assert_false(b->c->is_refused);
	b->config.ndiffer = 0;
}

static void older_manifests_have_what_it_came_to(void **state)
{
	struct bench *b = *state;

	two_modes(b, OLDER("85%", "46436"), OLDER("85%", "46373"));
	assert_false(b->c->is_refused);
	two_modes(b, OLDER("85%", "48010"), OLDER("85%", "46373"));
	assert_true(objects(b, true, "fill.w.objects, which followed"));
	two_modes(b, OLDER("85%", "46436"), OLDER("80%", "46436"));
	assert_true(objects(b, true, "fill.w.share differs"));
	two_modes(b, OLDER("0%", "46436"), OLDER("0%", "46373"));
	assert_true(objects(b, true, "fill.w.objects differs"));
	/* and beside a newer one */
	two_modes(b, OLDER("85%", "46436"),
		  OLDER("85%", "46373") "\"},\"asked\":{\"objects\":\"100000");
	assert_false(b->c->is_refused);
}

static void memory_is_alike_inside_of_its_groups(void **state)
{
	static const char *const by[] = { "memory" };
	struct bench *b = *state;
	struct sample s = plain;

	begin(b, by, 1);
	add(b, plain, FRAG_SIDE_NONE);
	s.memory_gib = 1000.0 / 1024;
	add(b, s, FRAG_SIDE_NONE);
	finish(b);
	assert_false(objects(b, true, ""));
	begin(b, by, 1);
	add(b, plain, FRAG_SIDE_NONE);
	add(b, s, FRAG_SIDE_NONE);
	s.memory_gib = 1070.0 / 1024;
	add(b, s, FRAG_SIDE_NONE);
	finish(b);
	assert_int_equal(b->c->ngroups, 2);
	assert_true(objects(b, true, "differs inside of 1.0 GiB: 1000 to 1070"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		bench_test(unlike_runs_are_refused),
		bench_test(own_knobs_may_differ),
		bench_test(what_is_meant_to_differ_is_no_objection),
		bench_test(kernels_make_series_but_no_group),
		bench_test(builds_to_debug_with_are_told),
		bench_test(what_memory_made_fit_is_alike),
		bench_test(older_manifests_have_what_it_came_to),
		bench_test(memory_is_alike_inside_of_its_groups),
		bench_test(times_of_an_emulator_are_none),
		bench_test(times_of_two_accelerators_are_not_compared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
