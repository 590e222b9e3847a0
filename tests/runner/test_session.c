// SPDX-License-Identifier: GPL-2.0-or-later
/* A whole session on this machine, with a summary made up for it: which files
 * there are, what the manifest says, and what a failure on the way leaves. */
#include <time.h>

#include "base/csv.h"
#include "base/json.h"
#include "clock.h"
#include "scratch.h"
#include "session.h"
#include "tell.h"

static const char *const phases[] = { "setup", "work", NULL };
static bool is_failing;

struct bench {
	struct scratch d;
	struct frag_session s;
	struct frag_session_config config;
	struct frag_error e;
};

static json_t *summarize(int dirfd, struct frag_error *e)
{
	json_t *sum = json_pack("{s:b}", "trusted", 1);

	if (is_failing) {
		json_decref(sum);
		frag_fail(e, -EIO, "no sum");
		return NULL;
	}
	assert_int_equal(frag_json_write(dirfd, "summary.json", sum, e), 0);
	return sum;
}

static json_t *index_columns(unsigned orders)
{
	assert_true(orders >= 8);
	return json_array();
}

static int bench_set(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	static char *argv[] = { (char *)(uintptr_t) "fragbench",
				(char *)(uintptr_t) "x\xff", NULL };

	assert_non_null(b);
	scratch_make(&b->d);
	b->config = (struct frag_session_config){
		.kind = "run",
		.scenario = "made-up",
		.output = b->d.path,
		.series = "abc",
		.repeat = 2,
		.repeats = 3,
		.seed = 42,
		.rate = 100,
		.phases = phases,
		.argc = 2,
		.argv = argv,
		.summarize = summarize,
		.index_columns = index_columns,
	};
	is_failing = false;
	*state = b;
	return 0;
}

static int bench_clear(void **state)
{
	struct bench *b = *state;

	frag_session_close(&b->s);
	scratch_remove(&b->d);
	free(b);
	return 0;
}

static void open_and_watch(struct bench *b)
{
	const struct timespec ts = frag_timespec(50000000);

	assert_int_equal(frag_session_open(&b->s, &b->config, &b->e), 0);
	if (frag_session_watch(&b->s, &b->e))
		fail_msg("%s: %s", b->e.what, b->e.why);
	clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, NULL);
}

static const char *text_of(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text ? text : "";
}

static json_t *manifest(struct bench *b)
{
	json_t *m = frag_json_read(b->s.rundir.dirfd, "manifest.json", &b->e);

	assert_non_null(m);
	return m;
}

static void test_done(void **state)
{
	struct bench *b = *state;
	json_t *m;
	json_t *file;
	bool has_buddy = false;
	size_t i;

	open_and_watch(b);
	assert_int_equal(frag_session_finish(&b->s, "done", &b->e), 0);
	assert_true(b->s.rundir.is_sealed);
	assert_true(json_is_true(json_object_get(b->s.summary, "trusted")));
	m = manifest(b);
	assert_string_equal(text_of(m, "status"), "done");
	assert_string_equal(text_of(m, "kind"), "run");
	assert_string_equal(text_of(m, "series"), "abc");
	assert_int_equal(json_integer_value(json_object_get(m, "seed")), 42);
	assert_int_equal(json_integer_value(json_object_get(m, "repeats")), 3);
	assert_string_equal(json_string_value(json_array_get(
				    json_object_get(m, "command"), 1)),
			    "x?");
	json_array_foreach(json_object_get(m, "files"), i, file)
	{
		if (!strcmp(text_of(file, "name"), "index.csv"))
			continue; /* made up: it is not there */
		assert_int_equal(strlen(text_of(file, "sha256")), 64);
		if (strcmp(text_of(file, "name"), "buddy.csv") != 0)
			continue;
		has_buddy = true;
		assert_true(json_integer_value(json_object_get(file, "rows")) >
			    2);
	}
	assert_true(has_buddy);
	json_decref(m);
}

static void test_machine(void **state)
{
	struct bench *b = *state;
	json_t *machine;
	json_t *m;

	open_and_watch(b);
	assert_int_equal(frag_session_finish(&b->s, "done", &b->e), 0);
	m = manifest(b);
	machine = json_object_get(m, "machine");
	assert_int_equal(
		json_integer_value(json_object_get(machine, "page_size")),
		sysconf(_SC_PAGESIZE));
	assert_int_equal(json_integer_value(json_object_get(machine, "cpus")),
			 sysconf(_SC_NPROCESSORS_ONLN));
	assert_in_range(
		json_integer_value(json_object_get(machine, "pageblock_order")),
		1, 20);
	assert_true(json_integer_value(
			    json_object_get(machine, "mem_total_bytes")) >
		    json_integer_value(
			    json_object_get(machine, "mem_available_bytes")));
	assert_true(strlen(text_of(machine, "kernel")) > 0);
	assert_true(json_array_size(json_object_get(machine, "nodes")) >= 1);
	assert_true(json_is_object(json_object_get(machine, "thp")));
	assert_null(json_object_get(machine, "guest"));
	json_decref(m);
}

/* Every key of the machine stands in results/README.md. */
static void machine_is_specified(const json_t *machine)
{
	char *text = file_read(TESTS_DIR "/../results", "/README.md", NULL);
	char *row = strstr(text, "\n| machine | ");
	const char *key;
	json_t *value;

	assert_non_null(row);
	row[1 + strcspn(row + 1, "\n")] = '\0';
	json_object_foreach((json_t *)(uintptr_t)machine, key, value)
	{
		const char *at = strstr(row, key);

		while (at && (strchr("abcdefghijklmnopqrstuvwxyz_", at[-1]) ||
			      (at[strlen(key)] &&
			       strchr("abcdefghijklmnopqrstuvwxyz_",
				      at[strlen(key)]))))
			at = strstr(at + 1, key);
		if (!at)
			fail_msg("results/README.md has no machine.%s", key);
	}
	free(text);
}

/* A guest says of itself what its host has told it. */
static void test_guest(void **state)
{
	struct bench *b = *state;
	json_t *guest = json_pack("{s:s, s:s}", "accel", "tcg", "qemu", "7.2");
	json_t *machine;
	json_t *m;

	b->config.guest = guest;
	open_and_watch(b);
	assert_int_equal(frag_session_finish(&b->s, "done", &b->e), 0);
	m = manifest(b);
	machine = json_object_get(m, "machine");
	assert_true(json_equal(json_object_get(machine, "guest"), guest));
	assert_true(json_is_string(json_object_get(machine, "hypervisor")));
	machine_is_specified(machine);
	json_decref(m);
	json_decref(guest);
}

static void test_interrupted(void **state)
{
	struct bench *b = *state;

	open_and_watch(b);
	assert_int_equal(frag_session_finish(&b->s, "interrupted", &b->e), 0);
	assert_false(b->s.rundir.is_sealed);
	assert_non_null(b->s.summary);
}

static void test_no_summary(void **state)
{
	struct bench *b = *state;
	json_t *m;

	is_failing = true;
	open_and_watch(b);
	assert_true(frag_session_finish(&b->s, "done", &b->e) < 0);
	assert_string_equal(b->e.what, "no sum");
	m = manifest(b);
	assert_string_equal(text_of(m, "status"), "failed");
	json_decref(m);
}

/* Given up half-way: nothing may go on reading what is freed. */
static void test_given_up(void **state)
{
	struct bench *b = *state;

	open_and_watch(b);
	frag_session_close(&b->s);
	assert_null(b->s.sampler);
}

/* Nothing more is sampled, and that twice is no failure. */
static void test_unwatch(void **state)
{
	const struct timespec ts = frag_timespec(30000000);
	struct bench *b = *state;
	struct stat before;
	struct stat after;

	open_and_watch(b);
	assert_int_equal(frag_session_unwatch(&b->s, &b->e), 0);
	assert_int_equal(fstatat(b->s.rundir.dirfd, "sampler.csv", &before, 0),
			 0);
	clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, NULL);
	assert_int_equal(frag_session_unwatch(&b->s, &b->e), 0);
	assert_int_equal(frag_session_finish(&b->s, "done", &b->e), 0);
	assert_int_equal(fstatat(b->s.rundir.dirfd, "sampler.csv", &after, 0),
			 0);
	assert_int_equal(before.st_size, after.st_size);
}

/* Only a phase that was about one node names it. */
static void test_node_of_phase(void **state)
{
	static const struct frag_phase_row rows[] = {
		{ "a", "compact", 0, 10, { "done", 5, 7, "12" } },
		{ "b", "compact", 10, 30, { "done", 5, 7, NULL } },
	};
	json_t *manifest = json_object();
	json_t *told = frag_phases_json(manifest, NULL, rows, 2);

	(void)state;
	assert_int_equal(json_integer_value(json_object_get(
				 json_array_get(told, 0), "node")),
			 12);
	assert_null(json_object_get(json_array_get(told, 1), "node"));
	json_decref(told);
	json_decref(manifest);
}

/* phases.csv, latency.csv and probes.csv of a run that never was. */
static void test_tables(void **state)
{
	static const struct frag_phase_row rows[] = {
		{ "setup", "setup", 0, 10, { "done", 0, 0, NULL } },
		{ "work", "run", 10, 30, { "failed", 5, 7, NULL } },
	};
	struct bench *b = *state;
	struct frag_worker_share share[2] = { 0 };
	struct frag_scenario s;
	static struct frag_stage st;
	struct frag_crew *crew = &st.crew;
	struct frag_probe_result asked = { .label = "thp",
					   .order = 9,
					   .node = -1,
					   .stopped = "done",
					   .verified = "pool" };
	char *text;

	assert_int_equal(frag_scenario_parse(&s, "x",
					     "[phase work]\ndo = run\n"
					     "workload = null\nprocesses = 2\n",
					     1, &b->e),
			 0);
	for (unsigned i = 0; i < 2; i++) {
		crew->workers[i].instance = &s.phases[0].instances[0];
		crew->workers[i].share = &share[i];
		frag_histogram_add(&share[i].step_ns, 5);
		frag_histogram_add(&share[i].step_ns, 1000 * i + 40);
	}
	assert_int_equal(frag_session_open(&b->s, &b->config, &b->e), 0);
	crew->count = 2;
	st.scenario = &s;
	asked.causes[0] = (struct frag_probe_cause){ -ENOMEM, 3 };
	asked.causes[1] = (struct frag_probe_cause){ FRAG_SMALLER, 1 };
	frag_histogram_add(&asked.latency, 7);
	frag_probe_log_add(&st.probes, "work", &asked, 1);
	assert_int_equal(frag_tell_tables(&b->s.rundir, &st, rows, 2), 0);
	frag_probe_log_free(&st.probes);
	text = file_read(b->s.rundir.path, "/phases.csv", NULL);
	assert_string_equal(text, "phase,do,result,start_ns,end_ns,"
				  "action_wall_ns,action_cpu_ns\n"
				  "setup,setup,done,0,10,0,0\n"
				  "work,run,failed,10,30,5,7\n");
	free(text);
	/* Both workers together; 40 lies in 40..41, 1040 in 1024..1087. */
	text = file_read(b->s.rundir.path, "/latency.csv", NULL);
	assert_string_equal(text, "phase,workload,low_ns,high_ns,count\n"
				  "work,null,5,5,2\n"
				  "work,null,40,41,1\n"
				  "work,null,1024,1087,1\n"
				  "work,probe:thp,7,7,1\n");
	free(text);
	text = file_read(b->s.rundir.path, "/probes.csv", NULL);
	assert_non_null(strstr(text, "work,thp,9,all,0,0,0,0,done,pool,"
				     "ENOMEM 3; smaller 1,7,7,7,7,7,,0,,,,"));
	free(text);
	frag_scenario_free(&s);
}

static void test_results_dir(void **state)
{
	(void)state;
	unsetenv("FRAGBENCH_RESULTS");
	assert_string_equal(frag_results_dir(NULL), "results");
	assert_string_equal(frag_results_dir(""), "results");
	setenv("FRAGBENCH_RESULTS", "/there", 1);
	assert_string_equal(frag_results_dir(NULL), "/there");
	assert_string_equal(frag_results_dir("here"), "here");
	setenv("FRAGBENCH_RESULTS", "", 1);
	assert_string_equal(frag_results_dir(NULL), "results");
	unsetenv("FRAGBENCH_RESULTS");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_set, bench_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_done),
		TEST(test_machine),
		TEST(test_guest),
		TEST(test_interrupted),
		TEST(test_no_summary),
		TEST(test_given_up),
		TEST(test_unwatch),
		TEST(test_tables),
		cmocka_unit_test(test_node_of_phase),
		cmocka_unit_test(test_results_dir),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
