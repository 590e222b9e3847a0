// SPDX-License-Identifier: GPL-2.0-or-later
/* Looks at free lists: which zones count, what hides, where zones lie. */
#include "fragbench/freelists.h"

#include "scratch.h"

#define MACHINE(name) TESTS_DIR "/machines/" name

static const char *const machines[] = {
	MACHINE("5.10-boot"),		MACHINE("6.1-compacted"),
	MACHINE("6.1-fragmented"),	MACHINE("6.12-used"),
	MACHINE("7.3-numa4-compacted"), MACHINE("7.3-numa4-fragmented"),
};

enum { NMACHINES = sizeof(machines) / sizeof(machines[0]) };

static struct frag_free_look look_at(const char *root, int node,
				     const char *zone)
{
	struct frag_free_look look;
	struct frag_freelists f;
	struct frag_error e = { .exit = 0 };

	if (frag_freelists_open(&f, root, node, zone, &e))
		fail_msg("%s: %s: %s", root, e.what, e.why);
	assert_int_equal(frag_freelists_look(&f, &look), 0);
	frag_freelists_close(&f);
	frag_freelists_close(&f);
	return look;
}

static void test_chosen_zones(void **state)
{
	static const struct frag_buddy two = {
		.orders = 11,
		.free = { 8293, 2, 1, 1, 0, 1, 1, 0, 1, 2, 95 },
	};
	struct frag_free_look look;

	(void)state;
	look = look_at(MACHINE("7.3-numa4-fragmented"), 2, "DMA32");
	assert_memory_equal(&look.buddy, &two, sizeof(two));
	look = look_at(MACHINE("7.3-numa4-fragmented"), 2, "");
	assert_memory_equal(&look.buddy, &two, sizeof(two));
	look = look_at(MACHINE("7.3-numa4-fragmented"), -1, "DMA32");
	assert_int_equal(look.buddy.free[0], 38677 + 30 + 8293 + 5);
	look = look_at(MACHINE("7.3-numa4-fragmented"), -1, "");
	assert_int_equal(look.buddy.free[0], 1493 + 38677 + 30 + 8293 + 5);
}

/* Read off node 0's DMA of that machine by eye. */
static void test_what_hides(void **state)
{
	struct frag_free_look look;

	(void)state;
	look = look_at(MACHINE("7.3-numa4-compacted"), 0, "DMA");
	assert_int_equal(look.pcp_pages, 127 + 0);
	assert_int_equal(look.high, 16);
	look = look_at(MACHINE("7.3-numa4-compacted"), 0, "DMA32");
	assert_int_equal(look.pcp_pages, 3289 + 41);
	assert_int_equal(look.high, 534);
	/* The Movable zones have a watermark of 32 pages and no memory. */
	look = look_at(MACHINE("7.3-numa4-compacted"), 0, "");
	assert_int_equal(look.high, 16 + 534);
	look = look_at(MACHINE("6.12-used"), 0, "DMA");
	assert_int_equal(look.min, 10);
	assert_int_equal(look.low, 13);
	assert_int_equal(look.high, 16);
	assert_int_equal(look.managed, 3840);
}

/* All zones together are the sum of the nodes. */
static void test_nodes_sum_up(void **state)
{
	struct frag_free_look sum = { .pcp_pages = 0 };
	struct frag_free_look all;

	(void)state;
	for (int node = 0; node < 4; node++) {
		struct frag_free_look one =
			look_at(MACHINE("7.3-numa4-compacted"), node, "");

		frag_buddy_add(&sum.buddy, &one.buddy);
		sum.pcp_pages += one.pcp_pages;
		sum.managed += one.managed;
		sum.min += one.min;
		sum.low += one.low;
		sum.high += one.high;
	}
	all = look_at(MACHINE("7.3-numa4-compacted"), -1, "");
	assert_memory_equal(&sum, &all, sizeof(sum));
}

static void test_every_machine(void **state)
{
	(void)state;
	for (unsigned i = 0; i < NMACHINES; i++) {
		struct frag_free_look look = look_at(machines[i], -1, "");
		struct frag_free_look once;

		assert_int_equal(look.buddy.orders, 11);
		assert_in_range(look.pcp_pages, 1, look.managed);
		assert_in_range(frag_buddy_pages(&look.buddy), 1, look.managed);
		assert_true(look.min < look.low && look.low < look.high &&
			    look.high < look.managed);
		assert_int_equal(frag_free_look_once(machines[i], &once), 0);
		assert_memory_equal(&look, &once, sizeof(look));
	}
}

static void missing_check(int node, const char *zone, const char *what,
			  const char *why)
{
	struct frag_freelists f;
	struct frag_error e = { .exit = 0 };

	assert_int_equal(frag_freelists_open(&f, MACHINE("7.3-numa4-compacted"),
					     node, zone, &e),
			 -ENOENT);
	assert_string_equal(e.what, what);
	assert_string_equal(e.why, why);
	assert_true(*e.mend);
	assert_int_equal(e.exit, FRAG_EXIT_USAGE);
	frag_freelists_close(&f);
}

static void test_no_such_zone(void **state)
{
	static const char there[] =
		"there are node 0: DMA, DMA32; node 1: DMA32; "
		"node 2: DMA32; node 3: DMA32";

	(void)state;
	missing_check(4, "", "there is no zone on node 4 with memory", there);
	/* It is in zoneinfo, but it has no memory. */
	missing_check(0, "Normal",
		      "there is no zone Normal on node 0 with memory", there);
	missing_check(-1, "DMA3", "there is no zone DMA3 with memory", there);
}

static const char zoneinfo[] = "Node 0, zone    DMA32\n"
			       "  pages free     768\n"
			       "        min      1\n"
			       "        managed  1000\n";

static void test_files_that_are_none(void **state)
{
	static const char *const bad[] = {
		"",
		"Node 0, zone\n",
		"Node 0, zone DMA32 1 2\nNode\n",
	};
	struct frag_free_look look = { .pcp_pages = 1 };
	struct frag_error e = { .exit = 0 };
	struct frag_freelists f;
	struct scratch s;

	(void)state;
	scratch_make(&s);
	assert_int_equal(frag_freelists_open(&f, s.path, -1, "", &e), -ENOENT);
	assert_non_null(strstr(e.what, "/proc/buddyinfo"));
	assert_true(frag_free_look_once(s.path, &look) < 0);
	assert_int_equal(look.pcp_pages, 0);
	scratch_text(&s, "/proc/zoneinfo", zoneinfo);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		scratch_text(&s, "/proc/buddyinfo", bad[i]);
		assert_true(frag_free_look_once(s.path, &look) < 0);
	}
	scratch_text(&s, "/proc/buddyinfo", "Node 0, zone DMA32 512 0 64\n");
	assert_int_equal(frag_free_look_once(s.path, &look), 0);
	scratch_text(&s, "/proc/zoneinfo", "pages free 3\n");
	assert_int_equal(frag_free_look_once(s.path, &look), -EINVAL);
	scratch_remove(&s);
}

/* The descriptors are kept: a look sees what is there now. */
static void test_looks_again(void **state)
{
	struct frag_free_look look;
	struct frag_freelists f;
	struct scratch s;

	(void)state;
	scratch_make(&s);
	scratch_text(&s, "/proc/zoneinfo", zoneinfo);
	scratch_text(&s, "/proc/buddyinfo", "Node 0, zone DMA32 512 0 64\n");
	assert_int_equal(frag_freelists_open(&f, s.path, 0, "DMA32", NULL), 0);
	scratch_text(&s, "/proc/buddyinfo", "Node 0, zone DMA32 4 0 7\n");
	assert_int_equal(frag_freelists_look(&f, &look), 0);
	assert_int_equal(frag_buddy_pages(&look.buddy), 4 + 28);
	assert_int_equal(look.min, 1);
	scratch_text(&s, "/proc/buddyinfo", "Node 0, zone Normal 4 0 7\n");
	assert_int_equal(frag_freelists_look(&f, &look), -ENOENT);
	frag_freelists_close(&f);
	scratch_remove(&s);
}

static void test_spans(void **state)
{
	struct frag_zone_span spans[8];

	(void)state;
	assert_int_equal(
		frag_zone_spans(MACHINE("7.3-numa4-compacted"), spans, 8), 5);
	assert_int_equal(spans[0].node, 0);
	assert_string_equal(spans[0].name, "DMA");
	assert_int_equal(spans[0].start_pfn, 1);
	assert_int_equal(spans[0].spanned, 4095);
	assert_int_equal(spans[2].node, 1);
	assert_string_equal(spans[2].name, "DMA32");
	assert_int_equal(spans[2].start_pfn, 131072);
	assert_int_equal(spans[2].spanned, 131072);
	for (int i = 0; i < 5; i++)
		assert_true(spans[i].managed <= spans[i].present &&
			    spans[i].present <= spans[i].spanned);
	/* Fewer than there are: the others stay as they were. */
	memset(spans, 0xff, sizeof(spans));
	assert_int_equal(
		frag_zone_spans(MACHINE("7.3-numa4-compacted"), spans, 1), 5);
	assert_int_equal(spans[0].node, 0);
	assert_int_equal(spans[1].node, -1);
	assert_int_equal(frag_zone_spans("/dev/null", spans, 8), -ENOTDIR);
}

/* Take away, one after another, what tells the order of pageblocks. */
static void test_pageblocks(void **state)
{
	static const char huge[] =
		"/sys/kernel/mm/transparent_hugepage/hpage_pmd_size";
	struct scratch s;
	unsigned order = 7;

	(void)state;
	for (unsigned i = 0; i < NMACHINES; i++)
		assert_int_equal(frag_pageblock_order(machines[i]), 9);
	scratch_make(&s);
	assert_int_equal(frag_pageblock_read(s.path, &order),
			 FRAG_PAGEBLOCK_UNKNOWN);
	assert_int_equal(order, 0);
	scratch_text(&s, "/proc/buddyinfo", "Node 0, zone DMA 1 2 3 4 5 6\n");
	scratch_text(&s, "/proc/self/smaps", "KernelPageSize:  16 kB\n");
	assert_int_equal(frag_pageblock_read(s.path, &order),
			 FRAG_PAGEBLOCK_LARGEST);
	assert_int_equal(order, 5);
	scratch_text(&s, "/proc/meminfo", "Hugepagesize:   64 kB\n");
	assert_int_equal(frag_pageblock_read(s.path, &order),
			 FRAG_PAGEBLOCK_HUGE);
	assert_int_equal(order, 2);
	/* The default size of hugetlb pages is the user's to choose. */
	scratch_text(&s, huge, "131072\n");
	assert_int_equal(frag_pageblock_order(s.path), 3);
	scratch_text(&s, huge, "1073741824\n");
	assert_int_equal(frag_pageblock_order(s.path), 5);
	scratch_text(&s, "/proc/pagetypeinfo", "Page block order: 9\n");
	assert_int_equal(frag_pageblock_order(s.path), 5);
	scratch_text(&s, "/proc/pagetypeinfo", "Page block order: 4\n");
	assert_int_equal(frag_pageblock_read(s.path, &order),
			 FRAG_PAGEBLOCK_TOLD);
	assert_int_equal(order, 4);
	scratch_remove(&s);
}

static void test_page_size(void **state)
{
	struct scratch s;
	bool is_told = true;

	(void)state;
	scratch_make(&s);
	assert_int_equal(frag_page_size(s.path, &is_told),
			 sysconf(_SC_PAGESIZE));
	assert_false(is_told);
	assert_int_equal(frag_page_size("", &is_told), sysconf(_SC_PAGESIZE));
	assert_true(is_told);
	scratch_text(&s, "/proc/self/smaps", "KernelPageSize:  5 kB\n");
	frag_page_size(s.path, &is_told);
	assert_false(is_told);
	scratch_text(&s, "/proc/self/smaps", "KernelPageSize:  64 kB\n");
	assert_int_equal(frag_page_size(s.path, &is_told), 65536);
	assert_true(is_told);
	scratch_remove(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chosen_zones),
		cmocka_unit_test(test_what_hides),
		cmocka_unit_test(test_nodes_sum_up),
		cmocka_unit_test(test_every_machine),
		cmocka_unit_test(test_no_such_zone),
		cmocka_unit_test(test_files_that_are_none),
		cmocka_unit_test(test_looks_again),
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_pageblocks),
		cmocka_unit_test(test_page_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
