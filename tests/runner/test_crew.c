// SPDX-License-Identifier: GPL-2.0-or-later
/* Worker processes from the outside: what they are told, how they end, and that
 * they never outlive the process that forked them. */
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/source.h"
#include "crew-bench.h"

static void test_life(void **state)
{
	struct bench *b = *state;

	launch(b, "[phase a]\ndo = run\nworkload = skeleton\nprocesses = 2\n"
		  "size = 64k\n[phase b]\ndo = run\nworkload = null\n");
	assert_int_equal(b->crew.count, 3);
	pause_ms(20);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(b->crew.workers[i].number, i + 1);
		wait_state(b, i, FRAG_WORKER_WAITING);
	}
	assert_false(frag_crew_is_settled(&b->crew, 0));
	frag_crew_tell(&b->crew, 0, FRAG_TELL_RUN);
	wait_state(b, 0, FRAG_WORKER_HOLDING);
	wait_state(b, 1, FRAG_WORKER_HOLDING);
	assert_true(frag_crew_is_settled(&b->crew, 0));
	/* Only those of the phase were told. */
	wait_state(b, 2, FRAG_WORKER_WAITING);
	assert_false(frag_crew_is_settled(&b->crew, 1));
	assert_int_equal(b->crew.workers[1].share->pages,
			 65536 / sysconf(_SC_PAGESIZE));
	assert_int_equal(b->crew.workers[1].share->ops,
			 b->crew.workers[1].share->step_ns.total);
	assert_int_not_equal(b->crew.workers[0].share->done_ns, 0);
	assert_false(frag_crew_reap(&b->crew));
	frag_crew_end(&b->crew, 60000 * ms);
	for (unsigned i = 0; i < 3; i++) {
		wait_state(b, i, FRAG_WORKER_ENDED);
		assert_true(b->crew.workers[i].is_dead);
		assert_int_equal(b->crew.workers[i].status, 0);
	}
	assert_null(frag_crew_failed(&b->crew, -1));
}

static void test_process(void **state)
{
	struct bench *b = *state;
	char path[64];
	char text[64];
	pid_t pid;

	launch(b, "[phase a]\ndo = run\nworkload = null\n");
	frag_crew_tell(&b->crew, -1, FRAG_TELL_RUN);
	wait_state(b, 0, FRAG_WORKER_RUNNING);
	pid = b->crew.workers[0].pid;
	assert_int_equal(getpgid(pid), pid);
	snprintf(path, sizeof(path), "/proc/%d/oom_score_adj", pid);
	assert_true(frag_slurp("", path, text, sizeof(text)) > 0);
	assert_string_equal(text, "1000");
	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	assert_true(frag_slurp("", path, text, sizeof(text)) > 0);
	assert_string_equal(text, "null");
	snprintf(path, sizeof(path), "/proc/%d/fd/0", pid);
	assert_true(readlink(path, text, sizeof(text)) == 9);
	assert_memory_equal(text, "/dev/null", 9);
}

static void test_hold(void **state)
{
	struct bench *b = *state;
	uint64_t ops;

	launch(b, "[phase a]\ndo = run\nworkload = null\n");
	frag_crew_tell(&b->crew, -1, FRAG_TELL_RUN);
	wait_state(b, 0, FRAG_WORKER_RUNNING);
	frag_crew_tell(&b->crew, -1, FRAG_TELL_HOLD);
	wait_state(b, 0, FRAG_WORKER_HOLDING);
	ops = b->crew.workers[0].share->ops;
	pause_ms(20);
	assert_int_equal(b->crew.workers[0].share->ops, ops);
	assert_false(b->crew.workers[0].is_dead);
}

static void test_kill(void **state)
{
	struct bench *b = *state;

	launch(b, "[phase a]\ndo = run\nworkload = null\nprocesses = 2\n");
	frag_crew_tell(&b->crew, -1, FRAG_TELL_RUN);
	frag_worker_kill(&b->crew.workers[0]);
	assert_true(b->crew.workers[0].is_dead);
	assert_int_equal(b->crew.workers[0].status, 128 + SIGKILL);
	/* It was our wish. */
	assert_null(frag_crew_failed(&b->crew, -1));
	frag_worker_kill(&b->crew.workers[0]);
	frag_crew_reap(&b->crew);
	assert_false(b->crew.workers[1].is_dead);
}

static void test_killed_by_others(void **state)
{
	struct bench *b = *state;

	launch(b, "[phase a]\ndo = run\nworkload = null\nprocesses = 2\n");
	assert_int_equal(kill(b->crew.workers[1].pid, SIGKILL), 0);
	wait_dead(b, 1);
	assert_ptr_equal(frag_crew_failed(&b->crew, -1), &b->crew.workers[1]);
	assert_int_equal(b->crew.workers[1].status, 128 + SIGKILL);
	assert_null(frag_crew_failed(&b->crew, 1));
}

static int exit_step(struct frag_context *ctx)
{
	(void)ctx;
	_exit(0);
}

/* Leaving with 0 is no better when nobody has asked for it. */
static void test_leaves_unasked(void **state)
{
	struct bench *b = *state;

	launch_made_up(b, NULL, exit_step);
	wait_dead(b, 0);
	assert_int_equal(b->crew.workers[0].status, 0);
	assert_ptr_equal(frag_crew_failed(&b->crew, 0), &b->crew.workers[0]);
}

static int enodev_setup(struct frag_context *ctx)
{
	(void)ctx;
	return -ENODEV;
}

static int enospc_step(struct frag_context *ctx)
{
	(void)ctx;
	return -ENOSPC;
}

static void test_fails(void **state)
{
	struct bench *b = *state;

	launch_made_up(b, enodev_setup, enospc_step);
	wait_state(b, 0, FRAG_WORKER_FAILED);
	assert_string_equal(b->crew.workers[0].share->message,
			    "No such device");
	assert_ptr_equal(frag_crew_failed(&b->crew, 0), &b->crew.workers[0]);
	frag_crew_end(&b->crew, 60000 * ms);
	assert_int_equal(b->crew.workers[0].status, 1);
	frag_crew_free(&b->crew);
	frag_scenario_free(&b->s);

	launch_made_up(b, NULL, enospc_step);
	wait_state(b, 0, FRAG_WORKER_FAILED);
	assert_string_equal(b->crew.workers[0].share->message,
			    "No space left on device");
}

static void test_fails_to_start(void **state)
{
	struct bench *b = *state;

	launch(b, "[phase a]\ndo = run\nworkload = null\ncpus = 8191\n");
	wait_state(b, 0, FRAG_WORKER_FAILED);
	assert_string_equal(
		b->crew.workers[0].share->message,
		"cpus cannot be '8191': this machine has no such CPU for us; "
		"mend: use same, split, any, a list such as 0,2-3, or "
		"node:NODES or far:NODES");
}

static int deaf_step(struct frag_context *ctx)
{
	(void)ctx;
	pause_ms(60000);
	return FRAG_MORE;
}

/* One that does not listen is killed when its time is over. */
static void test_deaf(void **state)
{
	struct bench *b = *state;
	uint64_t begin;

	launch_made_up(b, NULL, deaf_step);
	wait_state(b, 0, FRAG_WORKER_RUNNING);
	begin = frag_now();
	frag_crew_end(&b->crew, 100 * ms);
	/* Well before it would have looked up. */
	assert_in_range(frag_now() - begin, 100 * ms, 30000 * ms);
	assert_true(b->crew.workers[0].is_dead);
	assert_true(b->crew.workers[0].is_killed);
}

/* What a runner does that is killed while its workers hold, run and wait. */
_Noreturn static void runner_main(struct bench *b, int out)
{
	launch(b, "[phase a]\ndo = run\nworkload = skeleton\n"
		  "[phase b]\ndo = run\nworkload = null\n"
		  "[phase c]\ndo = run\nworkload = null\n");
	frag_crew_tell(&b->crew, 0, FRAG_TELL_RUN);
	frag_crew_tell(&b->crew, 1, FRAG_TELL_RUN);
	wait_state(b, 0, FRAG_WORKER_HOLDING);
	wait_state(b, 1, FRAG_WORKER_RUNNING);
	for (unsigned i = 0; i < 3; i++)
		(void)!write(out, &b->crew.workers[i].pid, sizeof(pid_t));
	pause_ms(60000);
	_exit(0);
}

static void test_dies_with_runner(void **state)
{
	struct bench *b = *state;
	uint64_t until;
	pid_t pids[3];
	int pipes[2];
	pid_t runner;

	/* Orphans become ours, so that their death can be seen. */
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1UL), 0);
	assert_int_equal(pipe(pipes), 0);
	runner = fork();
	if (!runner)
		runner_main(b, pipes[1]);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(read(pipes[0], &pids[i], sizeof(pid_t)),
				 sizeof(pid_t));
	assert_int_equal(kill(runner, SIGKILL), 0);
	assert_int_equal(waitpid(runner, NULL, 0), runner);
	until = frag_now() + 30000 * ms;
	for (unsigned i = 0; i < 3; i++) {
		int status = 0;
		pid_t got = 0;

		while (!got && frag_now() < until) {
			got = waitpid(pids[i], &status, WNOHANG);
			pause_ms(1);
		}
		assert_int_equal(got, pids[i]);
		/* One that had not begun yet saw for itself that it is alone. */
		if (WIFSIGNALED(status))
			assert_int_equal(WTERMSIG(status), SIGKILL);
		else
			assert_int_equal(WEXITSTATUS(status), 1);
	}
	close(pipes[0]);
	close(pipes[1]);
}

static void test_ops(void **state)
{
	struct bench *b = *state;
	struct frag_collect tables[FRAG_CREW_TABLES];
	struct frag_collect c;
	uint64_t v[8];

	launch(b, "[phase a]\ndo = run\nworkload = skeleton\nsize = 64k\n"
		  "[phase b]\ndo = run\nworkload = null\n");
	/* Only the skeleton counts anything: one row in counters.csv. */
	assert_int_equal(frag_crew_collect(&b->crew, tables), 2);
	assert_int_equal(tables[1].shape.nrows, 1);
	assert_string_equal(tables[1].shape.row_keys[0].text,
			    "skeleton,1,released");
	atomic_store(&b->crew.workers[0].share->counters[0], 7);
	assert_int_equal(tables[1].type->read(&tables[1], v), 0);
	assert_int_equal(v[0], 7);
	free(tables[1].shape.row_keys);
	c = tables[0];
	assert_int_equal(c.shape.nrows, 2);
	assert_string_equal(c.shape.row_keys[0].text, "skeleton,1");
	assert_string_equal(c.shape.row_keys[1].text, "null,2");
	frag_crew_tell(&b->crew, 0, FRAG_TELL_RUN);
	wait_state(b, 0, FRAG_WORKER_HOLDING);
	assert_int_equal(c.type->read(&c, v), 0);
	assert_int_equal(v[0], FRAG_WORKER_HOLDING);
	assert_int_equal(v[1], v[2]);
	assert_int_equal(v[2], 65536 / sysconf(_SC_PAGESIZE));
	assert_int_equal(v[3], v[2]);
	assert_int_equal(v[4], FRAG_WORKER_WAITING);
	frag_worker_kill(&b->crew.workers[0]);
	assert_int_equal(c.type->read(&c, v), 0);
	assert_int_equal(v[0], FRAG_WORKER_ENDED);
	/* The dead hold nothing; what they had come by is counted. */
	assert_int_equal(v[2], 0);
	assert_int_equal(v[3], 65536 / sysconf(_SC_PAGESIZE));
	free(c.shape.row_keys);
}

static void test_too_many(void **state)
{
	struct bench *b = *state;

	parse(b, "[phase a]\ndo = run\nworkload = null\nprocesses = 250\n"
		 "workload = null\n");
	assert_int_equal(frag_crew_launch(&b->crew, &b->s, b->t, 1, -1, &b->e),
			 -E2BIG);
	assert_string_equal(b->e.what, "cannot start the workers");
	assert_int_equal(b->crew.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_life),
		TEST(test_process),
		TEST(test_hold),
		TEST(test_kill),
		TEST(test_killed_by_others),
		TEST(test_leaves_unasked),
		TEST(test_fails),
		TEST(test_fails_to_start),
		TEST(test_deaf),
		TEST(test_dies_with_runner),
		TEST(test_ops),
		TEST(test_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
