// SPDX-License-Identifier: GPL-2.0-or-later
/* The buddy collector: recorded machines, zones that come and go, garbage. */
#include "collect/table.h"

extern const struct frag_collector frag_collector_buddy;

static void test_linux_5_10(void **state)
{
	struct table t;

	(void)state;
	assert_int_equal(
		table_open(&t, &frag_collector_buddy, machine("5.10-boot")), 0);
	assert_int_equal(t.c.shape.nkeys, 2);
	assert_int_equal(t.c.shape.nrows, 2);
	assert_true(t.c.shape.max_rows >= 10);
	columns_check(&t);
	assert_int_equal(table_read(&t), 0);
	cell_is(&t, "0,DMA", "free_10", 3);
	cell_is(&t, "0,DMA", "free_1", 0);
	cell_is(&t, "0,DMA32", "free_0", 9);
	cell_is(&t, "0,DMA32", "free_10", 483);
	/* 5.10 prints no boost, and "high:" of a CPU is not the watermark. */
	cell_is(&t, "0,DMA", "boost", FRAG_ABSENT);
	cell_is(&t, "0,DMA", "min", 88);
	cell_is(&t, "0,DMA", "low", 110);
	cell_is(&t, "0,DMA", "high", 132);
	cell_is(&t, "0,DMA", "managed", 3977);
	cell_is(&t, "0,DMA", "pcp_pages", 0);
	cell_is(&t, "0,DMA32", "pcp_pages", 307 + 278);
	table_close(&t);
}

static void test_four_nodes(void **state)
{
	struct table t;

	(void)state;
	assert_int_equal(table_open(&t, &frag_collector_buddy,
				    machine("7.3-numa4-fragmented")),
			 0);
	assert_int_equal(table_read(&t), 0);
	assert_int_equal(t.c.shape.nrows, 5);
	cell_is(&t, "0,DMA32", "free_0", 38677);
	cell_is(&t, "2,DMA32", "free_10", 95);
	cell_is(&t, "3,DMA32", "free_10", 122);
	assert_true(cell(&t, "3,DMA32", "boost") != FRAG_ABSENT);
	assert_true(cell(&t, "3,DMA32", "managed") > 0);
	table_close(&t);
}

static void small_machine(struct scratch *s)
{
	scratch_text(s, "proc/buddyinfo",
		     "Node 0, zone      DMA      1      2      3 \n"
		     "Node 0, zone    DMA32      4      5      6 \n");
	scratch_text(s, "proc/zoneinfo",
		     "Node 0, zone      DMA\n"
		     "  per-node stats\n"
		     "      nr_inactive_anon 1\n"
		     "  pages free     9\n"
		     "        boost    1\n"
		     "        min      2\n"
		     "        low      3\n"
		     "        high     4\n"
		     "        promo    5\n"
		     "        managed  6\n"
		     "  pagesets\n"
		     "    cpu: 0\n"
		     "              count:    10\n"
		     "              high:     20\n"
		     "              high_min: 29\n"
		     "    cpu: 1\n"
		     "              count:    5\n"
		     "Node 0, zone    DMA32\n"
		     "        min      22\n"
		     "  pagesets\n"
		     "              count: 7\n"
		     "Node 0, zone   Movable\n"
		     "        min      32\n");
}

static void test_small_machine(void **state)
{
	struct scratch *s = *state;
	struct table t;

	small_machine(s);
	assert_int_equal(table_open(&t, &frag_collector_buddy, s->path), 0);
	assert_int_equal(table_read(&t), 0);
	assert_int_equal(t.c.shape.nrows, 2);
	cell_is(&t, "0,DMA", "pcp_pages", 15);
	cell_is(&t, "0,DMA", "boost", 1);
	cell_is(&t, "0,DMA", "min", 2);
	cell_is(&t, "0,DMA", "low", 3);
	cell_is(&t, "0,DMA", "high", 4);
	cell_is(&t, "0,DMA", "managed", 6);
	cell_is(&t, "0,DMA", "free_2", 3);
	cell_is(&t, "0,DMA32", "pcp_pages", 7);
	cell_is(&t, "0,DMA32", "boost", FRAG_ABSENT);
	cell_is(&t, "0,DMA32", "min", 22);
	assert_int_equal(column_find(&t, "free_3"), -1);
	table_close(&t);
}

static void test_a_zone_comes_and_goes(void **state)
{
	struct scratch *s = *state;
	struct table t;

	small_machine(s);
	assert_int_equal(table_open(&t, &frag_collector_buddy, s->path), 0);
	scratch_text(s, "proc/buddyinfo",
		     "Node 0, zone    DMA32      7      7      7 \n"
		     "Node 1, zone   Normal      8      8      8 \n");
	assert_int_equal(table_read(&t), 0);
	assert_int_equal(t.c.shape.nrows, 3);
	/* Rows keep their places: a reader knows them by number. */
	assert_int_equal(row_find(&t, "0,DMA"), 0);
	assert_int_equal(row_find(&t, "1,Normal"), 2);
	cell_is(&t, "0,DMA", "free_0", FRAG_ABSENT);
	cell_is(&t, "0,DMA32", "free_0", 7);
	cell_is(&t, "1,Normal", "free_2", 8);
	cell_is(&t, "1,Normal", "min", FRAG_ABSENT);
	small_machine(s);
	assert_int_equal(table_read(&t), 0);
	cell_is(&t, "0,DMA", "free_0", 1);
	cell_is(&t, "1,Normal", "free_2", FRAG_ABSENT);
	table_close(&t);
}

static void zones_write(struct scratch *s, unsigned n)
{
	char text[4096] = "";
	size_t length = 0;

	for (unsigned i = 0; i < n; i++)
		length +=
			(size_t)snprintf(text + length, sizeof(text) - length,
					 "Node %u, zone Normal 1 2 %u\n", i, i);
	scratch_text(s, "proc/buddyinfo", text);
}

static void test_room_for_eight_more(void **state)
{
	struct scratch *s = *state;
	struct table t;

	small_machine(s);
	zones_write(s, 2);
	assert_int_equal(table_open(&t, &frag_collector_buddy, s->path), 0);
	zones_write(s, 10);
	assert_int_equal(table_read(&t), 0);
	cell_is(&t, "9,Normal", "free_2", 9);
	zones_write(s, 11);
	assert_int_equal(table_read(&t), -ENOBUFS);
	assert_int_equal(t.c.shape.nrows, t.c.shape.max_rows);
	zones_write(s, 2);
	assert_int_equal(table_read(&t), 0);
	cell_is(&t, "1,Normal", "free_2", 1);
	cell_is(&t, "9,Normal", "free_2", FRAG_ABSENT);
	table_close(&t);
}

static const char *const bad_buddyinfo[] = {
	"",
	"\n\n",
	"garbage\n",
	"Node 0, zone DMA 1 2 3 4\nNode 0, zone DMA32 1 2\n",
	"Node 0, zone DMA 1 2 x\n",
	"Node 0, zone DMA,32 1 2 3\n",
	"Node 0, zone \"DMA\" 1 2 3\n",
	"Node 0, zone DMA 1 2 99999999999999999999\n",
};

static const char *const bad_zoneinfo[] = {
	"",
	"garbage\n",
	"Node\n",
	"Node 0, zone DMA\n        min      x\n",
	"Node 0, zone DMA\n              count: 3\n",
	"Node 0, zone DMA\n  pagesets\n              count: -3\n",
};

static void files_refused(struct scratch *s, const char *file,
			  const char *const *texts, size_t n)
{
	struct table t;
	struct frag_error e;

	for (size_t i = 0; i < n; i++) {
		small_machine(s);
		assert_int_equal(table_open(&t, &frag_collector_buddy, s->path),
				 0);
		scratch_text(s, file, texts[i]);
		if (table_read(&t) != -EINVAL)
			fail_msg("read: %s", texts[i]);
		table_close(&t);
		if (open_fails(&frag_collector_buddy, s->path, &e) != -EINVAL)
			fail_msg("opened: %s", texts[i]);
		assert_non_null(strstr(e.what, s->path));
	}
}

static void test_garbage(void **state)
{
	struct scratch *s = *state;
	struct frag_error e;

	files_refused(s, "proc/buddyinfo", bad_buddyinfo,
		      sizeof(bad_buddyinfo) / sizeof(*bad_buddyinfo));
	files_refused(s, "proc/zoneinfo", bad_zoneinfo,
		      sizeof(bad_zoneinfo) / sizeof(*bad_zoneinfo));
	small_machine(s);
	scratch_bytes(s, "proc/buddyinfo", "Node 0, zone D\0A 1 2 3\n", 23);
	assert_int_equal(open_fails(&frag_collector_buddy, s->path, &e),
			 -EINVAL);
}

static void test_endless_line(void **state)
{
	struct scratch *s = *state;
	struct table t;
	struct frag_error e;
	char *text = malloc(1 << 20);

	assert_non_null(text);
	memset(text, '1', 1 << 20);
	small_machine(s);
	assert_int_equal(table_open(&t, &frag_collector_buddy, s->path), 0);
	scratch_bytes(s, "proc/buddyinfo", text, 1 << 20);
	assert_int_equal(table_read(&t), -ENOBUFS);
	table_close(&t);
	assert_int_equal(open_fails(&frag_collector_buddy, s->path, &e),
			 -EINVAL);
	free(text);
}

static void test_files_missing(void **state)
{
	struct scratch *s = *state;
	struct frag_error e;

	assert_int_equal(open_fails(&frag_collector_buddy, s->path, &e),
			 -ENOENT);
	assert_non_null(strstr(e.what, "/proc/buddyinfo"));
	small_machine(s);
	unlinkat(s->fd, "proc/zoneinfo", 0);
	assert_int_equal(open_fails(&frag_collector_buddy, s->path, &e),
			 -ENOENT);
	assert_non_null(strstr(e.what, "/proc/zoneinfo"));
}

/* What the kernel under us prints now must be understood too. */
static void test_this_machine(void **state)
{
	struct table t;
	int rc = table_open(&t, &frag_collector_buddy, "");

	(void)state;
	if (rc == -ENOENT || rc == -EACCES)
		skip();
	assert_int_equal(rc, 0);
	columns_check(&t);
	assert_int_equal(table_read(&t), 0);
	for (unsigned i = 0; i < t.c.shape.nrows; i++) {
		const char *key = t.c.shape.row_keys[i].text;

		assert_true(cell(&t, key, "free_0") != FRAG_ABSENT);
		assert_true(cell(&t, key, "managed") != FRAG_ABSENT);
		assert_true(cell(&t, key, "pcp_pages") != FRAG_ABSENT);
	}
	table_close(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_linux_5_10),
		cmocka_unit_test(test_four_nodes),
		SCRATCH_TEST(test_small_machine),
		SCRATCH_TEST(test_a_zone_comes_and_goes),
		SCRATCH_TEST(test_room_for_eight_more),
		SCRATCH_TEST(test_garbage),
		SCRATCH_TEST(test_endless_line),
		SCRATCH_TEST(test_files_missing),
		cmocka_unit_test(test_this_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
