// SPDX-License-Identifier: GPL-2.0-or-later
/* The kthreads collector: finds kernel threads, not those who call themselves
 * so; threads that end. */
#include <sys/wait.h>

#include "collect/table.h"

extern const struct frag_collector frag_collector_kthreads;

static void thread_make(struct scratch *s, unsigned pid, const char *name,
			unsigned flags, const char *schedstat)
{
	char path[64];
	char text[128];

	snprintf(path, sizeof(path), "proc/%u/comm", pid);
	snprintf(text, sizeof(text), "%s\n", name);
	scratch_text(s, path, text);
	snprintf(path, sizeof(path), "proc/%u/stat", pid);
	snprintf(text, sizeof(text), "%u (%s) S 2 0 0 0 -1 %u 0 0 0\n", pid,
		 name, flags);
	scratch_text(s, path, text);
	snprintf(path, sizeof(path), "proc/%u/schedstat", pid);
	scratch_text(s, path, schedstat);
}

enum { KERNEL = 0x00208040, USER = 0x00400000 };

static void test_finds_kernel_threads(void **state)
{
	struct scratch *s = *state;
	struct table t;

	thread_make(s, 40, "khugepaged", KERNEL, "7 1 1\n");
	thread_make(s, 41, "kswapd1", KERNEL, "6 1 1\n");
	thread_make(s, 42, "kswapd0", KERNEL, "5 1 1\n");
	thread_make(s, 43, "kcompactd10", KERNEL, "4 1 1\n");
	thread_make(s, 44, "kcompactd2", KERNEL, "3 1 1\n");
	thread_make(s, 45, "kswapd0", USER, "99 1 1\n");
	thread_make(s, 46, "kswapdx", KERNEL, "99 1 1\n");
	thread_make(s, 47, "a) b", USER, "99 1 1\n");
	assert_int_equal(table_open(&t, &frag_collector_kthreads, s->path), 0);
	columns_check(&t);
	assert_int_equal(t.c.shape.ncolumns, 5);
	assert_int_equal(column_find(&t, "kcompactd2_ns"), 0);
	assert_int_equal(column_find(&t, "khugepaged_ns"), 4);
	assert_int_equal(table_read(&t), 0);
	cell_is(&t, "", "kcompactd2_ns", 3);
	cell_is(&t, "", "kcompactd10_ns", 4);
	cell_is(&t, "", "kswapd0_ns", 5);
	cell_is(&t, "", "kswapd1_ns", 6);
	cell_is(&t, "", "khugepaged_ns", 7);
	table_close(&t);
}

static void test_times_that_are_none(void **state)
{
	struct scratch *s = *state;
	struct table t;

	thread_make(s, 40, "kswapd0", KERNEL, "5 1 1\n");
	assert_int_equal(table_open(&t, &frag_collector_kthreads, s->path), 0);
	/* A kernel without these statistics prints zeroes. */
	scratch_text(s, "proc/40/schedstat", "0 0 0\n");
	assert_int_equal(table_read(&t), 0);
	cell_is(&t, "", "kswapd0_ns", FRAG_ABSENT);
	scratch_text(s, "proc/40/schedstat", "x\n");
	assert_int_equal(table_read(&t), -EINVAL);
	scratch_text(s, "proc/40/schedstat", "");
	assert_int_equal(table_read(&t), -EINVAL);
	table_close(&t);
}

/* A descriptor of a process that has ended reads ESRCH, as for a thread. */
static void test_a_thread_ends(void **state)
{
	struct scratch *s = *state;
	struct table t;
	char path[64];
	int pipes[2];
	pid_t pid;

	assert_int_equal(pipe(pipes), 0);
	pid = fork();
	if (!pid) {
		char c;

		close(pipes[1]);
		_exit(read(pipes[0], &c, 1) == 0 ? 0 : 1);
	}
	close(pipes[0]);
	thread_make(s, 40, "kswapd0", KERNEL, "5 1 1\n");
	unlinkat(s->fd, "proc/40/schedstat", 0);
	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)pid);
	assert_int_equal(symlinkat(path, s->fd, "proc/40/schedstat"), 0);
	if (table_open(&t, &frag_collector_kthreads, s->path)) {
		close(pipes[1]);
		waitpid(pid, NULL, 0);
		skip();
	}
	assert_int_equal(table_read(&t), 0);
	close(pipes[1]);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(table_read(&t), 0);
	cell_is(&t, "", "kswapd0_ns", FRAG_ABSENT);
	table_close(&t);
}

static void test_recorded_machine_has_none(void **state)
{
	struct frag_error e;

	(void)state;
	assert_int_equal(open_fails(&frag_collector_kthreads,
				    machine("6.12-used"), &e),
			 -ENOENT);
	assert_non_null(strstr(e.why, "recorded machine"));
	assert_int_equal(open_fails(&frag_collector_kthreads, "/nowhere", &e),
			 -ENOENT);
}

static void test_this_machine(void **state)
{
	struct table t;
	int rc = table_open(&t, &frag_collector_kthreads, "");

	(void)state;
	if (rc == -ENOENT)
		skip();
	assert_int_equal(rc, 0);
	assert_int_equal(table_read(&t), 0);
	table_close(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(test_finds_kernel_threads),
		SCRATCH_TEST(test_times_that_are_none),
		SCRATCH_TEST(test_a_thread_ends),
		cmocka_unit_test(test_recorded_machine_has_none),
		cmocka_unit_test(test_this_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
