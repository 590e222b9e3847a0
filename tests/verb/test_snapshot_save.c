// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is recorded is the machine that was there; nothing is overwritten, and
 * what could not be read is named. Two records set side by side.
 */
#include "pictures.h"

static char *saved(const char *root, const char *folder, bool json, int *rc,
		   struct frag_error *e)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	assert_non_null(out);
	*rc = frag_snapshot_save(out, root, folder, json, e);
	fclose(out);
	return text;
}

/* Take the line about the origin away: that is what must differ. */
static char *page_of(const char *root)
{
	struct frag_error e = { .exit = 0 };
	struct frag_picture p;
	char *page;

	assert_int_equal(frag_picture_read(&p, root, &e), 0);
	snprintf(p.origin, sizeof(p.origin), "somewhere");
	page = paper(frag_snapshot_json, &p);
	frag_picture_free(&p);
	return page;
}

static void test_record_shows_the_same(void **state)
{
	struct scratch *s = *state;

	for (unsigned i = 0; i < NMACHINES; i++) {
		struct frag_error e = { .exit = 0 };
		char folder[PATH_MAX + 16];
		char *said;
		char *a;
		char *b;
		int rc;

		snprintf(folder, sizeof(folder), "%s/a/b/%u", s->path, i);
		said = saved(machines[i], folder, false, &rc, &e);
		assert_int_equal(rc, 0);
		assert_non_null(strstr(said, "saved "));
		free(said);
		a = page_of(machines[i]);
		b = page_of(folder);
		assert_string_equal(a, b);
		free(a);
		free(b);
	}
}

static void test_record_has_the_fixtures_files(void **state)
{
	static const char *const files[] = {
		"/README",
		"/proc/buddyinfo",
		"/proc/sys/vm/compact_memory",
		"/proc/sys/vm/percpu_pagelist_high_fraction",
		"/proc/swaps",
		"/sys/devices/system/node/node3/cpulist",
		"/sys/kernel/debug/extfrag/unusable_index",
		"/sys/kernel/mm/transparent_hugepage/enabled",
		"/sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled",
		"/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages",
		"/sys/kernel/tracing/events/kmem/mm_page_alloc_extfrag/format",
	};
	struct scratch *s = *state;
	struct frag_error e = { .exit = 0 };
	char folder[PATH_MAX + 16];
	int rc;

	snprintf(folder, sizeof(folder), "%s/numa", s->path);
	free(saved(MACHINE("7.3-numa4-compacted"), folder, false, &rc, &e));
	assert_int_equal(rc, 0);
	for (unsigned i = 0; i < sizeof(files) / sizeof(*files); i++) {
		char *text = file_read(folder, files[i], NULL);

		free(text);
	}
}

/* smaps tells where the saver's program lies; only its page size is kept. */
static void test_record_keeps_no_mappings(void **state)
{
	struct scratch *s = *state;
	struct frag_error e = { .exit = 0 };
	char folder[PATH_MAX + 16];
	char *text;
	int rc;

	snprintf(folder, sizeof(folder), "%s/smaps", s->path);
	free(saved(MACHINE("6.12-used"), folder, false, &rc, &e));
	text = file_read(folder, "/proc/self/smaps", NULL);
	assert_string_equal(text, "KernelPageSize:        4 kB\n");
	free(text);
}

static void test_nothing_is_overwritten(void **state)
{
	struct scratch *s = *state;
	struct frag_error e = { .exit = 0 };
	char folder[PATH_MAX + 16];
	char *text;
	int rc;

	scratch_text(s, "mine/letter", "dear");
	snprintf(folder, sizeof(folder), "%s/mine", s->path);
	free(saved(MACHINE("6.12-used"), folder, false, &rc, &e));
	assert_int_equal(rc, -ENOTEMPTY);
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_USAGE);
	text = file_read(folder, "/letter", NULL);
	assert_string_equal(text, "dear");
	free(text);
}

static void test_an_empty_folder_will_do(void **state)
{
	struct scratch *s = *state;
	struct frag_error e = { .exit = 0 };
	char folder[PATH_MAX + 16];
	int rc;

	assert_int_equal(mkdirat(s->fd, "empty", 0755), 0);
	snprintf(folder, sizeof(folder), "%s/empty", s->path);
	free(saved(MACHINE("6.12-used"), folder, false, &rc, &e));
	assert_int_equal(rc, 0);
}

static void test_a_file_is_no_folder(void **state)
{
	struct scratch *s = *state;
	struct frag_error e = { .exit = 0 };
	char folder[PATH_MAX + 16];
	int rc;

	scratch_text(s, "file", "text");
	snprintf(folder, sizeof(folder), "%s/file", s->path);
	free(saved(MACHINE("6.12-used"), folder, false, &rc, &e));
	assert_int_equal(rc, -ENOTDIR);
}

/* A folder where a file should be, a link out of /sys, a knob that can only be
 * written. */
static void odd_machine_make(struct scratch *s)
{
	scratch_text(s, "odd/proc/buddyinfo", "Node 0, zone DMA 1 2 3\n");
	scratch_text(s, "odd/proc/zoneinfo", "Node 0, zone      DMA\n");
	scratch_text(s, "odd/proc/version/what", "a folder");
	scratch_text(s, "odd/proc/sys/vm/compact_memory", "secret");
	assert_int_equal(
		fchmodat(s->fd, "odd/proc/sys/vm/compact_memory", 0200, 0), 0);
	assert_int_equal(
		symlinkat("/etc/passwd", s->fd, "odd/proc/sys/vm/passwd"), 0);
}

static void test_what_is_left_out_is_named(void **state)
{
	struct scratch *s = *state;
	struct frag_error e = { .exit = 0 };
	char root[PATH_MAX + 16];
	char folder[PATH_MAX + 16];
	char *said;
	char *text;
	int rc;

	odd_machine_make(s);
	snprintf(root, sizeof(root), "%s/odd", s->path);
	snprintf(folder, sizeof(folder), "%s/odd-saved", s->path);
	said = saved(root, folder, false, &rc, &e);
	assert_int_equal(rc, 0);
	assert_non_null(strstr(said, "/proc/version: not a plain file\n"));
	assert_non_null(strstr(said, "/proc/vmstat: No such file"));
	assert_non_null(strstr(said, "compact_memory: can only be written"));
	text = file_read(folder, "/README", NULL);
	assert_non_null(strstr(text, "/proc/version: not a plain file\n"));
	free(text);
	text = file_read(folder, "/proc/sys/vm/compact_memory", NULL);
	assert_string_equal(text, "");
	free(text);
	snprintf(root, sizeof(root), "%s/proc/sys/vm/passwd", folder);
	assert_int_equal(access(root, F_OK), -1);
	free(said);
}

static void test_saying_it_in_json(void **state)
{
	struct scratch *s = *state;
	struct frag_error e = { .exit = 0 };
	char folder[PATH_MAX + 16];
	json_t *json;
	char *said;
	int rc;

	snprintf(folder, sizeof(folder), "%s/json", s->path);
	said = saved(MACHINE("5.10-boot"), folder, true, &rc, &e);
	assert_int_equal(rc, 0);
	json = json_of(said);
	assert_true(json_integer_value(json_object_get(json, "files")) > 80);
	assert_true(json_is_array(json_object_get(json, "left_out")));
	json_decref(json);
	free(said);
}

/* --- side by side
 * -------------------------------------------------------------- */

static json_t *compared(const struct frag_picture *a,
			const struct frag_picture *b)
{
	struct frag_error e = { .exit = 0 };
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	json_t *json;

	assert_non_null(out);
	assert_int_equal(frag_snapshot_diff(out, a, b, true, &e), 0);
	fclose(out);
	json = json_of(text);
	free(text);
	return json;
}

static json_int_t counter(json_t *json, const char *name, const char *what)
{
	json_t *c = json_object_get(json_object_get(json, "counters"), name);

	return json_integer_value(json_object_get(c, what));
}

static void test_compaction_shows(void **state)
{
	struct frag_error e = { .exit = 0 };
	struct frag_picture a;
	struct frag_picture b;
	json_t *json;
	json_t *all;

	(void)state;
	assert_int_equal(frag_picture_read(&a, MACHINE("6.1-fragmented"), &e),
			 0);
	assert_int_equal(frag_picture_read(&b, MACHINE("6.1-compacted"), &e),
			 0);
	json = compared(&a, &b);
	assert_int_equal(counter(json, "compact_migrate_scanned", "difference"),
			 53043);
	all = json_object_get(json_object_get(json, "all"), "difference");
	assert_int_equal(json_integer_value(json_array_get(all, 0)),
			 23280 - 70031);
	assert_int_equal(json_integer_value(json_array_get(all, 10)), 137 - 93);
	assert_int_equal(json_array_size(json_object_get(json, "notes")), 0);
	json_decref(json);
	json = compared(&b, &a);
	assert_int_equal(json_array_size(json_object_get(json, "notes")), 1);
	json_decref(json);
	frag_picture_free(&a);
	frag_picture_free(&b);
}

static void test_nothing_moved(void **state)
{
	struct frag_error e = { .exit = 0 };
	struct frag_picture a;
	json_t *json;

	(void)state;
	assert_int_equal(frag_picture_read(&a, MACHINE("6.12-used"), &e), 0);
	json = compared(&a, &a);
	assert_int_equal(json_object_size(json_object_get(json, "counters")),
			 0);
	assert_int_equal(json_array_size(json_object_get(json, "pageblocks")),
			 0);
	json_decref(json);
	frag_picture_free(&a);
}

static void test_zones_of_one_side(void **state)
{
	struct frag_error e = { .exit = 0 };
	struct frag_picture a;
	struct frag_picture b;
	json_t *zones;
	json_t *json;

	assert_int_equal(text_picture(*state,
				      "Node 0, zone DMA 1 2\n"
				      "Node 0, zone DMA32 3 4\n",
				      &a, &e),
			 0);
	assert_int_equal(text_picture(*state,
				      "Node 0, zone DMA32 5 6\n"
				      "Node 1, zone DMA32 7 8\n",
				      &b, &e),
			 0);
	json = compared(&a, &b);
	zones = json_object_get(json, "zones");
	assert_int_equal(json_array_size(zones), 3);
	assert_null(json_object_get(json_array_get(zones, 0), "after"));
	assert_non_null(json_object_get(json_array_get(zones, 1), "difference"));
	assert_null(json_object_get(json_array_get(zones, 2), "before"));
	json_decref(json);
	frag_picture_free(&a);
	frag_picture_free(&b);
}

static void test_other_page_size_is_refused(void **state)
{
	struct frag_error e = { .exit = 0 };
	struct frag_picture a;
	struct frag_picture b;

	assert_int_equal(text_picture(*state, "Node 0, zone DMA 1\n", &a, &e),
			 0);
	b = a;
	b.page_size = a.page_size * 4;
	assert_int_equal(frag_snapshot_diff(stdout, &a, &b, false, &e),
			 -EINVAL);
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_USAGE);
	frag_picture_free(&a);
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
		cmocka_unit_test(test_record_shows_the_same),
		cmocka_unit_test(test_record_has_the_fixtures_files),
		cmocka_unit_test(test_record_keeps_no_mappings),
		cmocka_unit_test(test_nothing_is_overwritten),
		cmocka_unit_test(test_an_empty_folder_will_do),
		cmocka_unit_test(test_a_file_is_no_folder),
		cmocka_unit_test(test_what_is_left_out_is_named),
		cmocka_unit_test(test_saying_it_in_json),
		cmocka_unit_test(test_compaction_shows),
		cmocka_unit_test(test_nothing_moved),
		cmocka_unit_test(test_zones_of_one_side),
		cmocka_unit_test(test_other_page_size_is_refused),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
