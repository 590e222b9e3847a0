// SPDX-License-Identifier: GPL-2.0-or-later
/* The archive holds what it was told, in an order in which it can be unpacked,
 * byte for byte the same each time; wrong files and paths are refused. */
#include "vm/initramfs.h"

#include "archive.h"

static int small_archive(void)
{
	struct frag_initramfs a;
	struct frag_error e = { 0 };
	int fd;

	assert_int_equal(frag_initramfs_begin(&a, &e), 0);
	assert_int_equal(
		frag_initramfs_text(&a, "/a/b/text", "hello", 5, 0644, &e), 0);
	assert_int_equal(frag_initramfs_text(&a, "/a/run", "#!", 2, 0755, &e),
			 0);
	assert_int_equal(frag_initramfs_text(&a, "/empty", "", 0, 0644, &e), 0);
	assert_int_equal(frag_initramfs_folder(&a, "/a/b", &e), 0);
	assert_int_equal(frag_initramfs_folder(&a, "/c", &e), 0);
	assert_int_equal(frag_initramfs_device(&a, "/dev/null", 1, 3, &e), 0);
	assert_int_equal(frag_initramfs_link(&a, "/a/run", "/bin/run", &e), 0);
	finish(&a, &fd);
	return fd;
}

static void test_entries(void **state)
{
	int fd = small_archive();
	char *text = listing(fd);

	(void)state;
	assert_string_equal(text, "40755 a\n"
				  "40755 a/b\n"
				  "100644 a/b/text 5\n"
				  "100755 a/run 2\n"
				  "100644 empty 0\n"
				  "40755 c\n"
				  "40755 dev\n"
				  "20600 dev/null 1:3\n"
				  "40755 bin\n"
				  "120777 bin/run -> /a/run\n");
	free(text);
	close(fd);
}

/* The whole of what @fd holds; free it. */
static char *content(int fd, size_t *size)
{
	struct stat st;
	char *buf;

	assert_int_equal(fstat(fd, &st), 0);
	*size = (size_t)st.st_size;
	buf = malloc(*size + 1);
	assert_non_null(buf);
	assert_int_equal(pread(fd, buf, *size, 0), st.st_size);
	return buf;
}

static void test_same_bytes(void **state)
{
	int fds[2] = { small_archive(), small_archive() };
	char *bytes[2];
	size_t sizes[2];

	(void)state;
	for (int i = 0; i < 2; i++)
		bytes[i] = content(fds[i], &sizes[i]);
	assert_int_equal(sizes[0], sizes[1]);
	assert_memory_equal(bytes[0], bytes[1], sizes[0]);
	assert_memory_equal(bytes[0], "070701", 6); /* newc */
	for (int i = 0; i < 2; i++) {
		free(bytes[i]);
		close(fds[i]);
	}
}

static void test_files(void **state)
{
	struct frag_initramfs a;
	struct frag_error e = { 0 };
	char path[PATH_MAX + 16];
	struct scratch s;
	char *text;
	int fd;

	(void)state;
	scratch_make(&s);
	scratch_text(&s, "plain", "plain\n");
	snprintf(path, sizeof(path), "%s/plain", s.path);
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(frag_initramfs_begin(&a, &e), 0);
	assert_int_equal(frag_initramfs_file(&a, path, "/x", &e), 0);
	assert_int_equal(chmod(path, 0700), 0);
	assert_int_equal(frag_initramfs_file(&a, path, "/y", &e), 0);
	finish(&a, &fd);
	text = listing(fd);
	assert_string_equal(text, "100644 x 6\n100755 y 6\n");
	free(text);
	close(fd);
	scratch_remove(&s);
}

static void test_wrong_files(void **state)
{
	struct frag_initramfs a;
	struct frag_error e = { 0 };
	char path[PATH_MAX + 16];
	struct scratch s;

	(void)state;
	scratch_make(&s);
	assert_int_equal(frag_initramfs_begin(&a, &e), 0);
	assert_int_equal(frag_initramfs_file(&a, "/nowhere/x", "/x", &e),
			 -ENOENT);
	assert_non_null(strstr(e.what, "/nowhere/x"));
	frag_error_clear(&e);
	assert_int_equal(frag_initramfs_file(&a, s.path, "/x", &e), -EINVAL);
	assert_non_null(strstr(e.why, "no regular file"));
	frag_error_clear(&e);
	snprintf(path, sizeof(path), "%s/fifo", s.path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(frag_initramfs_file(&a, path, "/x", &e), -EINVAL);
	frag_error_clear(&e);
	/* It says 0 bytes and has some. */
	assert_int_equal(frag_initramfs_file(&a, "/proc/version", "/x", &e),
			 -EAGAIN);
	assert_non_null(strstr(e.why, "changed"));
	frag_initramfs_drop(&a);
	scratch_remove(&s);
}

static void test_wrong_paths(void **state)
{
	static const char *const wrong[] = { "",    "/",       "x",
					     "/x/", "//x",     "/x//y",
					     "/..", "/x/../y", "/./x" };
	struct frag_initramfs a;
	struct frag_error e = { 0 };
	char longest[300];

	(void)state;
	assert_int_equal(frag_initramfs_begin(&a, &e), 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		frag_error_clear(&e);
		if (frag_initramfs_text(&a, wrong[i], "", 0, 0644, &e) !=
		    -EINVAL)
			fail_msg("taken: '%s'", wrong[i]);
		assert_non_null(strstr(e.why, "absolute"));
	}
	memset(longest, 'x', sizeof(longest));
	longest[0] = '/';
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(frag_initramfs_folder(&a, longest, NULL),
			 -ENAMETOOLONG);
	longest[255] = '\0';
	assert_int_equal(frag_initramfs_folder(&a, longest, NULL), 0);
	frag_initramfs_drop(&a);
	frag_initramfs_drop(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_same_bytes),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_wrong_files),
		cmocka_unit_test(test_wrong_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
