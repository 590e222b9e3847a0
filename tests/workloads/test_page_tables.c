// SPDX-License-Identifier: GPL-2.0-or-later
/* That it takes page tables and nothing else, by what the kernel says of this
 * very process. */
#include "hand.h"

/* The levels above, and what else may come by a table meanwhile; the shadow of
 * AddressSanitizer needs one for every eight. */
#ifdef __SANITIZE_ADDRESS__
enum { NOISE = 166 };
#else
enum { NOISE = 16 };
#endif

enum { TABLES = 600, RELEASED = 0 };

static struct hand *h;

static int hand_clear(void **state)
{
	(void)state;
	if (h)
		hand_free(h);
	h = NULL;
	return 0;
}

/* How many page tables this process has, of all levels. */
static uint64_t tables_now(void)
{
	FILE *f = fopen("/proc/self/status", "r");
	uint64_t kib = 0;
	char line[256];

	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		if (!strncmp(line, "VmPTE:", 6))
			kib = strtoull(line + 6, NULL, 10);
	fclose(f);
	assert_true(kib > 0);
	return kib * 1024 / (uint64_t)sysconf(_SC_PAGESIZE);
}

static unsigned mappings_now(void)
{
	FILE *f = fopen("/proc/self/maps", "r");
	unsigned n = 0;
	int c;

	assert_non_null(f);
	while ((c = fgetc(f)) != EOF)
		n += c == '\n';
	fclose(f);
	return n;
}

static void fill(const char *spread)
{
	h = hand_make("page-tables",
		      (const char *const[]){ "tables=600", spread, NULL });
	assert_int_equal(hand_setup(h), 0);
	assert_int_equal(hand_step(h, TABLES + 1), FRAG_DONE);
	assert_int_equal(h->share.pages, TABLES);
}

static void release(unsigned permille)
{
	h->share.command = FRAG_TELL_RELEASE;
	assert_int_equal(h->type->release(&h->ctx, permille), 0);
}

/* A table for each, a few for the levels above, and no memory in them. */
static void test_tables_only(void **state)
{
	uint64_t tables = tables_now();
	uint64_t kib = hand_smaps_kib("Anonymous");

	(void)state;
	fill("spread=even");
	assert_in_range(tables_now() - tables, TABLES, TABLES + NOISE);
	/* A page each would be four times as much. */
	assert_in_range(hand_smaps_kib("Anonymous"), 0, kib + TABLES);
}

static void test_released_are_freed(void **state)
{
	uint64_t tables;

	(void)state;
	fill("spread=even");
	tables = tables_now();
	release(750);
	assert_int_equal(h->share.pages, TABLES / 4);
	assert_int_equal(h->share.counters[RELEASED], TABLES * 3 / 4);
	assert_in_range(tables - tables_now(), TABLES * 3 / 4,
			TABLES * 3 / 4 + NOISE);
	release(1000);
	assert_int_equal(h->share.pages, 0);
	assert_in_range(tables - tables_now(), TABLES, TABLES + NOISE);
}

static void test_spread(void **state)
{
	unsigned before;

	(void)state;
	fill("spread=even");
	before = mappings_now();
	release(500);
	assert_in_range(mappings_now() - before, TABLES / 2 - 4,
			TABLES / 2 + 4);
	hand_clear(NULL);
	fill("spread=clustered");
	before = mappings_now();
	release(500);
	assert_in_range(mappings_now(), before - 2, before + 4);
}

static void test_gives_all_back(void **state)
{
	uint64_t tables = tables_now();

	fill("spread=random");
	release(300);
	hand_clear(state);
	assert_in_range(tables_now(), 1, tables + NOISE);
}

#define TEST(name) cmocka_unit_test_teardown(name, hand_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_tables_only),
		TEST(test_released_are_freed),
		TEST(test_spread),
		TEST(test_gives_all_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
