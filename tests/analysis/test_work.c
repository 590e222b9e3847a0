// SPDX-License-Identifier: GPL-2.0-or-later
/* What the workers felt: their rate, their steps, their owners' mixture. */
#include "rundir.h"

static const char ops_header[] = "t_ns,phase,workload,worker,state,ops,pages\n";
static const char owners_header[] =
	"t_ns,phase,pageblock_pfn,owned,owners,runs,pairs,switches\n";

/* Two workers, one a little slower, that hold still for a second afterwards:
 * 3000 pages between the samples at 1 s and at 3 s. */
static void gain_write(struct rundir *d)
{
	rundir_phase(d, "fill", "run", 500000000, 4000000000, 0, 0);
	rundir_put(d, "ops.csv", "%s", ops_header);
	rundir_put(d, "ops.csv",
		   "500000000,fill,w,1,0,0,0\n"
		   "1000000000,fill,w,1,1,0,0\n"
		   "1000000000,fill,w,2,1,0,0\n"
		   "2000000000,fill,w,1,2,9,2000\n"
		   "2000000000,fill,w,2,1,4,400\n"
		   "3000000000,fill,w,1,2,9,2000\n"
		   "3000000000,fill,w,2,2,9,1000\n"
		   "4000000000,fill,w,1,2,9,2000\n"
		   "4000000000,fill,w,2,2,9,1000\n");
}

static void rate_ends_with_the_last_gain(void **state)
{
	struct rundir *d = *state;

	gain_write(d);
	rundir_summarize(d);
	assert_metric(d, "pages_per_s.fill", 1500);
}

static void manifest_knows_the_time_better(void **state)
{
	struct rundir *d = *state;

	gain_write(d);
	rundir_manifest(d, ",\"status\":\"done\",\"workloads\":["
			   "{\"phase\":\"other\",\"elapsed_ns\":1},"
			   "{\"phase\":\"fill\",\"elapsed_ns\":1200000000},"
			   "{\"phase\":\"fill\"}]");
	rundir_summarize(d);
	assert_metric(d, "pages_per_s.fill", 2500);
}

/* Pages of an earlier phase are none of this one; giving back is no gain. */
static void only_the_gain_of_the_phase_counts(void **state)
{
	struct rundir *d = *state;
	const json_t *metrics;

	gain_write(d);
	rundir_put(d, "ops.csv",
		   "5000000000,more,w,2,1,9,1000\n"
		   "6000000000,more,w,2,1,9,900\n"
		   "7000000000,more,w,2,1,9,1900\n"
		   "8000000000,rest,w,2,4,9,1900\n");
	rundir_phase(d, "rest", "settle", 1, 2, 0, 0);
	metrics = json_object_get(rundir_summarize(d), "metrics");
	assert_metric(d, "pages_per_s.more", 1000);
	assert_null(json_object_get(metrics, "pages_per_s.rest"));
}

/* All came between the start of the phase and its only sample. */
static void first_sample_counts_from_the_phase_start(void **state)
{
	struct rundir *d = *state;

	rundir_phase(d, "fill", "run", 1000000000, 9000000000, 0, 0);
	rundir_put(d, "ops.csv", "%s", ops_header);
	rundir_put(d, "ops.csv", "3000000000,fill,w,1,1,1,5000\n");
	rundir_summarize(d);
	assert_metric(d, "pages_per_s.fill", 2500);
}

static void no_gain_and_no_time_have_reasons(void **state)
{
	struct rundir *d = *state;

	rundir_manifest(d, ",\"workloads\":[{\"phase\":\"idle\"}]");
	rundir_put(d, "ops.csv", "%s", ops_header);
	rundir_put(d, "ops.csv",
		   "3000000000,idle,w,1,1,1,0\n"
		   "3000000000,quick,w,1,1,1,7\n");
	rundir_summarize(d);
	rundir_lacks(d, "pages_per_s.idle", "no worker was seen to gain");
	rundir_lacks(d, "pages_per_s.quick", "too quick");
}

static void absurd_worker_fails(void **state)
{
	struct rundir *d = *state;

	rundir_put(d, "ops.csv", "%s", ops_header);
	rundir_put(d, "ops.csv", "1,fill,w,4000000000,1,1,0\n");
	rundir_fails(d, "ops.csv cannot be read", "one worker too many");
}

/* 98 steps of 4096 to 4351 ns, one of 6144 to 6399, one of 65536 to 69631. */
static void steps_of_all_workloads_are_merged(void **state)
{
	struct rundir *d = *state;

	rundir_put(d, "latency.csv",
		   "phase,workload,low_ns,high_ns,count\n"
		   "fill,w,4096,4351,90\n"
		   "fill,v,4096,4351,8\n"
		   "fill,w,65536,69631,1\n"
		   "fill,w,6144,6399,1\n"
		   "fill,w,98304,102399,0\n"
		   "other,w,5,5,0\n");
	rundir_summarize(d);
	assert_metric(d, "step_p50_ns.fill", 4351);
	assert_metric(d, "step_p99_ns.fill", 6399);
	assert_metric(d, "step_max_ns.fill", 69631);
	rundir_lacks(d, "step_p50_ns.other", "no step");
}

static void bucket_upside_down_fails(void **state)
{
	struct rundir *d = *state;

	rundir_put(d, "latency.csv",
		   "phase,workload,low_ns,high_ns,count\n"
		   "fill,w,4096,4095,90\n");
	rundir_fails(d, "latency.csv cannot be read", "is below low_ns");
}

/* 1-2-1-2 in one pageblock, 1-1-1-1 in another. */
static void owners_by_hand(void **state)
{
	struct rundir *d = *state;
	const json_t *metrics;

	rundir_phase(d, "before", "settle", 0, 1, 0, 0);
	rundir_phase(d, "fill", "run", 1, 2, 0, 0);
	rundir_put(d, "owners.csv", "%s", owners_header);
	rundir_put(d, "owners.csv",
		   "1,before,0,512,1,1,511,0\n"
		   "2,fill,0,512,2,512,511,511\n"
		   "2,fill,512,512,1,1,512,1\n"
		   "3,free,0,256,1,256,0,0\n");
	metrics = json_object_get(rundir_summarize(d), "metrics");
	assert_metric(d, "interleave.switch_share", 0.50049); /* 512/1023 */
	assert_metric(d, "interleave.mean_run", 2); /* 1024/513 */
	assert_metric(d, "interleave.mixed_pageblocks", 0.5);
	assert_metric(d, "interleave.switch_share.before", 0);
	assert_metric(d, "interleave.mean_run.fill", 2);
	rundir_lacks(d, "interleave.switch_share.free", "no two adjacent");
	assert_metric(d, "interleave.mean_run.free", 1);
	assert_null(json_object_get(metrics, "interleave.mean_run.none"));
}

static void later_look_at_owners_replaces_the_first(void **state)
{
	struct rundir *d = *state;

	rundir_phase(d, "fill", "run", 1, 2, 0, 0);
	rundir_put(d, "owners.csv", "%s", owners_header);
	rundir_put(d, "owners.csv",
		   "2,fill,0,512,2,512,511,511\n"
		   "3,fill,0,512,1,1,511,0\n");
	rundir_summarize(d);
	assert_metric(d, "interleave.switch_share", 0);
	assert_metric(d, "interleave.mean_run", 512);
}

static void without_owners_there_is_a_reason(void **state)
{
	struct rundir *d = *state;

	rundir_summarize(d);
	rundir_lacks(d, "interleave.switch_share", "has owners");
	assert_true(rundir_says(d, "notes", "There is no owners.csv"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		rundir_test(rate_ends_with_the_last_gain),
		rundir_test(manifest_knows_the_time_better),
		rundir_test(only_the_gain_of_the_phase_counts),
		rundir_test(first_sample_counts_from_the_phase_start),
		rundir_test(no_gain_and_no_time_have_reasons),
		rundir_test(absurd_worker_fails),
		rundir_test(steps_of_all_workloads_are_merged),
		rundir_test(bucket_upside_down_fails),
		rundir_test(owners_by_hand),
		rundir_test(later_look_at_owners_replaces_the_first),
		rundir_test(without_owners_there_is_a_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
