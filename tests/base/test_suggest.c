// SPDX-License-Identifier: GPL-2.0-or-later
/* "Did you mean": near names are found, far ones are not. */
#include "fragbench/suggest.h"

#include "scratch.h"

static const char *nearest(const char *wanted)
{
	static const char *const names[] = { "snapshot", "record", "run",
					     "report",	 "doctor", "list",
					     "vm" };
	struct frag_suggest s = frag_suggest_for(wanted);

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		frag_suggest_offer(&s, names[i]);
	return s.best;
}

static void test_typing_errors(void **state)
{
	(void)state;
	assert_string_equal(nearest("snapshpt"), "snapshot");
	assert_string_equal(nearest("snpashot"), "snapshot");
	assert_string_equal(nearest("reprot"), "report");
	assert_string_equal(nearest("rnu"), "run");
	assert_string_equal(nearest("lists"), "list");
}

static void test_beginnings(void **state)
{
	(void)state;
	assert_string_equal(nearest("snap"), "snapshot");
	assert_string_equal(nearest("doc"), "doctor");
}

static void test_nothing_near(void **state)
{
	char text[500];

	(void)state;
	assert_null(nearest("unrelated"));
	memset(text, 'r', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_null(nearest(text));
	assert_null(nearest("qqqq"));
	assert_null(nearest(""));
	assert_null(nearest("xy"));
	assert_string_equal(nearest("vn"), "vm");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_typing_errors),
		cmocka_unit_test(test_beginnings),
		cmocka_unit_test(test_nothing_near),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
