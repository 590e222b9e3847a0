// SPDX-License-Identifier: GPL-2.0-or-later
/* How long episodes lasted, what that cost the workers, and which explicit
 * compaction gave up. */
#include "events.h"

static json_t *named(json_t *list, const char *key, const char *name)
{
	json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
	{
		if (!strcmp(text_at(one, key), name))
			return one;
	}
	fail_msg("there is no %s %s", key, name);
	return NULL;
}

static int is_trusted(struct rundir *d)
{
	return json_is_true(json_object_get(rundir_summarize(d), "trusted"));
}

static void blocks_have_orders_statuses_and_buckets(void **state)
{
	struct rundir *d = *state;
	json_t *kind;
	json_t *orders;

	rundir_phase(d, "fill", "run", 0, 9000, 0, 0);
	events_begin(d);
	for (unsigned i = 0; i < 3; i++) {
		task_put(d, 100 * i, "fill",
			 "mm_compaction_try_to_compact_pages", "60,hog",
			 i ? 9 : 3);
		compaction_put(d, 100 * i + 1, 100 * i + 11 + i, "fill",
			       "60,hog", i ? "success" : "deferred");
	}
	rundir_summarize(d);
	kind = named(json_object_get(
			     json_array_get(json_object_get(block(d, "episodes"),
							    "phases"),
					    0),
			     "kinds"),
		     "kind", "direct-compaction");
	assert_int_equal(number_at(kind, "count"), 3);
	assert_int_equal(number_at(kind, "total_ns"), 10 + 11 + 12);
	assert_int_equal(number_at(kind, "p50_ns"), 11);
	assert_int_equal(number_at(kind, "max_ns"), 12);
	assert_int_equal(
		number_at(json_object_get(kind, "statuses"), "success"), 2);
	orders = json_object_get(kind, "orders");
	assert_int_equal(json_array_size(orders), 2);
	assert_int_equal(number_at(json_array_get(orders, 0), "order"), 3);
	assert_int_equal(number_at(json_array_get(orders, 1), "count"), 2);
	assert_int_equal(number_at(json_array_get(orders, 1), "p50_ns"), 11);
	assert_int_equal(json_array_size(json_object_get(kind, "buckets")), 3);
}

/* 2 of 4 workers were seen running in 1000 ns: 500 of 2000 are a quarter. */
static void share_is_of_the_workers_time(void **state)
{
	struct rundir *d = *state;

	rundir_manifest(d, ",\"status\":\"done\",\"workloads\":[{\"phase\":"
			   "\"fill\",\"name\":\"w\",\"pids\":[61,62]}]");
	rundir_phase(d, "fill", "run", 1000, 2000, 0, 0);
	rundir_phase(d, "idle", "settle", 2000, 3000, 0, 0);
	rundir_put(d, "ops.csv",
		   "t_ns,phase,workload,worker,state,ops,pages,allocated\n"
		   "1000,fill,w,1,0,0,0,0\n1000,fill,w,2,0,0,0,0\n"
		   "1500,fill,w,1,1,0,0,0\n1500,fill,w,2,1,0,0,0\n"
		   "1600,fill,w,1,1,0,0,0\n1600,fill,w,2,2,0,0,0\n"
		   "2000,idle,w,1,2,0,0,0\n");
	events_begin(d);
	task_put(d, 1100, "fill", "mm_vmscan_direct_reclaim_begin", "61,w", 0);
	task_put(d, 1600, "fill", "mm_vmscan_direct_reclaim_end", "61,w", -1);
	task_put(d, 1100, "fill", "mm_vmscan_direct_reclaim_begin", "7,other",
		 0);
	task_put(d, 1700, "fill", "mm_vmscan_direct_reclaim_end", "7,other",
		 -1);
	rundir_summarize(d);
	assert_metric(d, "stall.share.fill", 0.25);
	assert_metric(d, "stall.direct-reclaim.count.fill", 2);
	assert_null(json_object_get(block(d, "metrics"), "stall.share.idle"));
	rundir_manifest(d, ",\"status\":\"done\",\"workloads\":[{\"phase\":"
			   "\"fill\",\"name\":\"w\"}]");
	rundir_summarize(d);
	rundir_lacks(d, "stall.share.fill", "does not tell which tasks");
}

static void contended_compaction_is_a_doubt(void **state)
{
	struct rundir *d = *state;
	json_t *list;

	rundir_manifest(d, ",\"status\":\"done\",\"events\":"
			   "{\"runner_tid\":50}");
	rundir_phase(d, "mend", "compact", 0, 1000, 0, 0);
	rundir_phase(d, "idle", "settle", 1000, 2000, 0, 0);
	events_begin(d);
	compaction_put(d, 100, 200, "mend", "50,fragbench", "complete");
	assert_true(is_trusted(d));
	/* Somebody else's is not what this run asked for. */
	compaction_put(d, 1100, 1200, "idle", "70,cron", "contended");
	assert_true(is_trusted(d));
	assert_true(rundir_says(d, "notes", "idle: 1 of the compactions"));
	compaction_put(d, 1300, 1400, "mend", "50,fragbench", "contended");
	assert_false(is_trusted(d));
	assert_true(rundir_says(d, "doubts",
				"mend: 1 of its compactions gave up "
				"(contended), the first in zone DMA32 of node "
				"0"));
	list = json_object_get(block(d, "episodes"), "explicit");
	assert_int_equal(json_array_size(list), 3);
	assert_string_equal(text_at(json_array_get(list, 2), "status"),
			    "contended");
	assert_string_equal(text_at(json_array_get(list, 2), "zone"), "DMA32");
	assert_int_equal(number_at(json_array_get(list, 2), "duration_ns"),
			 100);
}

/* An emulator's times are no times; how often, and how it ended, stands. */
static void emulator_has_no_durations(void **state)
{
	struct rundir *d = *state;
	json_t *phase;
	json_t *kind;

	rundir_guest(d, "\"guest\":{\"accel\":\"tcg\"}", "");
	rundir_phase(d, "mend", "compact", 0, 1000, 0, 0);
	events_begin(d);
	compaction_put(d, 100, 200, "mend", "50,fragbench", "complete");
	rundir_summarize(d);
	phase = json_array_get(json_object_get(block(d, "episodes"), "phases"),
			       0);
	kind = json_array_get(json_object_get(phase, "kinds"), 0);
	assert_int_equal(number_at(kind, "count"), 1);
	assert_null(json_object_get(kind, "p50_ns"));
	assert_null(json_object_get(kind, "total_ns"));
	assert_null(json_object_get(kind, "buckets"));
	assert_null(json_object_get(
		json_array_get(
			json_object_get(block(d, "episodes"), "explicit"), 0),
		"duration_ns"));
	assert_metric(d, "stall.explicit.count.mend", 1);
	rundir_lacks(d, "stall.explicit.total_ms.mend", "TCG");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		rundir_test(blocks_have_orders_statuses_and_buckets),
		rundir_test(share_is_of_the_workers_time),
		rundir_test(contended_compaction_is_a_doubt),
		rundir_test(emulator_has_no_durations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
