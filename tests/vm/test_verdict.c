// SPDX-License-Identifier: GPL-2.0-or-later
/* What `git bisect run` is told, and how many guests fit a machine. */
#include "vm/matrix.h"

#include "scratch.h"

struct row {
	struct frag_cell cells[4];
	unsigned n;
	int code;
	const char *why;
};

#define RUN(code_)                                                          \
	{                                                                   \
		.end = FRAG_GUEST_DONE, .code = (code_), .has_booted = true \
	}
#define END(end_, booted, why_)                                   \
	{                                                         \
		.end = FRAG_GUEST_##end_, .has_booted = (booted), \
		.why = (why_)                                     \
	}

static const struct row rows[] = {
	{ { RUN(0) }, 1, 0, "good in 1 of 1 runs" },
	{ { RUN(1) }, 1, 1, "bad in 1 of 1 runs" },
	{ { RUN(5) }, 1, 125, "cannot be told: the runs are not to be trusted" },
	{ { RUN(3) }, 1, 125, "cannot be told: the runs are not to be trusted" },
	{ { END(PANIC, true, "Oops") }, 1, 1, "bad in 1 of 1 runs: Oops" },
	{ { END(OOPS, true, "BUG") }, 1, 1, "bad in 1 of 1 runs: BUG" },
	{ { END(HANG, true, "silent") }, 1, 1, "bad in 1 of 1 runs: silent" },
	{ { END(NO_BOOT, false, "VFS") }, 1, 125, "does not boot: VFS" },
	{ { END(PANIC, false, "VFS") }, 1, 125, "does not boot: VFS" },
	{ { END(OOM, true, "killed") }, 1, 125, "cannot be told: killed" },
	{ { END(LATE, true, "30m") }, 1, 125, "cannot be told: 30m" },
	{ { END(BROKEN, true, "cut") }, 1, 125, "cannot be told: cut" },
	{ { END(BROKEN, false, "no QEMU") },
	  1,
	  255,
	  "the guest cannot be run: no QEMU" },
	/* The majority of those that can be told. */
	{ { RUN(0), RUN(1), RUN(1) }, 3, 1, "bad in 2 of 3 runs" },
	{ { RUN(0), RUN(0), RUN(1) }, 3, 0, "good in 2 of 3 runs" },
	{ { RUN(5), RUN(5), RUN(1) }, 3, 1, "bad in 1 of 3 runs" },
	{ { RUN(5), RUN(0), END(NO_BOOT, false, "x") },
	  3,
	  0,
	  "good in 1 of 3 runs" },
	{ { RUN(0), RUN(1) }, 2, 125, "as many good runs as bad ones: 1" },
	{ { RUN(0), END(BROKEN, false, "no") },
	  2,
	  255,
	  "the guest cannot be run: no" },
};

static void test_verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct frag_matrix m = {
			.cells = (struct frag_cell *)rows[i].cells,
			.ncells = rows[i].n,
		};
		char why[512];

		assert_int_equal(frag_matrix_verdict(&m, why, sizeof(why)),
				 rows[i].code);
		assert_string_equal(why, rows[i].why);
	}
}

static const uint64_t gib = 1ULL << 30;

/* Guests of 2 CPUs and 2 GiB; 0 when it is refused. */
static unsigned jobs_of(uint64_t asked, unsigned cpus, uint64_t memory,
			struct frag_error *e)
{
	const struct frag_vm_machine machine = { .cpus = 2, .memory = 2 * gib };
	const struct frag_host host = { cpus, memory };
	unsigned jobs = 0;

	memset(e, 0, sizeof(*e));
	if (frag_matrix_jobs(&jobs, asked, 100, &machine, &host, NULL, e))
		return 0;
	return jobs;
}

static void test_jobs(void **state)
{
	struct frag_error e;

	(void)state;
	assert_int_equal(jobs_of(0, 8, 64 * gib, &e), 4);
	assert_int_equal(jobs_of(0, 1, 64 * gib, &e), 1);
	/* QEMU itself takes memory, too: three fit beside 1 GiB by the
	 * guests' memory alone, two really do. */
	assert_int_equal(jobs_of(0, 8, 7 * gib, &e), 2);
	assert_int_equal(jobs_of(0, 8, 8 * gib, &e), 3);
	assert_int_equal(jobs_of(6, 8, 64 * gib, &e), 6);
	assert_int_equal(jobs_of(6, 8, 7 * gib, &e), 0);
	assert_string_equal(e.mend, "-j 2");
	assert_int_equal(e.exit, FRAG_EXIT_CANNOT);
	assert_int_equal(jobs_of(0, 8, 2 * gib, &e), 0);
	assert_string_equal(e.mend, "--memory 832M");
	assert_int_equal(jobs_of(0, 8, gib + gib / 4, &e), 0);
	assert_string_equal(e.mend, "");
	assert_int_equal(jobs_of(1000, 1, 1024 * gib, &e), 64);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_jobs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
