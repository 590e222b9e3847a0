// SPDX-License-Identifier: GPL-2.0-or-later
/* Folders are made with those above them; names keep to their alphabet. */
#include "base/path.h"

#include "scratch.h"

static void test_folders_above(void **state)
{
	struct scratch s;
	struct stat st;
	char path[PATH_MAX + 16];

	(void)state;
	scratch_make(&s);
	snprintf(path, sizeof(path), "%s/a//b/c/", s.path);
	assert_int_equal(frag_mkdirs(path, NULL), 0);
	assert_int_equal(frag_mkdirs(path, NULL), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISDIR(st.st_mode));
	scratch_remove(&s);
}

static void test_a_file_is_in_the_way(void **state)
{
	struct scratch s;
	struct frag_error e = { 0 };
	char path[PATH_MAX + 16];

	(void)state;
	scratch_make(&s);
	scratch_text(&s, "file", "");
	snprintf(path, sizeof(path), "%s/file/below", s.path);
	assert_int_equal(frag_mkdirs(path, &e), -ENOTDIR);
	assert_non_null(strstr(e.what, path));
	snprintf(path, sizeof(path), "%s/file", s.path);
	assert_int_equal(frag_mkdirs(path, NULL), -ENOTDIR);
	scratch_remove(&s);
}

static void test_no_path(void **state)
{
	static char path[PATH_MAX + 2];

	(void)state;
	assert_int_equal(frag_mkdirs("", NULL), -ENAMETOOLONG);
	memset(path, 'x', sizeof(path) - 1);
	assert_int_equal(frag_mkdirs(path, NULL), -ENAMETOOLONG);
}

static void test_names(void **state)
{
	char buf[16];

	(void)state;
	assert_string_equal(frag_name_clean("6.18.44-Deb/x y", buf, 16),
			    "6.18.44-deb-x-y");
	assert_string_equal(frag_name_clean("a+b_\xc3\xa9", buf, 16), "a+b---");
	assert_string_equal(frag_name_clean("0123456789abcdefgh", buf, 16),
			    "0123456789abcde");
	assert_string_equal(frag_name_clean("", buf, 16), "");
}

/* What a link in the folder points at is no part of it. */
static void test_remove(void **state)
{
	char path[PATH_MAX + 8];
	char link[PATH_MAX + 16];
	struct scratch s;

	(void)state;
	scratch_make(&s);
	scratch_text(&s, "kept/file", "x");
	scratch_text(&s, "gone/deep/er/file", "x");
	snprintf(path, sizeof(path), "%s/kept", s.path);
	snprintf(link, sizeof(link), "%s/gone/link", s.path);
	assert_int_equal(symlink(path, link), 0);
	snprintf(path, sizeof(path), "%s/gone", s.path);
	frag_remove_tree(path);
	assert_int_not_equal(access(path, F_OK), 0);
	assert_int_equal(faccessat(s.fd, "kept/file", F_OK, 0), 0);
	frag_remove_tree(path);
	snprintf(path, sizeof(path), "%s/kept/file", s.path);
	frag_remove_tree(path);
	assert_int_not_equal(access(path, F_OK), 0);
	scratch_remove(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_folders_above),
		cmocka_unit_test(test_a_file_is_in_the_way),
		cmocka_unit_test(test_no_path),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
