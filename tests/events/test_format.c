// SPDX-License-Identifier: GPL-2.0-or-later
/* Format files as kernels from 5.10 to 7.3 print them, and as none does. */
#include "events/formats.h"

static void field_is(const struct frag_format *f, const char *name,
		     unsigned offset, unsigned size, bool is_signed)
{
	int i = frag_format_field(f, name);

	if (i < 0)
		fail_msg("no field %s", name);
	assert_int_equal(f->fields[i].offset, offset);
	assert_int_equal(f->fields[i].size, size);
	assert_int_equal(f->fields[i].is_signed, is_signed);
}

static const char *symbol(const struct frag_format *f, const char *field,
			  int64_t value)
{
	const char *name =
		frag_format_symbol(f, frag_format_field(f, field), value);

	return name ? name : "";
}

/* Ids differ, and where fields lie: in 5.10 gfp_mask had four bytes. */
static void test_recorded(void **state)
{
	static const unsigned extfrag[] = { 521, 539, 618, 619 };
	static const unsigned prio[] = { 16, 24, 24, 24 };
	struct frag_format f;

	(void)state;
	for (int k = 0; k < NKERNELS; k++) {
		format_read(&f, kernels[k], "kmem/mm_page_alloc_extfrag");
		assert_int_equal(f.id, extfrag[k]);
		field_is(&f, "common_type", 0, 2, false);
		field_is(&f, "common_pid", 4, 4, true);
		field_is(&f, "pfn", 8, 8, false);
		field_is(&f, "alloc_order", 16, 4, true);
		field_is(&f, "change_ownership", 32, 4, true);
		assert_int_equal(f.nsymbols, 0);
		format_read(&f, kernels[k], "compaction/mm_compaction_end");
		field_is(&f, "sync", 40, 1, false);
		field_is(&f, "status", 44, 4, true);
		assert_string_equal(symbol(&f, "status", 5), "complete");
		assert_string_equal(symbol(&f, "status", 7), "contended");
		assert_string_equal(symbol(&f, "status", 0),
				    "not_suitable_zone");
		assert_string_equal(symbol(&f, "status", 9), "");
		assert_string_equal(symbol(&f, "sync", 1), "");
		format_read(&f, kernels[k],
			    "compaction/mm_compaction_kcompactd_wake");
		assert_string_equal(symbol(&f, "highest_zoneidx", 1), "DMA32");
		format_read(&f, kernels[k],
			    "compaction/mm_compaction_try_to_compact_pages");
		field_is(&f, "prio", prio[k], 4, true);
	}
}

/* Two maps in one line, with other numbers than today's: names decide. */
static void test_symbols(void **state)
{
	static const char text[] =
		"name: x\nID: 7\nformat:\n"
		"\tfield:int status;\toffset:8;\tsize:4;\tsigned:1;\n"
		"\tfield:int mode;\toffset:12;\tsize:4;\tsigned:1;\n"
		"print fmt: \"%s %s\", __print_symbolic(REC->status, {3, "
		"\"complete\"}, {-1,\"gone\"}, { 0x1fUL , \"hex\" }, {(1 << 4), "
		"\"sum\"}, {4, \"two words\"}, {5, \"\"}), "
		"__print_symbolic(REC->mode, {3, \"other\"}), "
		"__print_symbolic(REC->none, {3, \"none\"}), "
		"__print_symbolic((REC->mode & 3), {2, \"masked\"})\n";
	struct frag_format f;

	(void)state;
	assert_int_equal(frag_format_parse(&f, text, sizeof(text) - 1), 0);
	assert_int_equal(f.id, 7);
	assert_string_equal(symbol(&f, "status", 3), "complete");
	assert_string_equal(symbol(&f, "status", -1), "gone");
	assert_string_equal(symbol(&f, "status", 31), "hex");
	assert_string_equal(symbol(&f, "mode", 3), "other");
	assert_string_equal(symbol(&f, "mode", 2), "");
	assert_int_equal(f.nsymbols, 4);
}

/* Every text is read up to its end and not beyond, and refused. */
static void test_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"\n",
		"ID: 3\n",
		"ID: 0\n\tfield:int a;\toffset:0;\tsize:4;\tsigned:1;\n",
		"ID: x\n\tfield:int a;\toffset:0;\tsize:4;\tsigned:1;\n",
		"ID: 5\n\tfield:int a",
		"ID: 5\n\tfield:int a;\toffset:0;\tsize:4;\n",
		"ID: 5\n\tfield:int a;\toffset:70000;\tsize:4;\tsigned:1;\n",
		"ID: 5\n\tfield:int a;\toffset:;\tsize:4;\tsigned:1;\n",
		"\tfield:int a;\toffset:0;\tsize:4;\tsigned:1;\n",
		"ID: 5\n\tfield:char c[16];\toffset:8;\tsize:16;\tsigned:0;\n",
		"ID: 5\nprint fmt: \"\", __print_symbolic(REC->a, {1, \"x\"",
	};
	struct frag_format f;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (frag_format_parse(&f, texts[i], strlen(texts[i])) != -EINVAL)
			fail_msg("taken: %s", texts[i]);
}

/* More of everything than there is room for: the rest is left out. */
static void test_too_much(void **state)
{
	char text[32 << 10] = "ID: 9\n";
	size_t n = strlen(text);
	struct frag_format f;

	(void)state;
	for (int i = 0; i < 40; i++)
		n += (size_t)snprintf(
			text + n, sizeof(text) - n,
			"\tfield:int f%d;\toffset:%d;\tsize:4;\tsigned:1;\n", i,
			8 + 4 * i);
	n += (size_t)snprintf(text + n, sizeof(text) - n,
			      "print fmt: \"\", __print_symbolic(REC->f1");
	for (int i = 0; i < 100; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      ", {%d, \"s%d\"}", i, i);
	assert_int_equal(frag_format_parse(&f, text, n), 0);
	assert_int_equal(f.nfields, FRAG_FORMAT_FIELDS);
	assert_int_equal(f.nsymbols, FRAG_FORMAT_SYMBOLS);
	assert_string_equal(symbol(&f, "f1", 63), "s63");
	assert_int_equal(frag_format_field(&f, "f39"), -1);
}

static void test_values(void **state)
{
	static const uint8_t raw[] = { 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff,
				       0xff, 0xff, 0x80, 1,    0,    0 };
	static const struct frag_format f = {
		.fields = { { "u1", 0, 1, false },
			    { "s1", 8, 1, true },
			    { "s4", 0, 4, true },
			    { "u4", 8, 4, false },
			    { "u8", 0, 8, false },
			    { "far", 9, 4, false },
			    { "out", 400, 1, false } },
		.nfields = 7,
	};
	static const int64_t want[] = { 255, -128, -257, 384, -257 };
	int64_t v;

	(void)state;
	for (int i = 0; i < 5; i++) {
		assert_true(frag_format_value(&f, i, raw, sizeof(raw), &v));
		assert_int_equal(v, want[i]);
	}
	assert_false(frag_format_value(&f, 5, raw, sizeof(raw), &v));
	assert_false(frag_format_value(&f, 6, raw, sizeof(raw), &v));
	assert_true(frag_format_value(&f, 3, raw, 12, &v));
	assert_false(frag_format_value(&f, 3, raw, 11, &v));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recorded),
		cmocka_unit_test(test_symbols),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_too_much),
		cmocka_unit_test(test_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
