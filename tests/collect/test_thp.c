// SPDX-License-Identifier: GPL-2.0-or-later
/* The thp collector: sizes as rows, statistics that not every size has. */
#include "collect/columns.h"
#include "collect/table.h"

extern const struct frag_collector frag_collector_thp;

#define FOLDER "sys/kernel/mm/transparent_hugepage/"

static void test_recorded_machines(void **state)
{
	struct table t;

	(void)state;
	assert_int_equal(
		table_open(&t, &frag_collector_thp, machine("6.12-used")), 0);
	columns_check(&t);
	assert_int_equal(t.c.shape.nrows, 9);
	assert_string_equal(t.c.shape.row_keys[0].text, "8");
	assert_string_equal(t.c.shape.row_keys[8].text, "2048");
	assert_int_equal(table_read(&t), 0);
	assert_true(cell(&t, "2048", "anon_fault_alloc") != FRAG_ABSENT);
	/* Anonymous memory has no huge pages of two base pages. */
	cell_is(&t, "8", "anon_fault_alloc", FRAG_ABSENT);
	assert_true(cell(&t, "8", "shmem_alloc") != FRAG_ABSENT);
	table_close(&t);
}

static void test_numbers(void **state)
{
	struct scratch *s = *state;
	struct table t;

	scratch_text(s, FOLDER "hugepages-64kB/stats/swpout", "3\n");
	scratch_text(s, FOLDER "hugepages-64kB/stats/nr_anon", "4\n");
	scratch_text(s, FOLDER "hugepages-2048kB/stats/swpout", "5\n");
	scratch_text(s, FOLDER "hugepages-2048kB/stats/odd,name", "6\n");
	scratch_text(s, FOLDER "hugepages-32kB/enabled", "never\n");
	scratch_text(s, FOLDER "hugepages-xkB/stats/swpout", "7\n");
	assert_int_equal(table_open(&t, &frag_collector_thp, s->path), 0);
	assert_int_equal(t.c.shape.nrows, 2);
	assert_int_equal(t.c.shape.ncolumns, 2);
	assert_int_equal(table_read(&t), 0);
	cell_is(&t, "64", "swpout", 3);
	cell_is(&t, "64", "nr_anon", 4);
	cell_is(&t, "2048", "swpout", 5);
	cell_is(&t, "2048", "nr_anon", FRAG_ABSENT);
	scratch_text(s, FOLDER "hugepages-64kB/stats/swpout", "x\n");
	assert_int_equal(table_read(&t), -EINVAL);
	scratch_text(s, FOLDER "hugepages-64kB/stats/swpout", "");
	assert_int_equal(table_read(&t), -EINVAL);
	unlinkat(s->fd, FOLDER "hugepages-64kB/stats/swpout", 0);
	assert_int_equal(table_read(&t), 0);
	cell_is(&t, "64", "swpout", FRAG_ABSENT);
	table_close(&t);
}

static void test_older_kernels(void **state)
{
	struct frag_error e;

	(void)state;
	assert_int_equal(open_fails(&frag_collector_thp,
				    machine("6.1-compacted"), &e),
			 -ENOENT);
	assert_non_null(strstr(e.why, "6.10"));
	assert_int_equal(open_fails(&frag_collector_thp, "/nowhere", &e),
			 -ENOENT);
}

/* Whatever a recorded kernel counts is explained. */
static void test_columns_are_explained(void **state)
{
	static const char *const machines[] = { "6.12-used",
						"7.3-numa4-compacted" };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct table t;

		assert_int_equal(table_open(&t, &frag_collector_thp,
					    machine(machines[i])),
				 0);
		for (unsigned k = 0; k < t.c.shape.ncolumns; k++) {
			const struct frag_column *c = frag_thp_columns;
			const char *name = t.c.shape.columns[k].name;

			while (*c->name && strcmp(c->name, name) != 0)
				c++;
			if (!*c->name)
				fail_msg("nothing explains %s", name);
		}
		table_close(&t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recorded_machines),
		SCRATCH_TEST(test_numbers),
		cmocka_unit_test(test_older_kernels),
		cmocka_unit_test(test_columns_are_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
