// SPDX-License-Identifier: GPL-2.0-or-later
/* The pagetypes collector: nodes, capped lists, mixed blocks, garbage. */
#include "collect/table.h"

extern const struct frag_collector frag_collector_pagetypes;

static void test_recorded_machine(void **state)
{
	struct table t;

	(void)state;
	assert_int_equal(table_open(&t, &frag_collector_pagetypes,
				    machine("6.1-compacted")),
			 0);
	columns_check(&t);
	assert_int_equal(t.c.shape.nkeys, 3);
	assert_int_equal(t.c.shape.nrows, 10);
	assert_true(t.c.shape.max_rows >= 18);
	assert_int_equal(table_read(&t), 0);
	cell_is(&t, "0,DMA32,movable", "free_0", 23192);
	cell_is(&t, "0,DMA32,movable", "free_10", 134);
	cell_is(&t, "0,DMA32,unmovable", "free_0", 87);
	cell_is(&t, "0,DMA32,unmovable", "capped", 0);
	table_close(&t);
}

static void test_four_nodes(void **state)
{
	struct table t;

	(void)state;
	assert_int_equal(table_open(&t, &frag_collector_pagetypes,
				    machine("7.3-numa4-compacted")),
			 0);
	assert_int_equal(t.c.shape.nrows, 30);
	assert_int_equal(table_read(&t), 0);
	cell_is(&t, "0,DMA,cma", "pageblocks", 0);
	cell_is(&t, "3,DMA32,unmovable", "pageblocks", 6);
	cell_is(&t, "3,DMA32,movable", "pageblocks", 250);
	cell_is(&t, "3,DMA32,movable", "free_10", 121);
	table_close(&t);
}

static const char small[] =
	"Page block order: 9\n"
	"Pages per block:  512\n"
	"\n"
	"Free pages count per migrate type at order       0      1      2 \n"
	"Node    0, zone   Normal, type    Unmovable      1      2      3 \n"
	"Node    0, zone   Normal, type      Movable >100000 >100000      4 \n"
	"\n"
	"Number of blocks type     Unmovable      Movable \n"
	"Node 0, zone   Normal            5            6 \n"
	"\n"
	"Number of mixed blocks    Unmovable      Movable \n"
	"Node 0, zone   Normal           77           78 \n";

static void test_caps_and_mixed_blocks(void **state)
{
	struct scratch *s = *state;
	struct table t;

	scratch_text(s, "proc/pagetypeinfo", small);
	assert_int_equal(table_open(&t, &frag_collector_pagetypes, s->path), 0);
	assert_int_equal(table_read(&t), 0);
	assert_int_equal(t.c.shape.nrows, 2);
	cell_is(&t, "0,Normal,unmovable", "capped", 0);
	cell_is(&t, "0,Normal,unmovable", "free_2", 3);
	cell_is(&t, "0,Normal,unmovable", "pageblocks", 5);
	cell_is(&t, "0,Normal,movable", "capped", 2);
	cell_is(&t, "0,Normal,movable", "free_0", 100000);
	cell_is(&t, "0,Normal,movable", "free_2", 4);
	cell_is(&t, "0,Normal,movable", "pageblocks", 6);
	table_close(&t);
}

/* @small with the first @from replaced by @to. */
static void small_write(struct scratch *s, const char *from, const char *to)
{
	char text[2048];
	const char *at = strstr(small, from);

	assert_non_null(at);
	snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - small), small, to,
		 at + strlen(from));
	scratch_text(s, "proc/pagetypeinfo", text);
}

static void test_a_zone_comes_and_goes(void **state)
{
	struct scratch *s = *state;
	struct table t;

	scratch_text(s, "proc/pagetypeinfo", small);
	assert_int_equal(table_open(&t, &frag_collector_pagetypes, s->path), 0);
	small_write(s, "Node    0, zone   Normal, type    Unmovable",
		    "Node    1, zone   Normal, type    Unmovable");
	assert_int_equal(table_read(&t), 0);
	assert_int_equal(t.c.shape.nrows, 3);
	cell_is(&t, "1,Normal,unmovable", "free_1", 2);
	cell_is(&t, "1,Normal,unmovable", "pageblocks", FRAG_ABSENT);
	cell_is(&t, "0,Normal,unmovable", "free_1", FRAG_ABSENT);
	cell_is(&t, "0,Normal,unmovable", "pageblocks", 5);
	table_close(&t);
}

static void test_too_many_rows(void **state)
{
	struct scratch *s = *state;
	struct table t;
	char text[8000] = "";
	size_t length = 0;
	unsigned i = 0;

	scratch_text(s, "proc/pagetypeinfo", small);
	assert_int_equal(table_open(&t, &frag_collector_pagetypes, s->path), 0);
	while (length + 60 < sizeof(text))
		length += (size_t)snprintf(text + length, sizeof(text) - length,
					   "Node %u, zone N, type M 1 2 3\n",
					   i++);
	assert_true(i > t.c.shape.max_rows);
	scratch_text(s, "proc/pagetypeinfo", text);
	assert_int_equal(table_read(&t), -ENOBUFS);
	table_close(&t);
}

static void test_garbage(void **state)
{
	static const char *const changes[][2] = {
		{ "      1      2      3", " 1 2" },
		{ "      1      2      3", " 1 2 3 4" },
		{ "      1      2      3", " 1 2 x" },
		{ ", type    Unmovable", ", type" },
		{ ", type    Unmovable", ", type Un,movable" },
		{ ", type    Unmovable", ", type Unmovableunmovable" },
		{ "Normal            5            6", "Normal 5" },
		{ "Normal            5            6", "Normal 5 6 7" },
		{ "type     Unmovable      Movable", "type" },
	};
	struct scratch *s = *state;
	struct frag_error e;

	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		small_write(s, changes[i][0], changes[i][1]);
		if (open_fails(&frag_collector_pagetypes, s->path, &e) !=
		    -EINVAL)
			fail_msg("opened: %s", changes[i][1]);
	}
	scratch_text(s, "proc/pagetypeinfo", "");
	assert_int_equal(open_fails(&frag_collector_pagetypes, s->path, &e),
			 -EINVAL);
	assert_int_equal(open_fails(&frag_collector_pagetypes, "/nowhere", &e),
			 -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recorded_machine),
		cmocka_unit_test(test_four_nodes),
		SCRATCH_TEST(test_caps_and_mixed_blocks),
		SCRATCH_TEST(test_a_zone_comes_and_goes),
		SCRATCH_TEST(test_too_many_rows),
		SCRATCH_TEST(test_garbage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
