// SPDX-License-Identifier: GPL-2.0-or-later
/* What the key and the values of an axis are taken for. */
#include "standin.h"

static struct frag_error e;

static struct frag_axis axis(const char *text)
{
	struct frag_scenario s;
	struct frag_axis a;

	memset(&e, 0, sizeof(e));
	assert_int_equal(
		frag_scenario_load(&s, "sbrk-interleave", 1ULL << 30, &e), 0);
	(void)frag_axis_parse(&a, text, &s, &e);
	frag_scenario_free(&s);
	return a;
}

static void test_axis_kinds(void **state)
{
	static const struct {
		const char *text;
		enum frag_axis_kind kind;
		unsigned count;
		const char *last;
	} rows[] = {
		{ "mode=lockstep,free-running", FRAG_AXIS_KEY, 2,
		  "free-running" },
		{ "fill.for=1s,2s", FRAG_AXIS_KEY, 2, "2s" },
		{ "for=1s", FRAG_AXIS_FOR, 1, "1s" },
		{ "append=,nokaslr", FRAG_AXIS_APPEND, 2, "nokaslr" },
		{ "append=a=b,c=d", FRAG_AXIS_APPEND, 2, "c=d" },
		{ "cpus=0,1;0-1", FRAG_AXIS_KEY, 2, "0-1" },
		{ "cpus=0,1;", FRAG_AXIS_KEY, 1, "0,1" },
		{ "swappiness=0,60", FRAG_AXIS_KNOB, 2, "60" },
		{ "vm.made_up=1", FRAG_AXIS_KNOB, 1, "1" },
		{ "percpu_pagelist_fraction=8", FRAG_AXIS_KNOB, 1, "8" },
		{ "transparent_hugepage/defrag=never,always", FRAG_AXIS_KNOB, 2,
		  "always" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct frag_axis a = axis(rows[i].text);

		assert_string_equal(e.what, "");
		assert_int_equal(a.kind, rows[i].kind);
		assert_int_equal(a.count, rows[i].count);
		assert_string_equal(a.values[a.count - 1], rows[i].last);
		frag_axis_free(&a);
	}
}

static void test_axis_wrong(void **state)
{
	static const char *const rows[][2] = {
		{ "mode", "cannot vary 'mode'" },
		{ "=1,2", "cannot vary '=1,2'" },
		{ "mode=", "cannot vary 'mode='" },
		{ "mode=a,,b", "cannot vary 'mode=a,,b'" },
		{ "mode=a,b,a", "an axis has twice the value 'a'" },
		{ "mdoe=lockstep", "cannot vary 'mdoe'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct frag_axis a = axis(rows[i][0]);

		assert_string_equal(e.what, rows[i][1]);
		assert_int_equal(e.exit, FRAG_EXIT_USAGE);
		frag_axis_free(&a);
	}
	assert_string_equal(e.why, "did you mean mode?");
}

static void test_axes_of_one_knob(void **state)
{
	static const struct {
		const char *a;
		const char *b;
		bool is_same;
	} rows[] = {
		{ "swappiness=0", "vm.swappiness=60", true },
		{ "/proc/sys/vm/swappiness=0", "vm.swappiness=60", true },
		{ "transparent_hugepage/defrag=never",
		  "/sys/kernel/mm/transparent_hugepage/defrag=always", true },
		{ "swappiness=0", "vm.watermark_boost_factor=0", false },
		{ "mode=lockstep", "mode=free-running", true },
		{ "append=a", "for=1s", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct frag_axis a = axis(rows[i].a);
		struct frag_axis b = axis(rows[i].b);

		assert_int_equal(frag_axis_is_same(&a, &b), rows[i].is_same);
		assert_int_equal(frag_axis_is_same(&b, &a), rows[i].is_same);
		frag_axis_free(&a);
		frag_axis_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_axis_kinds),
		TEST(test_axis_wrong),
		TEST(test_axes_of_one_knob),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
