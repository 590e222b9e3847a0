// SPDX-License-Identifier: GPL-2.0-or-later
/* Conditions of do = wait: read, and held against made-up free lists. */
#include "until.h"

#include "scratch.h"

static struct frag_error e;

static void test_parse(void **state)
{
	static const char *const bad[] = {
		"",
		"unusable",
		"unusable 0.8",
		"unusable = 1",
		"unusable >",
		"unusable > x",
		"free > 3",
		"unusable > 1%",
		"extfrag > --1",
		"unusablex > 1",
	};
	struct frag_until u;

	(void)state;
	assert_int_equal(frag_until_parse("unusable > 0.8", &u, &e), 0);
	assert_int_equal(u.what, FRAG_UNTIL_UNUSABLE);
	assert_false(u.is_below);
	assert_true(u.limit > 0.799 && u.limit < 0.801);
	assert_int_equal(frag_until_parse("extfrag<-0.5", &u, &e), 0);
	assert_int_equal(u.what, FRAG_UNTIL_EXTFRAG);
	assert_true(u.is_below && u.limit < -0.49 && u.limit > -0.51);
	assert_int_equal(frag_until_parse("free_mib  <  64", &u, &e), 0);
	assert_int_equal(u.what, FRAG_UNTIL_FREE_MIB);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		frag_error_clear(&e);
		if (frag_until_parse(bad[i], &u, &e) != -EINVAL)
			fail_msg("accepted: '%s'", bad[i]);
		assert_int_equal(frag_error_code(&e), FRAG_EXIT_USAGE);
	}
}

static bool holds(const char *text, const struct frag_buddy *b)
{
	struct frag_until u;

	assert_int_equal(frag_until_parse(text, &u, &e), 0);
	return frag_until_holds(&u, b, 2, 4096);
}

/* Two zones of 512 and 256 pages; half of the first is in blocks of order 2
 * and more, nothing of the second. */
static void test_holds(void **state)
{
	struct scratch s;
	struct frag_buddy b;

	(void)state;
	scratch_make(&s);
	assert_true(frag_buddy_now(s.path, &b) < 0);
	scratch_text(&s, "/proc/buddyinfo",
		     "Node 0, zone    DMA32    256      0     64\n"
		     "Node 0, zone   Normal    256      0      0\n");
	assert_int_equal(frag_buddy_now(s.path, &b), 0);
	assert_int_equal(frag_buddy_pages(&b), 768);
	/* 512 of 768 pages cannot serve order 2: 0.667. */
	assert_true(holds("unusable > 0.66", &b));
	assert_false(holds("unusable > 0.67", &b));
	assert_true(holds("unusable < 0.67", &b));
	assert_true(holds("extfrag < -0.9", &b));
	assert_true(holds("free_mib > 2.9", &b));
	assert_false(holds("free_mib < 3", &b));
	assert_false(holds("free_mib > 3", &b));
	scratch_text(&s, "/proc/buddyinfo", "Node 0, zone\n");
	assert_true(frag_buddy_now(s.path, &b) < 0);
	scratch_remove(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
