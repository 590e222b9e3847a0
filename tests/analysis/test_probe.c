// SPDX-License-Identifier: GPL-2.0-or-later
/* probes.csv becomes metrics; what a probe took is no step of a workload. */
#include "../../analysis/run.h"
#include "rundir.h"

static const char header[] =
	"phase,probe,order,node,asked,attempts,successes,p50_ns,p90_ns,p99_ns,"
	"p99_9_ns,max_ns,warm_p50_ns,warm_p90_ns,warm_p99_ns,warm_p99_9_ns,"
	"warm_max_ns\n";

static void shares_and_times(void **state)
{
	struct rundir *d = *state;

	rundir_phase(d, "ask", "probe", 0, 1000, 0, 0);
	rundir_put(d, "probes.csv", "%s", header);
	rundir_put(
		d, "probes.csv",
		"ask,thp,9,all,128,128,96,100,200,300,350,400,50,55,60,65,70\n"
		"ask,mthp-64k,4,0,10,10,10,1,2,3,4,5,,,,,\n");
	rundir_summarize(d);
	assert_metric(d, "probe.thp.success_share.ask", 0.75);
	assert_metric(d, "probe.thp.p99_ns.ask", 300);
	assert_metric(d, "probe.thp.warm_p50_ns.ask", 50);
	assert_metric(d, "probe.thp.warm_p90_ns.ask", 55);
	assert_metric(d, "probe.thp.warm_p99_ns.ask", 60);
	assert_metric(d, "probe.thp.warm_p99_9_ns.ask", 65);
	assert_metric(d, "probe.thp.warm_max_ns.ask", 70);
	assert_metric(d, "probe.mthp-64k.success_share.ask", 1);
	assert_metric(d, "probe.mthp-64k.max_ns.ask", 5);
	assert_null(json_object_get(json_object_get(d->summary, "metrics"),
				    "probe.mthp-64k.warm_p50_ns.ask"));
}

/* Runs of before have fewer columns of a second pass. */
static void old_runs_are_read(void **state)
{
	struct rundir *d = *state;

	rundir_phase(d, "ask", "probe", 0, 1000, 0, 0);
	rundir_put(d, "probes.csv",
		   "phase,probe,asked,successes,p50_ns,p90_ns,p99_ns,p99_9_ns,"
		   "max_ns,warm_p50_ns,warm_p99_ns\n"
		   "ask,thp,128,96,100,200,300,350,400,50,60\n");
	rundir_summarize(d);
	assert_metric(d, "probe.thp.warm_p99_ns.ask", 60);
	assert_null(json_object_get(json_object_get(d->summary, "metrics"),
				    "probe.thp.warm_p90_ns.ask"));
}

/* Without a success there is no time, and the reason is told. */
static void nothing_came(void **state)
{
	struct rundir *d = *state;
	const json_t *one;

	rundir_phase(d, "ask", "probe", 0, 1000, 0, 0);
	rundir_put(d, "probes.csv", "%s", header);
	rundir_put(d, "probes.csv", "ask,hugetlb,9,all,4,4,0,,,,,,,,,,\n");
	rundir_summarize(d);
	assert_metric(d, "probe.hugetlb.success_share.ask", 0);
	one = json_object_get(json_object_get(d->summary, "metrics"),
			      "probe.hugetlb.p50_ns.ask");
	assert_true(json_is_null(json_object_get(one, "value")));
	assert_string_equal(json_string_value(json_object_get(one, "reason")),
			    "no block came");
}

static void probes_are_no_steps(void **state)
{
	struct rundir *d = *state;

	rundir_phase(d, "ask", "probe", 0, 1000, 0, 0);
	rundir_phase(d, "fill", "run", 1000, 2000, 0, 0);
	rundir_put(d, "latency.csv",
		   "phase,workload,low_ns,high_ns,count\n"
		   "ask,probe:thp,32,33,5\n"
		   "fill,null,32,33,5\n");
	rundir_summarize(d);
	assert_null(json_object_get(json_object_get(d->summary, "metrics"),
				    "step_p50_ns.ask"));
	assert_metric(d, "step_p50_ns.fill", 33);
}

static void names_are_found(void **state)
{
	(void)state;
	assert_string_equal(frag_metric_find("probe.thp.p99_ns")->name,
			    "probe.*.p99_ns");
	assert_string_equal(frag_metric_find("probe.mthp-1M.p99_9_ns.a")->name,
			    "probe.*.p99_9_ns");
	assert_null(frag_metric_find("probe.thp"));
	assert_null(frag_metric_find("probe..p99_ns"));
	assert_null(frag_metric_find("probe.thp.p99"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		rundir_test(shares_and_times),
		rundir_test(old_runs_are_read),
		rundir_test(nothing_came),
		rundir_test(probes_are_no_steps),
		cmocka_unit_test(names_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
