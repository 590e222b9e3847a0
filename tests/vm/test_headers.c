// SPDX-License-Identifier: GPL-2.0-or-later
/* Trees of packages: unpacked over one another, kept whole or not at all, and
 * those of headers made to work where they lie. */
#include "apt-standin.h"
#include "vm/debian/headers-fit.h"
#include "vm/debian/unpack.h"

#define R    "6.1.0-55-cloud-amd64"
#define V    "6.1.192-1"
#define TREE CACHE "headers/" R "_" V "/"
#define SRC  "usr/src/linux-headers-" R "/"

static void test_unpack(void **state)
{
	char one[] = "one=1", two[] = "two=1", bad[] = "bad=1", none[] = "no=1";
	char *both[] = { one, two, NULL }, *broken[] = { bad, NULL };
	char *missing[] = { one, none, NULL }, *text;
	struct frag_error e = { 0 };
	struct frag_apt a;
	struct standin d;

	(void)state;
	standin_make(&d);
	scratch_text(&d.s, "archive/one=1/a/x", "one");
	scratch_text(&d.s, "archive/two=1/a/y", "two");
	scratch_text(&d.s, "archive/bad=1/broken", "");
	assert_int_equal(frag_apt_open(&a, NULL, &e), 0);
	assert_int_equal(frag_apt_lock(&a, &e), 0);
	/* What an earlier one left is gone. */
	scratch_text(&d.s, CACHE FRAG_UNPACK_TREE "/left", "");
	assert_int_equal(frag_unpack(&a, both, &e), 0);
	assert_int_equal(frag_unpack_keep(&a, "kernels/k", &e), 0);
	text = file_read(d.s.path, "/" CACHE "kernels/k/a/x", NULL);
	assert_string_equal(text, "one");
	free(text);
	assert_int_equal(faccessat(d.s.fd, CACHE "kernels/k/a/y", F_OK, 0), 0);
	assert_int_equal(faccessat(d.s.fd, CACHE "kernels/k/left", F_OK, 0),
			 -1);
	assert_int_equal(faccessat(d.s.fd, CACHE "work", F_OK, 0), -1);
	assert_int_equal(frag_unpack(&a, missing, &e), -EIO);
	assert_string_equal(e.what, "cannot fetch one=1");
	assert_string_equal(e.why, "E: 404  Not Found");
	frag_error_clear(&e);
	assert_int_equal(frag_unpack(&a, broken, &e), -EIO);
	assert_string_equal(e.why, "not a package");
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_CANNOT);
	frag_unpack_drop(&a);
	assert_int_equal(faccessat(d.s.fd, CACHE "work", F_OK, 0), -1);
	frag_unpack_remove(&a, "kernels/k");
	assert_int_equal(faccessat(d.s.fd, CACHE "kernels/k", F_OK, 0), -1);
	frag_apt_close(&a);
	standin_remove(&d);
}

/* The headers of R, in packages as Debian has them. */
static void headers_make(struct standin *d)
{
	static const char *const runtime[] = { "libc6", "zlib1g", "libzstd1",
					       "linux-headers-6.1-common" };
	char name[PATH_MAX];

	scratch_text(&d->s, "now", ROW(R, V));
	scratch_text(&d->s, "show/linux-headers-" R "=" V,
		     "Package: linux-headers-" R "\n"
		     "Depends: linux-headers-6.1-common (= 6.1.192-1), "
		     "linux-kbuild-6.1 (>= 6.1.192-1), gcc | clang\n"
		     "Description: x\n");
	scratch_text(&d->s, "show/linux-kbuild-6.1",
		     "Package: linux-kbuild-6.1\nDepends: libc6, libelf1\n");
	scratch_text(&d->s, "archive/linux-headers-" R "=" V "/" SRC "Makefile",
		     "include /usr/src/c/Makefile\n");
	scratch_text(&d->s, "archive/libelf1/x", "");
	program_make(&d->s,
		     "archive/linux-kbuild-6.1/usr/lib/linux-kbuild-6.1/"
		     "scripts/modpost",
		     "\177ELF program");
	program_make(&d->s,
		     "archive/linux-kbuild-6.1/usr/lib/linux-kbuild-6.1/"
		     "scripts/script.sh",
		     "#!/bin/sh\n");
	for (unsigned i = 0; i < 4; i++) {
		snprintf(name, sizeof(name), "archive/%s/x", runtime[i]);
		scratch_text(&d->s, name, "");
	}
}

static int headers(bool offline, char *path, struct frag_error *e)
{
	*e = (struct frag_error){ 0 };
	return frag_kernel_headers("debian:6.1", offline, NULL, path, PATH_MAX,
				   e);
}

static void test_headers(void **state)
{
	char path[PATH_MAX], expect[2 * PATH_MAX], *text;
	struct frag_error e;
	struct standin d;

	(void)state;
	standin_make(&d);
	headers_make(&d);
	if (headers(false, path, &e))
		fail_msg("%s: %s", e.what, e.why);
	snprintf(expect, sizeof(expect), "%s/" TREE SRC, d.s.path);
	expect[strlen(expect) - 1] = '\0';
	assert_string_equal(path, expect);
	text = file_read(path, "/Makefile", NULL);
	assert_non_null(strstr(text, "include $(FRAGBENCH_SRC)/c/Makefile\n"));
	free(text);
	/* Again, and nothing is fetched. */
	assert_int_equal(headers(false, path, &e), 0);
	assert_int_equal(calls_count(&d, " download"), 1);
	/* The kernel has never been fetched: offline, there is none. */
	assert_int_equal(headers(true, path, &e), -ENOENT);
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_CANNOT);
	standin_remove(&d);
}

/* A list of today that names what is gone by now. */
static void test_headers_gone(void **state)
{
	char path[PATH_MAX];
	struct frag_error e;
	struct standin d;

	(void)state;
	standin_make(&d);
	headers_make(&d);
	scratch_text(&d.s, "now", ROW("6.1.0-54-cloud-amd64", "6.1.180-1"));
	scratch_text(&d.s, "show/linux-headers-6.1.0-54-cloud-amd64=6.1.180-1",
		     "\nDepends: linux-headers-6.1-common, linux-kbuild-6.1\n");
	assert_int_equal(headers(false, path, &e), -EIO);
	assert_non_null(strstr(e.mend, "--offline"));
	scratch_text(&d.s, "now", ROW(R, V));
	if (headers(false, path, &e))
		fail_msg("%s: %s", e.what, e.why);
	assert_non_null(strstr(path, "/linux-headers-" R));
	/* And none at all: no headers, and that is said. */
	scratch_text(&d.s, "now", ROW("6.1.0-99-cloud-amd64", "6.1.999-1"));
	age_set(&d, CACHE "offers.json", -100000);
	assert_int_equal(headers(false, path, &e), -ENOENT);
	assert_non_null(strstr(e.why, "the archive has none"));
	standin_remove(&d);
}

/* The list is there, and the cache cannot be looked through: all is freed. */
static void test_headers_no_cache(void **state)
{
	char path[PATH_MAX];
	struct frag_error e;
	struct standin d;

	(void)state;
	standin_make(&d);
	headers_make(&d);
	scratch_text(&d.s, "on-update", "rm -r \"$here/" CACHE "kernels\"\n");
	assert_int_equal(headers(false, path, &e), -EIO);
	assert_non_null(strstr(e.what, "cannot list"));
	standin_remove(&d);
}

static int fit(struct scratch *s, struct frag_error *e)
{
	*e = (struct frag_error){ 0 };
	return frag_headers_fit(s->fd, s->path, R, e);
}

static void test_fit(void **state)
{
	struct frag_error e;
	struct scratch s;
	struct stat st;
	char *text;

	(void)state;
	scratch_make(&s);
	scratch_text(&s, SRC "Makefile", "a /usr/src/x /usr/src/y\n");
	scratch_text(&s, SRC ".kernelvariables", "CC = gcc-99\n");
	scratch_text(&s, SRC "include/config/auto.conf",
		     "CONFIG_A=y\n"
		     "CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT=y\n"
		     "CONFIG_CC_HAS_COUNTED_BY=y\nCONFIG_B=y\n");
	scratch_text(&s, SRC "vmlinux", "");
	program_make(&s, "usr/lib/linux-kbuild-6.1/scripts/mod/modpost",
		     "\177ELF program");
	program_make(&s, "usr/lib/other/program", "\177ELF program");
	assert_int_equal(fit(&s, &e), 0);
	text = file_read(s.path, "/" SRC "Makefile", NULL);
	assert_non_null(
		strstr(text, "\na $(FRAGBENCH_SRC)/x $(FRAGBENCH_SRC)/y\n"));
	free(text);
	text = file_read(s.path, "/" SRC ".kernelvariables", NULL);
	assert_int_equal(strncmp(text, "CC = gcc-99\nifeq ($(shell ", 26), 0);
	free(text);
	text = file_read(s.path, "/" SRC "include/config/auto.conf", NULL);
	assert_string_equal(text, "CONFIG_A=y\nCONFIG_B=y\n");
	free(text);
	assert_int_equal(faccessat(s.fd, SRC "vmlinux", F_OK, 0), -1);
	text = file_read(s.path,
			 "/usr/lib/linux-kbuild-6.1/scripts/mod/modpost", NULL);
	assert_int_equal(
		strncmp(text, "#!/bin/sh\ntop=${0%/*}/../../../..\n", 34), 0);
	free(text);
	assert_int_equal(fstatat(s.fd,
				 "usr/lib/linux-kbuild-6.1/scripts/mod/modpost",
				 &st, 0),
			 0);
	assert_true(st.st_mode & S_IXUSR);
	text = file_read(s.path, "/usr/lib/other/program", NULL);
	assert_string_equal(text, "\177ELF program");
	free(text);
	scratch_remove(&s);
}

/* What cannot be read whole is not written back as if it had been. */
static void test_fit_wrong(void **state)
{
	struct frag_error e;
	struct scratch s;
	struct stat st;
	int fd;

	(void)state;
	scratch_make(&s);
	scratch_text(&s, SRC "Makefile", "all:\n");
	assert_int_equal(fit(&s, &e), -ENOENT);
	assert_string_equal(e.why, strerror(ENOENT));
	scratch_text(&s, "usr/lib/x", "");
	assert_int_equal(fit(&s, &e), 0);
	fd = openat(s.fd, SRC "Makefile", O_WRONLY | O_CLOEXEC);
	assert_int_equal(ftruncate(fd, 5 << 20), 0);
	close(fd);
	assert_int_equal(fit(&s, &e), -EFBIG);
	assert_int_equal(fstatat(s.fd, SRC "Makefile", &st, 0), 0);
	assert_int_equal(st.st_size, 5 << 20);
	/* A folder can be opened, and not read. */
	assert_int_equal(unlinkat(s.fd, SRC "Makefile", 0), 0);
	assert_int_equal(mkdirat(s.fd, SRC "Makefile", 0755), 0);
	assert_int_equal(fit(&s, &e), -EISDIR);
	scratch_remove(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unpack),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_headers_gone),
		cmocka_unit_test(test_headers_no_cache),
		cmocka_unit_test(test_fit),
		cmocka_unit_test(test_fit_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
