// SPDX-License-Identifier: GPL-2.0-or-later
/* The counters: each explained, none twice, all of them real. */
#include "base/counters.h"

#include "scratch.h"

static void test_rows_are_whole(void **state)
{
	static const char *const units[] = { "pages", "count", "KiB" };

	(void)state;
	for (const struct frag_counter *c = frag_counters; c->name; c++) {
		size_t n = strlen(c->about);
		bool is_known = false;

		for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
			is_known |= !strcmp(c->unit, units[i]);
		if (!is_known)
			fail_msg("%s: unit %s", c->name, c->unit);
		if (n < 10 || !strchr(".)", c->about[n - 1]))
			fail_msg("%s: '%s'", c->name, c->about);
		assert_null(strchr(c->about, '\n'));
		assert_ptr_equal(frag_counter_find(c->name), c);
	}
	assert_null(frag_counter_find("no_such_counter"));
	assert_null(frag_counter_find(""));
}

/* A row that no recorded kernel has would be a typing error. pgsteal and its
 * like moved about: the newest and the oldest kernel together know all. */
static void test_some_kernel_has_each(void **state)
{
	static const char *const machines[] = {
		TESTS_DIR "/machines/5.10-boot",
		TESTS_DIR "/machines/6.1-compacted",
		TESTS_DIR "/machines/6.12-used",
		TESTS_DIR "/machines/7.3-numa4-compacted",
	};
	char *text[4];
	char wanted[80];

	(void)state;
	for (int i = 0; i < 4; i++)
		text[i] = file_read(machines[i], "/proc/vmstat", NULL);
	for (const struct frag_counter *c = frag_counters; c->name; c++) {
		bool found = false;

		snprintf(wanted, sizeof(wanted), "\n%s ", c->name);
		for (int i = 0; i < 4; i++)
			found |= strstr(text[i], wanted) ||
				 !strncmp(text[i], wanted + 1,
					  strlen(wanted) - 1);
		if (!found)
			fail_msg("no recorded kernel has %s", c->name);
	}
	for (int i = 0; i < 4; i++)
		free(text[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_are_whole),
		cmocka_unit_test(test_some_kernel_has_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
