// SPDX-License-Identifier: GPL-2.0-or-later
/* The vmstat collector: every recorded number, and a layout that changes. */
#include "base/counters.h"
#include "collect/table.h"

extern const struct frag_collector frag_collector_vmstat;

/* All numbers of a file, by an independent reading of it. */
static void file_compare(const struct table *t, const char *root)
{
	char *text = file_read(root, "/proc/vmstat", NULL);
	unsigned found = 0;
	char *save;

	for (char *line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		char name[64];
		unsigned long long value;

		assert_int_equal(sscanf(line, "%63s %llu", name, &value), 2);
		if (!frag_counter_find(name))
			continue;
		cell_is(t, "", name, value);
		found++;
	}
	assert_int_equal(found, t->c.shape.ncolumns);
	free(text);
}

static void test_recorded_machines(void **state)
{
	static const struct {
		const char *name;
		unsigned columns;
	} machines[] = {
		{ "5.10-boot", 107 },
		{ "6.1-compacted", 119 },
		{ "6.12-used", 126 },
		{ "7.3-numa4-compacted", 135 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(machines) / sizeof(*machines); i++) {
		struct table t;

		assert_int_equal(table_open(&t, &frag_collector_vmstat,
					    machine(machines[i].name)),
				 0);
		assert_int_equal(t.c.shape.nkeys, 0);
		assert_int_equal(t.c.shape.nrows, 1);
		columns_check(&t);
		if (t.c.shape.ncolumns != machines[i].columns)
			fail_msg("%s has %u columns", machines[i].name,
				 t.c.shape.ncolumns);
		assert_int_equal(table_read(&t), 0);
		file_compare(&t, machine(machines[i].name));
		table_close(&t);
	}
}

static const char before[] = "nr_free_pages 1\n"
			     "nr_unknown 2\n"
			     "pgfree 3\n"
			     "pgfault 4\n"
			     "compact_stall 5\n";

static void test_layout_changes(void **state)
{
	struct scratch *s = *state;
	struct table t;

	scratch_text(s, "proc/vmstat", before);
	assert_int_equal(table_open(&t, &frag_collector_vmstat, s->path), 0);
	assert_int_equal(t.c.shape.ncolumns, 4);
	/* A line comes in, two change places, one has a longer name. */
	scratch_text(s, "proc/vmstat",
		     "nr_free_pages 10\nnr_new 7\nnr_unknown 20\n"
		     "pgfault 40\npgfree 30\npgfault_more 9\n"
		     "compact_stall 50\n");
	assert_int_equal(table_read(&t), 0);
	cell_is(&t, "", "nr_free_pages", 10);
	cell_is(&t, "", "pgfree", 30);
	cell_is(&t, "", "pgfault", 40);
	cell_is(&t, "", "compact_stall", 50);
	scratch_text(s, "proc/vmstat", before);
	assert_int_equal(table_read(&t), 0);
	cell_is(&t, "", "compact_stall", 5);
	table_close(&t);
}

static void test_a_counter_goes_and_comes_back(void **state)
{
	struct scratch *s = *state;
	struct table t;

	scratch_text(s, "proc/vmstat", before);
	assert_int_equal(table_open(&t, &frag_collector_vmstat, s->path), 0);
	/* As many lines as before: only its name tells. */
	scratch_text(s, "proc/vmstat",
		     "nr_free_pages 1\nnr_unknown 2\npgfree 3\n"
		     "pgfaulx 4\ncompact_stall 5\n");
	assert_int_equal(table_read(&t), 0);
	cell_is(&t, "", "pgfault", FRAG_ABSENT);
	cell_is(&t, "", "pgfree", 3);
	scratch_text(s, "proc/vmstat", before);
	assert_int_equal(table_read(&t), 0);
	cell_is(&t, "", "pgfault", 4);
	/* The last one is cut off. */
	scratch_text(s, "proc/vmstat",
		     "nr_free_pages 1\nnr_unknown 2\npgfree 3\npgfault 4\n");
	assert_int_equal(table_read(&t), 0);
	cell_is(&t, "", "compact_stall", FRAG_ABSENT);
	table_close(&t);
}

static void test_garbage(void **state)
{
	static const char *const texts[] = {
		"",
		"\n\n\n",
		"nothing of ours 1\n",
		"nr_free_pages\n",
		"nr_free_pages x\n",
		"nr_free_pages -1\n",
		"nr_free_pages 99999999999999999999\n",
		"nr_free_pages 1 2\n",
		" nr_free_pages 1\n",
		"nr_free_pages\t1\n",
	};
	struct scratch *s = *state;
	struct table t;
	struct frag_error e;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		scratch_text(s, "proc/vmstat", before);
		assert_int_equal(
			table_open(&t, &frag_collector_vmstat, s->path), 0);
		scratch_text(s, "proc/vmstat", texts[i]);
		if (table_read(&t) != -EINVAL)
			fail_msg("read: %s", texts[i]);
		table_close(&t);
		if (open_fails(&frag_collector_vmstat, s->path, &e) != -EINVAL)
			fail_msg("opened: %s", texts[i]);
	}
	scratch_bytes(s, "proc/vmstat", "nr_free_pages 1\0\n", 17);
	assert_int_equal(open_fails(&frag_collector_vmstat, s->path, &e),
			 -EINVAL);
}

static void test_too_many_lines(void **state)
{
	struct scratch *s = *state;
	struct table t;
	char text[2000];

	scratch_text(s, "proc/vmstat", before);
	assert_int_equal(table_open(&t, &frag_collector_vmstat, s->path), 0);
	memset(text, '\n', sizeof(text));
	scratch_bytes(s, "proc/vmstat", text, sizeof(text));
	assert_int_equal(table_read(&t), -ENOBUFS);
	scratch_text(s, "proc/vmstat", before);
	assert_int_equal(table_read(&t), 0);
	cell_is(&t, "", "pgfree", 3);
	table_close(&t);
}

static void test_missing(void **state)
{
	struct scratch *s = *state;
	struct frag_error e;

	assert_int_equal(open_fails(&frag_collector_vmstat, s->path, &e),
			 -ENOENT);
	assert_non_null(strstr(e.what, "/proc/vmstat"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recorded_machines),
		SCRATCH_TEST(test_layout_changes),
		SCRATCH_TEST(test_a_counter_goes_and_comes_back),
		SCRATCH_TEST(test_garbage),
		SCRATCH_TEST(test_too_many_lines),
		SCRATCH_TEST(test_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
