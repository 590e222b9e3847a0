// SPDX-License-Identifier: GPL-2.0-or-later
/* Manifests that cannot be used, and phases that no list tells of. */
#include "rundir.h"

static void manifest_is(struct rundir *d, const char *text)
{
	rundir_drop(d, "manifest.json");
	rundir_put(d, "manifest.json", "%s\n", text);
}

static void other_schemas_are_refused(void **state)
{
	struct rundir *d = *state;

	manifest_is(d, "{\"schema\":2}");
	rundir_fails(d, "manifest.json is of a schema that is not known here",
		     "it has schema 2, known is 1");
	manifest_is(d, "{\"schema\":\"1\"}");
	rundir_fails(d, "manifest.json is of a schema that is not known here",
		     "it names no schema");
	manifest_is(d, "[]");
	rundir_fails(d, "manifest.json is of a schema that is not known here",
		     "it names no schema");
}

static void machine_must_be_told(void **state)
{
	struct rundir *d = *state;

	manifest_is(d, "{\"schema\":1}");
	rundir_fails(d, "manifest.json cannot be used", "machine.page_size");
	manifest_is(d, "{\"schema\":1,\"machine\":{\"page_size\":4096,"
		       "\"orders\":21}}");
	rundir_fails(d, "manifest.json cannot be used",
		     "machine.orders is no number from 1 to 20");
	manifest_is(d, "{\"schema\":1,\"machine\":{\"page_size\":4096,"
		       "\"orders\":11,\"pageblock_order\":11}}");
	rundir_fails(d, "manifest.json cannot be used",
		     "machine.pageblock_order is no number from 0 to 10");
}

static void junk_and_nothing_are_errors(void **state)
{
	struct rundir *d = *state;

	manifest_is(d, "{\"schema\":1");
	rundir_fails(d, "manifest.json is not JSON", "line ");
	rundir_drop(d, "manifest.json");
	rundir_fails(d, "cannot open manifest.json", "No such file");
}

static const json_t *phase_at(const struct rundir *d, size_t i)
{
	return json_array_get(json_object_get(d->summary, "phases"), i);
}

static void phase_is(const json_t *phase, const char *name, const char *kind,
		     const char *result, int start_ns, int end_ns)
{
	assert_string_equal(json_string_value(json_object_get(phase, "name")),
			    name);
	assert_string_equal(json_string_value(json_object_get(phase, "do")),
			    kind);
	assert_string_equal(json_string_value(json_object_get(phase, "result")),
			    result);
	assert_int_equal(json_integer_value(json_object_get(phase, "start_ns")),
			 start_ns);
	assert_int_equal(json_integer_value(json_object_get(phase, "end_ns")),
			 end_ns);
}

/* The run died in its second phase: that one is there, its times from its
 * samples, what it was to do from the manifest. */
static void open_phase_is_found_in_the_samples(void **state)
{
	struct rundir *d = *state;

	rundir_manifest(d, ",\"status\":\"running\",\"phases\":["
			   "{\"name\":\"fill\",\"do\":\"run\"},"
			   "{\"name\":\"compact\",\"do\":\"compact\"}]");
	rundir_phase(d, "fill", "run", 5, 9, 0, 0);
	rundir_put(d, "psi.csv",
		   "t_ns,phase,some_total_us,full_total_us\n"
		   "6,fill,0,0\n10,fill,0,0\n"
		   "11,compact,0,0\n"
		   "14,compact,0,0\n");
	rundir_summarize(d);
	phase_is(phase_at(d, 0), "fill", "run", "done", 5, 9);
	phase_is(phase_at(d, 1), "compact", "compact", "unfinished", 11, 14);
	assert_null(json_object_get(json_object_get(d->summary, "metrics"),
				    "effectiveness.compact"));
}

static void phase_twice_is_an_error(void **state)
{
	struct rundir *d = *state;

	rundir_phase(d, "fill", "run", 5, 9, 0, 0);
	rundir_phase(d, "fill", "run", 15, 19, 0, 0);
	rundir_fails(d, "phases.csv cannot be read",
		     "line 3, column phase: \"fill\" is there twice");
}

static void phase_without_a_name_is_an_error(void **state)
{
	struct rundir *d = *state;

	rundir_put(d, "psi.csv",
		   "t_ns,phase,some_total_us,full_total_us\n"
		   "6,,0,0\n");
	rundir_fails(d, "psi.csv cannot be read", "is no phase");
}

/* What makes a phase cannot be made without end. */
static void phases_are_bounded(void **state)
{
	struct rundir *d = *state;

	rundir_put(d, "psi.csv", "t_ns,phase,some_total_us,full_total_us\n");
	for (int i = 0; i < 1025; i++)
		rundir_put(d, "psi.csv", "6,p%d,0,0\n", i);
	rundir_fails(d, "psi.csv cannot be read",
		     "line 1026, column phase: \"p1024\" is one phase too "
		     "many");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		rundir_test(other_schemas_are_refused),
		rundir_test(machine_must_be_told),
		rundir_test(junk_and_nothing_are_errors),
		rundir_test(open_phase_is_found_in_the_samples),
		rundir_test(phase_twice_is_an_error),
		rundir_test(phase_without_a_name_is_an_error),
		rundir_test(phases_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
