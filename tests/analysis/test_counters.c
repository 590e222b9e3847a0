// SPDX-License-Identifier: GPL-2.0-or-later
/* The workloads' own counters: which phase they grew in. */
#include "rundir.h"

static const char header[] = "t_ns,phase,workload,worker,counter,value\n";
static const char workloads[] =
	",\"status\":\"done\",\"workloads\":["
	"{\"phase\":\"fill\",\"name\":\"eater\",\"counters\":{"
	"\"bites\":{\"value\":9,\"unit\":\"count\",\"about\":\"bitten\"},"
	"\"slept\":{\"value\":9,\"unit\":\"ns\",\"about\":\"asleep\"}}}]";

static void phases_write(struct rundir *d)
{
	rundir_phase(d, "rest", "settle", 0, 1000, 0, 0);
	rundir_phase(d, "fill", "run", 1000, 2000, 0, 0);
	rundir_phase(d, "later", "settle", 2000, 3000, 0, 0);
}

static void rows_write(struct rundir *d)
{
	phases_write(d);
	rundir_put(d, "counters.csv", "%s", header);
	rundir_put(d, "counters.csv",
		   "10,rest,eater,1,bites,0\n"
		   "10,rest,eater,2,bites,0\n"
		   "1010,fill,eater,1,bites,0\n"
		   "1010,fill,eater,2,bites,0\n"
		   "1990,fill,eater,1,bites,40\n"
		   "1990,fill,eater,2,bites,2\n"
		   "1990,fill,eater,2,slept,500\n"
		   "2010,later,eater,1,bites,41\n"
		   "2990,later,eater,1,bites,50\n");
}

/* Both workers together; what it does in the background counts there. */
static void phases_have_their_own(void **state)
{
	struct rundir *d = *state;
	const json_t *metrics;

	rows_write(d);
	rundir_manifest(d, workloads);
	metrics = json_object_get(rundir_summarize(d), "metrics");
	assert_metric(d, "eater.bites.fill", 42);
	assert_metric(d, "eater.bites.later", 10);
	assert_metric(d, "eater.slept.fill", 500);
	assert_null(json_object_get(metrics, "eater.bites.rest"));
	assert_null(json_object_get(metrics, "eater.slept.later"));
	assert_string_equal(
		json_string_value(json_object_get(
			rundir_metric(d, "eater.bites.fill"), "about")),
		"bitten");
}

/* Nothing happened, and that is an answer. */
static void its_own_phase_has_a_zero(void **state)
{
	struct rundir *d = *state;

	phases_write(d);
	rundir_manifest(d, workloads);
	rundir_summarize(d);
	assert_metric(d, "eater.bites.fill", 0);
}

static void times_under_tcg_are_none(void **state)
{
	struct rundir *d = *state;

	rows_write(d);
	rundir_guest(d, "\"guest\":{\"accel\":\"tcg\"}", workloads);
	rundir_summarize(d);
	assert_metric(d, "eater.bites.fill", 42);
	rundir_lacks(d, "eater.slept.fill", "TCG");
}

static void counters_never_fall(void **state)
{
	struct rundir *d = *state;

	rows_write(d);
	rundir_put(d, "counters.csv", "3100,later,eater,1,bites,7\n");
	rundir_fails(d, "counters.csv cannot be read", "is less than before");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		rundir_test(phases_have_their_own),
		rundir_test(its_own_phase_has_a_zero),
		rundir_test(times_under_tcg_are_none),
		rundir_test(counters_never_fall),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
