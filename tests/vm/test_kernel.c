// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernels by their path and by Debian's name, without any network. */
#include <sys/statvfs.h>

#include "bzimage.h"
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

static void test_path(void **state)
{
	struct frag_error e = { 0 };
	struct frag_kernel k;
	struct scratch s;
	char path[PATH_MAX + 16];

	(void)state;
	scratch_make(&s);
	image_make(&s, "bzImage", "6.1.0-9-x (who@where) #1 SMP");
	snprintf(path, sizeof(path), "%s/bzImage", s.path);
	assert_int_equal(frag_kernel_find(&k, path, true, NULL, &e), 0);
	assert_string_equal(k.release, "6.1.0-9-x");
	assert_string_equal(k.image, path);
	assert_string_equal(k.modules, "");
	assert_string_equal(k.package, "");
	image_make(&s, "bzImage", NULL);
	assert_int_equal(frag_kernel_find(&k, path, true, NULL, &e), 0);
	assert_string_equal(k.release, "");
	scratch_text(&s, "bzImage", "#!/bin/sh\n");
	assert_int_equal(frag_kernel_find(&k, path, true, NULL, &e), -EINVAL);
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_USAGE);
	assert_non_null(strstr(e.why, "no boot header"));
	frag_error_clear(&e);
	assert_int_equal(frag_kernel_find(&k, "./no-such", true, NULL, &e),
			 -ENOENT);
	frag_error_clear(&e);
	assert_int_equal(frag_kernel_find(&k, "6.1", true, NULL, &e), -EINVAL);
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_USAGE);
	scratch_remove(&s);
}

#define KERNELS "fragbench/debian/kernels/"

/* A kernel in the cache below @s. */
static void cached_make(struct scratch *s, const char *release,
			const char *version)
{
	char name[256], text[512];

	snprintf(name, sizeof(name), KERNELS "%s_%s/boot/vmlinuz", release,
		 version);
	snprintf(text, sizeof(text), "%s (who@where)", release);
	image_make(s, name, text);
	snprintf(name, sizeof(name), KERNELS "%s_%s/kernel.json", release,
		 version);
	snprintf(text, sizeof(text),
		 "{\"release\": \"%s\", \"version\": \"%s\", "
		 "\"suite\": \"sid\", \"image\": \"boot/vmlinuz\", "
		 "\"modules\": \"lib/modules/R\", \"package\": \"p %s\"}",
		 release, version, version);
	scratch_text(s, name, text);
}

/* Without apt and without network: PATH is empty. */
static void test_cached(void **state)
{
	const char *was = getenv("PATH");
	char *path = strdup(was ? was : "");
	struct frag_kernel_row *rows;
	struct frag_error e = { 0 };
	struct frag_kernel k;
	struct scratch s;
	size_t count;

	(void)state;
	assert_non_null(path);
	scratch_make(&s);
	setenv("XDG_CACHE_HOME", s.path, 1);
	setenv("PATH", s.path, 1);
	cached_make(&s, "6.1.0-55-cloud-amd64", "6.1.192-1");
	cached_make(&s, "6.1.0-56-cloud-amd64", "6.1.192-2");
	cached_make(&s, "6.12.90+deb13-cloud-amd64", "6.12.90-1");
	/* Half a kernel is none. */
	scratch_text(&s, KERNELS "6.1.0-99-cloud-amd64_6.1.999-1/boot/x", "");
	assert_int_equal(frag_kernel_find(&k, "debian:6.1", true, NULL, &e), 0);
	assert_string_equal(k.name, "debian:6.1");
	assert_string_equal(k.release, "6.1.0-56-cloud-amd64");
	assert_string_equal(k.package, "p 6.1.192-2");
	assert_int_equal(access(k.image, R_OK), 0);
	assert_int_equal(k.modules[0], '/');
	/* Not offline, but apt cannot be had. */
	assert_int_equal(frag_kernel_find(&k, "debian:6.12", false, NULL, &e),
			 0);
	assert_int_equal(frag_kernels_list(&rows, &count, true, NULL, &e), 0);
	assert_int_equal(count, 3);
	assert_string_equal(rows[0].name, "debian:6.1.192-1");
	assert_string_equal(rows[1].name, "debian:6.1");
	assert_string_equal(rows[2].version, "6.12.90-1");
	assert_true(rows[2].is_cached);
	free(rows);
	assert_int_equal(frag_kernel_find(&k, "debian:7.3", true, NULL, &e),
			 -ENOENT);
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_CANNOT);
	assert_non_null(strstr(e.why, "6.1 6.12"));
	setenv("PATH", path, 1);
	free(path);
	scratch_remove(&s);
}

static void test_no_apt(void **state)
{
	const char *was = getenv("PATH");
	char *path = strdup(was ? was : "");
	struct frag_error e = { 0 };
	struct frag_kernel k;
	struct statvfs v;
	struct scratch s;

	(void)state;
	assert_non_null(path);
	scratch_make(&s);
	/* Too little room is said before that there is no apt. */
	assert_int_equal(fstatvfs(s.fd, &v), 0);
	if (v.f_bavail * v.f_frsize >> 20 < 300) {
		scratch_remove(&s);
		free(path);
		print_message("skipped: TMPDIR has less than 300 MiB free\n");
		skip();
		return;
	}
	setenv("XDG_CACHE_HOME", s.path, 1);
	setenv("PATH", s.path, 1);
	assert_true(frag_kernel_find(&k, "debian:6.1", false, NULL, &e) < 0);
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_CANNOT);
	assert_non_null(strstr(e.mend, "bzImage"));
	frag_error_clear(&e);
	assert_true(frag_kernel_find(&k, "debian:6.1", true, NULL, &e) < 0);
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_CANNOT);
	setenv("PATH", path, 1);
	free(path);
	scratch_remove(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cache_dir),
		cmocka_unit_test(test_path),
		cmocka_unit_test(test_cached),
		cmocka_unit_test(test_no_apt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
