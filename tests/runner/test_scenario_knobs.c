// SPDX-License-Identifier: GPL-2.0-or-later
/* Which words are knobs, which of them may be asked for, and what writing them
 * says; on a made-up machine and on files for knobs. */
#include "bench.h"
#include "scenario-knobs.h"
#include "scenario.h"

static struct frag_asked_knobs a;
static struct frag_error e;

static int parse(const char *one, const char *two)
{
	const struct frag_words words = { .word = { one, two },
					  .count = two ? 2 : 1 };

	frag_error_clear(&e);
	return frag_asked_knobs_parse(&a, &words, &e);
}

static void knob_is(unsigned i, const char *name, const char *path,
		    const char *value)
{
	assert_string_equal(a.knob[i].name, name);
	assert_string_equal(a.knob[i].path, path);
	assert_string_equal(a.knob[i].value, value);
}

static void test_names(void **state)
{
	(void)state;
	assert_int_equal(parse(" swappiness=10\tvm.stat_interval=2\n", NULL),
			 0);
	assert_int_equal(a.count, 2);
	knob_is(0, "vm.swappiness", "/proc/sys/vm/swappiness", "10");
	knob_is(1, "vm.stat_interval", "/proc/sys/vm/stat_interval", "2");
	assert_int_equal(parse("/proc/sys/vm/swappiness=1",
			       "/sys/kernel/mm/ksm/run=0 "
			       "transparent_hugepage/defrag=defer+madvise"),
			 0);
	assert_int_equal(a.count, 3);
	knob_is(0, "vm.swappiness", "/proc/sys/vm/swappiness", "1");
	knob_is(1, "ksm/run", "/sys/kernel/mm/ksm/run", "0");
	knob_is(2, "transparent_hugepage/defrag",
		"/sys/kernel/mm/transparent_hugepage/defrag", "defer+madvise");
	assert_int_equal(parse("", " "), 0);
	assert_int_equal(a.count, 0);
}

static void test_values(void **state)
{
	(void)state;
	assert_int_equal(parse("lowmem_reserve_ratio=256,256,32 a=b=c", NULL),
			 0);
	knob_is(0, "vm.lowmem_reserve_ratio",
		"/proc/sys/vm/lowmem_reserve_ratio", "256 256 32");
	knob_is(1, "vm.a", "/proc/sys/vm/a", "b=c");
	/* The last one counts, under whatever name. */
	assert_int_equal(parse("swappiness=1 x=2", "vm.swappiness=3"), 0);
	assert_int_equal(a.count, 2);
	knob_is(0, "vm.swappiness", "/proc/sys/vm/swappiness", "3");
}

static void test_wrong_words(void **state)
{
	static const char *const words[] = {
		"swappiness",	     "=1",    "swappiness=",   "../x=1",
		"vm.a/b=1",	     "a.b=1", "ksm/../../x=1", "/etc/passwd=1",
		"/proc/sys/x=1",     "/=1",   "vm.=1",	       "a\033b=1",
		"/sys/kernel/mm/=1",
	};
	char longer[400];

	(void)state;
	for (unsigned i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (parse(words[i], NULL) >= 0)
			fail_msg("%s was taken", words[i]);
		assert_int_equal(frag_error_code(&e), FRAG_EXIT_USAGE);
	}
	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	memcpy(longer, "a=", 2);
	assert_true(parse(longer, NULL) < 0);
	longer[130] = '\0';
	assert_true(parse(longer, NULL) < 0);
	memcpy(longer, "aa", 2);
	strcpy(longer + 126, "=1");
	assert_true(parse(longer, NULL) < 0);
}

static void test_too_many(void **state)
{
	char text[400] = "";

	(void)state;
	for (unsigned i = 0; i < FRAG_ASKED_MAX; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "k%u=1 ", i);
	assert_int_equal(parse(text, NULL), 0);
	assert_true(parse(text, "one_more=1") < 0);
	assert_string_equal(e.what, "knobs: vm.one_more is one knob too many");
}

/* --- what a machine has --- */

static struct frag_scenario_settings quiet = { .pcp = "default" };

static int machine_make(void **state)
{
	int rc = bench_set(state);
	struct bench *b = *state;
	char path[PATH_MAX + 64];

	scratch_text(&b->s, "proc/sys/vm/swappiness", "60\n");
	scratch_text(&b->s, "proc/sys/vm/nr_hugepages", "0\n");
	scratch_text(&b->s, "proc/sys/vm/lowmem_reserve_ratio", "256\t32\n");
	scratch_text(&b->s, "proc/sys/vm/percpu_pagelist_high_fraction", "0\n");
	scratch_text(&b->s, "proc/sys/vm/dirty_bytes", "0\n");
	scratch_text(&b->s, "proc/sys/vm/dirty_ratio", "20\n");
	scratch_text(&b->s, "proc/sys/vm/two_lines", "a\nb\n");
	scratch_text(&b->s, "proc/sys/vm/drop_caches", "0\n");
	snprintf(path, sizeof(path), "%s/proc/sys/vm/drop_caches", b->s.path);
	assert_int_equal(chmod(path, 0200), 0);
	scratch_text(&b->s, "proc/sys/vm/numa_stat", "0\n");
	snprintf(path, sizeof(path), "%s/proc/sys/vm/numa_stat", b->s.path);
	assert_int_equal(chmod(path, 0444), 0);
	scratch_text(&b->s, "sys/kernel/mm/transparent_hugepage/defrag",
		     "always [madvise] never\n");
	return rc;
}

static int check(struct bench *b, const char *words,
		 const struct frag_scenario_settings *s, bool is_root)
{
	assert_int_equal(parse(words, NULL), 0);
	return frag_asked_knobs_check(&a, b->s.path, s, is_root, &e);
}

static void test_can_be_set(void **state)
{
	struct bench *b = *state;

	assert_int_equal(check(b,
			       "swappiness=1 transparent_hugepage/defrag=never "
			       "nr_hugepages=8 percpu_pagelist_high_fraction=8 "
			       "lowmem_reserve_ratio=256 dirty_ratio=5",
			       &quiet, true),
			 0);
	assert_int_equal(check(b, "", &quiet, false), 0);
}

static void refused(struct bench *b, const char *words,
		    const struct frag_scenario_settings *s, bool is_root,
		    enum frag_exit code, const char *said)
{
	char text[sizeof(e)];

	assert_true(check(b, words, s, is_root) < 0);
	snprintf(text, sizeof(text), "%s: %s (%s)", e.what, e.why, e.mend);
	if (!strstr(text, said))
		fail_msg("%s: %s", words, text);
	assert_int_equal(frag_error_code(&e), code);
}

static void test_cannot_be_set(void **state)
{
	const struct frag_scenario_settings ballast = {
		.pcp = "default", .ballast = { 1, false }
	};
	const struct frag_scenario_settings small = { .pcp = "small" };
	struct bench *b = *state;

	refused(b, "swapiness=1", &quiet, true, FRAG_EXIT_CANNOT,
		"this kernel has no vm.swapiness: did you mean vm.swappiness?");
	refused(b, "transparent_hugepage/defrg=never", &quiet, true,
		FRAG_EXIT_CANNOT, "did you mean transparent_hugepage/defrag?");
	refused(b, "no/such=1", &quiet, true, FRAG_EXIT_CANNOT,
		"this kernel has no no/such: there is no ");
	refused(b, "swappiness=1", &quiet, false, FRAG_EXIT_CANNOT,
		"only root may write knobs");
	refused(b, "drop_caches=1", &quiet, true, FRAG_EXIT_USAGE,
		"can only be written");
	refused(b, "numa_stat=1", &quiet, true, FRAG_EXIT_USAGE,
		"can only be read");
	refused(b, "dirty_bytes=4096", &quiet, true, FRAG_EXIT_USAGE,
		"could not be put back");
	refused(b, "nr_hugepages=8", &ballast, true, FRAG_EXIT_USAGE,
		"the scenario's ballast writes it (--ballast 0)");
	refused(b, "lowmem_reserve_ratio=1", &ballast, true, FRAG_EXIT_USAGE,
		"the scenario's ballast writes it");
	refused(b, "percpu_pagelist_high_fraction=8", &small, true,
		FRAG_EXIT_USAGE, "the scenario's pcp writes it");
	/* The journal has one line for a knob. */
	refused(b, "two_lines=1", &quiet, true, FRAG_EXIT_USAGE,
		"is not one value");
}

/* A '?' is no part of the name; one that is there is like any other. */
static void test_optional(void **state)
{
	struct bench *b = *state;
	const struct frag_asked_knob *k;

	assert_int_equal(parse("?swappiness=1 ?defrag_mode=1 stat=2", NULL), 0);
	knob_is(1, "vm.defrag_mode", "/proc/sys/vm/defrag_mode", "1");
	assert_true(a.knob[0].is_optional && a.knob[1].is_optional);
	assert_false(a.knob[2].is_optional);
	k = frag_asked_knobs_missing(&a, b->s.path);
	assert_ptr_equal(k, &a.knob[1]);
	frag_asked_knobs_drop(&a, k);
	assert_int_equal(a.count, 2);
	knob_is(1, "vm.stat", "/proc/sys/vm/stat", "2");
	assert_null(frag_asked_knobs_missing(&a, b->s.path));
	assert_true(parse("??a=1", NULL) < 0);
	assert_true(parse("?=1", NULL) < 0);
}

/* --- writing: files for knobs --- */

static void asked_is(const char *path, const char *value)
{
	a.count = 1;
	snprintf(a.knob[0].name, sizeof(a.knob[0].name), "vm.x");
	snprintf(a.knob[0].path, sizeof(a.knob[0].path), "%s", path);
	snprintf(a.knob[0].value, sizeof(a.knob[0].value), "%s", value);
	frag_error_clear(&e);
}

static void test_write(void **state)
{
	struct bench *b = *state;
	const char *path = knob(b, "one", "60\n");

	begin(b);
	asked_is(path, "61");
	assert_int_equal(frag_asked_knobs_write(&a, &b->j, &e), 0);
	assert_reads(path, "61");
	assert_string_equal(b->j.knobs[0].before, "60");
	assert_int_equal(frag_journal_restore(&b->j, &e), 0);
	assert_reads(path, "60");
}

/* Both values are told where the kernel makes another one of it. */
static void test_write_refused(void **state)
{
	struct bench *b = *state;

	begin(b);
	asked_is("/dev/null", "7");
	assert_true(frag_asked_knobs_write(&a, &b->j, &e) < 0);
	assert_string_equal(e.what, "cannot set vm.x to 7");
	assert_string_equal(e.why, "the kernel made nothing of it");
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_FAILED);
	asked_is("/dev/full", "7");
	assert_true(frag_asked_knobs_write(&a, &b->j, &e) < 0);
}

/* A row of numbers is set from its start, and read with other blanks. */
static void test_row_of_numbers(void **state)
{
	struct bench *b = *state;
	/* Shorter than what was there: the rest of the file stays behind it. */
	const char *path = knob(b, "row", "256\t256\t32\t0");

	begin(b);
	assert_int_equal(frag_knob_write(&b->j, path, "1 2 ", false,
					 FRAG_KNOB_BY_RUN, &b->e),
			 0);
	assert_reads(path, "1 2 256\t32\t0");
	path = knob(b, "same", "256\t256\t32\t0");
	assert_int_equal(frag_knob_write(&b->j, path, "256 256", false,
					 FRAG_KNOB_BY_RUN, &b->e),
			 0);
	path = knob(b, "one", "100");
	assert_int_equal(frag_knob_write(&b->j, path, "2", false,
					 FRAG_KNOB_BY_RUN, &b->e),
			 -EIO);
}

#define MACHINE(name) \
	cmocka_unit_test_setup_teardown(name, machine_make, bench_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_wrong_words),
		cmocka_unit_test(test_too_many),
		MACHINE(test_can_be_set),
		MACHINE(test_cannot_be_set),
		MACHINE(test_optional),
		TEST(test_write),
		TEST(test_write_refused),
		TEST(test_row_of_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
