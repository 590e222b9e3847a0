// SPDX-License-Identifier: GPL-2.0-or-later
/* Who takes how many pages when. What frames the turns give is for the system
 * tests to see: it needs free lists that were put in order before. */
#include <sys/mman.h>
#include <time.h>

#include "clock.h"
#include "crew.h"
#include "hand.h"

static struct frag_scenario s;
static struct frag_topology *t;
static struct frag_crew crew;

static int crew_clear(void **state)
{
	(void)state;
	frag_crew_end(&crew, 60000000000);
	frag_crew_free(&crew);
	frag_scenario_free(&s);
	frag_topology_free(t);
	t = NULL;
	return 0;
}

/* Launch the workload with these settings, and let it run. */
static void launch(unsigned processes, unsigned pages, const char *more)
{
	struct frag_error e = { 0 };
	char text[512];

	snprintf(text, sizeof(text),
		 "[phase a]\ndo = run\nworkload = sbrk-interleave\n"
		 "processes = %u\npages = %u\n%s",
		 processes, pages, more);
	if (frag_scenario_parse(&s, "x", text, 1 << 30, &e))
		fail_msg("%s: %s", e.what, e.why);
	assert_int_equal(frag_topology_load(&t, &e), 0);
	assert_int_equal(frag_crew_launch(&crew, &s, t, 7, -1, &e), 0);
	frag_crew_tell(&crew, -1, FRAG_TELL_RUN);
}

static void pause_ms(unsigned ms)
{
	const struct timespec ts = frag_timespec(ms * 1000000ULL);

	clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, NULL);
}

static bool settle(unsigned ms)
{
	for (unsigned n = 0; n < ms && !frag_crew_is_settled(&crew, 0); n++)
		pause_ms(1);
	return frag_crew_is_settled(&crew, 0);
}

static void assert_all_have(unsigned pages)
{
	if (!settle(60000))
		fail_msg("they never reach their goal");
	assert_null(frag_crew_failed(&crew, -1));
	for (unsigned i = 0; i < crew.count; i++)
		assert_int_equal(crew.workers[i].share->pages, pages);
}

static uint64_t pages_now(void)
{
	uint64_t pages = 0;

	for (unsigned i = 0; i < crew.count; i++)
		pages += crew.workers[i].share->pages;
	return pages;
}

/* How far the two have come, both at the same moment. */
static void progress(uint64_t *one, uint64_t *two)
{
	const _Atomic uint64_t *first = &crew.workers[0].share->pages;
	const _Atomic uint64_t *second = &crew.workers[1].share->pages;

	do {
		*one = atomic_load(first);
		*two = atomic_load(second);
	} while (*one != atomic_load(first));
}

/* In lockstep nobody is ever ahead by more than a chunk. */
static uint64_t lockstep_watch(unsigned chunk)
{
	char more[64];
	uint64_t looks = 0;
	uint64_t one = 0;
	uint64_t two = 0;

	snprintf(more, sizeof(more), "mode = lockstep\nchunk = %u\n", chunk);
	launch(2, 16000, more);
	while (!frag_crew_is_settled(&crew, 0)) {
		progress(&one, &two);
		if (one > two + chunk || two > one + chunk)
			fail_msg("one has %ju pages, the other %ju", one, two);
		looks += one > 0 && one < 16000;
	}
	assert_all_have(16000);
	/* One step a turn: nobody takes two chunks in one. */
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(crew.workers[i].share->ops, 16000 / chunk);
	return looks;
}

/* Seen often enough: on a busy machine it may be over before we had a CPU. */
static void check_lockstep(unsigned chunk)
{
	uint64_t looks = lockstep_watch(chunk);

	for (unsigned n = 0; n < 20 && looks <= 100; n++) {
		crew_clear(NULL);
		looks += lockstep_watch(chunk);
	}
	assert_true(looks > 100);
}

static void test_chunk_1(void **state)
{
	(void)state;
	check_lockstep(1);
}

static void test_chunk_16(void **state)
{
	(void)state;
	check_lockstep(16);
}

/* What the workload shares begins with the batons, one word for each. */
static unsigned holders(void)
{
	const _Atomic uint32_t *baton = crew.workers[0].shared;
	uint32_t one[3];
	uint32_t two[3];

	/* The words are read one by one: only what stands still counts. */
	do {
		for (unsigned i = 0; i < 3; i++)
			one[i] = atomic_load(&baton[i]);
		for (unsigned i = 0; i < 3; i++)
			two[i] = atomic_load(&baton[i]);
	} while (memcmp(one, two, sizeof(one)) != 0);
	/* Beside the batons the runner may just be waking whom it tells. */
	return (one[0] + one[1] + one[2]) & ~FRAG_TOLD;
}

static void test_one_baton(void **state)
{
	unsigned seen = 0;

	(void)state;
	launch(3, 3000, "mode = lockstep\nchunk = 1\ncpus = any\n");
	while (!frag_crew_is_settled(&crew, 0)) {
		unsigned now = holders();

		assert_in_range(now, 0, 1);
		seen += now;
	}
	assert_true(seen > 0);
	assert_all_have(3000);
}

/* With jitter they come to their goal at different times. */
static void test_unequal(void **state)
{
	(void)state;
	launch(3, 501, "mode = lockstep\nchunk = 7\njitter = 2\n");
	assert_all_have(501);
}

static void test_alone(void **state)
{
	(void)state;
	launch(1, 100, "mode = lockstep\n");
	assert_all_have(100);
}

static void test_free_running(void **state)
{
	(void)state;
	launch(2, 1001, "mode = free-running\n");
	assert_all_have(1001);
}

/* One is told to hold, and the baton may be its: the others must still hear, or
 * they would wait for ever. */
static void test_one_leaves(void **state)
{
	(void)state;
	launch(3, 20000, "mode = lockstep\nchunk = 1\n");
	while (pages_now() < 300)
		pause_ms(1);
	frag_worker_tell(&crew.workers[1], FRAG_TELL_HOLD);
	pause_ms(50);
	frag_crew_tell(&crew, -1, FRAG_TELL_HOLD);
	assert_true(settle(60000));
	assert_null(frag_crew_failed(&crew, -1));
}

/* The same seed takes the same turns. */
static void test_seed(void **state)
{
	uint64_t ops[2][2];

	(void)state;
	for (unsigned n = 0; n < 2; n++) {
		if (n)
			crew_clear(NULL);
		launch(2, 2000, "mode = lockstep\njitter = 3\n");
		assert_all_have(2000);
		for (unsigned i = 0; i < 2; i++)
			ops[n][i] = crew.workers[i].share->ops;
	}
	assert_true(ops[0][0] < 2000);
	assert_int_equal(ops[0][0], ops[1][0]);
	assert_int_equal(ops[0][1], ops[1][1]);
}

/* Every second page of each heap is gone, at the same places in all of them,
 * and every second of those that are left. */
static void test_release(void **state)
{
	struct hand *h = hand_make("sbrk-interleave",
				   (const char *const[]){ "pages=400", NULL });
	unsigned char there[400];
	unsigned n[2] = { 0 };
	char *heap;

	(void)state;
	assert_int_equal(hand_setup(h), 0);
	assert_int_equal(hand_step(h, 1000), FRAG_DONE);
	heap = (char *)(uintptr_t)h->share.ranges[0].start;
	h->share.command = FRAG_TELL_RELEASE;
	for (unsigned turn = 0; turn < 2; turn++) {
		assert_int_equal(h->type->release(&h->ctx, 500), 0);
		assert_int_equal(mincore(heap, 400 * h->ctx.page_size, there),
				 0);
		for (unsigned i = 0; i < 400; i++) {
			bool want = turn ? i % 4 == 0 : i % 2 == 0;

			assert_int_equal(there[i] & 1, want);
			n[turn] += there[i] & 1;
		}
		assert_int_equal(h->share.pages, n[turn]);
	}
	assert_int_equal(h->share.allocated, 400);
	/* All that is left; then there is nothing. */
	assert_int_equal(h->type->release(&h->ctx, 1000), 0);
	assert_int_equal(h->share.pages, 0);
	assert_int_equal(h->type->release(&h->ctx, 1000), 0);
	hand_free(h);
}

#define TEST(name) cmocka_unit_test_teardown(name, crew_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_chunk_1),    TEST(test_chunk_16),
		TEST(test_one_baton),  TEST(test_unequal),
		TEST(test_alone),      TEST(test_free_running),
		TEST(test_one_leaves), TEST(test_seed),
		TEST(test_release),
	};

	crew.eventfd = -1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
