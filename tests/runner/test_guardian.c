// SPDX-License-Identifier: GPL-2.0-or-later
/* What the guardian does when the runner is gone: made-up runners and probes. */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "bench.h"
#include "guardian.h"

/* A probe that does not die with its runner. */
_Noreturn static void probe_run(int ready)
{
	prctl(PR_SET_NAME, "frag-probe");
	(void)!write(ready, "y", 1);
	for (;;)
		pause();
}

/* A runner that writes a knob, starts a probe and is gone. */
_Noreturn static void runner_run(struct bench *b, const char *path, int tell)
{
	struct frag_guardian g;
	struct frag_crew crew = { .count = 0 };
	int ready[2];
	char c;
	pid_t pid;

	if (frag_journal_begin(&b->j, &b->e) ||
	    frag_knob_write(&b->j, path, "9", false, FRAG_KNOB_BY_RUN, &b->e) ||
	    pipe(ready) || frag_guardian_start(&g, &b->j, &crew, 0, &b->e))
		_exit(1);
	pid = fork();
	if (!pid)
		probe_run(ready[1]);
	if (read(ready[0], &c, 1) != 1)
		_exit(1);
	atomic_store(&g.share->probe, pid);
	(void)!write(tell, &pid, sizeof(pid));
	_exit(0);
}

/* What a probe writes must not come after what is put back: it is dead first,
 * whatever it waits for. */
static void test_probe_dies_first(void **state)
{
	struct bench *b = *state;
	const char *path = knob(b, "one", "1");
	int tell[2];
	pid_t runner;
	pid_t probe;
	int status;

	/* Whom they leave behind we wait for. */
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	assert_int_equal(pipe(tell), 0);
	runner = fork();
	if (!runner)
		runner_run(b, path, tell[1]);
	assert_int_equal(waitpid(runner, &status, 0), runner);
	assert_int_equal(status, 0);
	assert_int_equal(read(tell[0], &probe, sizeof(probe)), sizeof(probe));
	/* The guardian ends when all is back. */
	assert_true(waitpid(-1, &status, 0) > 0);
	while (access(b->journal, F_OK) == 0 && waitpid(-1, &status, 0) > 0)
		;
	assert_reads(path, "1");
	if (waitpid(probe, &status, WNOHANG) == probe)
		assert_int_equal(WTERMSIG(status), SIGKILL);
	status = kill(probe, 0);
	if (!status)
		kill(probe, SIGKILL);
	assert_int_equal(status, -1);
	close(tell[0]);
	close(tell[1]);
}

static char swept[PATH_MAX];

static void files_sweep(const void *options)
{
	int fd = open(swept, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	(void)!write(fd, options, 1);
	close(fd);
}

/* A runner that is gone with two workers of one workload and one of another,
 * which has no files. */
_Noreturn static void filer_run(struct bench *b)
{
	static const struct frag_workload filer = { .sweep = files_sweep };
	static const struct frag_workload other = { .name = "other" };
	static char option[] = "x";
	const struct frag_instance files = { .type = &filer,
					     .options = option };
	const struct frag_instance none = { .type = &other };
	struct frag_guardian g;
	static struct frag_crew crew;

	crew.count = 3;
	for (unsigned i = 0; i < crew.count; i++) {
		crew.workers[i].instance = i < 2 ? &files : &none;
		crew.workers[i].pidfd = -1;
	}
	_exit(frag_journal_begin(&b->j, &b->e) ||
	      frag_guardian_start(&g, &b->j, &crew, 0, &b->e));
}

/* What killed workers leave on a disk goes, once for each workload. */
static void test_files_swept(void **state)
{
	struct bench *b = *state;
	int status;
	pid_t runner;

	snprintf(swept, sizeof(swept), "%s/swept", b->s.path);
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	runner = fork();
	if (!runner)
		filer_run(b);
	assert_int_equal(waitpid(runner, &status, 0), runner);
	assert_int_equal(status, 0);
	while (waitpid(-1, &status, 0) > 0)
		;
	assert_reads(swept, "x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_probe_dies_first),
		TEST(test_files_swept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
