// SPDX-License-Identifier: GPL-2.0-or-later
/* The order of Debian's versions, and what part of one names it. */
#include "scratch.h"
#include "vm/debian/version.h"

static void test_order(void **state)
{
	/* Each is before the next. */
	static const char *const rising[] = {
		"5.10.262-1",	     "6.1~rc3-1",	"6.1.180-1~deb11u1",
		"6.1.180-1",	     "6.1.192-1",	"6.1.192-2",
		"6.12.43-1~bpo12+1", "6.12.43-1",	"6.12.117-1~deb12u1",
		"6.12.117-1",	     "6.19~rc5-1~exp1", "6.19.6-2~bpo13+1",
		"7.0.4-1",
	};

	(void)state;
	for (unsigned i = 1; i < sizeof(rising) / sizeof(*rising); i++) {
		assert_true(frag_version_compare(rising[i - 1], rising[i]) < 0);
		assert_true(frag_version_compare(rising[i], rising[i - 1]) > 0);
		assert_int_equal(frag_version_compare(rising[i], rising[i]), 0);
	}
}

static void test_is(void **state)
{
	(void)state;
	assert_true(frag_version_is("6.1", "6.1.192-2"));
	assert_true(frag_version_is("6", "6.1.192-2"));
	assert_true(frag_version_is("6.1", "6.1~rc3-1"));
	assert_true(frag_version_is("6.1.192", "6.1.192-2"));
	assert_true(frag_version_is("6.12.43-1~bpo12+1", "6.12.43-1~bpo12+1"));
	assert_false(frag_version_is("6.1", "6.12.43-1"));
	assert_false(frag_version_is("6.1", "6.10-1"));
	assert_false(frag_version_is("6.1.19", "6.1.192-2"));
	assert_false(frag_version_is("6.1.", "6.1.192-2"));
	assert_false(frag_version_is("", "6.1.192-2"));
}

static void test_head(void **state)
{
	char head[32];

	(void)state;
	frag_version_head("6.12.43-1~bpo12+1", 2, head, sizeof(head));
	assert_string_equal(head, "6.12");
	frag_version_head("6.12.43-1~bpo12+1", 3, head, sizeof(head));
	assert_string_equal(head, "6.12.43");
	frag_version_head("6.19~rc5-1", 3, head, sizeof(head));
	assert_string_equal(head, "6.19");
	frag_version_head("cloud", 2, head, sizeof(head));
	assert_string_equal(head, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_is),
		cmocka_unit_test(test_head),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
