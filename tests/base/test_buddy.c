// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The indices: against what other people printed, and against the kernel's own
 * debugfs files on the recorded machines.
 */
#include "fragbench/buddy.h"

#include "golden.h"
#include "scratch.h"

static struct frag_buddy buddy_of(const uint64_t *free)
{
	struct frag_buddy b = { .orders = GOLDEN_ORDERS };

	memcpy(b.free, free, GOLDEN_ORDERS * sizeof(*free));
	return b;
}

static void golden_check(const struct golden_row *row)
{
	struct frag_buddy b = buddy_of(row->free);
	char mib[32];

	snprintf(mib, sizeof(mib), "%.2f",
		 (double)frag_buddy_pages(&b) * 4096 / 1048576);
	if (strcmp(mib, row->mib) != 0)
		fail_msg("%s %s: %s MiB, not %s", row->name, row->zone, mib,
			 row->mib);
	if (frag_buddy_unusable(&b, 9) != row->unusable)
		fail_msg("%s %s: unusable(9) %d, not %d", row->name, row->zone,
			 frag_buddy_unusable(&b, 9), row->unusable);
}

static void test_golden_rows(void **state)
{
	(void)state;
	for (int i = 0; i < GOLDEN_BLOG; i++)
		golden_check(&golden_blog[i]);
	for (int i = 0; i < GOLDEN_MINT; i++)
		golden_check(&golden_mint[i]);
}

/* Every order of the blog's "one killed", from an independent computation. */
static void test_one_killed_at_every_order(void **state)
{
	static const int unusable[GOLDEN_ORDERS] = { 0,	  25,  76,  177,
						     377, 773, 790, 796,
						     798, 802, 808 };
	struct frag_buddy b = buddy_of(golden_blog[5].free);
	char text[16];

	(void)state;
	for (unsigned k = 0; k < GOLDEN_ORDERS; k++) {
		assert_int_equal(frag_buddy_unusable(&b, k), unusable[k]);
		assert_int_equal(frag_buddy_extfrag(&b, k), -1000);
	}
	assert_string_equal(frag_index_text(frag_buddy_unusable(&b, 9), text,
					    sizeof(text)),
			    "0.802");
}

/* Zones of Mint that could not serve the largest orders at all. */
static void test_extfrag_where_a_request_fails(void **state)
{
	static const int normal[] = { 981, 991, 996, 998 };
	struct frag_buddy dma32 = buddy_of(golden_mint[0].free);
	struct frag_buddy b = buddy_of(golden_mint[1].free);

	(void)state;
	assert_int_equal(frag_buddy_extfrag(&dma32, 9), -1000);
	assert_int_equal(frag_buddy_extfrag(&dma32, 10), 998);
	assert_int_equal(frag_buddy_extfrag(&b, 6), -1000);
	for (unsigned k = 7; k < GOLDEN_ORDERS; k++)
		assert_int_equal(frag_buddy_extfrag(&b, k), normal[k - 7]);
}

/*
 * The PingCAP article contradicts itself: toward 1000 a request fails "due to
 * excessive external fragmentation", and yet it is then "appropriate to do
 * memory reclaim, not memory compaction". In this row of the Mint article the
 * index of order 10 is 998, and 399 times the pages that are wanted are free:
 * there is nothing to reclaim for, the kernel compacts (index above 500).
 */
static void test_a_contradiction_of_the_articles(void **state)
{
	struct frag_buddy b = buddy_of(golden_mint[0].free);

	(void)state;
	assert_int_equal(frag_buddy_extfrag(&b, 10), 998);
	assert_int_equal(frag_buddy_suitable(&b, 10), 0);
	assert_int_equal(frag_buddy_pages(&b) / 1024, 399);
}

/*
 * Two published pages print buddyinfo and the kernel's unusable_index of a DMA
 * zone side by side. One pair belongs together. The other contradicts itself:
 * its index cannot follow from its row, for the two files were read at
 * different moments, which is why ours come from one read.
 */
static void test_published_pairs(void **state)
{
	static const struct frag_buddy agrees = {
		.orders = 11,
		.free = { 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 3 },
	};
	static const int its_index[] = { 0, 0, 0, 1, 3, 7, 15, 31, 31, 96, 225 };
	static const struct frag_buddy contradicts = {
		.orders = 11,
		.free = { 1, 0, 1, 0, 1, 1, 1, 0, 1, 1, 3 },
	};
	static const int not_its_index[] = { 0,	 0,  0,	 1,  1,	 9,
					     18, 35, 35, 35, 173 };
	unsigned wrong = 0;

	(void)state;
	for (unsigned k = 0; k < 11; k++) {
		assert_int_equal(frag_buddy_unusable(&agrees, k), its_index[k]);
		wrong += frag_buddy_unusable(&contradicts, k) !=
			 not_its_index[k];
	}
	assert_int_equal(wrong, 6);
}

static void test_nothing_free(void **state)
{
	struct frag_buddy b = { .orders = 11 };

	(void)state;
	assert_int_equal(frag_buddy_unusable(&b, 0), 1000);
	assert_int_equal(frag_buddy_unusable(&b, 10), 1000);
	assert_int_equal(frag_buddy_extfrag(&b, 0), 0);
	assert_int_equal(frag_buddy_pages(&b), 0);
}

/* One free block of order 9, asked for order 10: 1000 - (1000 + 500) / 1. */
static void test_one_block_goes_below_zero(void **state)
{
	struct frag_buddy b = { .orders = 11, .free = { [9] = 1 } };
	char text[16];

	(void)state;
	assert_int_equal(frag_buddy_extfrag(&b, 10), -500);
	assert_string_equal(frag_index_text(-500, text, sizeof(text)),
			    "0.-500");
	assert_string_equal(frag_index_text(-1000, text, sizeof(text)),
			    "-1.000");
	assert_string_equal(frag_index_text(1000, text, sizeof(text)), "1.000");
	assert_string_equal(frag_index_text(7, text, sizeof(text)), "0.007");
}

static void test_sums(void **state)
{
	struct frag_buddy b = { .orders = 3, .free = { 5, 1, 2 } };
	struct frag_buddy more = { .orders = 4, .free = { 1, 0, 0, 1 } };
	struct frag_buddy seen;

	(void)state;
	assert_int_equal(frag_buddy_pages(&b), 15);
	assert_int_equal(frag_buddy_blocks(&b), 8);
	assert_int_equal(frag_buddy_suitable(&b, 0), 15);
	assert_int_equal(frag_buddy_suitable(&b, 1), 5);
	assert_int_equal(frag_buddy_suitable(&b, 2), 2);
	frag_buddy_add(&b, &more);
	assert_int_equal(b.orders, 4);
	assert_int_equal(frag_buddy_pages(&b), 24);
	seen = frag_buddy_with_pcp(&b, 100);
	assert_int_equal(seen.free[0], 106);
	assert_int_equal(frag_buddy_pages(&seen), 124);
	assert_int_equal(frag_buddy_pages(&b), 24);
}

static int line_parse(const char *line, struct frag_zone *zone)
{
	return frag_buddy_parse(line, strlen(line), zone);
}

static void test_parse(void **state)
{
	struct frag_zone zone;

	(void)state;
	assert_int_equal(line_parse("Node 3, zone    DMA32  5  0 18446744073709"
				    "551615 ",
				    &zone),
			 1);
	assert_int_equal(zone.node, 3);
	assert_string_equal(zone.name, "DMA32");
	assert_int_equal(zone.buddy.orders, 3);
	assert_int_equal(zone.buddy.free[0], 5);
	assert_true(zone.buddy.free[2] == UINT64_MAX);
	assert_int_equal(line_parse("", &zone), 0);
	assert_int_equal(line_parse("  \t", &zone), 0);
}

static void test_parse_refuses(void **state)
{
	static const char *const lines[] = {
		"garbage",
		"Node 0, zone DMA",
		"Node 0, zone",
		"Node x, zone DMA 1",
		"Node 70000, zone DMA 1",
		"Node 0 zone DMA 1",
		"Node 0, zone DMA 1 2 x",
		"Node 0, zone DMA 1 -2",
		"Node 0, zone AbcdefghijklmnopQ 1",
		"Node 0, zone DMA 99999999999999999999",
		"Node 0, zone DMA 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0",
	};
	struct frag_zone zone;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		if (line_parse(lines[i], &zone) != -EINVAL)
			fail_msg("accepted: %s", lines[i]);
	assert_int_equal(frag_buddy_parse("Node 0, zone DMA 1\0 2", 21, &zone),
			 -EINVAL);
	assert_int_equal(frag_buddy_parse("Node 0, zone D\0A 1 2", 20, &zone),
			 -EINVAL);
}

/*
 * The debugfs files of a recorded machine were read a moment after its
 * buddyinfo: in these cells they differ, by no more than the bound, in
 * thousandths. orders: a bit for each order. All other cells are the same.
 */
static const struct race {
	const char *machine;
	int node;
	const char *zone;
	unsigned orders;
	int bound;
} races[] = {
	{ "5.10-boot", 0, "DMA32", 1 << 6 | 1 << 7 | 1 << 9, 1 },
	{ "6.1-compacted", 0, "DMA32", 1 << 6 | 1 << 9, 1 },
	{ "6.1-fragmented", 0, "DMA32", 1 << 2 | 1 << 8, 1 },
	{ "6.12-used", 0, "DMA32", 1 << 8 | 1 << 9 | 1 << 10, 1 },
	{ "7.3-numa4-compacted", 1, "DMA32", 1 << 3 | 1 << 6, 1 },
	/* Some 27,000 free pages of order 0 then, against 38,677. */
	{ "7.3-numa4-fragmented", 0, "DMA32", 0x7fe, 72 },
	{ "7.3-numa4-fragmented", 1, "DMA32", 0x7e8, 2 },
};

enum { RACES = sizeof(races) / sizeof(*races) };

static int bound_of(const char *machine, const struct frag_zone *z, unsigned k)
{
	for (int i = 0; i < RACES; i++)
		if (!strcmp(races[i].machine, machine) &&
		    races[i].node == z->node &&
		    !strcmp(races[i].zone, z->name) && races[i].orders >> k & 1)
			return races[i].bound;
	return 0;
}

/* "0.802", "-1.000" and the kernel's "0.-500" in thousandths. */
static int thousandths_of(const char *text)
{
	int whole = atoi(text);
	int part = atoi(strchr(text, '.') + 1);

	return whole * 1000 + part;
}

struct totals {
	unsigned cells;
	unsigned apart;
};

/* One line of an index file against the zone's free lists. */
static void
index_line_check(const char *machine, char *line, const struct frag_zone *z,
		 int (*index)(const struct frag_buddy *b, unsigned k),
		 bool is_racy, struct totals *t)
{
	char *save;
	char *cell = strtok_r(line, " ", &save);

	for (int i = 0; i < 4; i++) {
		if (i == 3)
			assert_string_equal(cell, z->name);
		cell = strtok_r(NULL, " ", &save);
	}
	for (unsigned k = 0; k < z->buddy.orders; k++) {
		int apart = abs(thousandths_of(cell) - index(&z->buddy, k));

		if (apart > (is_racy ? bound_of(machine, z, k) : 0))
			fail_msg("%s node %d %s order %u: the kernel says %s, "
				 "we %d",
				 machine, z->node, z->name, k, cell,
				 index(&z->buddy, k));
		t->cells++;
		t->apart += apart > 0;
		cell = strtok_r(NULL, " ", &save);
	}
}

static void machine_check(const char *machine, const char *file,
			  int (*index)(const struct frag_buddy *b, unsigned k),
			  bool is_racy, struct totals *t)
{
	char folder[PATH_MAX];
	char *buddyinfo;
	char *indices;
	char *save_b;
	char *save_i;
	char *line;
	char *other;

	snprintf(folder, sizeof(folder), TESTS_DIR "/machines/%s", machine);
	buddyinfo = file_read(folder, "/proc/buddyinfo", NULL);
	indices = file_read(folder, file, NULL);
	line = strtok_r(buddyinfo, "\n", &save_b);
	other = strtok_r(indices, "\n", &save_i);
	while (line && other) {
		struct frag_zone z;

		assert_int_equal(line_parse(line, &z), 1);
		index_line_check(machine, other, &z, index, is_racy, t);
		line = strtok_r(NULL, "\n", &save_b);
		other = strtok_r(NULL, "\n", &save_i);
	}
	assert_null(line);
	assert_null(other);
	free(buddyinfo);
	free(indices);
}

static const char *const machines[] = {
	"5.10-boot", "6.1-compacted",	    "6.1-fragmented",
	"6.12-used", "7.3-numa4-compacted", "7.3-numa4-fragmented",
};

enum { MACHINES = sizeof(machines) / sizeof(*machines) };

static void test_recorded_unusable(void **state)
{
	struct totals t = { 0, 0 };

	(void)state;
	for (int i = 0; i < MACHINES; i++)
		machine_check(machines[i],
			      "/sys/kernel/debug/extfrag/unusable_index",
			      frag_buddy_unusable, true, &t);
	assert_int_equal(t.cells, 198);
	/* All the cells that differ are those of the table, no more. */
	assert_int_equal(t.apart, 29);
}

static void test_recorded_extfrag(void **state)
{
	struct totals t = { 0, 0 };

	(void)state;
	for (int i = 0; i < MACHINES; i++)
		machine_check(machines[i],
			      "/sys/kernel/debug/extfrag/extfrag_index",
			      frag_buddy_extfrag, false, &t);
	assert_int_equal(t.cells, 198);
	assert_int_equal(t.apart, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden_rows),
		cmocka_unit_test(test_one_killed_at_every_order),
		cmocka_unit_test(test_extfrag_where_a_request_fails),
		cmocka_unit_test(test_a_contradiction_of_the_articles),
		cmocka_unit_test(test_published_pairs),
		cmocka_unit_test(test_nothing_free),
		cmocka_unit_test(test_one_block_goes_below_zero),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_refuses),
		cmocka_unit_test(test_recorded_unusable),
		cmocka_unit_test(test_recorded_extfrag),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
