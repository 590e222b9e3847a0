// SPDX-License-Identifier: GPL-2.0-or-later
/* Scenario files: every section, every way to get one wrong, and that what is
 * written out again is the same scenario. */
#include "scenario.h"
#include "scratch.h"
#include "tables.h"

static const uint64_t whole = 1000 << 20;

static const char all_sections[] =
	"; A title.\n"
	";\n"
	"; More of it.\n"
	"[scenario]\n"
	"start = clean\npcp = small\nballast = 10%\nfloor = 32M\nrate = 25\n"
	"[phase first]\n"
	"[phase rest]\ndo = settle\nfor = 1500ms\n"
	"[phase work]\ndo = run\nfor = 2s\n"
	"workload = sbrk-interleave\nprocesses = 3\npages = 77\n"
	"mode = free-running\ncpus = 0,0\n"
	"workload = skeleton\nsize = 5%\nmempolicy = bind:0\n"
	"[phase kill-2]\ndo = free\nkill = 2\n"
	"[phase pack]\ndo = compact\nnode = 0\n"
	"[reference blog]\nabout = some machine\nwork = 1 2 3\nrest = 4 5\n"
	"[reference other]\nwork = 7\n"
	"[expect]\nunusable.work = >= 0.8\nfree.rest = < 12\n";

static void parse(struct frag_scenario *s, const char *text)
{
	struct frag_error e = { 0 };

	if (frag_scenario_parse(s, "Some Name", text, whole, &e))
		fail_msg("%s: %s", e.what, e.why);
}

static void test_sections(void **state)
{
	struct frag_scenario s;
	const struct frag_phase *p;
	const struct frag_instance *i;
	char text[64];

	(void)state;
	parse(&s, all_sections);
	assert_string_equal(s.name, "some-name");
	assert_string_equal(s.about, "A title.\n\nMore of it.\n");
	assert_string_equal(s.settings.start, "clean");
	assert_string_equal(s.settings.pcp, "small");
	assert_int_equal(s.settings.ballast.bytes, 100 << 20);
	assert_int_equal(s.settings.floor, 32 << 20);
	assert_true(s.settings.rate == 25);
	p = &s.phases[s.nphases - 3];
	assert_string_equal(p->name, "work");
	assert_true(frag_phase_is(p, "run"));
	assert_int_equal(p->settings.duration, 2000000000);
	assert_int_equal(p->ninstances, 2);
	i = &p->instances[0];
	assert_string_equal(i->type->name, "sbrk-interleave");
	assert_int_equal(frag_instance_processes(i), 3);
	assert_string_equal(i->common.cpus, "0,0");
	assert_string_equal(
		frag_option_text(frag_option_find(i->type->options, "mode"),
				 i->options, text, sizeof(text)),
		"free-running");
	i = &p->instances[1];
	assert_int_equal(frag_instance_processes(i), 1);
	assert_string_equal(i->common.mempolicy, "bind:0");
	assert_string_equal(
		frag_option_text(frag_option_find(i->type->options, "size"),
				 i->options, text, sizeof(text)),
		"50M");
	assert_int_equal(s.phases[s.nphases - 2].settings.kill, 2);
	assert_string_equal(s.phases[s.nphases - 1].settings.node, "0");
	assert_int_equal(json_array_size(s.references), 2);
	assert_int_equal(json_array_size(s.expect), 2);
	frag_scenario_free(&s);
}

/* A section without a key is a phase, too: it settles. */
static void test_empty_phase(void **state)
{
	struct frag_scenario s;

	(void)state;
	parse(&s, all_sections);
	assert_int_equal(s.nphases, 5);
	assert_string_equal(s.phases[0].name, "first");
	assert_true(frag_phase_is(&s.phases[0], "settle"));
	frag_scenario_free(&s);
}

static void test_references(void **state)
{
	struct frag_scenario s;
	json_t *row;
	json_t *one;

	(void)state;
	parse(&s, all_sections);
	one = json_array_get(s.references, 0);
	assert_string_equal(json_string_value(json_object_get(one, "about")),
			    "some machine");
	row = json_object_get(json_object_get(one, "rows"), "work");
	assert_int_equal(json_array_size(row), 3);
	assert_int_equal(json_integer_value(json_array_get(row, 2)), 3);
	one = json_array_get(s.expect, 0);
	assert_string_equal(json_string_value(json_object_get(one, "metric")),
			    "unusable.work");
	assert_string_equal(json_string_value(json_object_get(one, "op")),
			    ">=");
	assert_true(json_number_value(json_object_get(one, "limit")) == 0.8);
	frag_scenario_free(&s);
}

static char *written(const struct frag_scenario *s)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	frag_scenario_write(s, f);
	fclose(f);
	return text;
}

static void round_trip(const char *name, const char *text)
{
	struct frag_scenario one;
	struct frag_scenario two;
	struct frag_error e = { 0 };
	char *first;
	char *second;

	if (frag_scenario_parse(&one, name, text, whole, &e))
		fail_msg("%s: %s: %s", name, e.what, e.why);
	first = written(&one);
	/* Of another machine: what was a percentage must not be one now. */
	if (frag_scenario_parse(&two, name, first, 1, &e))
		fail_msg("%s again: %s: %s", name, e.what, e.why);
	second = written(&two);
	assert_string_equal(first, second);
	assert_int_equal(one.nphases, two.nphases);
	assert_true(json_equal(one.references, two.references));
	assert_true(json_equal(one.expect, two.expect));
	assert_string_equal(one.about, two.about);
	free(first);
	free(second);
	frag_scenario_free(&one);
	frag_scenario_free(&two);
}

static void test_round_trip(void **state)
{
	(void)state;
	round_trip("all", all_sections);
	for (unsigned i = 0; frag_builtins[i].name; i++)
		round_trip(frag_builtins[i].name, frag_builtins[i].text);
	for (unsigned i = 0; frag_workloads[i]; i++) {
		char text[256];

		snprintf(text, sizeof(text),
			 "[phase a]\ndo = run\nworkload = %s\n",
			 frag_workloads[i]->name);
		round_trip(frag_workloads[i]->name, text);
	}
}

static void test_defaults_explicit(void **state)
{
	struct frag_scenario s;
	char *text;

	(void)state;
	parse(&s, "[phase a]\ndo = run\nworkload = sbrk-interleave\n");
	text = written(&s);
	assert_non_null(strstr(text, "\nstart = as-is\n"));
	assert_non_null(strstr(text, "\nfloor = 64M\n"));
	assert_non_null(strstr(text, "\nprocesses = 2\n"));
	assert_non_null(strstr(text, "\ncpus = same\n"));
	assert_non_null(strstr(text, "\npages = 200000\n"));
	assert_non_null(strstr(text, "\nmode = lockstep\n"));
	free(text);
	frag_scenario_free(&s);
}

/* Every text that is wrong, and what must be said of it. */
static const struct wrong {
	const char *text;
	const char *what;
	const char *why;
} wrongs[] = {
	{ "", "no [phase NAME] in scenario 'x'", "" },
	{ "[scenario]\npcp = small\n", "no [phase NAME]", "" },
	{ "[scenario]\n\npcp = tiny\n", "scenario x, line 3: pcp: cannot be",
	  "small|default" },
	{ "[scenario]\nrate = 0.5\n", "line 2: rate: cannot be '0.5'", "1" },
	{ "[scenario]\nballast = 101%\n", "line 2: ballast: cannot be", "" },
	{ "[scenario]\nflor = 1M\n", "line 2: unknown key 'flor'",
	  "did you mean floor?" },
	{ "[scenario]\nfrobnicate = 1\n", "unknown key 'frobnicate'", "" },
	{ "[stage a]\ndo = settle\n", "line 1: unknown section 'stage a'",
	  "[phase NAME]" },
	{ "[stage]\n[phase a]\n", "line 1: unknown section 'stage'", "" },
	{ "[phase a]\nnothing\nfur = 1s\n", "line 2: not a key = value", "" },
	{ "[phase a]\nfur = 1s\nnothing\n", "line 2: unknown key 'fur'", "" },
	{ "[phase a]\nfor = 1s\n\t\tdo = settle\n",
	  "line 3: for: cannot be 'do = settle'", "" },
	{ "key = 1\n", "line 1: unknown section ''", "[scenario]" },
	{ "[phase a]\nnothing\n", "line 2: not a key = value", "" },
	{ "[phase a\ndo = settle\n", "line 1: not a key = value", "" },
	{ "[phase A]\ndo = settle\n", "line 1: cannot name a phase 'A'", "a-z" },
	{ "[phase a.b]\ndo = settle\n", "cannot name a phase 'a.b'", "" },
	{ "[phase setup]\ndo = settle\n", "cannot name a phase 'setup'", "" },
	{ "[phase teardown]\ndo = settle\n", "cannot name a phase", "" },
	{ "[phase aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]\ndo = settle\n",
	  "cannot name a phase", "" },
	{ "[phase a]\ndo = dance\n", "line 2: do: cannot be 'dance'",
	  "settle|run|stop|release|free|wait|drain|compact|probe" },
	{ "[phase a]\nfor = soon\n", "line 2: for: cannot be 'soon'", "" },
	{ "[phase a]\nfur = 1s\n", "unknown key 'fur'", "did you mean for?" },
	{ "[phase a]\nworkload = sbrk-interleaf\n",
	  "line 2: unknown workload 'sbrk-interleaf'",
	  "did you mean sbrk-interleave?" },
	{ "[phase a]\npages = 1\n", "line 2: unknown key 'pages'", "" },
	{ "[phase a]\nworkload = null\npages = 1\n", "unknown key 'pages'", "" },
	{ "[phase a]\nworkload = sbrk-interleave\npagse = 1\n",
	  "line 3: unknown key 'pagse'", "did you mean pages?" },
	{ "[phase a]\nworkload = sbrk-interleave\npages = 0\n",
	  "pages: cannot be '0'", "" },
	{ "[phase a]\nworkload = null\nprocesses = 0\n",
	  "processes: cannot be '0'", "1" },
	{ "[phase a]\nworkload = null\nprocesses = 251\n",
	  "processes: cannot be '251'", "250" },
	{ "[phase a]\ndo = settle\n[reference r]\na = 1 x\n",
	  "line 4: cannot read the reference row 'a'", "free blocks" },
	{ "[phase a]\ndo = settle\n[reference r]\na =\n",
	  "cannot read the reference row 'a'", "" },
	{ "[phase a]\ndo = settle\n[expect]\nunusable = 0.5\n",
	  "line 4: cannot expect '0.5'", ">=" },
	{ "[phase a]\ndo = settle\n[expect]\nunusable = >= much\n",
	  "cannot expect '>= much'", "unusable takes" },
};

static void test_wrong(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(wrongs) / sizeof(*wrongs); i++) {
		struct frag_scenario s;
		struct frag_error e = { 0 };
		int rc =
			frag_scenario_parse(&s, "x", wrongs[i].text, whole, &e);

		if (!rc || !strstr(e.what, wrongs[i].what) ||
		    !strstr(e.why, wrongs[i].why))
			fail_msg("%s\n -> %d %s: %s", wrongs[i].text, rc,
				 e.what, e.why);
		assert_int_equal(frag_error_code(&e), FRAG_EXIT_USAGE);
		frag_scenario_free(&s);
	}
}

/* More of a thing than there is room for is an error, never an overrun. */
static void test_too_many(void **state)
{
	struct frag_scenario s;
	struct frag_error e = { 0 };
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	(void)state;
	for (unsigned i = 0; i <= FRAG_PHASES_MAX; i++)
		fprintf(f, "[phase p%u]\ndo = settle\n", i);
	fclose(f);
	assert_int_equal(frag_scenario_parse(&s, "x", text, whole, &e),
			 -EINVAL);
	assert_non_null(strstr(e.what, "too many phases at 'p128'"));
	frag_scenario_free(&s);
	free(text);

	frag_error_clear(&e);
	f = open_memstream(&text, &size);
	fputs("[phase a]\ndo = run\n", f);
	for (unsigned i = 0; i <= FRAG_INSTANCES_MAX; i++)
		fputs("workload = null\n", f);
	fclose(f);
	assert_int_equal(frag_scenario_parse(&s, "x", text, whole, &e),
			 -EINVAL);
	assert_non_null(strstr(e.what, "too many workloads in phase 'a'"));
	frag_scenario_free(&s);
	free(text);
}

/* A line that does not fit is not cut into two. */
static void test_long_line(void **state)
{
	struct frag_scenario s;
	struct frag_error e = { 0 };
	char text[1024];

	(void)state;
	snprintf(text, sizeof(text),
		 "[phase a]\n[reference r]\nabout = %0150d\na = 1\n", 0);
	parse(&s, text);
	round_trip("long", text);
	frag_scenario_free(&s);
	snprintf(text, sizeof(text),
		 "[phase a]\n[reference r]\nabout = %0300d\na = 1\n", 0);
	assert_int_equal(frag_scenario_parse(&s, "x", text, whole, &e),
			 -EINVAL);
	assert_string_equal(e.what, "scenario x, line 3: the line is too long");
	frag_scenario_free(&s);
}

static void test_load(void **state)
{
	struct scratch d;
	struct frag_scenario s;
	struct frag_error e = { 0 };
	char path[PATH_MAX + 32];

	(void)state;
	scratch_make(&d);
	scratch_text(&d, "My_Own.ini", "[phase a]\ndo = settle\n");
	snprintf(path, sizeof(path), "%s/My_Own.ini", d.path);
	assert_int_equal(frag_scenario_load(&s, path, whole, &e), 0);
	assert_string_equal(s.name, "my-own");
	frag_scenario_free(&s);

	assert_int_equal(frag_scenario_load(&s, "none.ini", whole, &e),
			 -ENOENT);
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_USAGE);
	frag_scenario_free(&s);
	frag_error_clear(&e);
	assert_true(frag_scenario_load(&s, d.path, whole, &e) < 0);
	frag_scenario_free(&s);

	assert_int_equal(frag_scenario_load(&s, "null", whole, &e), 0);
	assert_int_equal(s.nphases, 3);
	assert_string_equal(s.phases[1].instances[0].type->name, "null");
	frag_scenario_free(&s);
	frag_error_clear(&e);
	assert_int_equal(frag_scenario_load(&s, "nul", whole, &e), -EINVAL);
	assert_string_equal(e.why, "did you mean null?");
	assert_string_equal(e.mend, "fragbench list");
	frag_scenario_free(&s);
	scratch_remove(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sections),
		cmocka_unit_test(test_empty_phase),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_defaults_explicit),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
