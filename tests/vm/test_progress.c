// SPDX-License-Identifier: GPL-2.0-or-later
/* What is said while guests run, and how often. */
#include "clock.h"
#include "standin.h"

static struct frag_error e;

/* Run what @config says; the caller frees @m. */
static int matrix_do(struct frag_matrix *m,
		     const struct frag_matrix_config *config)
{
	memset(&e, 0, sizeof(e));
	assert_int_equal(frag_matrix_make(m, config, &e), 0);
	return frag_matrix_run(m, &e);
}

static void test_progress_text(void **state)
{
	struct frag_matrix_config config = config_make();
	struct frag_guest guest = { .calls = 0 };
	struct frag_job jobs[2];
	struct frag_matrix m;
	char text[256];

	(void)state;
	config.repeats = 4;
	config.jobs = 2;
	assert_int_equal(frag_matrix_make(&m, &config, &e), 0);
	jobs[0] = (struct frag_job){ &guest, &m.cells[0], 0 };
	jobs[1] = (struct frag_job){ &guest, &m.cells[1], 0 };
	m.cells[0].state = m.cells[1].state = FRAG_CELL_RUNS;
	m.cells[0].column = 0;
	m.cells[1].column = 1;
	frag_progress_text(&m, jobs, 2, 0, text, sizeof(text));
	assert_string_equal(text,
			    "0 of 8 done, 2 running (6.1 boots; 7.3 boots)");
	m.cells[2].state = FRAG_CELL_DONE;
	m.cells[2].total_ns = 100000000000;
	m.cells[3].state = FRAG_CELL_FAILED;
	/* Six are left, 100 s each, two at once; the two that run are 10 s old. */
	frag_progress_text(&m, jobs, 2, 10000000000, text, sizeof(text));
	assert_string_equal(text, "2 of 8 done (1 failed), 2 running (6.1 "
				  "boots; 7.3 boots), 5 min left");
	frag_matrix_free(&m);
}

static void test_lines(void **state)
{
	struct frag_matrix_config config = config_make();
	struct frag_matrix m;
	size_t size = 0;
	char *text = NULL;
	FILE *log;

	(void)state;
	scratch_text(&world.s, "log", "");
	log = fdopen(openat(world.s.fd, "log", O_RDWR | O_CLOEXEC), "w+");
	assert_non_null(log);
	config.say = log;
	world.nends = 2;
	world.ends[0] =
		(struct ending){ FRAG_GUEST_NO_BOOT, 0, false, "kernel panic" };
	world.ends[1] = world.ends[0];
	assert_int_equal(matrix_do(&m, &config), 0);
	fclose(log);
	text = file_read(world.s.path, "/log", &size);
	assert_non_null(strstr(text, " r1: did not boot, tried again: kernel "
				     "panic, 10 s\n"
				     "    last?[2Jwords\n"));
	assert_non_null(strstr(text, "[1/2] debian:"));
	assert_non_null(strstr(text, " r1: does not boot, tried twice: kernel "
				     "panic, 10 s\n"
				     "    last?[2Jwords\n"
				     "    fragbench: this kernel has no vm.x\n"
				     "[2/2] "));
	assert_non_null(strstr(text, " r1: done, 10 s, /"));
	free(text);
	frag_matrix_free(&m);
}

/* Drawing goes over all cells: not each time that a guest says something. */
static void test_progress_is_not_drawn_always(void **state)
{
	struct frag_matrix_config config = config_make();
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	uint64_t begin = frag_now();
	struct frag_matrix m;
	int slave;

	(void)state;
	assert_true(master >= 0);
	assert_int_equal(grantpt(master), 0);
	assert_int_equal(unlockpt(master), 0);
	slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(slave >= 0);
	config.say = fdopen(slave, "w");
	assert_non_null(config.say);
	config.repeats = 20;
	assert_int_equal(matrix_do(&m, &config), 0);
	assert_true(world.nshown >= 1);
	assert_true(world.nshown <= 1 + (frag_now() - begin) / 500000000);
	frag_matrix_free(&m);
	fclose(config.say);
	close(master);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_progress_text),
		TEST(test_lines),
		TEST(test_progress_is_not_drawn_always),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
