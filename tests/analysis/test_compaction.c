// SPDX-License-Identifier: GPL-2.0-or-later
/* Effectiveness and bill of compaction, against the seeds' own rows. */
#include "rundir.h"
#include "seeds.h"

/* pages, by plain division: what the free lists @f hold. */
static double pages_of(const uint64_t *f)
{
	double pages = 0;
	double size = 1;

	for (int o = 0; o < 11; o++, size *= 2)
		pages += (double)f[o] * size;
	return pages;
}

/* blocks of order 9: those of order 9, and two of each of order 10. */
static double suitable_of(const uint64_t *f)
{
	return (double)f[9] + 2 * (double)f[10];
}

/* A number as summary.json keeps a ratio: three decimals. */
static double ratio_of(double a, double b)
{
	double scaled = a / b * 1000;

	return (double)(long)(scaled < 0 ? scaled - 0.5 : scaled + 0.5) / 1000;
}

/* A phase that left @before, then one that compacted and left @after. */
static void story_write(struct rundir *d, const uint64_t *before,
			const uint64_t *after)
{
	rundir_phase(d, "before", "free", 0, 10, 1, 1);
	rundir_phase(d, "compact", "compact", 11, 20, 250000000, 120000000);
	rundir_zone(d, 0, "before", "DMA32", 0, after);
	rundir_zone(d, 10, "before", "DMA32", 0, before);
	rundir_zone(d, 11, "compact", "DMA32", 0, before);
	rundir_zone(d, 20, "compact", "DMA32", 0, after);
}

/* The 2017 blog: compaction after one of two processes was killed. */
static void blog_compaction_was_nearly_perfect(void **state)
{
	struct rundir *d = *state;
	double ideal = (double)(long)(pages_of(blog_killed) / 512);
	double before = suitable_of(blog_killed);

	story_write(d, blog_killed, blog_compacted);
	/* There is one node, and no need to tell it apart. */
	assert_null(json_object_get(
		json_array_get(json_object_get(rundir_summarize(d), "phases"),
			       1),
		"nodes"));
	assert_metric(d, "unusable.before", 0.802);
	assert_metric(d, "unusable.compact", 0.038);
	assert_metric(d, "free_mib.before", 980.84);
	assert_metric(d, "free_mib.compact", 980.19);
	assert_metric(d, "blocks_gained.compact", 471 - 97);
	assert_metric(d, "effectiveness.compact", 0.952);
	assert_metric(d, "effectiveness.compact",
		      ratio_of(suitable_of(blog_compacted) - before,
			       ideal - before));
}

/* The blog's kernel module leaves holes that no compaction can fill. */
static void blog_module_was_no_help(void **state)
{
	struct rundir *d = *state;

	story_write(d, blog_unloaded, blog_unloaded_compacted);
	rundir_summarize(d);
	assert_metric(d, "unusable.before", 0.776);
	assert_metric(d, "effectiveness.compact", 0.008); /* 3 of 399 */
}

/* The Mint article, two zones: no page moves from one to the other, so the
 * ideal is 798 + 237 blocks, not the 1036 of all free pages together. */
static void mint_ideal_is_zone_by_zone(void **state)
{
	struct rundir *d = *state;

	rundir_phase(d, "before", "settle", 0, 10, 0, 0);
	rundir_phase(d, "compact", "compact", 11, 20, 1, 1);
	rundir_zone(d, 10, "before", "DMA32", 0, mint_dma32);
	rundir_zone(d, 10, "before", "Normal", 0, mint_normal);
	rundir_zone(d, 20, "compact", "DMA32", 0, mint_dma32_after);
	rundir_zone(d, 20, "compact", "Normal", 0, mint_normal_after);
	rundir_summarize(d);
	assert_metric(d, "suitable.before", 1);
	assert_metric(d, "suitable.compact", 296 + 107);
	assert_metric(d, "effectiveness.compact", 0.389); /* 402 / 1034 */
}

static void nothing_to_gain_is_no_number(void **state)
{
	const uint64_t whole[11] = { 3, 0, 0, 0, 0, 0, 0, 0, 0, 1, 4 };
	struct rundir *d = *state;

	story_write(d, whole, whole);
	rundir_summarize(d);
	rundir_lacks(d, "effectiveness.compact", "nothing was to be gained");
	assert_metric(d, "blocks_gained.compact", 0);
	assert_metric(d, "wall_ms.compact", 250);
	rundir_lacks(d, "wall_ms_per_block.compact", "no block was gained");
}

static void losing_blocks_is_below_zero(void **state)
{
	struct rundir *d = *state;

	story_write(d, blog_compacted, blog_killed);
	rundir_summarize(d);
	assert_metric(d, "blocks_gained.compact", 97 - 471);
	assert_metric(d, "effectiveness.compact", ratio_of(-374, 490 - 471));
	rundir_lacks(d, "wall_ms_per_block.compact", "no block was gained");
}

static void first_phase_is_held_against_its_own_start(void **state)
{
	struct rundir *d = *state;

	rundir_phase(d, "prepare", "compact", 0, 10, 1, 1);
	rundir_zone(d, 0, "prepare", "DMA32", 0, blog_killed);
	rundir_zone(d, 10, "prepare", "DMA32", 0, blog_compacted);
	rundir_summarize(d);
	assert_metric(d, "effectiveness.prepare", 0.952);
}

/* A phase that was skipped left nothing: before is what the one before it
 * left; and what did not compact has no bill. */
static void skipped_phases_are_passed_over(void **state)
{
	struct rundir *d = *state;
	const json_t *metrics;

	rundir_phase(d, "free", "free", 0, 10, 1, 1);
	rundir_put(d, "phases.csv", "drain,compact,skipped,11,11,0,0\n");
	rundir_phase(d, "compact", "compact", 12, 20, 1, 1);
	rundir_zone(d, 10, "free", "DMA32", 0, blog_killed);
	rundir_zone(d, 20, "compact", "DMA32", 0, blog_compacted);
	metrics = json_object_get(rundir_summarize(d), "metrics");
	assert_metric(d, "effectiveness.compact", 0.952);
	assert_null(json_object_get(metrics, "effectiveness.drain"));
	assert_null(json_object_get(metrics, "effectiveness.free"));
	rundir_lacks(d, "unusable.drain", "was skipped");
}

static void counters_write(struct rundir *d)
{
	rundir_put(d, "vmstat.csv",
		   "t_ns,phase,compact_migrate_scanned,compact_free_scanned,"
		   "compact_isolated,pgmigrate_success,pgmigrate_fail\n"
		   "10,before,1000,0,50,7,0\n"
		   "11,compact,1100,10,60,8,0\n"
		   "15,compact,5000,10,60,8,1\n"
		   "20,compact,38500,75210,20060,37408,4\n");
	rundir_put(d, "kthreads.csv",
		   "t_ns,phase,kcompactd0_ns,kcompactd1_ns,kswapd0_ns,"
		   "khugepaged_ns\n"
		   "11,compact,1000000,5000000,100,9\n"
		   "20,compact,2000000,7500000,250100,99999999\n");
}

/* By hand: 374 blocks gained; 500 ns to copy a page. */
static void bill_by_hand(void **state)
{
	struct rundir *d = *state;

	story_write(d, blog_killed, blog_compacted);
	counters_write(d);
	rundir_summarize(d);
	assert_metric(d, "compact_migrate_scanned.compact", 37400);
	assert_metric(d, "compact_migrate_scanned_per_block.compact", 100);
	assert_metric(d, "compact_free_scanned.compact", 75200);
	assert_metric(d, "compact_free_scanned_per_block.compact", 201.07);
	assert_metric(d, "compact_isolated.compact", 20000);
	assert_metric(d, "pgmigrate_success.compact", 37400);
	assert_metric(d, "pgmigrate_fail.compact", 4);
	assert_metric(d, "caller_cpu_ms.compact", 120);
	assert_metric(d, "kcompactd_cpu_ms.compact", 3.5);
	assert_metric(d, "kswapd_cpu_ms.compact", 0.25);
	assert_metric(d, "cpu_ms.compact", 123.75);
	assert_metric(d, "cpu_ms_per_block.compact", 0.3309);
	assert_metric(d, "wall_ms.compact", 250);
	assert_metric(d, "wall_ms_per_block.compact", 0.6684);
	assert_metric(d, "floor_ms.compact", 18.7);
	assert_metric(d, "over_floor.compact", 6.618);
}

/* Node 1 is as broken afterwards, and nobody asked for it to be mended. */
static void one_node_is_judged_alone(void **state)
{
	struct rundir *d = *state;
	json_t *phases;

	rundir_node(d, 10, "before", 0, "DMA32", 0, blog_killed);
	rundir_node(d, 10, "before", 1, "DMA32", 0, blog_killed);
	rundir_node(d, 20, "compact", 0, "DMA32", 0, blog_compacted);
	rundir_node(d, 20, "compact", 1, "DMA32", 0, blog_killed);
	rundir_phase(d, "before", "free", 0, 10, 1, 1);
	rundir_phase(d, "compact", "compact", 11, 20, 250000000, 120000000);
	/* Of both, half of the room was won back. */
	phases = json_object_get(rundir_summarize(d), "phases");
	for (unsigned node = 0; node < 2; node++) {
		json_t *one = json_array_get(
			json_object_get(json_array_get(phases, 1), "nodes"),
			node);
		json_t *index =
			json_array_get(json_object_get(one, "unusable"), 9);

		assert_int_equal(
			json_integer_value(json_object_get(one, "node")), node);
		assert_true(json_number_value(index) == (node ? 0.802 : 0.038));
	}
	assert_null(json_object_get(json_array_get(phases, 1), "node"));
	assert_metric(d, "blocks_gained.compact", 471 - 97);
	assert_metric(d, "effectiveness.compact", 0.476);
	rundir_manifest(d, ",\"phases\":[{\"name\":\"before\",\"do\":\"free\"},"
			   "{\"name\":\"compact\",\"do\":\"compact\","
			   "\"node\":0}]");
	rundir_summarize(d);
	assert_metric(d, "blocks_gained.compact", 471 - 97);
	assert_metric(d, "effectiveness.compact", 0.952);
	phases = json_object_get(d->summary, "phases");
	assert_null(json_object_get(json_array_get(phases, 0), "node"));
	assert_true(json_is_integer(
		json_object_get(json_array_get(phases, 1), "node")));
	rundir_manifest(d, ",\"phases\":[{\"name\":\"compact\","
			   "\"do\":\"compact\",\"node\":1}]");
	rundir_summarize(d);
	assert_metric(d, "blocks_gained.compact", 0);
	assert_metric(d, "effectiveness.compact", 0);
}

static void floor_needs_the_cost_of_a_copy(void **state)
{
	struct rundir *d = *state;

	story_write(d, blog_killed, blog_compacted);
	counters_write(d);
	rundir_drop(d, "manifest.json");
	rundir_put(d, "manifest.json",
		   "{\"schema\":1,\"machine\":{\"page_size\":4096,"
		   "\"orders\":11,\"pageblock_order\":9}}\n");
	rundir_summarize(d);
	rundir_lacks(d, "floor_ms.compact", "was not measured");
	rundir_lacks(d, "over_floor.compact", "was not measured");
	assert_metric(d, "cpu_ms.compact", 123.75);
}

static void without_counters_the_bill_says_so(void **state)
{
	struct rundir *d = *state;

	story_write(d, blog_killed, blog_compacted);
	rundir_summarize(d);
	rundir_lacks(d, "compact_isolated.compact", "does not tell");
	rundir_lacks(d, "kcompactd_cpu_ms.compact", "does not tell");
	rundir_lacks(d, "cpu_ms.compact", "does not tell");
	rundir_lacks(d, "floor_ms.compact", "does not tell");
	assert_metric(d, "caller_cpu_ms.compact", 120);
	assert_true(rundir_says(d, "notes", "There is no vmstat.csv"));
	assert_true(rundir_says(d, "notes", "There is no kthreads.csv"));
}

/* A workload took huge pages while the kernel compacted for it: 374 blocks
 * became suitable, and another 26 are held. */
static void unasked_compaction_has_a_bill(void **state)
{
	struct rundir *d = *state;

	rundir_phase(d, "before", "free", 0, 10, 1, 1);
	rundir_phase(d, "ask", "run", 11, 20, 0, 0);
	rundir_zone(d, 10, "before", "DMA32", 0, blog_killed);
	rundir_zone(d, 20, "ask", "DMA32", 0, blog_compacted);
	rundir_put(d, "vmstat.csv",
		   "t_ns,phase,compact_migrate_scanned,compact_stall,"
		   "nr_anon_transparent_hugepages\n"
		   "11,ask,1000,3,14\n20,ask,41000,7,40\n");
	rundir_put(d, "kthreads.csv",
		   "t_ns,phase,kcompactd0_ns,kswapd0_ns\n"
		   "11,ask,0,0\n20,ask,2000000,0\n");
	rundir_summarize(d);
	assert_metric(d, "blocks_gained.ask", 400);
	assert_metric(d, "compact_migrate_scanned_per_block.ask", 100);
	assert_metric(d, "caller_cpu_ms.ask", 0);
	assert_metric(d, "kcompactd_cpu_ms.ask", 2);
	/* Somebody compacted directly: without events nobody knows how long. */
	rundir_lacks(d, "direct_ms.ask", "no events tell");
	rundir_lacks(d, "cpu_ms.ask", "no events tell");
	rundir_lacks(d, "wall_ms.ask", "no events tell");
	rundir_put(d, "events.csv",
		   "t_ns,phase,event,cpu,tid,comm,order,fallback_order,"
		   "migratetype,fallback_migratetype,change_ownership,pfn,node,"
		   "zone,gfp_flags,prio,sync,status,zone_start,nr_reclaimed\n"
		   "12,ask,mm_compaction_try_to_compact_pages,0,60,hog,9,,,,,,,"
		   ",,,,,,\n"
		   "13,ask,mm_compaction_begin,0,60,hog,,,,,,,,,,,,,,\n"
		   "6000013,ask,mm_compaction_end,0,60,hog,,,,,,,,,,,,success,,"
		   "\n");
	rundir_summarize(d);
	assert_metric(d, "direct_ms.ask", 6);
	assert_metric(d, "cpu_ms.ask", 8);
	assert_metric(d, "cpu_ms_per_block.ask", 0.02);
	assert_metric(d, "wall_ms.ask", 6);
}

/* Where the kernel left it alone there is no bill, unless the same phase of
 * another arm has one: then it stands beside it. */
static void arms_have_their_bills_side_by_side(void **state)
{
	static const char arms[] =
		",\"status\":\"done\",\"arms\":["
		"{\"name\":\"none\",\"phases\":[\"make-none\",\"do-none\"]},"
		"{\"name\":\"some\",\"phases\":[\"make-some\",\"do-some\"]}]";
	struct rundir *d = *state;

	for (unsigned arm = 0; arm < 2; arm++) {
		const char *make = arm ? "make-some" : "make-none";
		const char *act = arm ? "do-some" : "do-none";

		rundir_phase(d, make, "free", 0, 10, 1, 1);
		rundir_phase(d, act, arm ? "compact" : "settle", 11, 20, 1, 1);
		rundir_zone(d, 10, make, "DMA32", 0, blog_killed);
		rundir_zone(d, 20, act, "DMA32", 0,
			    arm ? blog_compacted : blog_killed);
	}
	rundir_summarize(d);
	assert_null(json_object_get(json_object_get(d->summary, "metrics"),
				    "blocks_gained.do-none"));
	rundir_manifest(d, arms);
	rundir_summarize(d);
	assert_metric(d, "blocks_gained.do-some", 374);
	assert_metric(d, "blocks_gained.do-none", 0);
	assert_metric(d, "effectiveness.do-none", 0);
	rundir_lacks(d, "caller_cpu_ms_per_block.do-none",
		     "no block was gained");
	assert_null(json_object_get(json_object_get(d->summary, "metrics"),
				    "blocks_gained.make-none"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		rundir_test(blog_compaction_was_nearly_perfect),
		rundir_test(blog_module_was_no_help),
		rundir_test(mint_ideal_is_zone_by_zone),
		rundir_test(nothing_to_gain_is_no_number),
		rundir_test(losing_blocks_is_below_zero),
		rundir_test(first_phase_is_held_against_its_own_start),
		rundir_test(skipped_phases_are_passed_over),
		rundir_test(bill_by_hand),
		rundir_test(one_node_is_judged_alone),
		rundir_test(floor_needs_the_cost_of_a_copy),
		rundir_test(without_counters_the_bill_says_so),
		rundir_test(unasked_compaction_has_a_bill),
		rundir_test(arms_have_their_bills_side_by_side),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
