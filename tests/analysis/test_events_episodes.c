// SPDX-License-Identifier: GPL-2.0-or-later
/* What begins and ends together, and who it was. */
#include "events.h"

#define EPISODES "t_ns,phase,kind,tid,comm,order,node,zone,duration_ns,status\n"

static void episodes_are(struct rundir *d, const char *expected)
{
	int fd = openat(d->fd, "episodes.csv", O_RDONLY | O_CLOEXEC);
	static char text[8192];
	ssize_t n;

	assert_true(fd >= 0);
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	assert_true(n > 0);
	text[n] = '\0';
	assert_string_equal(text, expected);
}

/* Who compacts is told by what the same task did before. */
static void kinds_are_told_apart(void **state)
{
	struct rundir *d = *state;

	rundir_manifest(d, ",\"status\":\"done\",\"events\":"
			   "{\"runner_tid\":50}");
	rundir_phase(d, "mend", "compact", 0, 1000, 0, 0);
	rundir_phase(d, "fill", "run", 1000, 9000, 0, 0);
	events_begin(d);
	compaction_put(d, 100, 200, "mend", "50,fragbench", "complete");
	task_put(d, 1100, "fill", "mm_compaction_try_to_compact_pages",
		 "60,hog", 9);
	compaction_put(d, 1200, 1500, "fill", "60,hog", "partial_skipped");
	task_put(d, 1550, "fill", "mm_compaction_try_to_compact_pages",
		 "60,hog", 9);
	compaction_put(d, 1600, 1650, "fill", "60,hog", "success");
	task_put(d, 2000, "fill", "mm_compaction_kcompactd_wake",
		 "33,kcompactd0", 4);
	compaction_put(d, 2100, 2300, "fill", "33,kcompactd0", "success");
	task_put(d, 2400, "fill", "mm_compaction_kcompactd_sleep",
		 "33,kcompactd0", -1);
	compaction_put(d, 2500, 2600, "fill", "33,kcompactd0", "contended");
	compaction_put(d, 2700, 2800, "fill", "70,cron", "complete");
	task_put(d, 3000, "fill", "mm_vmscan_direct_reclaim_begin", "60,hog",
		 2);
	task_put(d, 3500, "fill", "mm_vmscan_direct_reclaim_end", "60,hog", -1);
	rundir_summarize(d);
	episodes_are(d, EPISODES
		     "100,mend,explicit,50,fragbench,,0,DMA32,100,complete\n"
		     "1200,fill,direct-compaction,60,hog,9,0,DMA32,300,"
		     "partial_skipped\n"
		     "1600,fill,direct-compaction,60,hog,9,0,DMA32,50,success\n"
		     "2100,fill,kcompactd,33,kcompactd0,4,0,DMA32,200,success\n"
		     "2500,fill,proactive,33,kcompactd0,,0,DMA32,100,"
		     "contended\n"
		     "2700,fill,explicit,70,cron,,0,DMA32,100,complete\n"
		     "3000,fill,direct-reclaim,60,hog,2,,,500,\n");
	assert_metric(d, "stall.direct-compaction.count.fill", 2);
	assert_metric(d, "stall.direct-compaction.count.mend", 0);
	assert_metric(d, "stall.direct-compaction.max_ns.fill", 300);
	assert_metric(d, "stall.direct-reclaim.p50_ns.fill", 500);
	assert_metric(d, "stall.kcompactd.count.fill", 1);
	assert_metric(d, "stall.proactive.count.fill", 1);
	assert_metric(d, "stall.explicit.count.mend", 1);
	assert_metric(d, "stall.explicit.count.fill", 1);
	assert_null(json_object_get(block(d, "metrics"),
				    "stall.direct-compaction.p50_ns.mend"));
	assert_null(json_object_get(block(d, "metrics"),
				    "stall.kswapd.count.fill"));
}

/* A try goes down through the zones; what comes after it, or cannot be part of
 * it, was written to compact_memory. */
static void a_try_is_not_for_ever(void **state)
{
	static const char try[] = "mm_compaction_try_to_compact_pages";
	struct rundir *d = *state;

	rundir_phase(d, "fill", "run", 0, 9000, 0, 0);
	events_begin(d);
	task_put(d, 10, "fill", try, "60,hog", 9);
	zone_put(d, 100, 110, "fill", "60,hog", "1,4096", "complete");
	zone_put(d, 120, 130, "fill", "60,hog", "1,1", "complete");
	zone_put(d, 200, 210, "fill", "60,hog", "1,1", "complete");
	zone_put(d, 220, 230, "fill", "60,hog", "1,4096", "complete");
	task_put(d, 300, "fill", try, "60,hog", 9);
	zone_put(d, 310, 320, "fill", "60,hog", "1,4096", "success");
	zone_put(d, 400, 410, "fill", "60,hog", "1,1", "complete");
	/* priority 2 does not wait */
	rundir_put(d, "events.csv", "500,fill,%s,0,60,hog,9,,,,,,,,,2,,,,\n",
		   try);
	zone_put(d, 510, 520, "fill", "60,hog", "1,4096", "complete");
	rundir_put(d, "events.csv", "600,fill,%s,0,60,hog,9,,,,,,,,,2,,,,\n",
		   try);
	zone_put(d, 610, 620, "fill", "60,hog", "0,4096", "complete");
	rundir_summarize(d);
	episodes_are(
		d, EPISODES
		"100,fill,direct-compaction,60,hog,9,0,DMA32,10,complete\n"
		"120,fill,direct-compaction,60,hog,9,0,DMA32,10,complete\n"
		"200,fill,explicit,60,hog,,0,DMA32,10,complete\n"
		"220,fill,explicit,60,hog,,0,DMA32,10,complete\n"
		"310,fill,direct-compaction,60,hog,9,0,DMA32,10,success\n"
		"400,fill,explicit,60,hog,,0,DMA32,10,complete\n"
		"510,fill,explicit,60,hog,,0,DMA32,10,complete\n"
		"610,fill,direct-compaction,60,hog,9,0,DMA32,10,complete\n");
}

/* start = clean: the runner compacts before the first phase, also where the
 * kernel does not say who asks directly. Its own allocations are its own. */
static void setup_compacts_explicitly(void **state)
{
	struct rundir *d = *state;

	rundir_phase(d, "setup", "setup", 0, 1000, 0, 0);
	rundir_phase(d, "fill", "run", 1000, 9000, 0, 0);
	events_begin(d);
	compaction_put(d, 100, 200, "setup", "50,fragbench", "complete");
	compaction_put(d, 1100, 1200, "fill", "60,hog", "complete");
	task_put(d, 300, "setup", "mm_compaction_try_to_compact_pages",
		 "50,fragbench", 9);
	compaction_put(d, 310, 320, "setup", "50,fragbench", "success");
	rundir_manifest(d, ",\"status\":\"done\",\"events\":"
			   "{\"runner_tid\":50,\"missing\":["
			   "\"mm_compaction_try_to_compact_pages\"]}");
	rundir_summarize(d);
	assert_metric(d, "stall.explicit.count.setup", 1);
	assert_metric(d, "stall.direct-compaction.count.setup", 1);
	assert_metric(d, "stall.direct-compaction.count.fill", 1);
}

/* Ends without a beginning, beginnings without an end, two of them at once. */
static void what_does_not_pair_is_counted(void **state)
{
	struct rundir *d = *state;

	rundir_phase(d, "fill", "run", 0, 9000, 0, 0);
	events_begin(d);
	task_put(d, 10, "fill", "mm_compaction_end", "60,a", -1);
	task_put(d, 20, "fill", "mm_vmscan_direct_reclaim_begin", "61,b", 0);
	task_put(d, 30, "fill", "mm_vmscan_direct_reclaim_begin", "61,b", 1);
	task_put(d, 40, "fill", "mm_vmscan_direct_reclaim_end", "61,b", -1);
	task_put(d, 50, "fill", "mm_vmscan_direct_reclaim_begin", "62,c", 0);
	rundir_summarize(d);
	episodes_are(d, EPISODES "20,fill,direct-reclaim,61,b,0,,,,open\n"
				 "30,fill,direct-reclaim,61,b,1,,,10,\n"
				 "50,fill,direct-reclaim,62,c,0,,,,open\n");
	assert_int_equal(number_at(block(d, "episodes"), "open"), 2);
	assert_int_equal(number_at(block(d, "episodes"), "unpaired"), 1);
	assert_metric(d, "stall.direct-reclaim.count.fill", 1);
}

/* More tasks than there is room for: those that are gone make room. */
static void many_tasks_do_not_grow(void **state)
{
	struct rundir *d = *state;

	rundir_phase(d, "fill", "run", 0, 900000, 0, 0);
	events_begin(d);
	task_put(d, 1, "fill", "mm_vmscan_direct_reclaim_begin", "1,a", 0);
	for (unsigned i = 1; i <= 3000; i++) {
		char who[16];

		snprintf(who, sizeof(who), "%u,a", 1000 + i);
		task_put(d, 10 * i, "fill", "mm_vmscan_direct_reclaim_begin",
			 who, 0);
		task_put(d, 10 * i + 5, "fill", "mm_vmscan_direct_reclaim_end",
			 who, -1);
	}
	rundir_summarize(d);
	assert_metric(d, "stall.direct-reclaim.count.fill", 3000);
	assert_int_equal(number_at(block(d, "episodes"), "open"), 1);
}

/* Only an episodes.csv that the manifest has a checksum of is left alone. */
static void sealed_table_is_kept(void **state)
{
	struct rundir *d = *state;

	rundir_phase(d, "mend", "compact", 0, 1000, 0, 0);
	events_begin(d);
	compaction_put(d, 100, 200, "mend", "50,fragbench", "complete");
	rundir_put(d, "episodes.csv", "kept\n");
	rundir_manifest(d, ",\"status\":\"done\",\"files\":[{\"name\":"
			   "\"episodes.csv\",\"sha256\":\"12ab\"}]");
	rundir_summarize(d);
	episodes_are(d, "kept\n");
	assert_metric(d, "stall.explicit.count.mend", 1);
	rundir_manifest(d, ",\"status\":\"done\"");
	rundir_summarize(d);
	episodes_are(d, EPISODES
		     "100,mend,explicit,50,fragbench,,0,DMA32,100,complete\n");
}

/* The kernel's own word for "no order" in a request is not damage. */
static void order_below_zero_is_none(void **state)
{
	struct rundir *d = *state;

	rundir_phase(d, "fill", "run", 0, 1000, 0, 0);
	events_begin(d);
	rundir_put(d, "events.csv",
		   "5,fill,mm_compaction_kcompactd_wake,0,33,kcompactd0,-1,,,,,"
		   ",0,,,,,,,\n");
	compaction_put(d, 10, 20, "fill", "33,kcompactd0", "success");
	rundir_summarize(d);
	assert_metric(d, "stall.kcompactd.count.fill", 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		rundir_test(kinds_are_told_apart),
		rundir_test(a_try_is_not_for_ever),
		rundir_test(setup_compacts_explicitly),
		rundir_test(what_does_not_pair_is_counted),
		rundir_test(many_tasks_do_not_grow),
		rundir_test(sealed_table_is_kept),
		rundir_test(order_below_zero_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
