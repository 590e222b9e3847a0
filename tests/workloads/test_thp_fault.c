// SPDX-License-Identifier: GPL-2.0-or-later
/* What the faults got, held against what the kernel says: sizes in smaps. */
#include "hand.h"

#define THP "/sys/kernel/mm/transparent_hugepage/"

enum { HUGE, FALLBACKS, UNKNOWN, WEAK };

static struct hand *h;

static int hand_clear(void **state)
{
	(void)state;
	if (h)
		hand_free(h);
	h = NULL;
	return 0;
}

/* Set it up with these settings, where this kernel has what they ask for. */
static void start(const char *const *more)
{
	h = hand_make("thp-fault", more);
	if (hand_setup(h)) {
		printf("skipped: %s\n", h->share.message);
		skip();
	}
}

static uint64_t count(unsigned slot)
{
	return h->share.counters[slot];
}

/* As many huge pages as counted, by another judge; and all given back. */
static void test_huge_are_huge(void **state)
{
	static const char *const more[] = { "total=32M", NULL };
	uint64_t before = hand_smaps_kib("AnonHugePages");

	(void)state;
	start(more);
	assert_int_equal(hand_step(h, 100), FRAG_DONE);
	assert_int_equal(count(HUGE) + count(FALLBACKS), 16);
	assert_int_equal(count(UNKNOWN), 0);
	assert_int_equal(hand_smaps_kib("AnonHugePages") - before,
			 count(HUGE) * 2048);
	assert_int_equal(h->share.pages,
			 (count(HUGE) * 2048 * 1024) / h->ctx.page_size +
				 count(FALLBACKS));
	assert_int_equal(h->type->release(&h->ctx, 1000), 0);
	assert_int_equal(h->share.pages, 0);
	assert_int_equal(hand_smaps_kib("AnonHugePages"), before);
}

/* Forbidden, none is: whoever judges must see that. */
static void check_none(const char *size)
{
	const char *const more[] = { "total=2M", "advice=never", size, NULL };
	uint64_t pieces;

	start(more);
	pieces = (2 << 20) / strtoull(size + 5, NULL, 10) / 1024;
	assert_int_equal(hand_step(h, 1000), FRAG_DONE);
	assert_int_equal(count(FALLBACKS), pieces);
	assert_int_equal(count(HUGE), 0);
	assert_int_equal(h->share.pages, pieces);
	hand_clear(NULL);
}

static void test_never(void **state)
{
	(void)state;
	check_none("size=2048k");
	check_none("size=64k");
	check_none("size=16k");
}

static void test_recycle(void **state)
{
	static const char *const more[] = { "total=8M", "mode=recycle",
					    "advice=never", NULL };

	(void)state;
	start(more);
	assert_int_equal(hand_step(h, 50), FRAG_MORE);
	assert_int_equal(count(FALLBACKS), 50);
	assert_int_equal(h->share.pages, 4);
	assert_int_equal(h->share.allocated, 50);
}

/* Warming up is no step, and nothing of it stays. */
static void test_warm(void **state)
{
	static const char *const more[] = { "total=16M", "warm=yes",
					    "advice=never", NULL };
	unsigned idle = 0;

	(void)state;
	start(more);
	while (h->type->step(&h->ctx) == FRAG_IDLE)
		idle++;
	assert_int_equal(idle, 4);
	assert_int_equal(h->share.pages, 1);
	assert_int_equal(count(FALLBACKS), 1);
}

/* Of a size that is switched off it says which switch to turn. */
static void test_switched_off(void **state)
{
	static const char *const more[] = { "size=64k", NULL };
	char text[64] = "";
	FILE *f = fopen(THP "hugepages-64kB/enabled", "re");

	(void)state;
	if (!f || !fgets(text, sizeof(text), f) || !strstr(text, "[never]")) {
		if (f)
			fclose(f);
		printf("skipped: 64 kB huge pages are not switched off\n");
		skip();
	}
	fclose(f);
	h = hand_make("thp-fault", more);
	assert_int_equal(hand_setup(h), -EOPNOTSUPP);
	assert_non_null(strstr(h->share.message,
			       "mend: --knob transparent_hugepage/"
			       "hugepages-64kB/enabled=madvise"));
}

static void test_check(void **state)
{
	static const char *const odd[] = { "size=48k", NULL };
	static const char *const small[] = { "total=1M", NULL };
	struct frag_error e = { 0 };
	struct frag_error f = { 0 };

	(void)state;
	h = hand_make("thp-fault", odd);
	assert_int_equal(h->type->check(h->options, 1, &e), -EINVAL);
	assert_string_equal(e.mend, "--size 64k");
	hand_clear(NULL);
	h = hand_make("thp-fault", small);
	assert_int_equal(h->type->check(h->options, 1, &f), -EINVAL);
	assert_string_equal(f.mend, "--total 256M");
}

#define TEST(name) cmocka_unit_test_teardown(name, hand_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_huge_are_huge), TEST(test_never),
		TEST(test_recycle),	  TEST(test_warm),
		TEST(test_switched_off),  TEST(test_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
