// SPDX-License-Identifier: GPL-2.0-or-later
/* Which tracepoints are found on recorded machines, and what comes out of their
 * events. */
#include "events/tracepoints.h"

#include "events/formats.h"

static struct frag_listening listening;

static void listen(const char *kernel, bool all)
{
	struct frag_error e = { 0 };
	struct frag_tracefs t;

	assert_int_equal(frag_tracefs_open(&t, machine(kernel), &e), 0);
	assert_string_equal(t.source, "/sys/kernel/tracing");
	assert_int_equal(frag_listening_find(&listening, &t, all, &e), 0);
	frag_tracefs_close(&t);
}

static int listened(const char *name)
{
	for (unsigned i = 0; i < listening.count; i++)
		if (!strcmp(listening.events[i].type->name, name))
			return (int)i;
	return -1;
}

/* Put @value where the format says that field @name is. */
static void put(uint8_t *raw, const struct frag_format *f, const char *name,
		uint64_t value)
{
	int i = frag_format_field(f, name);

	if (i < 0)
		fail_msg("no field %s", name);
	memcpy(raw + f->fields[i].offset, &value, f->fields[i].size);
}

static void cell_is(const struct frag_event *event, enum frag_event_cell cell,
		    int64_t value)
{
	assert_true(frag_event_has(event, cell));
	assert_int_equal(event->cell[cell], value);
}

/* All that is written as rows and counted by default is on every kernel, and
 * no two have the same id. */
static void test_found(void **state)
{
	(void)state;
	for (int k = 0; k < NKERNELS; k++) {
		listen(kernels[k], false);
		assert_int_equal(listening.count, 9);
		assert_int_equal(listening.nmissing, 0);
		for (unsigned a = 0; a < listening.count; a++)
			for (unsigned b = 0; b < a; b++)
				assert_int_not_equal(
					listening.events[a].format.id,
					listening.events[b].format.id);
		assert_int_equal(listened("mm_page_alloc"), -1);
		listen(kernels[k], true);
		assert_true(listened("mm_page_alloc") >= 0);
		assert_int_equal(listening.count, 18);
		assert_int_equal(listening.nmissing, 0);
	}
}

static void test_extfrag(void **state)
{
	struct frag_event event;
	uint8_t raw[48];

	(void)state;
	for (int k = 0; k < NKERNELS; k++) {
		const struct frag_listened *l;
		int i;

		listen(kernels[k], false);
		l = &listening.events[listened("mm_page_alloc_extfrag")];
		memset(raw, 0, sizeof(raw));
		put(raw, &l->format, "common_type", l->format.id);
		put(raw, &l->format, "pfn", 123456);
		put(raw, &l->format, "alloc_order", 3);
		put(raw, &l->format, "fallback_order", 8);
		put(raw, &l->format, "alloc_migratetype", 2);
		put(raw, &l->format, "fallback_migratetype", 1);
		put(raw, &l->format, "change_ownership", 1);
		i = frag_listening_of(&listening, raw, sizeof(raw));
		assert_ptr_equal(&listening.events[i], l);
		frag_event_decode(l, raw, sizeof(raw), &event);
		cell_is(&event, FRAG_CELL_ORDER, 3);
		cell_is(&event, FRAG_CELL_FALLBACK_ORDER, 8);
		cell_is(&event, FRAG_CELL_MIGRATETYPE, 2);
		cell_is(&event, FRAG_CELL_FALLBACK_MIGRATETYPE, 1);
		cell_is(&event, FRAG_CELL_CHANGE_OWNERSHIP, 1);
		cell_is(&event, FRAG_CELL_PFN, 123456);
		assert_false(frag_event_has(&event, FRAG_CELL_STATUS));
		/* Cut off: what is there is told, the rest is not. */
		frag_event_decode(l, raw, 20, &event);
		cell_is(&event, FRAG_CELL_ORDER, 3);
		assert_false(frag_event_has(&event, FRAG_CELL_FALLBACK_ORDER));
		assert_int_equal(frag_listening_of(&listening, raw, 1), -1);
	}
}

/* Other names of other tracepoints lead to the same columns. */
static void test_names(void **state)
{
	static const struct {
		const char *event;
		const char *field;
		enum frag_event_cell cell;
	} rows[] = {
		{ "mm_compaction_try_to_compact_pages", "order",
		  FRAG_CELL_ORDER },
		{ "mm_compaction_try_to_compact_pages", "gfp_mask",
		  FRAG_CELL_GFP_FLAGS },
		{ "mm_compaction_try_to_compact_pages", "prio", FRAG_CELL_PRIO },
		{ "mm_compaction_kcompactd_wake", "nid", FRAG_CELL_NODE },
		{ "mm_compaction_kcompactd_wake", "highest_zoneidx",
		  FRAG_CELL_ZONE },
		{ "mm_compaction_kcompactd_sleep", "nid", FRAG_CELL_NODE },
		{ "mm_compaction_begin", "zone_start", FRAG_CELL_ZONE_START },
		{ "mm_compaction_end", "sync", FRAG_CELL_SYNC },
		{ "mm_compaction_end", "status", FRAG_CELL_STATUS },
		{ "mm_vmscan_direct_reclaim_begin", "gfp_flags",
		  FRAG_CELL_GFP_FLAGS },
		{ "mm_vmscan_direct_reclaim_end", "nr_reclaimed",
		  FRAG_CELL_NR_RECLAIMED },
	};

	(void)state;
	for (int k = 0; k < NKERNELS; k++) {
		listen(kernels[k], false);
		for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
			const struct frag_listened *l =
				&listening.events[listened(rows[i].event)];

			assert_true(l->field[rows[i].cell] >= 0);
			assert_string_equal(
				l->format.fields[l->field[rows[i].cell]].name,
				rows[i].field);
		}
	}
}

/* A kernel that lacks one, one whose file is no format, and none at all. */
static void test_missing(void **state)
{
	static const char good[] =
		"ID: 5\n\tfield:int order;\toffset:8;\tsize:4;\tsigned:1;\n";
	struct frag_error e = { 0 };
	struct frag_tracefs t;
	struct scratch s;

	(void)state;
	scratch_make(&s);
	assert_int_equal(frag_tracefs_open(&t, s.path, &e), -ENOENT);
	assert_true(strlen(e.mend) > 0);
	scratch_text(&s, "/sys/kernel/tracing/events/x/y/format", good);
	frag_error_clear(&e);
	assert_int_equal(frag_tracefs_open(&t, s.path, &e), 0);
	assert_int_equal(frag_listening_find(&listening, &t, false, &e),
			 -ENOENT);
	assert_true(strlen(e.what) > 0 && strlen(e.mend) > 0);
	assert_int_equal(listening.nmissing, 9);
	scratch_text(&s,
		     "/sys/kernel/tracing/events/compaction/"
		     "mm_compaction_begin/format",
		     good);
	scratch_text(&s,
		     "/sys/kernel/tracing/events/compaction/"
		     "mm_compaction_end/format",
		     "nonsense\n");
	frag_error_clear(&e);
	assert_int_equal(frag_listening_find(&listening, &t, false, &e), 0);
	assert_int_equal(listening.count, 1);
	assert_int_equal(listening.nmissing, 8);
	assert_true(listened("mm_compaction_begin") == 0);
	frag_tracefs_close(&t);
	scratch_remove(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_extfrag),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
