// SPDX-License-Identifier: GPL-2.0-or-later
/* Frames and migratetypes of recorded machines. */
#include "events/places.h"

#include "events/formats.h"

static struct frag_places places;

static void place_is(uint64_t pfn, int node, const char *zone)
{
	const struct frag_place *p = frag_place_of(&places, pfn);

	if (!p) {
		fail_msg("no zone has frame %llu", (unsigned long long)pfn);
		return;
	}
	assert_int_equal(p->node, node);
	assert_string_equal(p->zone, zone);
}

static void test_zones(void **state)
{
	(void)state;
	frag_places_read(&places, machine("5.10-boot"));
	place_is(1, 0, "DMA");
	place_is(4095, 0, "DMA");
	place_is(4096, 0, "DMA32");
	assert_null(frag_place_of(&places, 0));
	assert_null(frag_place_of(&places, UINT64_C(1) << 40));
	frag_places_read(&places, machine("7.3-numa4-compacted"));
	assert_true(places.count >= 5);
	for (unsigned i = 0; i < places.count; i++) {
		const struct frag_place *p = &places.place[i];

		assert_true(p->end > p->start);
		place_is(p->start, p->node, p->zone);
	}
	place_is(4096, 0, "DMA32");
}

static void test_types(void **state)
{
	(void)state;
	for (int k = 0; k < NKERNELS; k++) {
		frag_places_read(&places, machine(kernels[k]));
		assert_string_equal(frag_migratetype_name(&places, 0),
				    "unmovable");
		assert_string_equal(frag_migratetype_name(&places, 1),
				    "movable");
		assert_string_equal(frag_migratetype_name(&places, 2),
				    "reclaimable");
		assert_string_equal(frag_migratetype_name(&places, 3),
				    "highatomic");
		assert_null(frag_migratetype_name(&places, -1));
		assert_null(frag_migratetype_name(&places, places.ntypes));
	}
}

static void zone_print(FILE *f, unsigned node, unsigned spanned, unsigned start)
{
	fprintf(f,
		"Node %u, zone   Normal\n  pages free     1\n"
		"        spanned  %u\n  start_pfn:           %u\n",
		node, spanned, start);
}

/* More zones than there is room for, and empty ones, which take none. */
static void test_many_zones(void **state)
{
	enum { TOO_MANY = FRAG_PLACES_MAX + 2 };
	char *text = NULL;
	size_t size = 0;
	struct scratch s;
	FILE *f;

	(void)state;
	scratch_make(&s);
	f = open_memstream(&text, &size);
	assert_non_null(f);
	for (unsigned i = 0; i < TOO_MANY; i++) {
		zone_print(f, i, 0, 0);
		zone_print(f, i, 100, 1000 * i);
	}
	fclose(f);
	scratch_text(&s, "/proc/zoneinfo", text);
	frag_places_read(&places, s.path);
	assert_int_equal(places.count, FRAG_PLACES_MAX);
	place_is(1000, 1, "Normal");
	place_is(1000 * (FRAG_PLACES_MAX - 1) + 99, FRAG_PLACES_MAX - 1,
		 "Normal");
	/* What has no room leaves the last that has alone. */
	assert_null(frag_place_of(&places, 1000 * FRAG_PLACES_MAX));
	assert_null(frag_place_of(&places, 1000 * (TOO_MANY - 1)));
	free(text);
	scratch_remove(&s);
}

/* Nothing can be read: nothing is known, and numbers stay numbers. */
static void test_unknown(void **state)
{
	struct scratch s;

	(void)state;
	scratch_make(&s);
	frag_places_read(&places, s.path);
	assert_int_equal(places.count, 0);
	assert_null(frag_place_of(&places, 1));
	assert_null(frag_migratetype_name(&places, 1));
	scratch_text(&s, "/proc/zoneinfo", "Node x\n\nNode 0, zone\n");
	scratch_text(&s, "/proc/pagetypeinfo", "Node 0, zone DMA, type\n");
	frag_places_read(&places, s.path);
	assert_int_equal(places.count, 0);
	assert_int_equal(places.ntypes, 0);
	scratch_remove(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_many_zones),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
