// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The plan of a sculptor, held against the kernel's rule for buddies: frame by
 * frame in a zone of which others hold the rest, over random shapes and stocks.
 * `SCULPT_BENCH=1` makes it print how long large plans take.
 */
#include "scratch.h"

#include "fragbench/sculpt.h"

enum { ORDERS = 11, BLOCK = 9, ZONE_BLOCKS = 64, ROUNDS = 400 };

static const struct frag_sculpt_machine x86 = { 4096, ORDERS, BLOCK, 0 };

/* --- a zone, frame by frame --- */

struct world {
	unsigned blocks; /* of the zone */
	bool is_free[ZONE_BLOCKS << BLOCK];
	uint64_t pfn[ZONE_BLOCKS]; /* the stock */
	struct frag_sculpt_stock stock;
};

/* The free lists of the zone, by the rule: a free block of order o merges with
 * its buddy when that is free as a whole. */
static struct frag_buddy world_buddy(const struct world *w,
				     const struct frag_sculpt_machine *m)
{
	static bool is_free[ZONE_BLOCKS << BLOCK];
	uint64_t frames = (uint64_t)w->blocks << m->block_order;
	struct frag_buddy b = { .orders = m->orders };

	memcpy(is_free, w->is_free, frames);
	for (unsigned o = 0; o < m->orders; o++) {
		for (uint64_t i = 0; i < frames; i += 1ULL << o) {
			uint64_t buddy = i ^ 1ULL << o;

			if (!is_free[i] || (o + 1 < m->orders &&
					    buddy < frames && is_free[buddy]))
				continue;
			b.free[o]++;
			is_free[i] = false;
		}
		/* What is left at this order are pairs: their firsts go on. */
		for (uint64_t i = 0; i < frames; i += 2ULL << o)
			if (i + (1ULL << o) < frames)
				is_free[i + (1ULL << o)] = false;
	}
	return b;
}

static void block_set(struct world *w, const struct frag_sculpt_machine *m,
		      uint64_t pfn, bool is_free)
{
	memset(w->is_free + pfn, is_free, 1ULL << m->block_order);
}

/* A zone of which the stock has @share percent of the blocks, shuffled; the
 * rest is free or not by chance, page by page or block by block. */
static void world_make(struct world *w, const struct frag_sculpt_machine *m,
		       unsigned share, uint64_t *seed)
{
	memset(w, 0, sizeof(*w));
	w->blocks = ZONE_BLOCKS;
	w->stock = (struct frag_sculpt_stock){ w->pfn, 0, "even", 0,
					       frag_random(seed) };
	for (uint64_t i = 0; i < w->blocks; i++) {
		uint64_t first = i << m->block_order;
		uint64_t how = frag_random(seed) % 3;

		if (frag_random(seed) % 100 < share) {
			uint32_t at = frag_random(seed) % (w->stock.blocks + 1);

			w->pfn[w->stock.blocks++] = w->pfn[at];
			w->pfn[at] = first;
			continue;
		}
		block_set(w, m, first, how == 1);
		for (uint64_t p = 0; how == 2 && p < 1ULL << m->block_order;
		     p++)
			w->is_free[first + p] = frag_random(seed) & 1;
	}
}

/* Some shape of about @pages pages, orders up to @top. */
static struct frag_buddy shape_make(const struct frag_sculpt_machine *m,
				    unsigned top, uint64_t pages,
				    uint64_t *seed)
{
	struct frag_buddy b = { .orders = m->orders };
	unsigned kinds = 1 + frag_random(seed) % (top + 1);

	for (unsigned k = 0; k < kinds; k++) {
		unsigned o = frag_random(seed) % (top + 1);

		b.free[o] += frag_random(seed) % (pages / kinds + 1) >> o;
	}
	return b;
}

/* Give back what the plan says; the difference must be what was asked. */
static void plan_carry_out(struct world *w, const struct frag_sculpt_machine *m,
			   const struct frag_sculpt_plan *plan,
			   const struct frag_buddy *asked)
{
	struct frag_buddy before;
	struct frag_buddy after;

	for (uint32_t i = 0; i < plan->blocks; i++)
		if (plan->use[i] == FRAG_SCULPT_SPARE)
			block_set(w, m, w->pfn[i], true);
	before = world_buddy(w, m);
	for (uint32_t i = 0; i < plan->blocks; i++)
		for (uint64_t p = 0; p < 1ULL << m->block_order; p++)
			if (plan->use[i] != FRAG_SCULPT_SPARE &&
			    !(plan->kept[i * plan->words + p / 64] >> p % 64 &
			      1))
				w->is_free[w->pfn[i] + p] = true;
	after = world_buddy(w, m);
	for (unsigned o = 0; o < m->orders; o++)
		assert_int_equal(after.free[o] - before.free[o],
				 asked->free[o]);
}

static void plan_check(const struct frag_sculpt_plan *plan,
		       const struct frag_sculpt_machine *m,
		       const struct world *w, const struct frag_buddy *asked)
{
	struct frag_buddy seen;
	uint32_t pins = 0;

	assert_int_equal(frag_sculpt_foresee(plan, m, &w->stock, &seen), 0);
	assert_memory_equal(seen.free, asked->free, sizeof(seen.free));
	assert_int_equal(plan->freed, frag_buddy_pages(asked));
	assert_int_equal(plan->touched + plan->spare + plan->whole,
			 plan->blocks);
	for (uint32_t i = 0; i < plan->blocks; i++) {
		uint32_t p = plan->pin[i];

		if (p == FRAG_SCULPT_NO_PIN)
			continue;
		pins++;
		assert_int_equal(plan->use[i], FRAG_SCULPT_TOUCHED);
		assert_true(plan->kept[i * plan->words + p / 64] >> p % 64 & 1);
	}
	assert_int_equal(pins, plan->pinned);
	assert_int_equal(pins,
			 frag_permille_of(plan->touched, w->stock.unmovable));
}

/* How many of the shapes that were tried did the stock suffice for? */
static unsigned shapes_try(const struct frag_sculpt_machine *m, unsigned share,
			   uint64_t seed)
{
	static struct world w;
	unsigned done = 0;

	for (unsigned round = 0; round < ROUNDS; round++) {
		struct frag_sculpt_plan plan;
		struct frag_sculpt_need need;
		struct frag_error e = { .exit = 0 };
		struct frag_buddy asked;
		int rc;

		world_make(&w, m, share, &seed);
		w.stock.unmovable = frag_random(&seed) % 1001;
		asked = shape_make(m, round % m->orders,
				   (uint64_t)w.stock.blocks << m->block_order,
				   &seed);
		assert_int_equal(frag_sculpt_need(&asked, m, &need, NULL), 0);
		rc = frag_sculpt_pack(&plan, &asked, m, &w.stock, NULL, &e);
		if (rc == -ENOSPC) {
			assert_true(plan.missing_blocks || plan.missing_runs);
			assert_true(e.what[0] && e.why[0]);
		} else {
			assert_int_equal(rc, 0);
			plan_check(&plan, m, &w, &asked);
			plan_carry_out(&w, m, &plan, &asked);
			if (m->orders <= m->block_order + 2)
				assert_true(plan.touched + plan.whole <=
					    need.blocks);
			done++;
		}
		frag_sculpt_plan_free(&plan);
	}
	return done;
}

static void test_random_shapes(void **state)
{
	static const struct frag_sculpt_machine machines[] = {
		{ 4096, 11, 9, 0 },
		/* Blocks of the largest order, as on arm64 with 64 KiB. */
		{ 4096, 8, 7, 0 },
		/* Two orders above the block's. */
		{ 4096, 8, 5, 0 },
		/* Blocks of less than a word of bits. */
		{ 4096, 5, 3, 0 },
	};

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		assert_in_range(shapes_try(&machines[i], 100, i), 50, ROUNDS);
		assert_in_range(shapes_try(&machines[i], 60, i), 20, ROUNDS);
	}
}

/* --- what is needed --- */

static int pack(struct frag_sculpt_plan *plan, const struct frag_buddy *asked,
		const struct frag_sculpt_stock *stock)
{
	return frag_sculpt_pack(plan, asked, &x86, stock, NULL, NULL);
}

static void test_need_is_enough(void **state)
{
	static struct world w;
	uint64_t seed = 3;

	(void)state;
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct frag_buddy asked =
			shape_make(&x86, round % ORDERS, 30000, &seed);
		struct frag_sculpt_need need;
		struct frag_sculpt_plan plan;
		uint64_t pages = frag_buddy_pages(&asked);
		unsigned n = 0;

		frag_sculpt_need(&asked, &x86, &need, NULL);
		assert_int_equal(need.pages, need.blocks << BLOCK);
		assert_true(need.pages <= 2 * pages + (2 << BLOCK));
		if (need.blocks > ZONE_BLOCKS)
			continue;
		/* Just as many: runs first, then blocks that are alone. */
		memset(&w, 0, sizeof(w));
		for (; n < need.blocks; n++)
			w.pfn[n] = (uint64_t)(n < 2 * need.runs ? n : 2 * n)
				   << BLOCK;
		w.stock = (struct frag_sculpt_stock){ w.pfn, n, "random", 500,
						      round };
		assert_int_equal(pack(&plan, &asked, &w.stock), 0);
		plan_check(&plan, &x86, &w, &asked);
		assert_int_equal(plan.spare, 0);
		frag_sculpt_plan_free(&plan);
		/* And one less is not. */
		w.stock.blocks--;
		if (!n)
			continue;
		assert_int_equal(pack(&plan, &asked, &w.stock), -ENOSPC);
		assert_true(plan.missing_blocks == 1);
		frag_sculpt_plan_free(&plan);
	}
}

/* A block in which one page stays gives one free block of each order below. */
static void test_one_of_each(void **state)
{
	static const uint64_t pfns[] = { 5 << BLOCK };
	struct frag_sculpt_stock stock = { pfns, 1, "even", 1000, 1 };
	struct frag_buddy asked = { .orders = ORDERS };
	struct frag_sculpt_plan plan;
	struct frag_sculpt_need need;

	(void)state;
	for (unsigned o = 0; o < BLOCK; o++)
		asked.free[o] = 1;
	assert_int_equal(frag_sculpt_need(&asked, &x86, &need, NULL), 0);
	assert_int_equal(need.blocks, 1);
	assert_int_equal(need.runs, 0);
	assert_int_equal(pack(&plan, &asked, &stock), 0);
	assert_int_equal(plan.freed, 511);
	assert_int_equal(plan.pinned, 1);
	frag_sculpt_plan_free(&plan);
	/* Whole blocks need two, side by side and aligned. */
	asked = (struct frag_buddy){ .orders = ORDERS, .free = { [9] = 1 } };
	assert_int_equal(pack(&plan, &asked, &stock), -ENOSPC);
	assert_int_equal(plan.missing_runs, 1);
	assert_int_equal(plan.missing_blocks, 1);
	frag_sculpt_plan_free(&plan);
}

static void test_hidden_frames(void **state)
{
	static const uint64_t pfns[] = { FRAG_NO_FRAME, FRAG_NO_FRAME,
					 FRAG_NO_FRAME };
	struct frag_sculpt_stock stock = { pfns, 3, "clustered", 500, 1 };
	struct frag_buddy asked = { .orders = ORDERS, .free = { 700, 10 } };
	struct frag_buddy seen;
	struct frag_sculpt_plan plan;

	(void)state;
	assert_int_equal(pack(&plan, &asked, &stock), 0);
	assert_int_equal(frag_sculpt_foresee(&plan, &x86, &stock, &seen), 0);
	assert_memory_equal(seen.free, asked.free, sizeof(seen.free));
	frag_sculpt_plan_free(&plan);
	/* Nothing is known to lie beside anything. */
	asked.free[9] = 1;
	assert_int_equal(pack(&plan, &asked, &stock), -ENOSPC);
	assert_int_equal(plan.missing_runs, 1);
	frag_sculpt_plan_free(&plan);
}

static void test_foresee_sees_merging(void **state)
{
	static const uint64_t pfns[] = { 4 << BLOCK, 5 << BLOCK };
	struct frag_sculpt_stock stock = { pfns, 2, "even", 0, 1 };
	struct frag_buddy asked = { .orders = ORDERS, .free = { [9] = 1 } };
	struct frag_buddy seen;
	struct frag_sculpt_plan plan;
	uint32_t kept;

	(void)state;
	assert_int_equal(pack(&plan, &asked, &stock), 0);
	kept = plan.use[0] == FRAG_SCULPT_TOUCHED ? 0 : 1;
	/* Both free: one block of order 10. */
	memset(plan.kept, 0, 2UL * plan.words * sizeof(*plan.kept));
	assert_int_equal(frag_sculpt_foresee(&plan, &x86, &stock, &seen), 0);
	assert_int_equal(seen.free[10], 1);
	assert_int_equal(seen.free[9], 0);
	/* The other not ours any more: who knows. */
	plan.use[kept] = FRAG_SCULPT_SPARE;
	assert_int_equal(frag_sculpt_foresee(&plan, &x86, &stock, &seen),
			 -EINVAL);
	frag_sculpt_plan_free(&plan);
}

static void test_seed_repeats(void **state)
{
	static struct world w;
	struct frag_sculpt_plan plan[3];
	struct frag_buddy asked = { .orders = ORDERS,
				    .free = { 900, 300, 100, 40, 9, 1, 1 } };
	uint64_t seed = 8;
	size_t size;

	(void)state;
	world_make(&w, &x86, 100, &seed);
	w.stock.unmovable = 300;
	w.stock.spread = "random";
	for (unsigned i = 0; i < 3; i++) {
		w.stock.seed = i == 2 ? 6 : 5;
		assert_int_equal(pack(&plan[i], &asked, &w.stock), 0);
	}
	size = (size_t)plan[0].blocks * plan[0].words * sizeof(uint64_t);
	assert_memory_equal(plan[0].kept, plan[1].kept, size);
	assert_memory_equal(plan[0].pin, plan[1].pin,
			    plan[0].blocks * sizeof(uint32_t));
	assert_memory_not_equal(plan[0].kept, plan[2].kept, size);
	for (unsigned i = 0; i < 3; i++)
		frag_sculpt_plan_free(&plan[i]);
}

/* Pins lie as the spread says, by frame number and not by number of block. */
static void test_pins_spread(void **state)
{
	uint64_t pfns[100];
	struct frag_sculpt_stock stock = { pfns, 100, "even", 250, 1 };
	struct frag_buddy asked = { .orders = ORDERS, .free = { [8] = 100 } };
	struct frag_sculpt_plan plan;

	(void)state;
	for (uint64_t i = 0; i < 100; i++)
		pfns[i] = (i * 37 % 100) << (BLOCK + 1);
	assert_int_equal(pack(&plan, &asked, &stock), 0);
	assert_int_equal(plan.pinned, 25);
	for (uint64_t i = 0; i < 100; i++)
		assert_int_equal(plan.pin[i] != FRAG_SCULPT_NO_PIN,
				 i * 37 % 100 % 4 == 3);
	frag_sculpt_plan_free(&plan);
}

static void test_told_to_stop(void **state)
{
	static struct frag_worker_share share;
	struct frag_context ctx = { .share = &share };
	struct frag_sculpt_stock stock = { NULL, 400, "even", 0, 1 };
	struct frag_buddy asked = { .orders = ORDERS, .free = { 100000 } };
	struct frag_sculpt_plan plan;
	uint64_t *pfns = calloc(400, sizeof(*pfns));

	(void)state;
	for (uint64_t i = 0; i < 400; i++)
		pfns[i] = i << BLOCK;
	stock.pfn = pfns;
	share.command = FRAG_TELL_STOP;
	assert_int_equal(frag_sculpt_pack(&plan, &asked, &x86, &stock, &ctx,
					  NULL),
			 -ECANCELED);
	frag_sculpt_plan_free(&plan);
	free(pfns);
}

/* --- how long it takes --- */

static void plan_time(const char *name, const struct frag_buddy *asked)
{
	struct frag_sculpt_need need;
	struct frag_sculpt_plan plan;
	struct frag_sculpt_stock stock = { NULL, 0, "even", 250, 1 };
	uint64_t *pfns;
	uint64_t began;

	frag_sculpt_need(asked, &x86, &need, NULL);
	stock.blocks = (uint32_t)need.blocks;
	pfns = calloc(need.blocks, sizeof(*pfns));
	for (uint64_t i = 0; i < need.blocks; i++)
		pfns[i] = (need.blocks - i) << BLOCK;
	stock.pfn = pfns;
	began = frag_time_now();
	assert_int_equal(pack(&plan, asked, &stock), 0);
	print_message("%s: %llu frames planned in %.1f ms\n", name,
		      (unsigned long long)need.pages,
		      (double)(frag_time_now() - began) / 1e6);
	frag_sculpt_plan_free(&plan);
	free(pfns);
}

static void test_bench(void **state)
{
	static const struct frag_buddy shapes[] = {
		{ ORDERS, { 3000000 } },
		{ ORDERS, { 0, 1500000 } },
		{ ORDERS, { 154704, 153840, 152040, 150504, 149136, 3264 } },
	};

	(void)state;
	if (!getenv("SCULPT_BENCH"))
		skip();
	plan_time("checkerboard", &shapes[0]);
	plan_time("order 1", &shapes[1]);
	plan_time("blog-killed times 24", &shapes[2]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_shapes),
		cmocka_unit_test(test_need_is_enough),
		cmocka_unit_test(test_one_of_each),
		cmocka_unit_test(test_hidden_frames),
		cmocka_unit_test(test_foresee_sees_merging),
		cmocka_unit_test(test_seed_repeats),
		cmocka_unit_test(test_pins_spread),
		cmocka_unit_test(test_told_to_stop),
		cmocka_unit_test(test_bench),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
