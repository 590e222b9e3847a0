// SPDX-License-Identifier: GPL-2.0-or-later
/* The state in which each phase left the machine, zone by zone. */
#include "rundir.h"
#include "seeds.h"

/* What stands at @path ("phases", 0, "zones", 1, "free"...) of the summary. */
static const json_t *zone_of(const struct rundir *d, size_t phase, size_t zone)
{
	const json_t *phases = json_object_get(d->summary, "phases");
	const json_t *zones =
		json_object_get(json_array_get(phases, phase), "zones");

	return json_array_get(zones, zone);
}

static double number_at(const json_t *zone, const char *key, size_t order)
{
	const json_t *list = json_object_get(zone, key);

	return json_number_value(json_array_get(list, order));
}

static void blog_rows_to_the_digit(void **state)
{
	const struct {
		const char *phase;
		const uint64_t *free;
		double mib;
		double unusable;
	} rows[] = {
		{ "start", blog_start, 1809.91, 0.009 },
		{ "both", blog_both, 198.29, 0.082 },
		{ "killed", blog_killed, 980.84, 0.802 },
		{ "compacted", blog_compacted, 980.19, 0.038 },
	};
	struct rundir *d = *state;
	char name[64];

	for (unsigned i = 0; i < 4; i++)
		rundir_zone(d, 10 * i, rows[i].phase, "DMA32", 0, rows[i].free);
	rundir_summarize(d);
	for (unsigned i = 0; i < 4; i++) {
		snprintf(name, sizeof(name), "free_mib.%s", rows[i].phase);
		assert_metric(d, name, rows[i].mib);
		snprintf(name, sizeof(name), "unusable.%s", rows[i].phase);
		assert_metric(d, name, rows[i].unusable);
	}
}

static void last_sample_of_a_phase_counts(void **state)
{
	struct rundir *d = *state;

	rundir_zone(d, 1, "a", "DMA32", 0, blog_start);
	rundir_zone(d, 2, "a", "DMA32", 0, blog_both);
	rundir_zone(d, 3, "b", "DMA32", 0, blog_start);
	rundir_zone(d, 4, "a", "DMA32", 0, blog_killed);
	rundir_summarize(d);
	assert_metric(d, "unusable.a", 0.802);
	assert_metric(d, "unusable.b", 0.009);
}

static void zones_come_after_their_sum(void **state)
{
	struct rundir *d = *state;
	const json_t *all;
	const json_t *normal;

	rundir_zone(d, 1, "a", "DMA32", 10, mint_dma32);
	rundir_zone(d, 1, "a", "Normal", 20, mint_normal);
	rundir_summarize(d);
	all = zone_of(d, 0, 0);
	normal = zone_of(d, 0, 2);
	assert_string_equal(json_string_value(json_object_get(all, "node")),
			    "all");
	assert_true(number_at(all, "free", 0) == 50311 + 19659);
	assert_true(json_integer_value(json_object_get(all, "pcp_pages")) == 30);
	assert_true(json_integer_value(json_object_get(all, "free_bytes")) ==
		    (408953LL + 121839) * 4096);
	assert_string_equal("Normal",
			    json_string_value(json_object_get(normal, "zone")));
	assert_true(json_integer_value(json_object_get(normal, "node")) == 0);
	rundir_near(number_at(normal, "unusable", 9), 1.0);
	rundir_near(number_at(zone_of(d, 0, 1), "unusable", 9), 0.998);
	assert_null(zone_of(d, 0, 3));
}

/* 512 free pages in one block and 512 hidden ones: half is unusable. */
static void hidden_pages_count_as_single_ones(void **state)
{
	const uint64_t one[11] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 };
	struct rundir *d = *state;
	const json_t *zone;

	rundir_zone(d, 1, "a", "Normal", 512, one);
	rundir_summarize(d);
	assert_metric(d, "unusable.a", 0);
	assert_metric(d, "unusable_pcp.a", 0.5);
	assert_metric(d, "hidden_mib.a", 2);
	assert_metric(d, "free_mib.a", 2);
	zone = zone_of(d, 0, 0);
	rundir_near(number_at(zone, "unusable_pcp", 9), 0.5);
	rundir_near(number_at(zone, "extfrag", 10), -0.5);
	assert_true(number_at(zone, "suitable", 8) == 2);
}

static void nothing_free_is_all_unusable(void **state)
{
	const uint64_t none[11] = { 0 };
	struct rundir *d = *state;

	rundir_zone(d, 1, "a", "Normal", 0, none);
	rundir_summarize(d);
	assert_metric(d, "unusable.a", 1);
	rundir_near(number_at(zone_of(d, 0, 0), "extfrag", 9), 0);
}

static void too_many_pages_fail(void **state)
{
	const uint64_t much[11] = { 0, (1ULL << 37) + 1 };
	struct rundir *d = *state;

	rundir_zone(d, 1, "a", "Normal", 0, much);
	rundir_fails(d, "buddy.csv cannot be read",
		     "line 2, column free_1: \"137438953473\" is more than "
		     "memory");
}

static void orders_must_be_those_of_the_manifest(void **state)
{
	struct rundir *d = *state;

	rundir_zone(d, 1, "a", "Normal", 0, blog_start);
	rundir_drop(d, "manifest.json");
	rundir_put(d, "manifest.json",
		   "{\"schema\":1,\"machine\":{\"page_size\":16384,"
		   "\"orders\":12,\"pageblock_order\":11}}\n");
	rundir_fails(d, "buddy.csv cannot be read",
		     "there is no column free_11");
	rundir_drop(d, "manifest.json");
	rundir_put(d, "manifest.json",
		   "{\"schema\":1,\"machine\":{\"page_size\":16384,"
		   "\"orders\":10,\"pageblock_order\":9}}\n");
	rundir_fails(d, "buddy.csv cannot be read",
		     "more orders than the manifest's 10");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		rundir_test(blog_rows_to_the_digit),
		rundir_test(last_sample_of_a_phase_counts),
		rundir_test(zones_come_after_their_sum),
		rundir_test(hidden_pages_count_as_single_ones),
		rundir_test(nothing_free_is_all_unusable),
		rundir_test(too_many_pages_fail),
		rundir_test(orders_must_be_those_of_the_manifest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
