// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernels by their path and by Debian's name, without any network. */
#include "scratch.h"
#include "vm/kernel.h"

static void test_cache_dir(void **state)
{
	struct frag_error e = { 0 };
	struct scratch s;
	char path[PATH_MAX], expect[PATH_MAX + 16];

	(void)state;
	scratch_make(&s);
	assert_int_equal(setenv("XDG_CACHE_HOME", s.path, 1), 0);
	assert_int_equal(frag_cache_dir(path, sizeof(path), &e), 0);
	snprintf(expect, sizeof(expect), "%s/fragbench", s.path);
	assert_string_equal(path, expect);
	assert_int_equal(access(path, W_OK), 0);
	/* Relative paths do not count. */
	assert_int_equal(setenv("XDG_CACHE_HOME", "here", 1), 0);
	assert_int_equal(setenv("HOME", s.path, 1), 0);
	assert_int_equal(frag_cache_dir(path, sizeof(path), &e), 0);
	snprintf(expect, sizeof(expect), "%s/.cache/fragbench", s.path);
	assert_string_equal(path, expect);
	assert_int_equal(unsetenv("HOME"), 0);
	assert_true(frag_cache_dir(path, sizeof(path), &e) < 0);
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_CANNOT);
	scratch_remove(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cache_dir),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
