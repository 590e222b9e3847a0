// SPDX-License-Identifier: GPL-2.0-or-later
/* The algebra of hold's control law: numbers in, numbers out. */
#include <math.h>

#include "fragbench/hold.h"
#include "fragbench/workload.h"
#include "scratch.h"

enum { BLOCK = 9 };

static const struct frag_hold_law law = {
	.target = 0.8,
	.order = BLOCK,
	.block = BLOCK,
	.band = 0.005,
	.period = 0.05,
};

static void assert_near(double got, double want, double by)
{
	if (fabs(got - want) > by)
		fail_msg("%g is not within %g of %g", got, by, want);
}

/* As many blocks as the law says bring the index there, whatever the order. */
static void test_algebra(void **state)
{
	uint64_t seed = 7;

	(void)state;
	for (unsigned n = 0; n < 10000; n++) {
		struct frag_hold_law l = {
			.target = frag_random(&seed) % 1001 / 1000.0,
			.order = 1 + (unsigned)(frag_random(&seed) % BLOCK),
			.block = BLOCK,
		};
		uint64_t blocks = 1 + frag_random(&seed) % (1 << 16);
		uint64_t dust = frag_random(&seed) % (1 << 24);
		double q = ldexp(1, (int)(BLOCK - l.order));
		struct frag_hold_view v = {
			.suitable = blocks << (BLOCK - l.order),
			.free = (blocks << BLOCK) + dust,
		};
		double take = frag_hold_blocks(&l, &v);
		double pages = frag_hold_pages(&l, &v);
		double after =
			ldexp((double)v.suitable - take * q, (int)l.order) /
			((double)v.free - take * q);

		assert_near(1 - after, l.target, 1e-9);
		/* More free in small pieces is the same as more taken. */
		if (l.target < 1)
			assert_near(1 - ldexp((double)v.suitable, (int)l.order) /
						    ((double)v.free - pages),
				    l.target, 1e-9);
		assert_true((take > 0) == (pages < 0) || take == 0);
	}
}

/* Above the order of a block, its free halves go first. */
static void test_larger_order(void **state)
{
	struct frag_hold_law l = { .target = 0.5, .order = 10, .block = 9 };
	struct frag_buddy b = { .orders = 11, .free = { [9] = 3, [10] = 8 } };
	struct frag_hold_view v = frag_hold_view(&l, &b, 0);

	(void)state;
	assert_int_equal(v.below, 3);
	assert_int_equal(v.suitable, 8);
	/* 9.5 blocks of order 10 free, 4.75 too many are usable beyond half */
	assert_near(frag_hold_blocks(&l, &v), 3 + 2 * (8 - 9.5 / 2), 1e-9);
	l.target = 0.2;
	/* 7.6 are to be usable, and 8 are */
	assert_near(frag_hold_blocks(&l, &v), 3 + 2 * 0.4, 1e-9);
	l.target = 0.1;
	assert_near(frag_hold_blocks(&l, &v), 2 * (8 - 0.9 * 9.5), 1e-9);
}

static void test_hidden(void **state)
{
	struct frag_buddy b = { .orders = 11, .free = { [9] = 1 } };
	struct frag_hold_view v = frag_hold_view(&law, &b, 512);

	(void)state;
	assert_near(frag_hold_index(&law, &v), 0.5, 1e-9);
	v = frag_hold_view(&law, &b, 0);
	assert_near(frag_hold_index(&law, &v), 0, 1e-9);
	b.free[9] = 0;
	v = frag_hold_view(&law, &b, 0);
	assert_near(frag_hold_index(&law, &v), 1, 1e-9);
}

static void test_share(void **state)
{
	struct frag_hold_law l = { .target = 0.8,
				   .band = 0.005,
				   .period = 0.05 };

	(void)state;
	assert_true(frag_hold_share(&l, 0.1, false) == 1);
	assert_true(frag_hold_share(&l, 0.804, false) == 0);
	assert_true(frag_hold_share(&l, 0.804, true) == 0);
	assert_near(frag_hold_share(&l, 0.81, true), 0.05, 1e-9);
	assert_near(frag_hold_share(&l, 0.83, true), 0.25, 1e-9);
	l.period = 1;
	assert_true(frag_hold_share(&l, 0.83, true) == 1);
}

/* What was mended is made up for at once; never more than is wanted. */
static void test_lost(void **state)
{
	(void)state;
	assert_near(frag_hold_share_lost(0.25, 100, 0), 0.25, 1e-9);
	assert_near(frag_hold_share_lost(0.25, 100, 10), 0.25, 1e-9);
	assert_near(frag_hold_share_lost(0.25, 100, 60), 0.6, 1e-9);
	assert_near(frag_hold_share_lost(0.25, 100, 300), 1, 1e-9);
	/* There is nothing to make up for on the way down. */
	assert_near(frag_hold_share_lost(0.25, -100, 60), 0.25, 1e-9);
	assert_near(frag_hold_share_lost(0, 0, 60), 0, 1e-9);
	assert_true(frag_hold_is_mended(&law, 0.7));
	assert_false(frag_hold_is_mended(&law, 0.79));
	assert_false(frag_hold_is_mended(&law, 0.9));
}

static void test_whole(void **state)
{
	double by = 0;

	(void)state;
	assert_int_equal(frag_hold_whole(10, 0, 64, &by), 0);
	assert_int_equal(frag_hold_whole(0, 1, 64, &by), 0);
	assert_int_equal(frag_hold_whole(100, 0.25, 64, &by), 25);
	assert_int_equal(frag_hold_whole(1e18, 1, 64, &by), 64);
	assert_int_equal(frag_hold_whole(-INFINITY, 1, 64, &by), -64);
	assert_int_equal(frag_hold_whole(5, 1, 0, &by), 0);
	by = 0;
	/* Small shares add up, in one direction alone. */
	assert_int_equal(frag_hold_whole(2, 0.25, 64, &by), 0);
	assert_int_equal(frag_hold_whole(2, 0.25, 64, &by), 1);
	assert_int_equal(frag_hold_whole(2, 0.25, 64, &by), 0);
	assert_int_equal(frag_hold_whole(-2, 0.25, 64, &by), 0);
	assert_int_equal(frag_hold_whole(-2, 0.25, 64, &by), -1);
	/* Half a block is nearer than a whole one. */
	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(frag_hold_whole(0.4, 1, 64, &by), 0);
}

static void test_strain(void **state)
{
	const struct frag_hold_signs easy = {
		.available = 1000,
		.floor = 100,
		.free = 50,
		.low = 10,
	};
	struct frag_hold_signs s = easy;

	(void)state;
	assert_int_equal(frag_hold_strain(&s), FRAG_HOLD_EASY);
	s.available = 99;
	assert_int_equal(frag_hold_strain(&s), FRAG_HOLD_SHORT);
	s.available = 124;
	assert_int_equal(frag_hold_strain(&s), FRAG_HOLD_TIGHT);
	s = easy;
	s.direct = 1;
	assert_int_equal(frag_hold_strain(&s), FRAG_HOLD_SHORT);
	s = easy;
	s.kswapd = 1;
	assert_int_equal(frag_hold_strain(&s), FRAG_HOLD_TIGHT);
	s = easy;
	s.free = 9;
	assert_int_equal(frag_hold_strain(&s), FRAG_HOLD_TIGHT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_algebra),
		cmocka_unit_test(test_larger_order),
		cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_share),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_strain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
