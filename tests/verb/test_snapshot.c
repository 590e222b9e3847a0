// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What snapshot puts out: against other people's rows, of the recorded
 * machines, and for shapes that no machine here has.
 */
#include "golden.h"
#include "pictures.h"

static void row_line(const struct golden_row *row, char *line, size_t size)
{
	int n = snprintf(line, size, "Node 0, zone %8s", row->zone);

	for (unsigned o = 0; o < GOLDEN_ORDERS; o++)
		n += snprintf(line + n, size - (size_t)n, " %6llu",
			      (unsigned long long)row->free[o]);
	snprintf(line + n, size - (size_t)n, " \n");
}

/* The tenth of the first row of unusable indices, literally. */
static void index_check(const char *page, const char *want)
{
	const char *at = strstr(page, "\"unusable\": [");

	assert_non_null(at);
	for (unsigned o = 0; o < 9; o++)
		at = strchr(at, ',') + 1;
	assert_memory_equal(at + 1, want, strlen(want));
}

/* The page says the MiB and the index at order 9 that the golden row has. */
static void golden_check(struct scratch *s, const struct golden_row *row)
{
	struct frag_error e = { .exit = 0 };
	struct frag_picture p;
	char line[256];
	char want[64];
	char *page;

	row_line(row, line, sizeof(line));
	assert_int_equal(text_picture(s, line, &p, &e), 0);
	page = paper(frag_snapshot_print, &p);
	snprintf(want, sizeof(want), "zone %s: %s MiB free", row->zone,
		 row->mib);
	assert_non_null(strstr(page, want));
	free(page);
	page = paper(frag_snapshot_json, &p);
	snprintf(want, sizeof(want), "%d.%03d", row->unusable / 1000,
		 row->unusable % 1000);
	index_check(page, want);
	free(page);
	frag_picture_free(&p);
}

static void test_golden_rows(void **state)
{
	struct scratch *s = *state;

	for (unsigned i = 0; i < GOLDEN_BLOG; i++)
		golden_check(s, &golden_blog[i]);
	for (unsigned i = 0; i < GOLDEN_MINT; i++)
		golden_check(s, &golden_mint[i]);
}

static void test_decimals(void **state)
{
	static const struct {
		int thousandths;
		const char *text;
	} rows[] = { { 0, "0.000" },	  { 802, "0.802" },   { 1000, "1.000" },
		     { -1000, "-1.000" }, { -500, "-0.500" }, { -1, "-0.001" },
		     { 999, "0.999" } };
	char buf[16];

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_string_equal(frag_index_decimal(rows[i].thousandths, buf,
						       sizeof(buf)),
				    rows[i].text);
}

/* One free block of order 1: extfrag(2) is 1 - 1.500 = -0.500. The kernel
 * prints it as 0.-500, which is not JSON. */
static void test_negative_index_is_json(void **state)
{
	struct frag_error e = { .exit = 0 };
	struct frag_picture p;
	json_t *json;
	char *page;

	assert_int_equal(
		text_picture(*state, "Node 0, zone DMA 0 1 0 0\n", &p, &e), 0);
	page = paper(frag_snapshot_json, &p);
	assert_non_null(strstr(page, "[-1.000, -1.000, -0.500, -0.250]"));
	json = json_of(page);
	json_decref(json);
	free(page);
	frag_picture_free(&p);
}

/* --- recorded machines
 * -------------------------------------------------------- */

static void machine_facts_check(const struct frag_picture *p)
{
	assert_int_equal(p->page_size, 4096);
	assert_true(p->page_size_known);
	assert_int_equal(p->orders, 11);
	assert_int_equal(p->pageblock_order, 9);
	assert_true(p->pageblock_known);
	assert_int_equal(p->nnotes, 0);
	assert_true(p->ntypes >= 5 * p->nzones);
	assert_non_null(p->vmstat.values);
	assert_int_equal(frag_picture_unlisted(p), 0);
}

static void test_recorded_machines(void **state)
{
	(void)state;
	for (unsigned i = 0; i < NMACHINES; i++) {
		struct frag_error e = { .exit = 0 };
		struct frag_picture p;
		json_t *json;
		json_t *zones;
		char *page;

		assert_int_equal(frag_picture_read(&p, machines[i], &e), 0);
		machine_facts_check(&p);
		page = paper(frag_snapshot_json, &p);
		json = json_of(page);
		zones = json_object_get(json, "zones");
		assert_int_equal(json_array_size(zones), p.nzones);
		assert_true(json_is_integer(json_object_get(
			json_object_get(json, "counters"), "compact_stall")));
		json_decref(json);
		free(page);
		frag_picture_free(&p);
	}
}

/* The kernel counts free pages twice over: by lists and by migratetypes. */
static void test_types_sum_to_zones(void **state)
{
	struct frag_error e = { .exit = 0 };
	struct frag_buddy sum = { .orders = 0 };
	struct frag_picture p;

	(void)state;
	assert_int_equal(frag_picture_read(&p, MACHINE("5.10-boot"), &e), 0);
	for (unsigned i = 0; i < p.ntypes; i++)
		frag_buddy_add(&sum, &p.types[i].buddy);
	assert_in_range(frag_buddy_pages(&sum),
			frag_buddy_pages(&p.all.zone.buddy) - 1024,
			frag_buddy_pages(&p.all.zone.buddy) + 1024);
	frag_picture_free(&p);
}

static void test_unlisted_memory_is_noted(void **state)
{
	struct frag_error e = { .exit = 0 };
	struct frag_picture p;

	(void)state;
	assert_int_equal(frag_picture_read(&p, MACHINE("6.12-used"), &e), 0);
	p.mem_free = frag_buddy_pages(&p.all.zone.buddy) * 4096 + (63 << 20);
	assert_int_equal(frag_picture_unlisted(&p), 0);
	p.mem_free += 2 << 20;
	assert_int_equal(frag_picture_unlisted(&p), 65 << 20);
	p.mem_free = FRAG_ABSENT;
	assert_int_equal(frag_picture_unlisted(&p), 0);
	frag_picture_free(&p);
}

/* --- shapes
 * ------------------------------------------------------------------- */

static unsigned longest_line(const char *page)
{
	size_t longest = 0;

	while (*page) {
		size_t n = strcspn(page, "\n");

		if (n > longest)
			longest = n;
		page += n + (page[n] == '\n');
	}
	return (unsigned)longest;
}

/* 14 orders and large counts: the table goes on below itself, not beyond the
 * page, and every order is there. */
static void test_wide_tables_are_folded(void **state)
{
	struct frag_error e = { .exit = 0 };
	struct frag_picture p;
	char *page;

	assert_int_equal(text_picture(*state,
				      "Node 3, zone Normal 1234567 22 3 4 5 6 "
				      "7 8 9 10 11 12 13 14\n",
				      &p, &e),
			 0);
	page = paper(frag_snapshot_print, &p);
	assert_true(longest_line(page) <= FRAG_PAGE_COLUMNS);
	assert_non_null(strstr(page, "1234567"));
	assert_non_null(strstr(page, "     13\n"));
	assert_int_equal(p.orders, 14);
	free(page);
	frag_picture_free(&p);
}

static void test_pages_fit(void **state)
{
	(void)state;
	for (unsigned i = 0; i < NMACHINES; i++) {
		struct frag_error e = { .exit = 0 };
		struct frag_picture p;
		char *page;

		assert_int_equal(frag_picture_read(&p, machines[i], &e), 0);
		/* A folder with a long name is not the page's fault. */
		snprintf(p.origin, sizeof(p.origin), "here");
		page = paper(frag_snapshot_print, &p);
		assert_true(longest_line(page) <= FRAG_PAGE_COLUMNS);
		free(page);
		frag_picture_free(&p);
	}
}

static void refused(struct scratch *s, const char *text, const char *why)
{
	struct frag_error e = { .exit = 0 };
	struct frag_picture p;

	assert_true(text_picture(s, text, &p, &e) < 0);
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_USAGE);
	if (!strstr(e.why, why))
		fail_msg("'%s' does not say '%s'", e.why, why);
	frag_picture_free(&p);
}

static void test_texts_that_are_refused(void **state)
{
	struct scratch *s = *state;

	refused(s, "", "empty");
	refused(s, "\n  \n", "empty");
	refused(s, "hello\n", "got 'hello'");
	refused(s, "\x1b[31mNode 0\n", "got '?[31mNode 0'");
	refused(s, "Node 0, zone DMA\n", "expected");
	refused(s, "Node 0, zone DMA 1 2 x\n", "expected");
	refused(s, "Node 0, zone DMA 1 -2\n", "expected");
	refused(s, "Node 0, zone DMA 1 2\nNode 0, zone DMA32 1\n",
		"1 orders, the lines before have 2");
	refused(s, "Node 0, zone DMA 1\nNode 0, zone DMA 1\n", "comes twice");
	refused(s, "Node 0, zone DMA 18446744073709551615 1\n",
		"more free memory");
	refused(s, "Node 0, zone DMA 281474976710656 281474976710656\n",
		"more free memory");
	refused(s, "Node 0, zone DMA 99999999999999999999 1\n", "expected");
	refused(s, "Node 0, zone AVeryLongZoneNameThatIsNone 1\n", "expected");
}

static void test_large_input_is_refused(void **state)
{
	struct scratch *s = *state;
	struct frag_error e = { .exit = 0 };
	struct frag_picture p;
	char *text = malloc(2 << 20);
	char path[PATH_MAX + 8];

	assert_non_null(text);
	memset(text, '7', 2 << 20);
	scratch_bytes(s, "large", text, 2 << 20);
	free(text);
	snprintf(path, sizeof(path), "%s/large", s->path);
	assert_int_equal(frag_picture_bare(&p, path, &e), -EFBIG);
	frag_picture_free(&p);
}

static void test_row_keys(void **state)
{
	struct frag_row_key key = { "3,DMA32,movable" };
	struct frag_row_key none = { "" };
	char buf[16];

	(void)state;
	assert_string_equal(frag_row_key_cell(&key, 0, buf, sizeof(buf)), "3");
	assert_string_equal(frag_row_key_cell(&key, 1, buf, sizeof(buf)),
			    "DMA32");
	assert_string_equal(frag_row_key_cell(&key, 2, buf, sizeof(buf)),
			    "movable");
	assert_string_equal(frag_row_key_cell(&key, 3, buf, sizeof(buf)), "");
	assert_string_equal(frag_row_key_cell(&none, 1, buf, sizeof(buf)), "");
	assert_string_equal(frag_row_key_cell(&key, 2, buf, 4), "mov");
}

static int folder_make(void **state)
{
	static struct scratch s;

	scratch_make(&s);
	*state = &s;
	return 0;
}

static int folder_remove(void **state)
{
	scratch_remove(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden_rows),
		cmocka_unit_test(test_decimals),
		cmocka_unit_test(test_negative_index_is_json),
		cmocka_unit_test(test_recorded_machines),
		cmocka_unit_test(test_types_sum_to_zones),
		cmocka_unit_test(test_unlisted_memory_is_noted),
		cmocka_unit_test(test_wide_tables_are_folded),
		cmocka_unit_test(test_pages_fit),
		cmocka_unit_test(test_texts_that_are_refused),
		cmocka_unit_test(test_large_input_is_refused),
		cmocka_unit_test(test_row_keys),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
