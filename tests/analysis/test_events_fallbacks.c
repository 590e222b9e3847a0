// SPDX-License-Identifier: GPL-2.0-or-later
/* Who took pages from whom, by hand; and runs without events. */
#include "events.h"

static void without_events_nothing_is_said(void **state)
{
	struct rundir *d = *state;

	rundir_phase(d, "fill", "run", 0, 100, 0, 0);
	rundir_summarize(d);
	assert_null(block(d, "fallbacks"));
	assert_null(block(d, "episodes"));
	assert_null(json_object_get(block(d, "metrics"), "extfrag.events.fill"));
	assert_int_not_equal(faccessat(d->fd, "episodes.csv", F_OK, 0), 0);
}

/* By hand: whole pageblocks are harmless, order 8 of 9 is not. */
static void fallbacks_by_hand(void **state)
{
	struct rundir *d = *state;
	json_t *all;
	json_t *fill;

	rundir_phase(d, "start", "settle", 0, 1, 0, 0);
	rundir_phase(d, "fill", "run", 1, 100, 0, 0);
	rundir_phase(d, "more", "run", 101, 200, 0, 0);
	events_begin(d);
	extfrag_put(d, "fill", "a", "0,9,unmovable,movable,1");
	extfrag_put(d, "fill", "a", "0,10,unmovable,movable,1");
	extfrag_put(d, "fill", "b", "3,8,unmovable,movable,0");
	extfrag_put(d, "fill", "b", "0,0,reclaimable,unmovable,0");
	extfrag_put(d, "fill", "kworker/0:1", "0,2,movable,reclaimable,0");
	extfrag_put(d, "fill", "kworker/u4:2-ev", "0,2,movable,cma,1");
	extfrag_put(d, "more", "b", "0,1,movable,unmovable,0");
	rundir_summarize(d);
	assert_metric(d, "extfrag.events.start", 0);
	assert_metric(d, "extfrag.events.fill", 6);
	assert_metric(d, "extfrag.fragmenting.fill", 4);
	assert_metric(d, "extfrag.ownership.fill", 3);
	assert_metric(d, "extfrag.fragmenting.more", 1);
	all = block(d, "fallbacks");
	assert_int_equal(number_at(all, "events"), 7);
	assert_int_equal(json_array_size(json_object_get(all, "phases")), 2);
	fill = json_array_get(json_object_get(all, "phases"), 0);
	assert_string_equal(text_at(fill, "phase"), "fill");
	assert_int_equal(
		number_at(json_object_get(json_object_get(fill, "matrix"),
					  "unmovable"),
			  "movable"),
		3);
	assert_int_equal(
		number_at(json_object_get(json_object_get(fill,
							  "matrix_fragmenting"),
					  "unmovable"),
			  "movable"),
		1);
	assert_int_equal(
		number_at(json_object_get(json_object_get(all, "matrix"),
					  "movable"),
			  "other"),
		1);
	assert_int_equal(
		number_at(json_object_get(json_object_get(all, "matrix"),
					  "movable"),
			  "unmovable"),
		1);
}

/* The worst come first, the workers of the kernel are one, the rest is summed. */
static void fragmenters_are_sorted(void **state)
{
	struct rundir *d = *state;
	json_t *comms;
	char comm[16];

	rundir_phase(d, "fill", "run", 0, 100, 0, 0);
	events_begin(d);
	for (unsigned i = 0; i < 100; i++) {
		snprintf(comm, sizeof(comm), "c%02u", i);
		extfrag_put(d, "fill", comm, "0,9,movable,unmovable,0");
	}
	extfrag_put(d, "fill", "bad", "2,1,movable,unmovable,0");
	extfrag_put(d, "fill", "bad", "2,1,movable,unmovable,0");
	extfrag_put(d, "fill", "c41", "0,1,movable,unmovable,0");
	rundir_summarize(d);
	comms = json_object_get(block(d, "fallbacks"), "comms");
	assert_int_equal(json_array_size(comms), 11);
	/* However late it came. */
	assert_string_equal(text_at(json_array_get(comms, 0), "comm"), "bad");
	assert_string_equal(text_at(json_array_get(comms, 1), "comm"), "c41");
	assert_string_equal(text_at(json_array_get(comms, 2), "comm"), "c00");
	assert_int_equal(number_at(json_array_get(comms, 0), "events"), 2);
	assert_string_equal(text_at(json_array_get(comms, 10), "comm"), "");
	assert_int_equal(number_at(json_array_get(comms, 10), "events"), 91);
	assert_int_equal(number_at(json_array_get(comms, 10), "fragmenting"),
			 0);
	comms = json_object_get(block(d, "fallbacks"), "orders");
	assert_int_equal(json_array_size(comms), 2);
	assert_int_equal(number_at(json_array_get(comms, 1), "order"), 2);
}

/* A phase that was left out has done nothing: not 0 of it. */
static void skipped_phases_have_no_numbers(void **state)
{
	struct rundir *d = *state;

	rundir_phase(d, "fill", "run", 0, 100, 0, 0);
	rundir_put(d, "phases.csv", "act,run,skipped,100,100,0,0\n");
	events_begin(d);
	extfrag_put(d, "fill", "a", "0,1,movable,unmovable,0");
	rundir_summarize(d);
	assert_metric(d, "extfrag.events.fill", 1);
	rundir_lacks(d, "extfrag.events.act", "was skipped");
	rundir_lacks(d, "unusable.act", "was skipped");
}

/* What was not captured is not 0. */
static void events_that_a_kernel_lacks_are_unknown(void **state)
{
	struct rundir *d = *state;

	rundir_manifest(d, ",\"status\":\"done\",\"events\":{\"missing\":"
			   "[\"mm_page_alloc_extfrag\","
			   "\"mm_vmscan_direct_reclaim_begin\"]}");
	rundir_phase(d, "fill", "run", 0, 100, 0, 0);
	events_begin(d);
	rundir_summarize(d);
	rundir_lacks(d, "extfrag.events.fill", "were not among");
	assert_true(json_is_null(block(d, "fallbacks")));
	assert_metric(d, "stall.direct-compaction.count.fill", 0);
	assert_null(json_object_get(block(d, "metrics"),
				    "stall.direct-reclaim.count.fill"));
}

/* Of a task that was past its end the kernel says no number: what it took
 * counts all the same, and nothing pairs with it. */
static void tasks_without_a_number_take_part(void **state)
{
	struct rundir *d = *state;

	rundir_phase(d, "fill", "run", 0, 100, 0, 0);
	events_begin(d);
	rundir_put(d, "events.csv",
		   "5,fill,mm_page_alloc_extfrag,0,,?,0,1,movable,unmovable,0,"
		   "4096,0,DMA32,,,,,,\n"
		   "6,fill,mm_compaction_end,0,,?,,,,,,,0,DMA32,,,1,success,"
		   "4096,\n");
	rundir_summarize(d);
	assert_metric(d, "extfrag.fragmenting.fill", 1);
	assert_int_equal(number_at(block(d, "episodes"), "unpaired"), 0);
}

static void damage_is_told_and_leaves_no_table(void **state)
{
	struct rundir *d = *state;

	rundir_phase(d, "fill", "run", 0, 1000, 0, 0);
	events_begin(d);
	extfrag_put(d, "fill", "a", "99,1,movable,unmovable,0");
	rundir_fails(d, "events.csv cannot be read",
		     "line 2, column order: \"99\" is no order");
	assert_int_not_equal(faccessat(d->fd, "episodes.csv", F_OK, 0), 0);
	assert_int_not_equal(faccessat(d->fd, ".episodes.csv.new", F_OK, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		rundir_test(without_events_nothing_is_said),
		rundir_test(fallbacks_by_hand),
		rundir_test(fragmenters_are_sorted),
		rundir_test(skipped_phases_have_no_numbers),
		rundir_test(events_that_a_kernel_lacks_are_unknown),
		rundir_test(tasks_without_a_number_take_part),
		rundir_test(damage_is_told_and_leaves_no_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
