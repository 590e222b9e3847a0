// SPDX-License-Identifier: GPL-2.0-or-later
/* Failures: the first to know wins, texts are cut, codes have a default. */
#include "fragbench/error.h"

#include "scratch.h"

static void test_first_failure_wins(void **state)
{
	struct frag_error e = { 0 };

	(void)state;
	assert_int_equal(frag_fail(&e, -ENOENT, "cannot read %s", "a"),
			 -ENOENT);
	assert_int_equal(frag_fail(&e, -EPERM, "cannot go on"), -EPERM);
	assert_string_equal(e.what, "cannot read a");
	assert_string_equal(e.why, strerror(ENOENT));
}

static void test_additions_do_not_replace(void **state)
{
	struct frag_error e = { 0 };

	(void)state;
	assert_int_equal(frag_fail(&e, 0, "cannot"), -EINVAL);
	assert_string_equal(e.why, "");
	frag_error_why(&e, "because of %d", 1);
	frag_error_why(&e, "because of %d", 2);
	frag_error_mend(&e, "do %s", "this");
	frag_error_mend(&e, "do that");
	frag_error_exit(&e, FRAG_EXIT_CANNOT);
	frag_error_exit(&e, FRAG_EXIT_USAGE);
	assert_string_equal(e.why, "because of 1");
	assert_string_equal(e.mend, "do this");
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_CANNOT);
}

static void test_code_is_failed_unless_set(void **state)
{
	struct frag_error e = { 0 };

	(void)state;
	frag_fail(&e, -EIO, "cannot");
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_FAILED);
	frag_error_clear(&e);
	assert_string_equal(e.what, "");
	assert_int_equal(e.exit, 0);
}

static void test_texts_are_cut(void **state)
{
	struct frag_error e = { 0 };
	char text[1000];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	frag_fail(&e, 0, "%s", text);
	frag_error_why(&e, "%s", text);
	frag_error_mend(&e, "%s", text);
	assert_int_equal(strlen(e.what), sizeof(e.what) - 1);
	assert_int_equal(strlen(e.why), sizeof(e.why) - 1);
	assert_int_equal(strlen(e.mend), sizeof(e.mend) - 1);
}

static void test_nobody_listens(void **state)
{
	(void)state;
	assert_int_equal(frag_fail(NULL, -EIO, "cannot"), -EIO);
	frag_error_why(NULL, "why");
	frag_error_mend(NULL, "mend");
	frag_error_exit(NULL, FRAG_EXIT_BAD);
	frag_error_clear(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_failure_wins),
		cmocka_unit_test(test_additions_do_not_replace),
		cmocka_unit_test(test_code_is_failed_unless_set),
		cmocka_unit_test(test_texts_are_cut),
		cmocka_unit_test(test_nobody_listens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
