// SPDX-License-Identifier: GPL-2.0-or-later
/* Arms: which phases come of a star, what each of them is set to, and what is
 * said of arms that cannot be dealt. */
#include "scenario-arms.h"
#include "scenario.h"
#include "scratch.h"

static const char text[] = "[phase start]\n"
			   "[phase fill*]\ndo = run\nbackground = yes\n"
			   "workload = sbrk-interleave\npages = 10\n"
			   "[phase end*]\ndo = stop\nphase = fill\n"
			   "[phase look*]\ndo = probe\nprobe = hugetlb\n"
			   "[phase after]\n"
			   "[arm 0]\n"
			   "[arm 25]\nfill.pages = 25\nend.for = 2s\n"
			   "[arm more]\npages = 50\ncount = 3\n"
			   "knobs = swappiness=1\nknobs = stat_interval=2\n";

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

static const struct frag_phase *phase(const char *name)
{
	for (unsigned i = 0; i < s.nphases; i++)
		if (!strcmp(s.phases[i].name, name))
			return &s.phases[i];
	fail_msg("there is no phase %s", name);
	return s.phases; /* not reached */
}

static const char *pages(const char *name)
{
	static char buf[64];
	const struct frag_instance *one = &phase(name)->instances[0];

	return frag_option_text(frag_option_find(one->type->options, "pages"),
				one->options, buf, sizeof(buf));
}

static void set(const char *setting)
{
	if (frag_scenario_set(&s, setting, &e))
		fail_msg("%s: %s: %s", setting, e.what, e.why);
}

/* Arm after arm, each as a whole, where the stars stood. */
static void test_dealt(void **state)
{
	static const char *const names[] = {
		"start",    "fill-0",	 "end-0",   "look-0",
		"fill-25",  "end-25",	 "look-25", "fill-more",
		"end-more", "look-more", "after",
	};

	(void)state;
	assert_int_equal(s.nphases, sizeof(names) / sizeof(*names));
	for (unsigned i = 0; i < s.nphases; i++)
		assert_string_equal(s.phases[i].name, names[i]);
	assert_int_equal(s.phases[0].arm, 0);
	assert_int_equal(s.phases[5].arm, 2);
	assert_string_equal(s.phases[5].star, "end");
	assert_int_equal(s.phases[10].arm, 0);
}

static void test_settings(void **state)
{
	(void)state;
	assert_string_equal(pages("fill-0"), "10");
	assert_string_equal(pages("fill-25"), "25");
	assert_string_equal(pages("fill-more"), "50");
	assert_int_equal(phase("end-0")->settings.duration, 0);
	assert_int_equal(phase("end-25")->settings.duration, 2000000000);
	assert_int_equal(phase("look-0")->queries[0].common.count, 0);
	assert_int_equal(phase("look-more")->queries[0].common.count, 3);
	assert_int_equal(phase("look-25")->settings.knobs.count, 0);
	assert_int_equal(phase("look-more")->settings.knobs.count, 1);
	assert_string_equal(phase("look-more")->settings.knobs.word[0],
			    "swappiness=1 stat_interval=2");
}

/* A phase that names another one means that of its own arm. */
static void test_named(void **state)
{
	(void)state;
	assert_string_equal(phase("end-0")->settings.phase, "fill-0");
	assert_string_equal(phase("end-more")->settings.phase, "fill-more");
}

/* One arm; all of them; all but those that have their own. */
static void test_set(void **state)
{
	(void)state;
	set("fill-0.pages=1");
	assert_string_equal(pages("fill-0"), "1");
	assert_string_equal(pages("fill-25"), "25");
	set("fill.jitter=4");
	set("fill.for=3s");
	for (unsigned i = 1; i < 10; i += 3)
		assert_int_equal(s.phases[i].settings.duration, 3000000000);
	set("end.for=7s");
	assert_int_equal(phase("end-more")->settings.duration, 7000000000);
	assert_int_equal(phase("end-25")->settings.duration, 2000000000);
	set("look.knobs=swappiness=9");
	assert_int_equal(phase("look-0")->settings.knobs.count, 1);
	assert_string_equal(phase("look-more")->settings.knobs.word[0],
			    "swappiness=1 stat_interval=2");
	/* Now arm 0 has its own as well: nobody is left. */
	assert_true(frag_scenario_set(&s, "pages=5", &e) < 0);
	assert_non_null(strstr(e.what, "every arm sets by itself 'pages'"));
	assert_non_null(strstr(e.mend, "--set fill-0.pages=VALUE"));
	frag_error_clear(&e);
	assert_int_equal(frag_scenario_set_run(&s, "for", "1s", &e), 0);
	assert_int_equal(phase("fill-25")->settings.duration, 1000000000);
	assert_true(frag_scenario_set(&s, "filll.pages=5", &e) < 0);
	assert_non_null(strstr(e.what, "no phase 'filll'"));
}

/* The manifest has what was set, from inside and from outside. */
static void test_json(void **state)
{
	json_t *list;
	json_t *one;

	(void)state;
	set("fill-0.pages=1");
	set("fill-25.pages=26");
	list = frag_arms_json(&s);
	assert_int_equal(json_array_size(list), 3);
	one = json_pack("{s:s, s:[s, s, s], s:{s:s, s:s}}", "name", "25",
			"phases", "fill-25", "end-25", "look-25", "settings",
			"fill.pages", "26", "end.for", "2s");
	assert_true(json_equal(json_array_get(list, 1), one));
	json_decref(one);
	one = json_pack("{s:s}", "fill.pages", "1");
	assert_true(json_equal(
		json_object_get(json_array_get(list, 0), "settings"), one));
	json_decref(one);
	json_decref(list);
}

static char *written(const struct frag_scenario *from)
{
	char *to = NULL;
	size_t size;
	FILE *f = open_memstream(&to, &size);

	frag_scenario_write(from, f);
	fclose(f);
	return to;
}

/* What is written is dealt already, and knows its arms all the same. */
static void test_round_trip(void **state)
{
	struct frag_scenario two;
	char *first;
	char *second;
	json_t *one = frag_arms_json(&s);
	json_t *other;

	(void)state;
	set("fill-0.pages=1");
	first = written(&s);
	if (frag_scenario_parse(&two, "x", first, 1000, &e))
		fail_msg("%s: %s", e.what, e.why);
	second = written(&two);
	assert_string_equal(first, second);
	json_decref(one);
	one = frag_arms_json(&s);
	other = frag_arms_json(&two);
	assert_true(json_equal(one, other));
	assert_int_equal(frag_scenario_set(&two, "end.for=7s", &e), 0);
	assert_int_equal(two.phases[2].settings.duration, 7000000000);
	assert_int_equal(two.phases[5].settings.duration, 2000000000);
	json_decref(one);
	json_decref(other);
	free(first);
	free(second);
	frag_scenario_free(&two);
}

#define STAR "[phase a*]\ndo = run\nworkload = sbrk-interleave\n"

static const struct wrong {
	const char *text;
	const char *what;
	const char *why;
} wrongs[] = {
	{ STAR, "there is no arm for phase 'a'", "" },
	{ "[phase a]\n[arm x]\n", "arm x: no phase has a star", "" },
	{ STAR "[phase b]\n[phase c*]\n[arm x]\n", "phase 'c'",
	  "done as a whole" },
	{ STAR "[phase a]\n[arm x]\n", "line 4: there is one with a star", "" },
	{ "[phase a]\n[phase a*]\n[arm x]\n", "line 2: there is one with", "" },
	{ STAR "[arm x]\n[arm x]\n", "line 5: there are two arms 'x'", "" },
	{ STAR "[arm X]\n", "line 4: cannot name an arm 'X'", "a-z" },
	{ STAR "[arm 0.5]\n", "cannot name an arm '0.5'", "" },
	{ STAR "[arm ]\n", "cannot name an arm ''", "" },
	{ STAR "[arm x*]\n", "cannot name an arm 'x*'", "" },
	{ "[phase *]\n[arm x]\n", "cannot name a phase '*'", "" },
	{ "[phase a**]\n[arm x]\n", "cannot name a phase 'a**'", "" },
	{ STAR "[phase b]\n[arm x]\nb.for = 1s\n",
	  "arm x: cannot set anything of phase 'b'", "no star" },
	{ "[phase fill*]\n[arm x]\nfil.for = 1s\n",
	  "arm x: there is no phase 'fil'", "did you mean fill?" },
	{ STAR "[arm x]\na.fro = 1s\n", "arm x: unknown key 'fro'",
	  "did you mean for?" },
	{ STAR "[arm x]\na.for = soon\n", "arm x: for: cannot be 'soon'", "" },
	{ STAR "[arm x]\nballast = 1G\n", "arm x: cannot set 'ballast'",
	  "of the whole scenario" },
	{ STAR "[arm x]\nrate = 1\n", "arm x: cannot set 'rate'", "" },
	{ STAR "[arm x]\nfor = 1s\n", "no workload or probe has the key 'for'",
	  "PHASE.for" },
	{ STAR "[arm x]\npagse = 1\n",
	  "arm x: no workload or probe has the key 'pagse'", "" },
	{ "[phase aaaaaaaaaaaaaaaaaaaaaaaaaaaaa*]\n[arm xy]\n",
	  "too long a name for a phase", "31" },
	{ "[phase a*]\n[phase a-b*]\n[arm b-c]\n[arm c]\n",
	  "there are two phases 'a-b-c'", "" },
	{ "[phase a-x]\n" STAR "[arm x]\n", "there are two phases 'a-x'", "" },
	{ STAR "[arm x]\nphases = a\n", "take no phase with a star", "" },
	{ "[phase a-x]\n[arm x]\nphases = a b\n",
	  "arm x: there is no phase 'b-x'", "" },
	{ "[phase a-x]\n[arm x]\nphases = a\n[arm y]\n",
	  "all of them have the key 'phases'", "" },
};

static void test_wrong(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(wrongs) / sizeof(*wrongs); i++) {
		struct frag_scenario one;
		struct frag_error inner = { 0 };
		int rc = frag_scenario_parse(&one, "x", wrongs[i].text, 1000,
					     &inner);

		if (!rc || !strstr(inner.what, wrongs[i].what) ||
		    !strstr(inner.why, wrongs[i].why))
			fail_msg("%s\n -> %d %s: %s", wrongs[i].text, rc,
				 inner.what, inner.why);
		assert_int_equal(frag_error_code(&inner), FRAG_EXIT_USAGE);
		frag_scenario_free(&one);
	}
}

/* There is room for so many, and it is said when there is not. */
static void test_too_many(void **state)
{
	static const struct {
		unsigned stars, arms, keys;
		const char *what;
	} tries[] = {
		{ FRAG_PHASES_MAX / FRAG_ARMS_MAX, FRAG_ARMS_MAX, 0, NULL },
		{ 1, 1, FRAG_ARM_SETTINGS, "unknown key 'key0'" },
		{ FRAG_PHASES_MAX / FRAG_ARMS_MAX + 1, FRAG_ARMS_MAX, 0,
		  "5 phases in 32 arms are too many" },
		{ 1, FRAG_ARMS_MAX + 1, 0, "too many arms at '32'" },
		{ 1, 1, FRAG_ARM_SETTINGS + 1, "too many settings" },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(tries) / sizeof(*tries); i++) {
		struct frag_scenario one;
		struct frag_error inner = { 0 };
		size_t size;
		char *many = NULL;
		FILE *f = open_memstream(&many, &size);
		int rc;

		for (unsigned n = 0; n < tries[i].stars; n++)
			fprintf(f, "[phase p%u*]\n", n);
		for (unsigned n = 0; n < tries[i].arms; n++)
			fprintf(f, "[arm %u]\n", n);
		for (unsigned n = 0; n < tries[i].keys; n++)
			fprintf(f, "p0.key%u = 1\n", n);
		fclose(f);
		rc = frag_scenario_parse(&one, "x", many, 1000, &inner);
		if (!tries[i].what)
			assert_int_equal(rc, 0);
		else if (!rc || !strstr(inner.what, tries[i].what))
			fail_msg("%u: %d %s", i, rc, inner.what);
		frag_scenario_free(&one);
		free(many);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_dealt, scenario_set,
						scenario_clear),
		cmocka_unit_test_setup_teardown(test_settings, scenario_set,
						scenario_clear),
		cmocka_unit_test_setup_teardown(test_named, scenario_set,
						scenario_clear),
		cmocka_unit_test_setup_teardown(test_set, scenario_set,
						scenario_clear),
		cmocka_unit_test_setup_teardown(test_json, scenario_set,
						scenario_clear),
		cmocka_unit_test_setup_teardown(test_round_trip, scenario_set,
						scenario_clear),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
