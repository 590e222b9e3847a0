// SPDX-License-Identifier: GPL-2.0-or-later
/* What makes a run doubtful, and that nothing else does. */
#include "rundir.h"

static const char sampler_header[] = "t_ns,phase,kind,late_ns,cost_ns,lost\n";

static int is_trusted(struct rundir *d)
{
	rundir_summarize(d);
	assert_int_equal(!json_array_size(json_object_get(d->summary, "doubts")),
			 json_is_true(json_object_get(d->summary, "trusted")));
	return json_is_true(json_object_get(d->summary, "trusted"));
}

static void quiet_run_is_trusted(void **state)
{
	struct rundir *d = *state;

	rundir_put(d, "sampler.csv", "%s", sampler_header);
	rundir_put(d, "sampler.csv", "1,p,mark,0,100,0\n2,p,tick,50,100,0\n");
	rundir_put(d, "vmstat.csv",
		   "t_ns,phase,pswpout,oom_kill,nr_free\n"
		   "1,p,77,3,9\n2,p,77,3,1\n");
	assert_true(is_trusted(d));
}

static void status_speaks_against_it(void **state)
{
	struct rundir *d = *state;

	rundir_manifest(d, ",\"status\":\"running\"");
	assert_false(is_trusted(d));
	assert_true(rundir_says(d, "doubts", "was interrupted"));
	rundir_manifest(d, ",\"status\":\"failed\"");
	assert_false(is_trusted(d));
	assert_true(rundir_says(d, "doubts", "its status is \"failed\""));
	rundir_manifest(d, "");
	assert_false(is_trusted(d));
}

static void warnings_are_sorted_by_severity(void **state)
{
	struct rundir *d = *state;

	rundir_manifest(d, ",\"status\":\"done\",\"warnings\":["
			   "{\"severity\":\"note\",\"phase\":\"a\","
			   "\"text\":\"one\"},"
			   "{\"severity\":\"doubt\",\"text\":\"two\"}]");
	assert_false(is_trusted(d));
	assert_true(rundir_says(d, "notes", "a: one"));
	assert_true(rundir_says(d, "doubts", "two"));
	assert_false(rundir_says(d, "doubts", "one"));
}

static void failed_phase_is_a_doubt_and_open_one_a_note(void **state)
{
	struct rundir *d = *state;

	rundir_put(d, "phases.csv",
		   "phase,do,result,start_ns,end_ns,action_wall_ns,"
		   "action_cpu_ns\na,free,failed,1,2,0,0\n");
	rundir_put(d, "psi.csv",
		   "t_ns,phase,some_total_us,full_total_us\n"
		   "3,b,0,0\n9,b,0,0\n");
	assert_false(is_trusted(d));
	assert_true(rundir_says(d, "doubts", "The phase a failed."));
	assert_true(rundir_says(d, "notes", "The phase b has no end"));
}

static void lost_and_late_samples_are_doubts(void **state)
{
	struct rundir *d = *state;

	rundir_manifest(d, ",\"status\":\"done\",\"options\":{\"rate\":10},"
			   "\"duration_ns\":1000000");
	rundir_put(d, "sampler.csv", "%s", sampler_header);
	rundir_put(d, "sampler.csv",
		   "1,p,mark,0,1000,0\n"
		   "2,p,tick,99000000,3000,0\n");
	assert_true(is_trusted(d));
	assert_metric(d, "sampler.samples", 2);
	assert_metric(d, "sampler.late_max_us", 99000);
	assert_metric(d, "sampler.cpu_share", 0.004);
	rundir_put(d, "sampler.csv", "3,p,tick,99000000,1000,1\n");
	assert_false(is_trusted(d));
	assert_true(rundir_says(d, "doubts", "1 sample was lost"));
	rundir_put(d, "sampler.csv", "4,p,tick,101000000,1000,2\n");
	assert_false(is_trusted(d));
	assert_true(rundir_says(d, "doubts", "2 samples were lost"));
	assert_true(rundir_says(d, "doubts", "The sampler was late"));
	rundir_manifest(d, ",\"status\":\"done\",\"options\":{\"rate\":\"5\"}");
	assert_false(is_trusted(d));
	assert_false(rundir_says(d, "doubts", "The sampler was late"));
}

/* How late an emulator was is no time; the marks of the phases never are. */
static void late_emulator_is_a_note(void **state)
{
	struct rundir *d = *state;

	rundir_guest(d, "\"guest\":{\"accel\":\"tcg\"}", "");
	rundir_put(d, "sampler.csv", "%s1,p,tick,300000000,1000,1\n",
		   sampler_header);
	assert_true(is_trusted(d));
	assert_true(rundir_says(d, "notes",
				"1 sample between the phases was lost"));
	rundir_put(d, "sampler.csv", "2,p,tick,300000000,1000,4\n");
	assert_true(is_trusted(d));
	assert_true(rundir_says(d, "notes", "late, as it may be under TCG"));
	assert_true(rundir_says(d, "notes", "4 samples between the phases"));
	rundir_guest(d, "\"guest\":{\"accel\":\"kvm\"}", "");
	assert_false(is_trusted(d));
}

static void swapping_and_oom_kills_are_doubts(void **state)
{
	struct rundir *d = *state;

	rundir_put(d, "vmstat.csv",
		   "t_ns,phase,pswpout,oom_kill\n"
		   "1,p,77,3\n2,p,80,3\n3,q,80,4\n");
	assert_false(is_trusted(d));
	assert_true(rundir_says(d, "doubts", "3 pages were swapped out"));
	assert_true(rundir_says(d, "doubts", "ended 1 processes"));
}

static void counter_that_went_back_is_a_doubt(void **state)
{
	struct rundir *d = *state;

	rundir_put(d, "psi.csv",
		   "t_ns,phase,some_total_us,full_total_us\n"
		   "1,a,5000,100\n2,a,7500,100\n"
		   "3,b,8000,50\n4,b,8000,50\n5,b,8001,60\n");
	assert_false(is_trusted(d));
	assert_true(rundir_says(d, "doubts", "full_total_us went backwards"));
	assert_false(rundir_says(d, "doubts", "some_total_us"));
	assert_metric(d, "psi_some_ms.a", 2.5);
	assert_metric(d, "psi_some_ms.b", 0.001);
	assert_metric(d, "psi_full_ms.b", 0.01);
	rundir_put(d, "psi.csv", "6,b,9000,20\n");
	assert_false(is_trusted(d));
	rundir_lacks(d, "psi_full_ms.b", "went backwards");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		rundir_test(quiet_run_is_trusted),
		rundir_test(status_speaks_against_it),
		rundir_test(warnings_are_sorted_by_severity),
		rundir_test(failed_phase_is_a_doubt_and_open_one_a_note),
		rundir_test(lost_and_late_samples_are_doubts),
		rundir_test(late_emulator_is_a_note),
		rundir_test(swapping_and_oom_kills_are_doubts),
		rundir_test(counter_that_went_back_is_a_doubt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
