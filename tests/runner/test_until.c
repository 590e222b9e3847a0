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

/* 768 pages, 512 of them in blocks below order 2. */
static void test_holds(void **state)
{
	const struct frag_buddy b = { .orders = 3, .free = { 512, 0, 64 } };

	(void)state;
	/* 512 of 768 pages cannot serve order 2: 0.667. */
	assert_true(holds("unusable > 0.66", &b));
	assert_false(holds("unusable > 0.67", &b));
	assert_true(holds("unusable < 0.67", &b));
	assert_true(holds("extfrag < -0.9", &b));
	assert_true(holds("free_mib > 2.9", &b));
	assert_false(holds("free_mib < 3", &b));
	assert_false(holds("free_mib > 3", &b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
