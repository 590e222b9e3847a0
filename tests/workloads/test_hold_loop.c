// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The loop that hold's control law closes, over a machine of 128 MiB that
 * exists here only, page by page, with an allocator that hands out the smallest
 * block that will do, as the kernel's does.
 */
#include <math.h>

#include "fragbench/hold.h"
#include "fragbench/workload.h"
#include "scratch.h"

enum {
	BLOCK = 9,
	ORDERS = 11,
	BLOCKS = 64,
	SIZE = 1 << BLOCK,
	PAGES = BLOCKS * SIZE,
	FREE = 0,
	NEIGHBOUR = 1,
	OURS = 2,
};

/* --- the machine --- */

struct machine {
	uint8_t owner[PAGES];
	bool is_held[BLOCKS]; /* some of it is ours */
	uint8_t begins[PAGES]; /* a free block: its order + 1 */
	struct frag_buddy lists;
	uint64_t seed;
};

static struct machine m;

static bool is_free(uint32_t at, uint32_t pages)
{
	for (uint32_t i = at; i < at + pages; i++)
		if (m.owner[i])
			return false;
	return true;
}

/* The largest free block that begins at page @at; its order. */
static unsigned order_at(uint32_t at)
{
	unsigned order = 0;

	while (order + 1 < ORDERS && at % (2U << order) == 0 &&
	       at + (2U << order) <= PAGES && is_free(at, 2U << order))
		order++;
	return order;
}

/* Free blocks are what can merge, merged. */
static void lists_make(void)
{
	memset(&m.lists, 0, sizeof(m.lists));
	memset(m.begins, 0, sizeof(m.begins));
	m.lists.orders = ORDERS;
	for (uint32_t at = 0; at < PAGES;) {
		unsigned order = m.owner[at] ? 0 : order_at(at);

		m.lists.free[order] += !m.owner[at];
		m.begins[at] = m.owner[at] ? 0 : (uint8_t)(order + 1);
		at += 1U << order;
	}
}

/* The first page of a free block of @order or of the next larger there is, from
 * a random place on; PAGES: none. */
static uint32_t block_find(unsigned order)
{
	for (unsigned o = order; o < ORDERS; o++) {
		uint32_t at = (uint32_t)(frag_random(&m.seed) % PAGES);

		if (!m.lists.free[o])
			continue;
		while (m.begins[at] != o + 1)
			at = (at + 1) % PAGES;
		return at;
	}
	return PAGES;
}

/* A neighbour takes @n pages, one after the other. */
static void neighbour_take(uint32_t n)
{
	while (n) {
		uint32_t at;
		uint32_t left;

		lists_make();
		at = block_find(0);
		assert_true(at < PAGES);
		/* All of this block before the next: it stays the smallest. */
		left = 1U << order_at(at);
		left = left < n ? left : n;
		memset(m.owner + at, NEIGHBOUR, left);
		n -= left;
	}
}

/* It gives back @n of its pages, by chance. */
static void neighbour_give(uint32_t n)
{
	while (n) {
		uint32_t at = (uint32_t)(frag_random(&m.seed) % PAGES);

		while (m.owner[at] != NEIGHBOUR)
			at = (at + 1) % PAGES;
		m.owner[at] = FREE;
		n--;
	}
}

/* --- the actuators --- */

static void blocks_take(int64_t n, unsigned order)
{
	for (; n > 0; n--) {
		uint32_t at;

		lists_make();
		at = block_find(BLOCK);
		if (at == PAGES)
			return;
		m.is_held[at / SIZE] = true;
		for (uint32_t i = 0; i < SIZE; i += 1U << order)
			m.owner[at + i] = OURS;
	}
}

static bool is_alone(uint32_t block)
{
	for (uint32_t i = 0; i < SIZE; i++)
		if (m.owner[block * SIZE + i] == NEIGHBOUR)
			return false;
	return true;
}

static void blocks_let_go(int64_t n)
{
	for (uint32_t b = 0; b < BLOCKS && n; b++) {
		if (!m.is_held[b] || !is_alone(b))
			continue;
		memset(m.owner + b * SIZE, FREE, SIZE);
		m.is_held[b] = false;
		n--;
	}
}

/* A compaction finds room elsewhere for what keeps @n blocks from merging. */
static void compact(unsigned n)
{
	for (uint32_t b = 0; b < BLOCKS && n; b++) {
		if (!m.is_held[b] || !is_alone(b))
			continue;
		memset(m.owner + b * SIZE, FREE, SIZE);
		m.is_held[b] = false;
		n--;
	}
}

/* --- the loop --- */

static struct frag_hold_law law = {
	.target = 0.8,
	.order = BLOCK,
	.block = BLOCK,
	.band = 0.005,
	.period = 0.05,
};

static bool is_reached;
static double carry;
static uint64_t lost; /* blocks that were mended, as the sweep tells */
static uint64_t moved; /* blocks */
static unsigned corrections;
static unsigned turns; /* from up to down, or down to up */
static int64_t last;

static double index_now(void)
{
	struct frag_hold_view v;

	lists_make();
	v = frag_hold_view(&law, &m.lists, 0);
	return frag_hold_index(&law, &v);
}

static void step(void)
{
	struct frag_hold_view v;
	double index = index_now();
	double share = frag_hold_share(&law, index, is_reached);
	double wanted;
	int64_t n;

	v = frag_hold_view(&law, &m.lists, 0);
	wanted = frag_hold_blocks(&law, &v);
	share = frag_hold_share_lost(share, wanted, (double)lost);
	n = frag_hold_whole(wanted, share, 64, &carry);
	lost = 0;
	if (!share) {
		is_reached = true;
		return;
	}
	if (n > 0)
		blocks_take(n, law.order > BLOCK ? BLOCK : law.order);
	else
		blocks_let_go(-n);
	corrections += n != 0;
	moved += (uint64_t)llabs(n);
	turns += n && last && (n > 0) != (last > 0);
	last = n ? n : last;
}

static void steps(unsigned n)
{
	while (n--)
		step();
}

static int machine_new(void **state)
{
	(void)state;
	memset(&m, 0, sizeof(m));
	m.seed = 1;
	law.target = 0.8;
	law.order = BLOCK;
	/* One block of 64 is 0.016. */
	law.band = 0.01;
	is_reached = false;
	corrections = turns = 0;
	carry = 0;
	lost = moved = 0;
	last = 0;
	return 0;
}

static void assert_near(double got, double want, double by)
{
	if (fabs(got - want) > by)
		fail_msg("%g is not within %g of %g", got, by, want);
}

/* From all free to the target, and then nothing more is done. */
static void check_reach(double target, unsigned order)
{
	machine_new(NULL);
	law.target = target;
	law.order = order;
	steps(40);
	assert_true(is_reached);
	assert_near(index_now(), target, law.band);
	corrections = 0;
	steps(100);
	assert_int_equal(corrections, 0);
	assert_int_equal(turns, 0);
}

static void test_reaches(void **state)
{
	(void)state;
	check_reach(0.8, 9);
	check_reach(0.5, 9);
	check_reach(0.95, 9);
	check_reach(0.5, 4);
	check_reach(0.9, 2);
}

/* A target below what is there is reached by letting go. */
static void test_comes_down(void **state)
{
	(void)state;
	steps(40);
	law.target = 0.3;
	steps(200);
	assert_near(index_now(), 0.3, law.band);
	assert_true(turns <= 1);
}

/* A neighbour fills up within a second: the loop follows. */
static void test_follows(void **state)
{
	unsigned outside = 0;

	(void)state;
	steps(40);
	for (unsigned i = 0; i < 20; i++) {
		neighbour_take(PAGES / 8 / 20);
		step();
		outside += fabs(index_now() - law.target) > 0.05;
	}
	assert_int_equal(outside, 0);
	steps(100);
	assert_near(index_now(), law.target, 0.02);
}

/* What a compaction has mended is broken again at the next look. */
static void test_makes_up(void **state)
{
	(void)state;
	steps(40);
	compact(20);
	assert_true(index_now() < law.target - 0.25);
	lost = 20;
	step();
	assert_near(index_now(), law.target, 0.02);
	/* Not known to be mended it is taken for a swing: a share of the way. */
	compact(20);
	step();
	assert_true(index_now() < law.target - 0.1);
}

/* All of a neighbour's memory comes back at once, and merges. */
static void test_follows_back(void **state)
{
	(void)state;
	steps(40);
	neighbour_take(PAGES / 4);
	steps(100);
	neighbour_give(PAGES / 4);
	assert_true(index_now() > law.target + law.band);
	steps(200);
	assert_near(index_now(), law.target, law.band);
}

/* One that takes and gives an eighth twice a second is not run after: the loop
 * moves less than a quarter of the blocks that following each swing would. */
static void test_does_not_hunt(void **state)
{
	struct frag_hold_view v;
	unsigned outside = 0;
	double all;

	(void)state;
	steps(40);
	neighbour_take(PAGES / 8);
	lists_make();
	v = frag_hold_view(&law, &m.lists, 0);
	all = fabs(frag_hold_blocks(&law, &v)) * 400 / 5;
	moved = 0;
	for (unsigned i = 0; i < 400; i++) {
		if (i % 10 == 5)
			neighbour_take(PAGES / 8);
		else if (i % 10 == 0)
			neighbour_give(PAGES / 8);
		step();
		outside += fabs(index_now() - law.target) > 0.05;
	}
	assert_true(outside <= 20);
	if ((double)moved > all / 4)
		fail_msg("%ju blocks were moved of %.0f", (uintmax_t)moved,
			 all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_reaches, machine_new),
		cmocka_unit_test_setup(test_comes_down, machine_new),
		cmocka_unit_test_setup(test_follows, machine_new),
		cmocka_unit_test_setup(test_makes_up, machine_new),
		cmocka_unit_test_setup(test_follows_back, machine_new),
		cmocka_unit_test_setup(test_does_not_hunt, machine_new),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
