// SPDX-License-Identifier: GPL-2.0-or-later
/* fragbench/pick.h: the number taken is exact, and it lies as was asked. */
#include "fragbench/pick.h"
#include "scratch.h"

enum { MOST = 1000 };

static bool is_taken[MOST];

/* Fill is_taken[]; returns how many were. */
static uint64_t pick(const char *kind, uint64_t total, uint64_t due,
		     uint64_t seed)
{
	struct frag_pick p = frag_pick_make(kind, total, due, &seed);

	for (uint64_t i = 0; i < total; i++)
		is_taken[i] = frag_pick_next(&p, &seed);
	/* There are no more than there are. */
	assert_false(frag_pick_next(&p, &seed));
	return p.taken;
}

static void test_exact(void **state)
{
	static const char *const kinds[] = { "even", "clustered", "random" };

	(void)state;
	for (unsigned k = 0; k < 3; k++) {
		for (uint64_t due = 0; due <= 37; due++)
			assert_int_equal(pick(kinds[k], 37, due, due), due);
		assert_int_equal(pick(kinds[k], 37, 99, 1), 37);
		assert_int_equal(pick(kinds[k], 0, 5, 1), 0);
		assert_int_equal(pick(kinds[k], MOST, 1, 7), 1);
	}
}

static void test_even(void **state)
{
	uint64_t last = 0;

	(void)state;
	pick("even", 1000, 250, 1);
	for (uint64_t i = 0; i < 1000; i++)
		assert_int_equal(is_taken[i], i % 4 == 3);
	/* Gaps that cannot be equal differ by one. */
	pick("even", 1000, 300, 1);
	for (uint64_t i = 0; i < 1000; i++) {
		if (!is_taken[i])
			continue;
		assert_in_range(i + 1 - last, 3, 4);
		last = i + 1;
	}
}

/* How often taken and not taken meet, going around. */
static unsigned edges(uint64_t total)
{
	unsigned n = 0;

	for (uint64_t i = 0; i < total; i++)
		n += is_taken[i] != is_taken[(i + 1) % total];
	return n;
}

static void test_clustered(void **state)
{
	bool is_first[2] = { false, false };

	(void)state;
	for (uint64_t seed = 0; seed < 50; seed++) {
		pick("clustered", 100, 40, seed);
		assert_int_equal(edges(100), 2);
		is_first[is_taken[0]] = true;
	}
	/* Not always at the same place. */
	assert_true(is_first[0] && is_first[1]);
}

static void test_random(void **state)
{
	unsigned halves = 0;
	unsigned often = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 100; seed++) {
		pick("random", 1000, 500, seed);
		for (uint64_t i = 0; i < 500; i++)
			halves += is_taken[i];
		often += edges(1000);
	}
	/* 250 in each half, and an edge at every second place; the bounds are
	 * six deviations wide. */
	assert_in_range(halves, 100 * 250 - 480, 100 * 250 + 480);
	assert_in_range(often, 100 * 500 - 960, 100 * 500 + 960);
}

static void test_seed_repeats(void **state)
{
	bool before[MOST];

	(void)state;
	pick("random", MOST, 300, 5);
	memcpy(before, is_taken, sizeof(before));
	pick("random", MOST, 300, 5);
	assert_memory_equal(before, is_taken, sizeof(before));
	pick("random", MOST, 300, 6);
	assert_memory_not_equal(before, is_taken, sizeof(before));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_even),
		cmocka_unit_test(test_clustered),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_seed_repeats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
