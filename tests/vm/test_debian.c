// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernels fetched from an archive that changes, fails, and is a stand-in. */
#include <sys/stat.h>
#include <time.h>

#include "apt-standin.h"

#define OLD    "6.1.0-55-cloud-amd64"
#define NEW    "6.1.0-56-cloud-amd64"
#define OFFERS CACHE "offers.json"
enum { DAY = 24 * 60 * 60 };

static int find(struct frag_kernel *k, FILE *say, struct frag_error *e)
{
	*e = (struct frag_error){ 0 };
	return frag_kernel_find(k, "debian:6.1", false, say, e);
}

/* A list is asked for once a day, and a kernel fetched once. */
static void test_fetch(void **state)
{
	struct frag_kernel k;
	struct frag_error e;
	struct standin d;

	(void)state;
	standin_make(&d);
	scratch_text(&d.s, "now", ROW(OLD, "6.1.192-1"));
	package_make(&d, OLD, "6.1.192-1");
	for (unsigned i = 0; i < 2; i++) {
		if (find(&k, NULL, &e))
			fail_msg("%s: %s", e.what, e.why);
		assert_string_equal(k.release, OLD);
		assert_string_equal(k.package, "linux-image-" OLD " 6.1.192-1");
		assert_int_equal(calls_count(&d, " update"), 1);
		assert_int_equal(calls_count(&d, " download"), 1);
	}
	age_set(&d, OFFERS, -DAY - 1);
	assert_int_equal(find(&k, NULL, &e), 0);
	assert_int_equal(calls_count(&d, " update"), 2);
	/* From before the clock was put right. */
	age_set(&d, OFFERS, 3600);
	assert_int_equal(find(&k, NULL, &e), 0);
	assert_int_equal(calls_count(&d, " update"), 3);
	standin_remove(&d);
}

/* A security update takes the place of what the list of today names. */
static void test_gone(void **state)
{
	struct frag_kernel k;
	struct frag_error e;
	struct standin d;

	(void)state;
	standin_make(&d);
	scratch_text(&d.s, "now", ROW(OLD, "6.1.192-1"));
	assert_int_equal(find(&k, NULL, &e), -EIO);
	/* It had just been asked. */
	assert_int_equal(calls_count(&d, " update"), 1);
	scratch_text(&d.s, "now", ROW(NEW, "6.1.192-2"));
	package_make(&d, NEW, "6.1.192-2");
	if (find(&k, NULL, &e))
		fail_msg("%s: %s", e.what, e.why);
	assert_string_equal(k.release, NEW);
	assert_int_equal(calls_count(&d, " update"), 2);
	standin_remove(&d);
}

/* What is left to do without a network is said. */
static void test_network_down(void **state)
{
	struct frag_kernel k;
	struct frag_error e;
	struct standin d;
	char *said;
	FILE *say;

	(void)state;
	standin_make(&d);
	assert_int_equal(find(&k, NULL, &e), -EIO);
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_CANNOT);
	assert_string_equal(e.what, "cannot fetch Debian's lists");
	assert_string_equal(e.why, "E: The network is down");
	assert_non_null(strstr(e.mend, "--offline"));
	/* With a list, but not the kernel. */
	scratch_text(&d.s, "now", ROW(OLD, "6.1.192-1"));
	assert_int_equal(find(&k, NULL, &e), -EIO);
	assert_int_equal(unlinkat(d.s.fd, "now", 0), 0);
	age_set(&d, OFFERS, -2 * DAY);
	say = tmpfile();
	assert_non_null(say);
	assert_int_equal(find(&k, say, &e), -EIO);
	assert_string_equal(e.why, "E: 404  Not Found");
	assert_non_null(strstr(e.mend, "--offline"));
	said = said_take(say);
	assert_non_null(strstr(said, "The network is down\nusing the list of "
				     "kernels of 20"));
	free(said);
	standin_remove(&d);
}

/* What is no kernel does not stand in the way of one. */
static void test_left_over(void **state)
{
	struct frag_kernel k;
	struct frag_error e;
	struct standin d;

	(void)state;
	standin_make(&d);
	scratch_text(&d.s, "now", ROW(OLD, "6.1.192-1"));
	package_make(&d, OLD, "6.1.192-1");
	scratch_text(&d.s, CACHE "kernels/" OLD "_6.1.192-1/boot/x", "");
	if (find(&k, NULL, &e))
		fail_msg("%s: %s", e.what, e.why);
	assert_int_equal(access(k.image, R_OK), 0);
	/* One that was whole once: whoever broke it is told. */
	assert_int_equal(unlink(k.image), 0);
	assert_true(find(&k, NULL, &e) < 0);
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_CANNOT);
	assert_int_equal(strncmp(e.mend, "rm -r /", 7), 0);
	assert_non_null(strstr(e.mend, "kernels/" OLD "_6.1.192-1"));
	standin_remove(&d);
}

/* apt's folder in a place where others can write. */
static void test_not_ours(void **state)
{
	struct frag_kernel k;
	struct frag_error e;
	struct standin d;
	char *text;

	(void)state;
	standin_make(&d);
	scratch_text(&d.s, "now", ROW(OLD, "6.1.192-1"));
	scratch_text(&d.s, "victim", "precious");
	scratch_text(&d.s, CACHE "lists/x", "");
	assert_int_equal(
		symlinkat("../../victim", d.s.fd, CACHE "sources.list"), 0);
	assert_int_equal(find(&k, NULL, &e), -ELOOP);
	text = file_read(d.s.path, "/victim", NULL);
	assert_string_equal(text, "precious");
	free(text);
	if (geteuid()) {
		standin_remove(&d);
		print_message("skipped: only root may give a folder away\n");
		skip();
	}
	assert_int_equal(unlinkat(d.s.fd, CACHE "sources.list", 0), 0);
	assert_int_equal(fchownat(d.s.fd, CACHE, 1, 0, 0), 0);
	assert_int_equal(find(&k, NULL, &e), -EPERM);
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_CANNOT);
	assert_string_equal(e.why, "it belongs to user 1, and this is user 0");
	assert_non_null(strstr(e.mend, "XDG_CACHE_HOME=/root/"));
	standin_remove(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fetch),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_network_down),
		cmocka_unit_test(test_left_over),
		cmocka_unit_test(test_not_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
