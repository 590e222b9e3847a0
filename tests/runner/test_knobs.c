// SPDX-License-Identifier: GPL-2.0-or-later
/* The order of writing: old value to disk, then the knob; and the way back. */
#include <signal.h>
#include <sys/resource.h>

#include "bench.h"

static void writes(struct bench *b, const char *path, const char *by)
{
	assert_int_equal(frag_knob_write(&b->j, path, "2", false, by, &b->e),
			 0);
}

/* The first who wrote it, but the scenario before anybody. */
static void test_by(void **state)
{
	struct bench *b = *state;
	const char *one = knob(b, "one", "1\n");
	const char *two = knob(b, "two", "1\n");
	const char *three = knob(b, "three", "1\n");

	begin(b);
	writes(b, one, FRAG_KNOB_BY_RUN);
	writes(b, one, FRAG_KNOB_BY_PROBE);
	writes(b, two, FRAG_KNOB_BY_RUN);
	writes(b, two, FRAG_KNOB_BY_SCENARIO);
	writes(b, three, FRAG_KNOB_BY_SCENARIO);
	writes(b, three, FRAG_KNOB_BY_PROBE);
	assert_string_equal(b->j.knobs[0].by, "run");
	assert_string_equal(b->j.knobs[1].by, "scenario");
	assert_string_equal(b->j.knobs[2].by, "scenario");
	assert_int_equal(frag_journal_restore(&b->j, &b->e), 0);
}

static void test_write_and_restore(void **state)
{
	struct bench *b = *state;
	const char *one = knob(b, "one", "60\n");
	const char *two = knob(b, "two", "7\n");

	begin(b);
	assert_int_equal(frag_knob_write(&b->j, one, "61", false,
					 FRAG_KNOB_BY_RUN, &b->e),
			 0);
	assert_int_equal(frag_knob_write(&b->j, two, "8", false,
					 FRAG_KNOB_BY_RUN, &b->e),
			 0);
	assert_int_equal(frag_knob_write(&b->j, one, "62", false,
					 FRAG_KNOB_BY_RUN, &b->e),
			 0);
	assert_int_equal(b->j.count, 2);
	assert_string_equal(b->j.knobs[0].before, "60");
	assert_string_equal(b->j.knobs[0].during, "62");
	assert_reads(one, "62");
	assert_int_equal(frag_journal_restore(&b->j, &b->e), 0);
	assert_reads(one, "60");
	assert_reads(two, "7");
	assert_string_equal(b->j.knobs[1].after, "7");
	assert_int_equal(access(b->journal, F_OK), -1);
}

/* The last written goes back first: here the value of one file tells. */
static void test_restore_order(void **state)
{
	struct bench *b = *state;
	const char *path = knob(b, "one", "first");
	char again[PATH_MAX + 64];

	snprintf(again, sizeof(again), "%s/./one", b->s.path);
	begin(b);
	assert_int_equal(frag_knob_write(&b->j, path, "2nd..", false,
					 FRAG_KNOB_BY_RUN, &b->e),
			 0);
	assert_int_equal(frag_knob_write(&b->j, again, "3rd..", false,
					 FRAG_KNOB_BY_RUN, &b->e),
			 0);
	assert_string_equal(b->j.knobs[1].before, "2nd..");
	assert_int_equal(frag_journal_restore(&b->j, &b->e), 0);
	assert_reads(path, "first");
}

/* Old value on disk, then the knob: where the journal cannot grow, no byte of
 * the knob may have changed. */
static void test_journal_full(void **state)
{
	struct bench *b = *state;
	const char *path = knob(b, "one", "60\n");
	struct rlimit was;
	struct rlimit full;
	struct stat st;
	int rc;

	begin(b);
	assert_int_equal(fstat(b->j.fd, &st), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	full = was;
	signal(SIGXFSZ, SIG_IGN);
	/* Room for half a line: that half must not stay. */
	full.rlim_cur = (rlim_t)st.st_size + 8;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
	rc = frag_knob_write(&b->j, path, "61", false, FRAG_KNOB_BY_RUN, &b->e);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_true(rc < 0);
	assert_reads(path, "60");
	assert_non_null(strstr(b->e.what, "cannot write the journal"));
	assert_non_null(strstr(b->e.mend, "was not touched"));
	assert_int_equal(b->j.count, 0);
	assert_int_equal(frag_journal_reload(&b->j), 0);
	assert_int_equal(b->j.count, 0);
	/* With room again all goes well. */
	frag_error_clear(&b->e);
	assert_int_equal(frag_knob_write(&b->j, path, "61", false,
					 FRAG_KNOB_BY_RUN, &b->e),
			 0);
	assert_int_equal(frag_journal_reload(&b->j), 0);
	assert_int_equal(b->j.count, 1);
	assert_string_equal(b->j.knobs[0].before, "60");
}

static void test_begin_full(void **state)
{
	struct bench *b = *state;
	struct rlimit was;
	struct rlimit full;
	int rc;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	full = was;
	full.rlim_cur = 10;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
	rc = frag_journal_begin(&b->j, &b->e);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_true(rc < 0);
	assert_int_equal(frag_error_code(&b->e), FRAG_EXIT_CANNOT);
	assert_int_equal(b->j.fd, -1);
}

static void test_brackets(void **state)
{
	struct bench *b = *state;
	const char *path = knob(b, "thp", "always [madvise] never\n");
	char value[FRAG_KNOB_TEXT];

	assert_int_equal(frag_knob_read(path, value, sizeof(value)), 0);
	assert_string_equal(value, "madvise");
	assert_int_equal(frag_knob_read(path, value, 4), -ENOBUFS);
	assert_int_equal(frag_knob_read("/proc/none", value, sizeof(value)),
			 -ENOENT);
	begin(b);
	/* A file of ours keeps what is behind: the kernel's would not. */
	frag_knob_write(&b->j, path, "never", true, FRAG_KNOB_BY_RUN, &b->e);
	assert_string_equal(b->j.knobs[0].before, "madvise");
}

/* What the kernel does not take: a device that swallows, and reads empty. */
static void test_read_back(void **state)
{
	struct bench *b = *state;

	begin(b);
	assert_int_equal(frag_knob_write(&b->j, "/dev/null", "1", true,
					 FRAG_KNOB_BY_RUN, &b->e),
			 0);
	assert_string_equal(b->j.knobs[0].during, "");
	assert_int_equal(frag_knob_write(&b->j, "/dev/null", "1", false,
					 FRAG_KNOB_BY_RUN, &b->e),
			 -EIO);
	assert_string_equal(b->e.what,
			    "the kernel did not take 1 for /dev/null");
	assert_string_equal(b->e.why, "it reads back as ");
	/* Nothing has moved, so there is nothing that cannot be put back. */
	frag_error_clear(&b->e);
	assert_int_equal(frag_journal_restore(&b->j, &b->e), 0);
}

/* A knob that refuses (a container's /proc/sys) must not wait for ever. */
static void test_refused(void **state)
{
	struct bench *b = *state;

	begin(b);
	assert_true(frag_knob_write(&b->j, "/proc/sys/kernel/ostype", "Minix",
				    false, FRAG_KNOB_BY_RUN, &b->e) < 0);
	frag_error_clear(&b->e);
	assert_int_equal(frag_journal_restore(&b->j, &b->e), 0);
	assert_int_equal(access(b->journal, F_OK), -1);
}

static void test_not_back(void **state)
{
	struct bench *b = *state;
	const char *one = knob(b, "one", "1");
	const char *two = knob(b, "two", "2");
	char path[256];

	begin(b);
	assert_int_equal(frag_knob_write(&b->j, one, "3", false,
					 FRAG_KNOB_BY_RUN, &b->e),
			 0);
	assert_int_equal(frag_knob_write(&b->j, two, "4", false,
					 FRAG_KNOB_BY_RUN, &b->e),
			 0);
	assert_int_equal(unlink(two), 0);
	assert_true(frag_journal_restore(&b->j, &b->e) < 0);
	assert_non_null(strstr(b->e.what, "cannot put"));
	assert_non_null(strstr(b->e.mend, "echo '2' > "));
	/* The others are back, and the journal stays for what is not. */
	assert_reads(one, "1");
	die(b);
	assert_true(frag_journal_is_waiting(path, sizeof(path)));
	assert_string_equal(path, b->journal);
}

/* A pool that was to grow: others have made it smaller, and it stays so; what
 * they have left of the growth goes. */
static void test_pool(void **state)
{
	struct bench *b = *state;
	const char *pool = knob(b, "pool", "5");
	const char *firm = knob(b, "firm", "5");

	begin(b);
	assert_int_equal(frag_knob_write(&b->j, pool, "9", true,
					 FRAG_KNOB_BY_PROBE, &b->e),
			 0);
	assert_int_equal(frag_knob_write(&b->j, firm, "9", false,
					 FRAG_KNOB_BY_PROBE, &b->e),
			 0);
	knob(b, "pool", "3");
	knob(b, "firm", "3");
	/* As the guardian does, which knows only what is in the file. */
	assert_int_equal(frag_journal_reload(&b->j), 0);
	assert_int_equal(frag_journal_restore(&b->j, &b->e), 0);
	assert_reads(pool, "3");
	assert_reads(firm, "5");
	assert_int_equal(access(b->journal, F_OK), -1);
	frag_journal_end(&b->j);

	begin(b);
	assert_int_equal(frag_knob_write(&b->j, pool, "9", true,
					 FRAG_KNOB_BY_PROBE, &b->e),
			 0);
	knob(b, "pool", "7");
	assert_int_equal(frag_journal_restore(&b->j, &b->e), 0);
	assert_reads(pool, "3");
	frag_journal_end(&b->j);

	/* A value that was asked for goes back whatever it is. */
	begin(b);
	assert_int_equal(frag_knob_write(&b->j, pool, "9", true,
					 FRAG_KNOB_BY_PROBE, &b->e),
			 0);
	assert_int_equal(frag_knob_write(&b->j, pool, "1", false,
					 FRAG_KNOB_BY_PROBE, &b->e),
			 0);
	assert_int_equal(frag_journal_restore(&b->j, &b->e), 0);
	assert_reads(pool, "3");
}

static void test_no_folder(void **state)
{
	struct bench *b = *state;
	char deep[400];

	scratch_text(&b->s, "file", "");
	snprintf(deep, sizeof(deep), "%.200s/file/below", b->s.path);
	setenv("FRAGBENCH_STATE", deep, 1);
	assert_true(frag_journal_begin(&b->j, &b->e) < 0);
	assert_int_equal(frag_error_code(&b->e), FRAG_EXIT_CANNOT);
	assert_non_null(strstr(b->e.mend, "FRAGBENCH_STATE"));
	/* A path that does not fit is not cut to another one. */
	frag_error_clear(&b->e);
	snprintf(deep, sizeof(deep), "%.100s/%0150d/%0120d", b->s.path, 0, 0);
	setenv("FRAGBENCH_STATE", deep, 1);
	assert_int_equal(frag_journal_begin(&b->j, &b->e), -ENAMETOOLONG);
}

static void test_too_many(void **state)
{
	struct bench *b = *state;
	char name[32];
	int rc = 0;

	begin(b);
	for (unsigned i = 0; i <= FRAG_KNOBS_MAX && !rc; i++) {
		snprintf(name, sizeof(name), "knob-%u", i);
		rc = frag_knob_write(&b->j, knob(b, name, "1"), "2", false,
				     FRAG_KNOB_BY_RUN, &b->e);
	}
	assert_int_equal(rc, -ENOSPC);
	assert_int_equal(b->j.count, FRAG_KNOBS_MAX);
	assert_reads(knob(b, "other", "1"), "1");
	assert_int_equal(frag_journal_reload(&b->j), 0);
	assert_int_equal(b->j.count, FRAG_KNOBS_MAX);
	frag_error_clear(&b->e);
	assert_int_equal(frag_journal_restore(&b->j, &b->e), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_by),
		TEST(test_write_and_restore),
		TEST(test_restore_order),
		TEST(test_journal_full),
		TEST(test_begin_full),
		TEST(test_brackets),
		TEST(test_read_back),
		TEST(test_refused),
		TEST(test_not_back),
		TEST(test_no_folder),
		TEST(test_too_many),
		TEST(test_pool),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
