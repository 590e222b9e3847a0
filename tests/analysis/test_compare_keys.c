// SPDX-License-Identifier: GPL-2.0-or-later
/* Where the value of a key stands, which settings it makes groups of, and which
 * it does not. */
#include "compared.h"

#define WORK(name, options) \
	"{\"phase\":\"fill\",\"name\":\"" name "\",\"options\":{" options "}}"
#define WORKS(list) ",\"workloads\":[" list "]"
#define MODE(mode)  "\"mode\":\"" mode "\""
#define KNOB(name, value) \
	"{\"name\":\"" name "\",\"by\":\"scenario\",\"during\":\"" value "\"}"

/* Two runs with these members, in groups by @key. Returns how many groups. */
static unsigned by_key(struct bench *b, const char *const *key, const char *one,
		       const char *other)
{
	struct frag_error e = { 0 };
	struct sample s = plain;
	int rc;

	begin(b, key, 1);
	s.more = one;
	add(b, s, FRAG_SIDE_NONE);
	s.more = other;
	add(b, s, FRAG_SIDE_NONE);
	rc = frag_compare_finish(b->c, &e);
	assert_true(!rc || !strcmp(e.what, "there is nothing to compare"));
	return b->c->ngroups;
}

static void unlike(struct bench *b, const char *one, const char *other)
{
	struct sample s = plain;

	begin(b, NULL, 0);
	s.more = one;
	add(b, s, FRAG_SIDE_BASE);
	s.more = other;
	add(b, s, FRAG_SIDE_NEW);
	finish(b);
}

static void knobs_that_end_alike_are_two(void **state)
{
	static const char thp[] = ",\"knobs\":[" KNOB(
		"transparent_hugepage/enabled",
		"always") "," KNOB("transparent_hugepage/hugepages-64kB/enabled",
				   "inherit") "]";
	static const char other[] = ",\"knobs\":[" KNOB(
		"transparent_hugepage/enabled",
		"never") "," KNOB("transparent_hugepage/hugepages-64kB/enabled",
				  "inherit") "]";
	static const char *const whole[] = { "transparent_hugepage/enabled" };
	static const char *const last[] = { "enabled" };
	struct bench *b = *state;
	struct frag_error e = { 0 };
	struct sample s = plain;

	unlike(b, thp, other);
	assert_true(objects(b, true,
			    "the knob transparent_hugepage/enabled differs"));
	assert_int_equal(by_key(b, whole, thp, other), 2);
	assert_string_equal(b->c->groups[0].label, "always");
	assert_false(objects(b, true, ""));
	begin(b, last, 1);
	s.more = thp;
	add(b, s, FRAG_SIDE_NONE);
	assert_int_equal(frag_compare_finish(b->c, &e), -EINVAL);
	assert_non_null(strstr(e.why, "it may be the knob transparent_hugepage/"
				      "enabled or transparent_hugepage/huge"));
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_USAGE);
}

static void last_part_of_one_knob_will_do(void **state)
{
	static const char *const last[] = { "defrag" };
	static const char *const vm[] = { "vm.swappiness" };
	struct bench *b = *state;

	assert_int_equal(
		by_key(b, last,
		       ",\"knobs\":[" KNOB("transparent_hugepage/defrag",
					   "never") "]",
		       ",\"knobs\":[" KNOB("transparent_hugepage/defrag",
					   "always") "]"),
		2);
	assert_false(objects(b, true, ""));
	assert_int_equal(by_key(b, vm,
				",\"knobs\":[" KNOB("swappiness", "1") "]",
				",\"knobs\":[" KNOB("swappiness", "2") "]"),
			 2);
	assert_false(objects(b, true, ""));
}

static void two_workloads_of_a_phase_are_both_compared(void **state)
{
	struct bench *b = *state;

	unlike(b, WORKS(WORK("a", MODE("x")) "," WORK("b", MODE("z"))),
	       WORKS(WORK("a", MODE("y")) "," WORK("b", MODE("z"))));
	assert_true(objects(b, true, "fill.a.mode differs"));
	unlike(b, WORKS(WORK("a", MODE("x")) "," WORK("a", MODE("z"))),
	       WORKS(WORK("a", MODE("x")) "," WORK("a", MODE("y"))));
	assert_true(objects(b, true, "fill.a#2.mode differs"));
	assert_false(objects(b, true, "fill.a.mode differs"));
}

static void another_workload_is_another_setting(void **state)
{
	static const char *const by[] = { "workload" };
	struct bench *b = *state;

	unlike(b, WORKS(WORK("a", MODE("x"))), WORKS(WORK("b", MODE("x"))));
	assert_true(objects(b, true, "fill.workload differs: a (1 run), b"));
	assert_false(objects(b, true, "mode"));
	assert_int_equal(by_key(b, by, WORKS(WORK("a", MODE("x"))),
				WORKS(WORK("b", MODE("x")))),
			 2);
	assert_false(objects(b, true, ""));
}

static void keys_of_workloads_are_found_by_short_names(void **state)
{
	static const char *const keys[] = { "mode", "fill.mode", "fill.a.mode",
					    "fill.workload" };
	struct bench *b = *state;

	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(by_key(b, &keys[i], WORKS(WORK("a", MODE("x"))),
					WORKS(WORK("a", MODE("y")))),
				 2);
		assert_string_equal(b->c->groups[0].label, "x");
		assert_false(objects(b, true, ""));
	}
	assert_int_equal(by_key(b, &keys[3], WORKS(WORK("a", MODE("x"))),
				WORKS(WORK("a", MODE("y")))),
			 1);
}

/* As part of another value it is not that value. */
static void values_are_told_apart_as_wholes(void **state)
{
	static const char *const by[] = { "size" };
	struct bench *b = *state;

	assert_int_equal(by_key(b, by,
				WORKS(WORK("a", "\"size\":16") "," WORK(
					"b", "\"size\":1")),
				WORKS(WORK("a", "\"size\":16") "," WORK(
					"b", "\"size\":6"))),
			 2);
	assert_string_equal(b->c->groups[0].label, "size=16+1");
	/* nor is one that stands elsewhere */
	assert_int_equal(
		by_key(b, by,
		       WORKS(WORK("a", "\"size\":1") "," WORK(
			       "b", "\"size\":2") "," WORK("c", "\"size\":1")),
		       WORKS(WORK("a", "\"size\":1") "," WORK(
			       "b", "\"size\":2") "," WORK("c", "\"size\":2"))),
		2);
}

/* The CPUs of the machine say nothing of those of a workload, and the rate of
 * the sampler nothing of that of the steps. */
static void key_forgives_what_it_takes_its_value_from(void **state)
{
	static const char *const keys[] = { "cpus", "rate", "fill.cpus" };
	static const char one[] = ",\"options\":{\"rate\":5}" WORKS(
		WORK("a", "\"cpus\":\"same\",\"rate\":1"));
	static const char other[] = ",\"options\":{\"rate\":6}" WORKS(
		WORK("a", "\"cpus\":\"split\",\"rate\":2"));
	struct bench *b = *state;

	by_key(b, &keys[1], one, other);
	assert_int_equal(b->c->ngroups, 2);
	assert_true(objects(b, true, "fill.a.rate differs"));
	assert_true(objects(b, true, "fill.a.cpus differs"));
	by_key(b, &keys[2], one, other);
	assert_int_equal(b->c->ngroups, 2);
	assert_true(objects(b, true, "fill.a.rate differs"));
	assert_false(objects(b, true, "fill.a.cpus differs"));
	for (unsigned i = 0; i < b->c->nobjections; i++)
		if (strstr(b->c->objections[i].what, "fill.a.rate"))
			assert_non_null(strstr(b->c->objections[i].mend,
					       "--by fill.a.rate"));
}

static void options_of_phases_and_probes_are_compared(void **state)
{
	static const char *const keys[] = { "share", "give.share", "count",
					    "ask.thp.count", "for" };
#define PHASES(share, count, secs)                                      \
	",\"phases\":[{\"name\":\"fill\",\"do\":\"run\",\"options\":{"  \
	"\"for\":\"" secs                                               \
	"\"}},{\"name\":\"give\",\"options\":{\"share\":\"" share       \
	"\",\"for\":\"1s\"}},{\"name\":\"ask\",\"options\":{"           \
	"\"node\":\"all\"},\"probes\":[{\"name\":\"thp\",\"options\":{" \
	"\"count\":\"" count "\"}}]}]"
	struct bench *b = *state;
	struct sample s = plain;

	unlike(b, PHASES("50%", "1", "2s"), PHASES("30%", "2", "2s"));
	assert_true(objects(b, true, "give.share differs: 50% (1 run), 30%"));
	assert_true(objects(b, true, "ask.thp.count differs"));
	for (unsigned i = 0; i < 4; i++) {
		bool is_share = i < 2;

		assert_int_equal(by_key(b, &keys[i], PHASES("50%", "1", "2s"),
					is_share ? PHASES("30%", "1", "2s")
						 : PHASES("50%", "2", "2s")),
				 2);
		assert_false(objects(b, true, ""));
	}
	/* of the phases that run, as --axis for=... sets it */
	begin(b, &keys[4], 1);
	s.phases = "{\"name\":\"fill\",\"do\":\"run\"},"
		   "{\"name\":\"give\",\"do\":\"release\"}";
	s.more = PHASES("50%", "1", "2s");
	add(b, s, FRAG_SIDE_NONE);
	s.more = PHASES("50%", "1", "3s");
	add(b, s, FRAG_SIDE_NONE);
	finish(b);
	assert_string_equal(b->c->groups[1].label, "for=3s");
	assert_false(objects(b, true, ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		bench_test(knobs_that_end_alike_are_two),
		bench_test(last_part_of_one_knob_will_do),
		bench_test(two_workloads_of_a_phase_are_both_compared),
		bench_test(another_workload_is_another_setting),
		bench_test(keys_of_workloads_are_found_by_short_names),
		bench_test(values_are_told_apart_as_wholes),
		bench_test(key_forgives_what_it_takes_its_value_from),
		bench_test(options_of_phases_and_probes_are_compared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
