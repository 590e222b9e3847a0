// SPDX-License-Identifier: GPL-2.0-or-later
/* Samples of buddy.csv become how well the index was held, of the phases in
 * which hold was at work. */
#include "rundir.h"

static const char options_all[] =
	",\"status\":\"done\",\"workloads\":[{\"phase\":\"take\",\"name\":"
	"\"hold\",\"options\":{\"unusable\":\"0.5\",\"order\":\"0\",\"node\":"
	"\"all\",\"zone\":\"\"}}]";
static const char options_node[] =
	",\"status\":\"done\",\"workloads\":[{\"phase\":\"take\",\"name\":"
	"\"hold\",\"options\":{\"unusable\":\"0.5\",\"order\":\"4\",\"node\":"
	"\"1\",\"zone\":\"Normal\"}}]";

/* Of 1024 pages that are free @usable are of order @order, the others single;
 * @hidden of those on per-CPU lists. */
static void sample(struct rundir *d, uint64_t t_ns, const char *phase,
		   unsigned node, unsigned order, uint64_t usable,
		   uint64_t hidden)
{
	uint64_t free[11] = { [0] = 1024 - usable - hidden };

	free[order] += usable >> order;
	rundir_node(d, t_ns, phase, node, "Normal", hidden, free);
}

static void counters(struct rundir *d)
{
	rundir_put(d, "counters.csv",
		   "t_ns,phase,workload,worker,counter,value\n"
		   "0,before,hold,1,looks,0\n"
		   "1000000000,take,hold,1,looks,20\n"
		   "1000000000,take,hold,1,corrections,10\n"
		   "1000000000,take,hold,1,cpu,250000000\n"
		   "4900000000,keep,hold,1,looks,120\n"
		   "4900000000,keep,hold,1,corrections,11\n"
		   "4900000000,keep,hold,1,cpu,290000000\n"
		   "5000000000,teardown,hold,1,looks,121\n");
}

static void phases(struct rundir *d)
{
	rundir_phase(d, "before", "settle", 0, 1000, 0, 0);
	rundir_phase(d, "take", "run", 1000, 1000001000, 0, 0);
	rundir_phase(d, "keep", "settle", 1000001000, 5000001000, 0, 0);
	rundir_phase(d, "teardown", "teardown", 5000001000, 5000002000, 0, 0);
}

static void has_no_metric(const struct rundir *d, const char *name)
{
	const json_t *metrics = json_object_get(d->summary, "metrics");

	if (json_object_get(metrics, name))
		fail_msg("there is a metric %s", name);
}

static void samples_are_counted(void **state)
{
	struct rundir *d = *state;

	phases(d);
	counters(d);
	sample(d, 500, "before", 0, 9, 1024, 0);
	sample(d, 2000, "take", 0, 9, 1024, 0);
	sample(d, 300001000, "take", 0, 9, 512, 0);
	/* hidden pages are free, and of no use to a huge page */
	sample(d, 2000000000, "keep", 0, 9, 512, 512);
	sample(d, 3000000000, "keep", 0, 9, 512, 0);
	sample(d, 4000000000, "keep", 0, 9, 0, 0);
	sample(d, 4900000000, "keep", 0, 9, 512, 100);
	rundir_manifest(d, options_all);
	rundir_summarize(d);
	assert_metric(d, "hold.within_005.take", 0.5);
	assert_metric(d, "hold.reached_s.take", 0.3);
	assert_metric(d, "hold.corrections_per_s.take", 10);
	assert_metric(d, "hold.cpu_share.take", 0.25);
	assert_metric(d, "hold.within_005.keep", 0.75);
	assert_metric(d, "hold.reached_s.keep", 1);
	assert_metric(d, "hold.corrections_per_s.keep", 0.25);
	assert_metric(d, "hold.cpu_share.keep", 0.01);
	has_no_metric(d, "hold.within_005.before");
	has_no_metric(d, "hold.within_005.teardown");
}

/* One node, another order: what the others have is of no matter. */
static void its_own_zones(void **state)
{
	struct rundir *d = *state;

	phases(d);
	counters(d);
	for (unsigned i = 1; i <= 4; i++) {
		sample(d, i * 1000, "take", 0, 4, 1024, 0);
		sample(d, i * 1000, "take", 1, 4, i == 1 ? 0 : 512, 0);
	}
	rundir_manifest(d, options_node);
	rundir_summarize(d);
	assert_metric(d, "hold.within_005.take", 0.75);
	rundir_lacks(d, "hold.within_005.keep", "no sample");
	rundir_lacks(d, "hold.reached_s.keep", "0.02");
}

#define HOLD(phase, unusable, more)                                        \
	"{\"phase\":\"" phase "\",\"name\":\"hold\"," more "\"options\":"  \
	"{\"unusable\":\"" unusable "\",\"order\":\"0\",\"node\":\"all\"," \
	"\"zone\":\"\"}}"

static void looks_put(struct rundir *d, const char *const *names, unsigned n)
{
	rundir_put(d, "counters.csv",
		   "t_ns,phase,workload,worker,counter,value\n");
	for (unsigned i = 0; i < n; i++) {
		rundir_phase(d, names[i], "run", 1000 * i, 1000 * i + 1000, 0,
			     0);
		rundir_put(d, "counters.csv", "%u,%s,hold,1,looks,%u\n",
			   1000 * i + 900, names[i], 10 * i + 10);
	}
}

/* Each phase is judged by its own hold, or by the one before it, of its arm. */
static void each_phase_has_its_own(void **state)
{
	static const char *const names[] = { "take-a", "keep-a", "take-b",
					     "keep-b", "after" };
	struct rundir *d = *state;

	looks_put(d, names, 5);
	for (unsigned i = 0; i < 5; i++)
		sample(d, 1000 * i + 500, names[i], 0, 9, i < 2 ? 512 : 0, 0);
	rundir_manifest(
		d,
		",\"status\":\"done\",\"workloads\":[" HOLD("take-a", "0.5", "") "," HOLD(
			"take-b", "1",
			"") "],"
			    "\"arms\":[{\"name\":\"a\",\"phases\":[\"take-a\","
			    "\"keep-a\"]},{\"name\":\"b\",\"phases\":[\"take-b\","
			    "\"keep-b\"]}]");
	rundir_summarize(d);
	assert_metric(d, "hold.within_005.take-a", 1);
	assert_metric(d, "hold.within_005.keep-a", 1);
	assert_metric(d, "hold.within_005.take-b", 1);
	assert_metric(d, "hold.within_005.keep-b", 1);
	assert_metric(d, "hold.within_005.after", 1);
}

/* A hold that another arm has begun is none of its own; neither is one that
 * could not run, or that has yet to begin. */
static void others_are_none(void **state)
{
	static const char *const names[] = { "base", "take-a", "take-b",
					     "keep-b" };
	struct rundir *d = *state;

	looks_put(d, names, 4);
	for (unsigned i = 0; i < 4; i++)
		sample(d, 1000 * i + 500, names[i], 0, 9, 512, 0);
	rundir_manifest(
		d,
		",\"status\":\"done\",\"workloads\":[" HOLD("base", "0.5", "") "," HOLD(
			"take-a", "1",
			"") "," HOLD("take-b", "0.9",
				     "\"left_out\":\"no room\",") "," HOLD("later",
									   "0.1",
									   "") "],"
									       "\"arms\":[{\"name\":\"a\",\"phases\":[\"take-a\"]},"
									       "{\"name\":\"b\",\"phases\":[\"take-b\",\"keep-b\"]}]");
	rundir_summarize(d);
	assert_metric(d, "hold.within_005.base", 1);
	assert_metric(d, "hold.within_005.take-a", 0);
	assert_metric(d, "hold.within_005.take-b", 1);
	assert_metric(d, "hold.within_005.keep-b", 1);
}

/* What an emulator's clock says is not told; what it held is. */
static void emulated(void **state)
{
	struct rundir *d = *state;

	phases(d);
	counters(d);
	sample(d, 2000, "take", 0, 9, 512, 0);
	rundir_guest(d, "\"guest\":{\"accel\":\"tcg\"}",
		     strchr(options_all + 1, ','));
	rundir_summarize(d);
	assert_metric(d, "hold.within_005.take", 1);
	rundir_lacks(d, "hold.reached_s.take", "TCG");
	rundir_lacks(d, "hold.cpu_share.take", "TCG");
}

/* --- whether it can be trusted --- */

static bool is_said(const struct rundir *d, const char *list, const char *text)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(d->summary, list), i, one)
	{
		if (strstr(json_string_value(one), text))
			return true;
	}
	return false;
}

/* `keep` of 40 samples, @away of them off by a half; the target was reached in
 * `take`, or never. */
static void keep_make(struct rundir *d, const char *kind, bool is_reached,
		      unsigned away, const char *manifest)
{
	rundir_phase(d, "take", "run", 1000, 1000001000, 0, 0);
	rundir_phase(d, "keep", kind, 1000001000, 5000001000, 0, 0);
	rundir_put(d, "counters.csv",
		   "t_ns,phase,workload,worker,counter,value\n"
		   "1000000000,take,hold,1,looks,20\n"
		   "1000000000,take,hold,1,reached,%d\n"
		   "4900000000,keep,hold,1,looks,120\n"
		   "4900000000,keep,hold,1,reached,%d\n",
		   is_reached, is_reached);
	sample(d, 2000, "take", 0, 9, 1024, 0);
	for (unsigned i = 0; i < 40; i++)
		sample(d, 1000002000 + i * 100000000ULL, "keep", 0, 9,
		       i < away ? 1024 : 512, 0);
	rundir_manifest(d, manifest);
	rundir_summarize(d);
}

static void is_held(void **state)
{
	struct rundir *d = *state;

	keep_make(d, "settle", true, 2, options_all);
	assert_metric(d, "hold.within_005.keep", 0.95);
	assert_false(is_said(d, "doubts", "hold"));
	assert_false(is_said(d, "doubts", "held"));
}

static void is_not_held(void **state)
{
	struct rundir *d = *state;

	keep_make(d, "settle", true, 3, options_all);
	assert_true(is_said(d, "doubts",
			    "keep: the unusable index was within 0.05 of 0.50 "
			    "in 92 % of 40 samples only"));
	/* on the way to the target it cannot be there yet */
	assert_false(is_said(d, "doubts", "take: "));
	assert_true(json_is_false(json_object_get(d->summary, "trusted")));
}

/* What a compaction has just mended nobody can have held. */
static void a_compaction_is_none(void **state)
{
	struct rundir *d = *state;

	keep_make(d, "compact", true, 40, options_all);
	assert_metric(d, "hold.within_005.keep", 0);
	assert_false(is_said(d, "doubts", "not held"));
}

static void still_is_not_held(void **state)
{
	struct rundir *d = *state;

	keep_make(d, "settle", true, 40,
		  ",\"status\":\"done\",\"workloads\":[{\"phase\":\"take\","
		  "\"name\":\"hold\",\"options\":{\"unusable\":\"0.5\","
		  "\"order\":\"0\",\"node\":\"all\",\"zone\":\"\","
		  "\"follow\":\"no\"}}]");
	assert_false(is_said(d, "doubts", "not held"));
}

static void never_reached(void **state)
{
	struct rundir *d = *state;

	keep_make(d, "settle", false, 40, options_all);
	assert_true(is_said(d, "doubts",
			    "take: hold never came to its target, an unusable "
			    "index of 0.50"));
	assert_false(is_said(d, "doubts", "not held"));
}

static void no_hold_no_metrics(void **state)
{
	struct rundir *d = *state;

	phases(d);
	sample(d, 2000, "take", 0, 9, 512, 0);
	rundir_summarize(d);
	has_no_metric(d, "hold.within_005.take");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		rundir_test(samples_are_counted),
		rundir_test(its_own_zones),
		rundir_test(each_phase_has_its_own),
		rundir_test(others_are_none),
		rundir_test(emulated),
		rundir_test(no_hold_no_metrics),
		rundir_test(is_held),
		rundir_test(is_not_held),
		rundir_test(a_compaction_is_none),
		rundir_test(still_is_not_held),
		rundir_test(never_reached),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
