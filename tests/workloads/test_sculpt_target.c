// SPDX-License-Identifier: GPL-2.0-or-later
/* From what a user asks for to free blocks by order. */
#include "golden.h"
#include "scratch.h"

#include "fragbench/sculpt.h"

#define GIB (1ULL << 30)

/* A machine of 24 GiB. */
static const struct frag_sculpt_machine x86 = { 4096, 11, 9, 24 * GIB / 4096 };

static struct frag_sculpt_target target_of(struct frag_sculpt_ask ask,
					   const struct frag_sculpt_machine *m)
{
	struct frag_error e = { .exit = 0 };
	struct frag_sculpt_target t;

	if (frag_sculpt_target(&ask, m, &t, &e))
		fail_msg("%s: %s", e.what, e.why);
	return t;
}

/* It is refused as wrong use, with @word in what is said. */
static void refused(struct frag_sculpt_ask ask, const char *word)
{
	struct frag_error e = { .exit = 0 };
	struct frag_sculpt_target t;
	char all[1024];

	assert_true(frag_sculpt_target(&ask, &x86, &t, &e) < 0);
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_USAGE);
	assert_true(*e.what && *e.why && *e.mend);
	snprintf(all, sizeof(all), "%s|%s|%s", e.what, e.why, e.mend);
	if (!strstr(all, word))
		fail_msg("nothing about '%s' in: %s", word, all);
}

static struct frag_sculpt_ask ask_like(const char *like, uint64_t free)
{
	return (struct frag_sculpt_ask){ .like = like,
					 .free = free,
					 .node = -1 };
}

static void test_just_one_target(void **state)
{
	(void)state;
	refused((struct frag_sculpt_ask){ .node = -1 }, "none of");
	refused((struct frag_sculpt_ask){ .like = "seed:blog-killed",
					  .blocks = "1" },
		"like, blocks");
	refused((struct frag_sculpt_ask){ .unusable = "0.8",
					  .pattern = "random" },
		"unusable, pattern");
	refused((struct frag_sculpt_ask){ .unusable = "0.8" }, "free");
	refused((struct frag_sculpt_ask){ .pattern = "random" }, "free");
	refused((struct frag_sculpt_ask){ .blocks = "1", .free = GIB }, "free");
	refused((struct frag_sculpt_ask){ .blocks = "1", .is_scaled = true },
		"scale");
	/* An empty word is none. */
	refused((struct frag_sculpt_ask){ .like = "", .blocks = "" },
		"none of");
}

/* --- like --- */

static void test_seeds_are_the_printed_rows(void **state)
{
	static const char *const blog[] = {
		"seed:blog-start",     "seed:blog-loaded",
		"seed:blog-unloaded",  "seed:blog-module-compacted",
		"seed:blog-two",       "seed:blog-killed",
		"seed:blog-compacted",
	};
	static const char *const mint[] = {
		"seed:mint-before-dma32",
		"seed:mint-before-normal",
		"seed:mint-after-dma32",
		"seed:mint-after-normal",
	};

	(void)state;
	assert_int_equal(GOLDEN_BLOG, 7);
	assert_int_equal(GOLDEN_MINT, 4);
	for (unsigned i = 0; i < 11; i++) {
		const struct golden_row *row =
			i < 7 ? &golden_blog[i] : &golden_mint[i - 7];
		struct frag_sculpt_target t = target_of(
			ask_like(i < 7 ? blog[i] : mint[i - 7], 0), &x86);

		assert_memory_equal(t.asked.free, row->free, sizeof(row->free));
		assert_int_equal(t.unusable, row->unusable);
		assert_int_equal(t.order, 9);
		assert_string_equal(t.note, "");
	}
}

static void test_seeds_of_one_name(void **state)
{
	struct frag_sculpt_target t =
		target_of(ask_like("seed:mint-before", 0), &x86);

	(void)state;
	for (unsigned o = 0; o < GOLDEN_ORDERS; o++)
		assert_int_equal(t.asked.free[o],
				 golden_mint[0].free[o] +
					 golden_mint[1].free[o]);
	refused(ask_like("seed:blog-kiled", 0), "--like seed:blog-killed");
	refused(ask_like("seed:", 0), "there are blog-start");
	refused(ask_like("seed:blog-k", 0), "no published row");
}

static void test_file_and_folder(void **state)
{
	char path[PATH_MAX];
	struct frag_sculpt_target t;
	struct frag_sculpt_target other;
	struct frag_sculpt_ask ask;

	(void)state;
	snprintf(path, sizeof(path), "%s/machines/7.3-numa4-fragmented",
		 TESTS_DIR);
	t = target_of(ask_like(path, 0), &x86);
	ask = ask_like(path, 0);
	ask.node = 1;
	other = target_of(ask, &x86);
	assert_true(frag_buddy_pages(&t.asked) > frag_buddy_pages(&other.asked));
	ask.node = 9;
	refused(ask, "node 1");
	ask.node = -1;
	ask.zone = "Movable";
	refused(ask, "node 0 DMA");
	snprintf(path, sizeof(path),
		 "%s/machines/7.3-numa4-fragmented/proc/buddyinfo", TESTS_DIR);
	other = target_of(ask_like(path, 0), &x86);
	assert_memory_equal(&other.asked, &t.asked, sizeof(t.asked));
}

static void test_no_such_file(void **state)
{
	struct scratch s;
	char path[PATH_MAX + 64];

	(void)state;
	scratch_make(&s);
	snprintf(path, sizeof(path), "%s/missing", s.path);
	refused(ask_like(path, 0), "No such file");
	scratch_bytes(&s, "text", "once upon a time\n", 17);
	snprintf(path, sizeof(path), "%s/text", s.path);
	refused(ask_like(path, 0), "no buddyinfo");
	scratch_bytes(&s, "empty", "", 0);
	snprintf(path, sizeof(path), "%s/empty", s.path);
	refused(ask_like(path, 0), "no buddyinfo");
	scratch_bytes(&s, "zeros", "Node 0, zone Normal 0 0 0\n", 26);
	snprintf(path, sizeof(path), "%s/zeros", s.path);
	refused(ask_like(path, 0), "nothing is free");
	scratch_remove(&s);
}

static void test_like_scaled_to_free(void **state)
{
	static const uint64_t sizes[] = { GIB / 64, GIB / 4 + 4096, 3 * GIB };
	struct frag_sculpt_target whole =
		target_of(ask_like("seed:mint-after-dma32", 0), &x86);

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct frag_sculpt_target t = target_of(
			ask_like("seed:mint-after-dma32", sizes[i]), &x86);
		uint64_t pages = frag_buddy_pages(&t.asked);
		double factor = (double)sizes[i] / 4096 /
				(double)frag_buddy_pages(&whole.asked);

		/* It fits, and no more is missing than one largest block. */
		assert_in_range(pages, sizes[i] / 4096 - 1024, sizes[i] / 4096);
		for (unsigned o = 0; o < GOLDEN_ORDERS; o++) {
			double exact = (double)golden_mint[2].free[o] * factor;

			assert_in_range(t.asked.free[o], (uint64_t)exact,
					(uint64_t)exact + 1);
		}
	}
}

static void test_like_scaled_to_the_machine(void **state)
{
	struct frag_sculpt_machine half = x86;
	struct frag_sculpt_ask ask;
	char path[PATH_MAX];
	struct frag_sculpt_target whole;
	struct frag_sculpt_target t;
	uint64_t managed = 0;
	char line[256];
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/machines/6.1-fragmented/proc/zoneinfo",
		 TESTS_DIR);
	f = fopen(path, "re");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		unsigned long n;

		if (sscanf(line, " managed %lu", &n) == 1)
			managed += n;
	}
	fclose(f);
	assert_true(managed > 0);
	snprintf(path, sizeof(path), "%s/machines/6.1-fragmented", TESTS_DIR);
	ask = ask_like(path, 0);
	whole = target_of(ask, &x86);
	ask.is_scaled = true;
	half.managed = managed / 2;
	t = target_of(ask, &half);
	assert_in_range(2 * frag_buddy_pages(&t.asked),
			frag_buddy_pages(&whole.asked) - 4096,
			frag_buddy_pages(&whole.asked));
	ask.free = GIB;
	refused(ask, "free and scale");
	ask = ask_like("seed:blog-killed", 0);
	ask.is_scaled = true;
	refused(ask, "not known");
}

static void test_orders_that_are_missing(void **state)
{
	struct frag_sculpt_machine small = { 4096, 9, 8, 24 * GIB / 4096 };
	struct frag_sculpt_target t =
		target_of(ask_like("seed:blog-killed", 0), &small);

	(void)state;
	assert_int_equal(t.asked.orders, 9);
	assert_int_equal(t.asked.free[8], 4 + 2 * 3 + 4 * 47);
	assert_int_equal(frag_buddy_pages(&t.asked), 251094);
	assert_non_null(strstr(t.note, "50 blocks above order 8"));
}

/* --- unusable --- */

static void test_unusable_is_met(void **state)
{
	static const char *const given[] = { "0",    "0.05", "0.333", "50%",
					     "0.80", "0.95", "1" };
	static const int index[] = { 0, 50, 333, 500, 800, 950, 1000 };

	(void)state;
	for (unsigned i = 0; i < 7; i++) {
		for (unsigned order = 0; order < 11; order++) {
			struct frag_sculpt_target t = target_of(
				(struct frag_sculpt_ask){
					.unusable = given[i],
					.free = GIB,
					.order = order,
				},
				&x86);
			unsigned k = order ? order : 9;
			uint64_t pages = frag_buddy_pages(&t.asked);

			assert_int_equal(t.order, k);
			assert_in_range(t.unusable + 1, index[i], index[i] + 2);
			assert_in_range(pages, GIB / 4096 * 95 / 100,
					GIB / 4096 * 105 / 100);
			/* As many of each order below, or nearly. */
			for (unsigned o = 1; o < k; o++)
				assert_true(
					t.asked.free[o] + 2 > t.asked.free[0] &&
					t.asked.free[0] + 2 > t.asked.free[o]);
		}
	}
}

/* Where whole blocks are too coarse, the size is kept. */
static void test_unusable_of_little(void **state)
{
	struct frag_sculpt_target t = target_of(
		(struct frag_sculpt_ask){ .unusable = "0.99", .free = 1 << 20 },
		&x86);

	(void)state;
	assert_int_equal(t.unusable, 1000);
	assert_int_equal(frag_buddy_pages(&t.asked), 253);
}

static void test_unusable_refused(void **state)
{
	static const char *const bad[] = { "1.2", "-0.1", "80",	 "120%",
					   "x",	  "0.8x", "nan", "inf" };
	struct frag_sculpt_ask ask = { .free = GIB };

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		ask.unusable = bad[i];
		refused(ask, "between 0 and 1");
	}
	ask.unusable = "0.8";
	ask.order = 11;
	refused(ask, "largest order is 10");
	ask.order = UINT64_MAX;
	refused(ask, "largest order is 10");
}

/* --- blocks and patterns --- */

static void test_blocks(void **state)
{
	struct frag_sculpt_target t = target_of(
		(struct frag_sculpt_ask){ .blocks = "3, 0,2,0,0,0,0,0,0,0,1,0" },
		&x86);

	(void)state;
	assert_int_equal(t.asked.orders, 11);
	assert_int_equal(t.asked.free[0], 3);
	assert_int_equal(t.asked.free[2], 2);
	assert_int_equal(t.asked.free[10], 1);
	assert_int_equal(frag_buddy_pages(&t.asked), 3 + 8 + 1024);
	refused((struct frag_sculpt_ask){ .blocks = "1,2,x" }, "no list");
	refused((struct frag_sculpt_ask){ .blocks = "1,-2" }, "no list");
	refused((struct frag_sculpt_ask){ .blocks = "1;2" }, "no list");
	refused((struct frag_sculpt_ask){ .blocks = "99999999999999999999" },
		"no list");
	refused((struct frag_sculpt_ask){ .blocks = "0,0,0" }, "no free block");
	refused((struct frag_sculpt_ask){ .blocks = "0,0,0,0,0,0,0,0,0,0,0,1" },
		"largest order is 10");
	/* More than there is, also when the sum does not fit into a number. */
	refused((struct frag_sculpt_ask){ .blocks = "6291456" }, "24576");
	refused(
		(struct frag_sculpt_ask){
			.blocks = "0,0,0,0,0,0,0,0,0,0,1099511627776" },
		"more free than memory");
}

static void test_patterns(void **state)
{
	struct frag_sculpt_ask ask = { .pattern = "checkerboard",
				       .free = 1 << 28 };
	struct frag_sculpt_target t = target_of(ask, &x86);
	struct frag_sculpt_target other;

	(void)state;
	assert_int_equal(t.asked.free[0], 65536);
	assert_int_equal(frag_buddy_blocks(&t.asked), 65536);
	ask.pattern = "one-per-pageblock";
	t = target_of(ask, &x86);
	assert_int_equal(frag_buddy_pages(&t.asked), 65536);
	for (unsigned o = 0; o < 9; o++)
		assert_in_range(t.asked.free[o], 128, 129);
	assert_int_equal(t.asked.free[9], 0);
	ask.pattern = "stripes";
	refused(ask, "checkerboard|one-per-pageblock|random");
	ask.pattern = "random";
	ask.seed = 4;
	t = target_of(ask, &x86);
	assert_int_equal(frag_buddy_pages(&t.asked), 65536);
	/* A frame is free, and its buddy is not: a quarter of all frames; then
	 * 3/32 of them pairs. Ten deviations. */
	assert_in_range(t.asked.free[0], 32768 - 1600, 32768 + 1600);
	assert_in_range(t.asked.free[1], 12288 - 1000, 12288 + 1000);
	other = target_of(ask, &x86);
	assert_memory_equal(&t.asked, &other.asked, sizeof(t.asked));
	ask.seed = 5;
	other = target_of(ask, &x86);
	assert_memory_not_equal(&t.asked, &other.asked, sizeof(t.asked));
}

/* --- what was gained --- */

static void test_gained_unusable(void **state)
{
	struct frag_buddy before = { 11, { 10, 0, 0, 0, 0, 0, 0, 0, 5, 4, 3 } };
	struct frag_buddy after = before;

	(void)state;
	/* Nothing, or less than that. */
	assert_int_equal(frag_sculpt_gained_unusable(&before, &after, 9), 1000);
	after.free[0] = 9;
	assert_int_equal(frag_sculpt_gained_unusable(&before, &after, 9), 1000);
	/* 1536 pages of dust; and two blocks of others' have merged. */
	after.free[0] = 10 + 1024;
	after.free[8] = 5 + 2;
	after.free[9] -= 2;
	after.free[10]++;
	assert_int_equal(frag_sculpt_gained_unusable(&before, &after, 9), 1000);
	/* A whole block more: a quarter of all. */
	after.free[9]++;
	assert_int_equal(frag_sculpt_gained_unusable(&before, &after, 9), 750);
	assert_int_equal(frag_sculpt_gained_unusable(&before, &after, 8), 500);
	assert_int_equal(frag_sculpt_gained_unusable(&before, &after, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_just_one_target),
		cmocka_unit_test(test_seeds_are_the_printed_rows),
		cmocka_unit_test(test_seeds_of_one_name),
		cmocka_unit_test(test_file_and_folder),
		cmocka_unit_test(test_no_such_file),
		cmocka_unit_test(test_like_scaled_to_free),
		cmocka_unit_test(test_like_scaled_to_the_machine),
		cmocka_unit_test(test_orders_that_are_missing),
		cmocka_unit_test(test_unusable_is_met),
		cmocka_unit_test(test_unusable_of_little),
		cmocka_unit_test(test_unusable_refused),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_gained_unusable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
