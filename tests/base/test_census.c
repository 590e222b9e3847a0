// SPDX-License-Identifier: GPL-2.0-or-later
/* Pageblocks that were made up, counted. Pageblocks are of 8 frames. */
#include "scratch.h"

#include "base/census-json.h"

static const struct frag_map_head head = {
	.page_size = 4096,
	.pageblock_order = 3,
	.orders = 5,
	.frames = 64,
	.does_unevictable_move = true,
};

/* A map is a text: a letter a frame. */
static uint8_t kind_of(char letter)
{
	switch (letter) {
	case 'a':
		return FRAG_KIND_ANON;
	case 'f':
		return FRAG_KIND_FILE;
	case 's':
		return FRAG_KIND_SLAB;
	case 'k':
		return FRAG_KIND_KERNEL;
	case 't':
		return FRAG_KIND_TABLE;
	case 'u':
		return FRAG_KIND_UNEVICTABLE;
	case 'h':
		return FRAG_KIND_THP;
	case 'g':
		return FRAG_KIND_HUGETLB;
	case ' ':
		return FRAG_KIND_HOLE;
	default:
		return (uint8_t)(FRAG_KIND_FREE + letter - '0');
	}
}

static void block_note(void *ctx, const struct frag_block *b)
{
	char *classes = ctx;

	classes[b->pfn / 8] = "fmxuh "[b->class];
}

/* Count the pageblocks of @text; their classes, a letter each. */
static const char *census(struct frag_census *c, const struct frag_map_head *of,
			  const char *text)
{
	static char classes[64];
	uint64_t pfn = of->first;

	memset(classes, 0, sizeof(classes));
	frag_census_begin(c, of, block_note, classes);
	while (*text) {
		size_t n = 1;

		while (text[n] == *text)
			n++;
		frag_census_put(c, &(struct frag_map_run){ pfn, n,
							   kind_of(*text), 0 });
		pfn += n;
		text += n;
	}
	assert_int_equal(frag_census_end(c), 0);
	return classes;
}

static void test_classes(void **state)
{
	struct frag_census c;

	(void)state;
	assert_string_equal(census(&c, &head,
				   "33333333"
				   "aaff2222"
				   "ssss2222"
				   "aaaaaaat"
				   "sskkttss"
				   "hhhhhhhh"
				   "gggggggg"
				   "        "),
			    "fmxxuhh ");
	for (unsigned i = 0; i < FRAG_BLOCK_CLASSES; i++)
		assert_int_equal(
			c.blocks[i],
			i == FRAG_BLOCK_MIXED || i == FRAG_BLOCK_HUGE ? 2 : 1);
	assert_int_equal(c.frames[FRAG_KIND_FREE + 3], 8);
	assert_int_equal(c.frames[FRAG_KIND_FREE + 2], 8);
	assert_int_equal(frag_census_free_frames(&c), 16);
	assert_int_equal(frag_census_memory(&c), 56);
	frag_census_free(&c);
}

/* A block that spans several pageblocks, a pageblock with a hole, a map that
 * begins and ends within one. */
static void test_edges(void **state)
{
	struct frag_map_head of = head;
	struct frag_census c;

	(void)state;
	assert_string_equal(census(&c, &head, "4444444444444444    aaaa"),
			    "ffm");
	frag_census_free(&c);
	of.first = 5;
	assert_string_equal(census(&c, &of, "aaa44444444sk"), "mfu");
	assert_int_equal(c.frames[FRAG_KIND_SLAB], 1);
	frag_census_free(&c);
}

static void test_what_can_move(void **state)
{
	struct frag_map_head of = head;
	struct frag_census c;

	(void)state;
	/* Locked memory, as the kernel is set; huge pages that share a
	 * pageblock: compaction leaves the pool's alone. */
	assert_string_equal(census(&c, &of, "uuuu2222hhhh2222gggg2222"), "mmx");
	frag_census_free(&c);
	of.does_unevictable_move = false;
	assert_string_equal(census(&c, &of, "uuuu2222uuuuuuuu"), "xu");
	frag_census_free(&c);
}

static void test_poison(void **state)
{
	struct frag_census c;

	(void)state;
	/* 1 frame, 1 frame, 3 frames of two kinds, 7 frames; one that is
	 * unmovable as a whole is in nobody's way. */
	census(&c, &head,
	       "aaaaaaas"
	       "saaaaaaa"
	       "ssk0aaaa"
	       "kkkkkkka"
	       "kkkkkkkk"
	       "33333333");
	assert_int_equal(c.blocks[FRAG_BLOCK_MIXED], 4);
	assert_int_equal(frag_census_poison(&c), 12);
	assert_int_equal(c.poison[FRAG_KIND_SLAB].frames, 4);
	assert_int_equal(c.poison[FRAG_KIND_SLAB].blocks, 3);
	assert_int_equal(c.poison[FRAG_KIND_SLAB].alone, 2);
	assert_int_equal(c.poison[FRAG_KIND_KERNEL].frames, 8);
	assert_int_equal(c.poison[FRAG_KIND_KERNEL].blocks, 2);
	assert_int_equal(c.poison[FRAG_KIND_KERNEL].alone, 1);
	assert_int_equal(c.few[0].blocks, 2);
	assert_int_equal(c.few[1].blocks, 1);
	assert_int_equal(c.few[1].frames, 3);
	assert_int_equal(c.few[2].blocks, 1);
	assert_int_equal(c.few[2].frames, 7);
	assert_int_equal(frag_census_cheapest(&c, 500), 2);
	assert_int_equal(frag_census_cheapest(&c, 750), 5);
	assert_int_equal(frag_census_cheapest(&c, 1000), 12);
	assert_int_equal(frag_census_cheapest(&c, 0), 0);
	frag_census_free(&c);
}

/* The lightest first, however they come. */
static void test_cheapest(void **state)
{
	struct frag_census c;

	(void)state;
	census(&c, &head,
	       "sssaaaaa"
	       "ssaaaaaa"
	       "sssaaaaa");
	assert_int_equal(frag_census_cheapest(&c, 333), 2);
	assert_int_equal(frag_census_cheapest(&c, 600), 5);
	assert_int_equal(frag_census_cheapest(&c, 1000), 8);
	frag_census_free(&c);
}

static void test_regions(void **state)
{
	struct frag_map_head of = head;
	struct frag_census c;
	const uint64_t giga = 1 << 18;

	(void)state;
	/* 40 GiB, of which the third to the tenth are a hole. */
	frag_census_begin(&c, &of, NULL, NULL);
	frag_census_put(&c, &(struct frag_map_run){ 0, 2 * giga + 8,
						    FRAG_KIND_FREE + 4, 0 });
	frag_census_put(&c, &(struct frag_map_run){ 0, 8 * giga - 8,
						    FRAG_KIND_HOLE, 0 });
	for (unsigned i = 0; i < 30; i++) {
		frag_census_put(&c, &(struct frag_map_run){
					    0, giga - 3, FRAG_KIND_ANON, 0 });
		frag_census_put(
			&c, &(struct frag_map_run){ 0, 3, FRAG_KIND_SLAB, 0 });
	}
	assert_int_equal(frag_census_end(&c), 0);
	assert_int_equal(c.nregions, 33);
	assert_int_equal(c.regions[0].frames, giga);
	assert_int_equal(c.regions[0].free, giga);
	assert_int_equal(c.regions[2].pfn, 2 * giga);
	assert_int_equal(c.regions[2].frames, 8);
	assert_int_equal(c.regions[3].pfn, 10 * giga);
	for (unsigned i = 3; i < 33; i++) {
		assert_int_equal(c.regions[i].pfn, (i + 7) * giga);
		assert_int_equal(c.regions[i].unmovable, 3);
		assert_int_equal(c.regions[i].blocks[FRAG_BLOCK_MIXED], 1);
		assert_int_equal(c.regions[i].blocks[FRAG_BLOCK_MOVABLE],
				 giga / 8 - 1);
	}
	frag_census_free(&c);
}

static void test_json(void **state)
{
	struct frag_census c;
	json_t *json;
	json_t *poison;

	(void)state;
	census(&c, &head, "aaaaaaas22222222");
	json = frag_census_json(&c);
	assert_non_null(json);
	assert_int_equal(json_integer_value(json_object_get(
				 json_object_get(json, "frames"), "slab")),
			 1);
	assert_int_equal(json_integer_value(json_array_get(
				 json_object_get(json, "free_blocks"), 2)),
			 2);
	poison = json_object_get(json, "poison");
	assert_int_equal(
		json_integer_value(json_object_get(poison, "pageblocks")), 1);
	assert_int_equal(json_array_size(json_object_get(poison, "kinds")), 1);
	assert_int_equal(json_array_size(json_object_get(poison, "few")), 3);
	assert_int_equal(json_array_size(json_object_get(json, "regions")), 1);
	json_decref(json);
	frag_census_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_classes),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_what_can_move),
		cmocka_unit_test(test_poison),
		cmocka_unit_test(test_cheapest),
		cmocka_unit_test(test_regions),
		cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
