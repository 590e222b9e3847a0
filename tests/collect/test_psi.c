// SPDX-License-Identifier: GPL-2.0-or-later
/* The psi collector: totals, and a file that is not what it should be. */
#include "collect/table.h"

extern const struct frag_collector frag_collector_psi;

static void test_recorded_machine(void **state)
{
	struct table t;

	(void)state;
	assert_int_equal(
		table_open(&t, &frag_collector_psi, machine("6.12-used")), 0);
	columns_check(&t);
	assert_int_equal(table_read(&t), 0);
	cell_is(&t, "", "some_total_us", 1710);
	cell_is(&t, "", "full_total_us", 1557);
	table_close(&t);
}

static void test_some_alone(void **state)
{
	struct scratch *s = *state;
	struct table t;

	scratch_text(s, "proc/pressure/memory",
		     "some avg10=0.00 avg60=0.00 avg300=0.00 total=7\n");
	assert_int_equal(table_open(&t, &frag_collector_psi, s->path), 0);
	assert_int_equal(table_read(&t), 0);
	cell_is(&t, "", "some_total_us", 7);
	cell_is(&t, "", "full_total_us", FRAG_ABSENT);
	table_close(&t);
}

static void test_garbage(void **state)
{
	static const char *const texts[] = {
		"",
		"\n",
		"garbage\n",
		"some avg10=0.00\n",
		"some total=\n",
		"some total=x\n",
		"some total=1x\n",
		"full total=1\n",
		"some total=99999999999999999999\n",
	};
	struct scratch *s = *state;
	struct frag_error e;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		scratch_text(s, "proc/pressure/memory", texts[i]);
		if (open_fails(&frag_collector_psi, s->path, &e) != -EINVAL)
			fail_msg("opened: %s", texts[i]);
		assert_non_null(strstr(e.what, "/proc/pressure/memory"));
	}
	assert_int_equal(open_fails(&frag_collector_psi, "/nowhere", &e),
			 -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recorded_machine),
		SCRATCH_TEST(test_some_alone),
		SCRATCH_TEST(test_garbage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
