// SPDX-License-Identifier: GPL-2.0-or-later
/* The phases of the manifest with their options and probes, held to
 * results/README.md. */
#include "tell.h"

#include "scratch.h"
#include "tables.h"

static const char scenario[] = "[scenario]\n"
			       "[phase fill]\ndo = run\nfor = 2s\n"
			       "workload = skeleton\n"
			       "[phase give]\ndo = release\nshare = 30%\n"
			       "[phase kill]\ndo = free\nkill = 2\n"
			       "[phase until]\ndo = wait\nfor = 1s\n"
			       "until = unusable > 0.5\n"
			       "[phase ask]\ndo = probe\nnode = 0\n"
			       "probe = thp\ncount = 7\n";

static const char *const names[] = { "setup", "fill", "give",	 "kill",
				     "until", "ask",  "teardown" };

enum { NAMES = sizeof(names) / sizeof(names[0]) };

static int phases_make(void **state)
{
	struct frag_phase_row rows[NAMES] = { { .name = NULL } };
	json_t *manifest = json_object();
	struct frag_error e = { 0 };
	struct frag_scenario s;

	for (unsigned i = 0; i < NAMES; i++) {
		rows[i].name = names[i];
		rows[i].action = "x";
		rows[i].outcome.result = "done";
	}
	if (frag_scenario_parse(&s, "name", scenario, 1 << 30, &e))
		fail_msg("%s: %s", e.what, e.why);
	*state = frag_phases_json(manifest, &s, rows, NAMES);
	frag_scenario_free(&s);
	json_decref(manifest);
	return 0;
}

static int phases_free(void **state)
{
	json_decref(*state);
	return 0;
}

/* A member's text, or "". */
static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static const char *option(json_t *phases, unsigned phase, const char *key)
{
	json_t *options =
		json_object_get(json_array_get(phases, phase), "options");

	return text_of(options, key);
}

static void options_are_those_of_the_kind(void **state)
{
	json_t *phases = *state;

	assert_int_equal(json_array_size(phases), NAMES);
	assert_null(json_object_get(json_array_get(phases, 0), "options"));
	assert_null(json_object_get(json_array_get(phases, 6), "options"));
	assert_string_equal(option(phases, 1, "for"), "2s");
	assert_string_equal(option(phases, 1, "background"), "no");
	assert_string_equal(option(phases, 1, "share"), "");
	assert_string_equal(option(phases, 1, "do"), "");
	assert_string_equal(option(phases, 2, "share"), "30%");
	assert_string_equal(option(phases, 2, "kill"), "");
	assert_string_equal(option(phases, 3, "kill"), "2");
	assert_string_equal(option(phases, 4, "until"), "unusable > 0.5");
	assert_string_equal(option(phases, 5, "node"), "0");
	assert_null(json_object_get(json_array_get(phases, 4), "probes"));
}

static void probes_stand_with_their_options(void **state)
{
	json_t *probes = json_object_get(json_array_get(*state, 5), "probes");
	json_t *one = json_array_get(probes, 0);
	json_t *options = json_object_get(one, "options");

	assert_int_equal(json_array_size(probes), 1);
	assert_string_equal(text_of(one, "name"), "thp");
	assert_string_equal(text_of(options, "count"), "7");
	assert_string_equal(text_of(options, "patience"), "32");
	assert_string_equal(text_of(options, "warm"), "yes");
}

/* Is @word in @row, by itself? */
static bool has_word(const char *row, const char *word)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz_";
	size_t n = strlen(word);

	for (const char *at = strstr(row, word); at; at = strstr(at + 1, word))
		if (!strchr(letters, at[-1]) &&
		    (!at[n] || !strchr(letters, at[n])))
			return true;
	return false;
}

static void words_check(const char *row, json_t *object, const char *what)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value) if (!has_word(row, key))
		fail_msg("results/README.md has no %s.%s", what, key);
}

/* The row @start of results/README.md; free @text. */
static const char *spec_row(const char *start, char **text)
{
	char *row;

	*text = file_read(TESTS_DIR "/../results", "/README.md", NULL);
	row = strstr(*text, start);
	assert_non_null(row);
	row[1 + strcspn(row + 1, "\n")] = '\0';
	return row;
}

/* On whose behalf a knob was written. */
static void knobs_say_who_wrote_them(void **state)
{
	static const char *const by[] = { FRAG_KNOB_BY_SCENARIO,
					  FRAG_KNOB_BY_RUN,
					  FRAG_KNOB_BY_PROBE };
	static struct frag_stage st;
	static struct frag_scenario s;
	struct frag_error e = { 0 };
	json_t *manifest = json_object();
	const char *row;
	char *text;

	(void)state;
	st.session.rundir.manifest = manifest;
	st.session.facts.page_size = 4096;
	st.scenario = &s;
	/* The last is told by the rows of the phases alone. */
	st.journal.count = 4;
	for (unsigned i = 0; i < 4; i++) {
		snprintf(st.journal.knobs[i].path,
			 sizeof(st.journal.knobs[i].path), "/proc/sys/vm/k%u",
			 i);
		st.journal.knobs[i].by = i < 3 ? by[i] : FRAG_KNOB_BY_PHASE;
	}
	st.knobs.rows = json_pack("[{s:s, s:s, s:s, s:s, s:s, s:s, s:s}]",
				  "name", "k3", "path", "/proc/sys/vm/k3", "by",
				  FRAG_KNOB_BY_PHASE, "phase", "fill", "before",
				  "1", "during", "2", "after", "1");
	assert_int_equal(frag_scenario_parse(&s, "name", scenario, 1 << 30, &e),
			 0);
	frag_tell_manifest(&st, NULL, 0);
	row = spec_row("\n| knobs | every knob", &text);
	assert_int_equal(json_array_size(json_object_get(manifest, "knobs")),
			 4);
	for (unsigned i = 0; i < 4; i++) {
		json_t *knob =
			json_array_get(json_object_get(manifest, "knobs"), i);

		assert_string_equal(text_of(knob, "by"),
				    st.journal.knobs[i].by);
		assert_true(has_word(row, st.journal.knobs[i].by));
		words_check(row, knob, "knobs");
	}
	free(text);
	frag_phase_knobs_free(&st.knobs);
	frag_scenario_free(&s);
	json_decref(manifest);
}

/* Whatever is written of a phase stands in results/README.md. */
static void phases_are_specified(void **state)
{
	char *text;
	const char *row = spec_row("\n| phases | as phases.csv", &text);
	json_t *phase;
	json_t *query;
	size_t i;
	size_t k;

	assert_true(has_word(row, "options") && has_word(row, "probes"));
	json_array_foreach(*state, i, phase)
	{
		words_check(row, json_object_get(phase, "options"), "phases");
		json_array_foreach(json_object_get(phase, "probes"), k, query)
			words_check(row, json_object_get(query, "options"),
				    "phases.probes");
	}
	for (const struct frag_option *o = frag_phase_options; o->name; o++)
		if (strcmp(o->name, "do") != 0 && !has_word(row, o->name))
			fail_msg("results/README.md has no phases.%s", o->name);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_those_of_the_kind),
		cmocka_unit_test(probes_stand_with_their_options),
		cmocka_unit_test(knobs_say_who_wrote_them),
		cmocka_unit_test(phases_are_specified),
	};

	return cmocka_run_group_tests(tests, phases_make, phases_free);
}
