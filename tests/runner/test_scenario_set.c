// SPDX-License-Identifier: GPL-2.0-or-later
/* KEY=VALUE settings: whose key it is, and what is said when it is nobody's. */
#include "scenario.h"
#include "scratch.h"

static const char text[] = "[scenario]\nrate = 5\n"
			   "[phase one]\ndo = run\n"
			   "workload = sbrk-interleave\npages = 1\n"
			   "workload = skeleton\n"
			   "[phase pause]\ndo = settle\n"
			   "[phase two]\ndo = run\n"
			   "workload = sbrk-interleave\npages = 2\n";

static struct frag_scenario s;
static struct frag_error e;

static int scenario_set(void **state)
{
	(void)state;
	memset(&e, 0, sizeof(e));
	return frag_scenario_parse(&s, "x", text, 1000, &e);
}

static int scenario_clear(void **state)
{
	(void)state;
	frag_scenario_free(&s);
	return 0;
}

/* The value of option @key of workload @i in phase @p. */
static const char *option(unsigned p, unsigned i, const char *key)
{
	static char buf[64];
	const struct frag_instance *one = &s.phases[p].instances[i];

	return frag_option_text(frag_option_find(one->type->options, key),
				one->options, buf, sizeof(buf));
}

static void set(const char *setting)
{
	if (frag_scenario_set(&s, setting, &e))
		fail_msg("%s: %s: %s", setting, e.what, e.why);
}

static void test_scenario_key(void **state)
{
	(void)state;
	set("rate=100");
	assert_true(s.settings.rate == 100);
	set("ballast=50%");
	assert_int_equal(s.settings.ballast.bytes, 500);
	assert_false(s.settings.ballast.is_whole);
	set("ballast=50% whole");
	assert_int_equal(s.settings.ballast.bytes, 500);
	assert_true(s.settings.ballast.is_whole);
}

/* A key of the workloads is set in all that have it. */
static void test_all_workloads(void **state)
{
	(void)state;
	set("pages=9");
	assert_string_equal(option(0, 0, "pages"), "9");
	assert_string_equal(option(2, 0, "pages"), "9");
	set("size=8k");
	assert_string_equal(option(0, 1, "size"), "8k");
	set("processes=4");
	assert_int_equal(s.phases[0].instances[0].common.processes, 4);
	assert_int_equal(s.phases[0].instances[1].common.processes, 4);
	assert_int_equal(s.phases[2].instances[0].common.processes, 4);
	/* A value may hold what parts keys. */
	set("cpus=0,0");
	assert_string_equal(s.phases[2].instances[0].common.cpus, "0,0");
}

static void test_one_phase(void **state)
{
	(void)state;
	set("two.pages=7");
	assert_string_equal(option(0, 0, "pages"), "1");
	assert_string_equal(option(2, 0, "pages"), "7");
	set("pause.for=3s");
	assert_int_equal(s.phases[1].settings.duration, 3000000000);
	assert_int_equal(s.phases[0].settings.duration, 0);
	set("pause.for=1.5s");
	assert_int_equal(s.phases[1].settings.duration, 1500000000);
}

static void test_run_phases(void **state)
{
	(void)state;
	assert_int_equal(frag_scenario_set_run(&s, "for", "2s", &e), 0);
	assert_int_equal(s.phases[0].settings.duration, 2000000000);
	assert_int_equal(s.phases[1].settings.duration, 0);
	assert_int_equal(s.phases[2].settings.duration, 2000000000);
	assert_true(frag_scenario_set_run(&s, "for", "never", &e) < 0);
}

static const struct wrong {
	const char *setting;
	const char *what;
	const char *why;
	const char *mend;
} wrongs[] = {
	{ "pages", "cannot set 'pages'", "KEY=VALUE", "" },
	{ "=1", "cannot set '=1'", "KEY=VALUE", "" },
	{ "", "cannot set ''", "KEY=VALUE", "" },
	{ "pagse=1", "the scenario has no key 'pagse'", "did you mean pages?",
	  "" },
	{ "flor=1", "no key 'flor'", "did you mean floor?", "" },
	{ "kill=1", "no key 'kill'", "it is a key of the phases",
	  "--set one.kill=1" },
	{ "none.for=1s", "the scenario has no phase 'none'", "", "" },
	{ "pause.pages=1", "unknown key 'pages'", "", "" },
	{ "pause.=1", "unknown key ''", "", "" },
	{ ".for=1s", "no phase ''", "", "" },
	{ "pages=many", "pages: cannot be 'many'", "", "" },
	{ "pages=", "pages: cannot be ''", "", "" },
	{ "rate=1001", "rate: cannot be '1001'", "1000", "" },
	{ "pcp=tiny", "pcp: cannot be 'tiny'", "small|default", "" },
};

static void test_wrong(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(wrongs) / sizeof(*wrongs); i++) {
		const struct wrong *w = &wrongs[i];
		int rc;

		frag_error_clear(&e);
		rc = frag_scenario_set(&s, w->setting, &e);
		if (rc >= 0 || !strstr(e.what, w->what) ||
		    !strstr(e.why, w->why) || !strstr(e.mend, w->mend))
			fail_msg("%s -> %d %s: %s (%s)", w->setting, rc, e.what,
				 e.why, e.mend);
		assert_int_equal(frag_error_code(&e), FRAG_EXIT_USAGE);
	}
	assert_string_equal(option(0, 0, "pages"), "1");
}

/* Which flags of the command line take a value. */
static void knobs_are(const char *expected)
{
	char buf[256];

	frag_option_text(frag_option_find(frag_scenario_options, "knobs"),
			 &s.settings, buf, sizeof(buf));
	assert_string_equal(buf, expected);
}

/* Lines of a file add up, a setting replaces them, --knob adds one. */
static void test_knobs(void **state)
{
	char *written = NULL;
	size_t size;
	FILE *out;

	(void)state;
	frag_scenario_free(&s);
	assert_int_equal(frag_scenario_parse(&s, "x",
					     "[scenario]\nknobs = a=1 b=2\n"
					     "knobs = c=3\n[phase one]\n",
					     1000, &e),
			 0);
	knobs_are("a=1 b=2 c=3");
	assert_int_equal(frag_scenario_knob(&s, "a=9", &e), 0);
	knobs_are("a=1 b=2 c=3 a=9");
	set("knobs=d=4  e=5");
	knobs_are("d=4  e=5");
	out = open_memstream(&written, &size);
	assert_non_null(out);
	frag_scenario_write(&s, out);
	fclose(out);
	assert_non_null(strstr(written, "knobs = d=4\nknobs = e=5\n\n"));
	free(written);
	set("knobs=");
	out = open_memstream(&written, &size);
	frag_scenario_write(&s, out);
	fclose(out);
	assert_non_null(strstr(written, "knobs =\n"));
	/* What was written is read as the same. */
	frag_scenario_free(&s);
	assert_int_equal(frag_scenario_parse(&s, "x", written, 1000, &e), 0);
	knobs_are("");
	free(written);
}

static void test_rows(void **state)
{
	(void)state;
	assert_int_equal(frag_scenario_row("ballast")->type, FRAG_ROOM);
	assert_int_equal(frag_scenario_row("processes")->type, FRAG_COUNT);
	assert_int_equal(frag_scenario_row("pages")->type, FRAG_COUNT);
	assert_null(frag_scenario_row("kill"));
	assert_null(frag_scenario_row("none"));
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, scenario_set, scenario_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_scenario_key), TEST(test_all_workloads),
		TEST(test_one_phase),	 TEST(test_run_phases),
		TEST(test_wrong),	 TEST(test_rows),
		TEST(test_knobs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
