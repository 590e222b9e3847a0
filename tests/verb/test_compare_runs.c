// SPDX-License-Identifier: GPL-2.0-or-later
/* The runs that a folder holds, and a folder that cannot be read. */
#include "scratch.h"

#include <errno.h>
#include <sys/resource.h>

#include "verb/compare.h"

static void unreadable_folder_is_told(void **state)
{
	const struct frag_compare_config config = { 0 };
	struct frag_runs_skipped skipped = { 0 };
	struct frag_error e = { 0 };
	struct rlimit files;
	struct rlimit none;
	struct frag_compare *c = frag_compare_new(&config);
	json_t *seen = json_object();
	struct scratch s;
	int rc;

	(void)state;
	scratch_make(&s);
	assert_int_equal(frag_runs_add(c, s.path, FRAG_SIDE_NONE, seen,
				       &skipped, &e),
			 0);
	/* Permissions would not stop root. */
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
	none = files;
	none.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	rc = frag_runs_add(c, s.path, FRAG_SIDE_NONE, seen, &skipped, &e);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
	assert_int_equal(rc, -EMFILE);
	assert_non_null(strstr(e.what, "cannot read the folder"));
	assert_non_null(strstr(e.mend, "ls -ld"));
	json_decref(seen);
	frag_compare_free(c);
	scratch_remove(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unreadable_folder_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
