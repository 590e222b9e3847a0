// SPDX-License-Identifier: GPL-2.0-or-later
/* A worker at work: its pace, its times, what it counts and what it releases. */
#include "crew-bench.h"

/* Takes ten pages, all of them at once. */
static int ten_step(struct frag_context *ctx)
{
	frag_add_pages(ctx, 10);
	frag_count(ctx, 1, 3);
	frag_count(ctx, FRAG_COUNTERS_MAX, 1);
	return FRAG_DONE;
}

static int some_release(struct frag_context *ctx, unsigned permille)
{
	uint64_t held = atomic_load(&ctx->share->pages);

	frag_add_pages(ctx, -(int64_t)(held * permille / 1000));
	return 0;
}

static void wait_released(struct bench *b)
{
	for (unsigned n = 0; n < 60000 && frag_crew_is_releasing(&b->crew); n++)
		pause_ms(1);
	assert_false(frag_crew_is_releasing(&b->crew));
}

/* Twice: the second time it is a share of what is left. */
static void test_release(void **state)
{
	static const uint64_t left[] = { 5, 3, 0 };
	static const unsigned permille[] = { 500, 400, 1000 };
	struct bench *b = *state;
	struct frag_worker_share *share;

	parse(b, "[phase a]\ndo = run\nworkload = null\n");
	b->made_up.release = some_release;
	make_up(b, ten_step);
	/* One that only waits holds nothing to release. */
	assert_int_equal(frag_crew_release(&b->crew, 500), 0);
	frag_crew_tell(&b->crew, -1, FRAG_TELL_RUN);
	wait_state(b, 0, FRAG_WORKER_HOLDING);
	share = b->crew.workers[0].share;
	assert_int_equal(share->counters[1], 3);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(frag_crew_release(&b->crew, permille[i]), 1);
		wait_released(b);
		assert_int_equal(share->state, FRAG_WORKER_HOLDING);
		assert_int_equal(share->pages, left[i]);
		assert_int_equal(share->allocated, 10);
	}
	frag_crew_end(&b->crew, 60000 * ms);
	assert_int_equal(b->crew.workers[0].status, 0);
}

static void test_cannot_release(void **state)
{
	struct bench *b = *state;

	launch(b, "[phase a]\ndo = run\nworkload = null\n");
	frag_crew_tell(&b->crew, -1, FRAG_TELL_RUN);
	wait_state(b, 0, FRAG_WORKER_RUNNING);
	frag_crew_tell(&b->crew, -1, FRAG_TELL_HOLD);
	wait_state(b, 0, FRAG_WORKER_HOLDING);
	assert_int_equal(frag_crew_release(&b->crew, 500), 0);
	assert_false(frag_crew_is_releasing(&b->crew));
}

static int release_fails(struct frag_context *ctx, unsigned permille)
{
	return frag_give_up(ctx, -EIO, "lost %u of it", permille);
}

static void test_release_fails(void **state)
{
	struct bench *b = *state;

	parse(b, "[phase a]\ndo = run\nworkload = null\n");
	b->made_up.release = release_fails;
	make_up(b, ten_step);
	frag_crew_tell(&b->crew, -1, FRAG_TELL_RUN);
	wait_state(b, 0, FRAG_WORKER_HOLDING);
	assert_int_equal(frag_crew_release(&b->crew, 7), 1);
	wait_state(b, 0, FRAG_WORKER_FAILED);
	assert_string_equal(b->crew.workers[0].share->message, "lost 7 of it");
	/* Nobody waits for one that has died of it. */
	wait_dead(b, 0);
	assert_false(frag_crew_is_releasing(&b->crew));
}

/* The time of a step is what it says, not what it prepared and tidied up. */
static int prepared_step(struct frag_context *ctx)
{
	pause_ms(200);
	frag_time_from(ctx);
	frag_time_to(ctx);
	pause_ms(200);
	return FRAG_DONE;
}

static void test_time_from(void **state)
{
	struct bench *b = *state;

	launch_made_up(b, NULL, prepared_step);
	wait_state(b, 0, FRAG_WORKER_HOLDING);
	assert_int_equal(b->crew.workers[0].share->step_ns.total, 1);
	assert_true(b->crew.workers[0].share->step_ns.max < 150 * ms);
}

/* Steps at their own time: 100 a second are counted, not timed. */
static int quick_step(struct frag_context *ctx)
{
	(void)ctx;
	return FRAG_MORE;
}

static void test_rate(void **state)
{
	struct bench *b = *state;
	uint64_t begin;
	uint64_t ops;

	parse(b, "[phase a]\ndo = run\nworkload = null\nrate = 100\n");
	make_up(b, quick_step);
	begin = frag_now();
	frag_crew_tell(&b->crew, -1, FRAG_TELL_RUN);
	while (atomic_load(&b->crew.workers[0].share->ops) < 30)
		pause_ms(1);
	frag_crew_tell(&b->crew, -1, FRAG_TELL_HOLD);
	wait_state(b, 0, FRAG_WORKER_HOLDING);
	ops = b->crew.workers[0].share->ops;
	/* Never more than the time allows, however late it was woken. */
	assert_in_range(ops, 30, (frag_now() - begin) / (10 * ms) + 1);
}

/* One step an hour: told to stop, it does not wait for the next. */
static void test_rate_stops(void **state)
{
	struct bench *b = *state;
	uint64_t begin;

	launch(b, "[phase a]\ndo = run\nworkload = null\nrate = 0.0003\n");
	frag_crew_tell(&b->crew, -1, FRAG_TELL_RUN);
	while (!atomic_load(&b->crew.workers[0].share->ops))
		pause_ms(1);
	begin = frag_now();
	frag_crew_end(&b->crew, 120000 * ms);
	assert_true(frag_now() - begin < 60000 * ms);
	assert_false(b->crew.workers[0].is_killed);
	assert_int_equal(b->crew.workers[0].share->ops, 1);
}

static const struct frag_shaped shaped = {
	.orders = 1,
	.asked = { 7 },
	.got = { 6 },
	.order = 9,
	.asked_unusable = FRAG_NOT_ASKED,
	.got_unusable = 12,
};

static int doubting_step(struct frag_context *ctx)
{
	frag_doubt(ctx, "%u of it", 7U);
	frag_report_shape(ctx, &shaped);
	return FRAG_DONE;
}

/* What a worker says stands where the runner reads it. */
static void test_says(void **state)
{
	struct bench *b = *state;
	struct frag_worker_share *share;

	launch_made_up(b, NULL, doubting_step);
	wait_state(b, 0, FRAG_WORKER_HOLDING);
	share = b->crew.workers[0].share;
	assert_int_equal(share->ndoubts, 1);
	assert_string_equal(share->doubts[0], "7 of it");
	assert_int_equal(share->shapes, 2);
	assert_memory_equal(&share->shaped, &shaped, sizeof(shaped));
	assert_null(frag_crew_failed(&b->crew, -1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_release),	  TEST(test_cannot_release),
		TEST(test_release_fails), TEST(test_time_from),
		TEST(test_rate),	  TEST(test_rate_stops),
		TEST(test_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
