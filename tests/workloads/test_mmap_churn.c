// SPDX-License-Identifier: GPL-2.0-or-later
/* How much the churn holds, for how long, and whether what it counts is what
 * the kernel sees. */
#include "hand.h"

enum { MAPS, UNMAPS, BYTES, REPLACED };

static struct hand *h;

static int hand_clear(void **state)
{
	(void)state;
	if (h)
		hand_free(h);
	h = NULL;
	return 0;
}

#define START(...)                                                         \
	do {                                                               \
		h = hand_make("mmap-churn",                                \
			      (const char *const[]){ __VA_ARGS__, NULL }); \
		assert_int_equal(hand_setup(h), 0);                        \
	} while (0)

/* One page a mapping, as far as the tests can say it: in bytes. */
static const char *pages_text(const char *key, unsigned pages, char *buf,
			      size_t size)
{
	snprintf(buf, size, "%s=%zu", key,
		 pages * (size_t)sysconf(_SC_PAGESIZE));
	return buf;
}

static void assert_sums(void)
{
	const struct frag_worker_share *share = &h->share;

	assert_int_equal(share->counters[BYTES],
			 share->allocated * h->ctx.page_size);
	assert_true(share->counters[MAPS] >= share->counters[UNMAPS]);
	assert_true(share->counters[UNMAPS] >= share->counters[REPLACED]);
}

/* Ten steps of life at 16 pages each: 160 pages, and never more. */
static void test_life(void **state)
{
	char size[64];

	(void)state;
	START(pages_text("size", 16, size, sizeof(size)), "size-dist=fixed",
	      "life=10", "life-dist=fixed");
	for (unsigned i = 1; i <= 30; i++) {
		hand_step(h, 1);
		assert_int_equal(h->share.pages, 16 * (i < 10 ? i : 10));
	}
	assert_int_equal(h->share.counters[MAPS], 30);
	assert_int_equal(h->share.counters[UNMAPS], 20);
	assert_int_equal(h->share.counters[REPLACED], 0);
	assert_sums();
}

/* Without a life of its own it comes to hold what it may. */
static void check_resident(const char *size_dist, const char *life_dist)
{
	char one[64];
	char two[64];
	char size[64];
	char resident[64];
	uint64_t most = 0;

	snprintf(one, sizeof(one), "size-dist=%s", size_dist);
	snprintf(two, sizeof(two), "life-dist=%s", life_dist);
	START(pages_text("resident", 4096, resident, sizeof(resident)),
	      pages_text("size", 8, size, sizeof(size)), one, two);
	for (unsigned i = 0; i < 20000; i++) {
		hand_step(h, 1);
		if (h->share.pages > most)
			most = h->share.pages;
	}
	assert_in_range(most, 3500, 4096);
	assert_true(h->share.counters[UNMAPS] > 10000);
	assert_sums();
	hand_clear(NULL);
}

static void test_resident(void **state)
{
	static const char *const kinds[] = { "fixed", "uniform", "lognormal",
					     "pareto" };

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		for (unsigned j = 0; j < 4; j++)
			check_resident(kinds[i], kinds[j]);
}

/* Who would live for ever makes room all the same. */
static void test_replacement(void **state)
{
	char resident[64];

	(void)state;
	START(pages_text("resident", 64, resident, sizeof(resident)), "size=1",
	      "size-dist=fixed", "life=1000000", "life-dist=fixed");
	hand_step(h, 64);
	assert_int_equal(h->share.pages, 64);
	assert_int_equal(h->share.counters[UNMAPS], 0);
	hand_step(h, 100);
	assert_int_equal(h->share.pages, 64);
	assert_int_equal(h->share.counters[UNMAPS], 100);
	assert_int_equal(h->share.counters[REPLACED], 100);
}

/* But for what the test itself touches meanwhile. */
static void assert_kib(uint64_t got, uint64_t want)
{
	assert_in_range(got + 64, want, want + 128);
}

/* Kernel and counter agree, before and after a release. */
static void test_kernel_agrees(void **state)
{
	uint64_t before;
	uint64_t held;
	uint64_t kib;

	(void)state;
	START("resident=32M", "steps=5000");
	kib = h->ctx.page_size / 1024;
	before = hand_smaps_kib("Anonymous");
	assert_int_equal(hand_step(h, 10000), FRAG_DONE);
	assert_int_equal(h->share.counters[MAPS], 5000);
	held = h->share.pages;
	/* The table of mappings is memory, too. */
	assert_in_range(hand_smaps_kib("Anonymous") - before, held * kib,
			held * kib + 1024);
	before = hand_smaps_kib("Anonymous");
	assert_int_equal(h->type->release(&h->ctx, 300), 0);
	assert_int_equal(h->share.pages, held - (held * 300 + 500) / 1000);
	assert_kib(before - hand_smaps_kib("Anonymous"),
		   (held - h->share.pages) * kib);
	assert_int_equal(h->type->release(&h->ctx, 1000), 0);
	assert_int_equal(h->share.pages, 0);
	assert_kib(before - hand_smaps_kib("Anonymous"), held * kib);
}

static void test_told_to_stop(void **state)
{
	(void)state;
	START("resident=512M", "size=512M", "size-dist=fixed");
	h->share.command = FRAG_TELL_HOLD;
	hand_step(h, 1);
	/* It looks up soon, and keeps what it has touched. */
	assert_in_range(h->share.pages, 1, 64);
	assert_sums();
}

static void test_seed(void **state)
{
	uint64_t counters[2][2];

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		START("resident=4M");
		hand_step(h, 3000);
		counters[i][0] = h->share.counters[UNMAPS];
		counters[i][1] = h->share.counters[BYTES];
		hand_clear(NULL);
	}
	assert_memory_equal(counters[0], counters[1], sizeof(counters[0]));
}

static void test_alpha(void **state)
{
	struct frag_error e = { 0 };

	(void)state;
	h = hand_make("mmap-churn",
		      (const char *const[]){ "life-alpha=1", NULL });
	assert_int_equal(h->type->check(h->options, 1, &e), -EINVAL);
	assert_string_equal(e.what, "life-alpha: cannot be 1");
	assert_string_equal(e.mend, "--life-alpha 1.1");
}

#define TEST(name) cmocka_unit_test_teardown(name, hand_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_life),	 TEST(test_resident),
		TEST(test_replacement),	 TEST(test_kernel_agrees),
		TEST(test_told_to_stop), TEST(test_seed),
		TEST(test_alpha),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
