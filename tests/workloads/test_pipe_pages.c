// SPDX-License-Identifier: GPL-2.0-or-later
/* What is in the pipes by what the kernel says of them, and what happens where
 * there may not be as many. */
#include "hand.h"
#include "pipes.h"

enum { PIPES, RELEASED };

static struct hand *h;
static uint64_t bytes_before;
static unsigned pipes_before;

static int before(void **state)
{
	(void)state;
	pipes_before = pipes_now(&bytes_before);
	return 0;
}

static int hand_clear(void **state)
{
	(void)state;
	if (h)
		hand_free(h);
	h = NULL;
	return 0;
}

static void assert_pipes(unsigned pipes, uint64_t pages)
{
	uint64_t bytes;

	assert_int_equal(pipes_now(&bytes) - pipes_before, pipes);
	assert_int_equal(bytes - bytes_before,
			 pages * (uint64_t)sysconf(_SC_PAGESIZE));
	assert_int_equal(h->share.pages, pages);
}

static void fill(const char *pages, const char *depth)
{
	h = hand_make("pipe-pages",
		      (const char *const[]){ pages, depth, NULL });
	assert_int_equal(hand_setup(h), 0);
	assert_int_equal(hand_step(h, 1000), FRAG_DONE);
}

static void release(unsigned permille)
{
	h->share.command = FRAG_TELL_RELEASE;
	assert_int_equal(h->type->release(&h->ctx, permille), 0);
}

static void test_one_each(void **state)
{
	(void)state;
	fill("pages=300", "depth=0");
	assert_pipes(300, 300);
	assert_int_equal(h->share.counters[PIPES], 300);
	release(900);
	assert_pipes(30, 30);
	assert_int_equal(h->share.counters[RELEASED], 270);
	release(1000);
	assert_pipes(0, 0);
}

/* The last pipe has what is left over. */
static void test_deep(void **state)
{
	(void)state;
	fill("pages=42", "depth=4");
	assert_pipes(11, 42);
	release(1000);
	assert_pipes(0, 0);
	assert_int_equal(h->share.counters[RELEASED], 42);
}

static void test_gives_all_back(void **state)
{
	uint64_t bytes;

	fill("pages=100", "depth=1");
	release(330);
	hand_clear(state);
	assert_int_equal(pipes_now(&bytes), pipes_before);
}

/* With few descriptors the pipes are deeper; two pages are always allowed. */
static void test_few_files(void **state)
{
	int rc;

	(void)state;
	h = hand_make("pipe-pages", (const char *const[]){ "pages=150", NULL });
	rc = run_limited(h, RLIMIT_NOFILE, 228, NULL);
	if (rc != FRAG_DONE)
		fail_msg("%s", h->share.message);
	assert_int_equal(h->share.counters[PIPES], 75);
	assert_int_equal(h->share.pages, 150);
}

static void test_too_few_files(void **state)
{
	(void)state;
	h = hand_make("pipe-pages",
		      (const char *const[]){ "pages=150", "depth=1", NULL });
	assert_int_equal(run_limited(h, RLIMIT_NOFILE, 228, NULL), -EMFILE);
	assert_non_null(strstr(h->share.message, "no more than 100"));
	assert_non_null(strstr(h->share.message, "ulimit -Hn 278"));
	assert_non_null(strstr(h->share.message, "depth = 2"));
}

static void test_raises_the_limit(void **state)
{
	struct rlimit old;
	struct rlimit low;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	if (old.rlim_max < 500) {
		print_message("skipped: at most %ju files may be open\n",
			      (uintmax_t)old.rlim_max);
		skip();
	}
	low = (struct rlimit){ 64, old.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	fill("pages=300", "depth=1");
	assert_pipes(300, 300);
	hand_clear(NULL);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, before, hand_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_one_each),	   TEST(test_deep),
		TEST(test_gives_all_back), TEST(test_few_files),
		TEST(test_too_few_files),  TEST(test_raises_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
