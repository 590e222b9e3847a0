// SPDX-License-Identifier: GPL-2.0-or-later
/* Who holds a lock, and who is told to wait: on files of the test's own, for
 * the machine's may be held by a run that goes on beside. */
#include "lock.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scratch.h"

struct bench {
	struct scratch s;
	int fd;
	struct frag_error e;
};

static int file_open(struct bench *b)
{
	char path[PATH_MAX + 16];

	snprintf(path, sizeof(path), "%s/lock", b->s.path);
	return open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

static int bench_set(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	scratch_make(&b->s);
	b->fd = file_open(b);
	assert_true(b->fd > 0);
	*state = b;
	return 0;
}

static int bench_clear(void **state)
{
	struct bench *b = *state;

	close(b->fd);
	scratch_remove(&b->s);
	free(b);
	return 0;
}

static pid_t holder(const struct bench *b)
{
	struct stat st;

	assert_int_equal(fstat(b->fd, &st), 0);
	return frag_lock_holder(&st);
}

/* A process that has taken the lock and waits; with @is_heir it has left it to
 * a child of its own, which lives on. */
static pid_t other_claim(struct bench *b, int *hold, bool is_heir)
{
	int ready[2] = { -1, -1 };
	int go[2] = { -1, -1 };
	char c = 0;
	pid_t pid;

	assert_int_equal(pipe(ready) || pipe(go), 0);
	pid = fork();
	if (!pid) {
		close(go[1]);
		c = frag_machine_claim(file_open(b), NULL) ? 'n' : 'y';
		if (is_heir && fork())
			_exit(0);
		(void)!write(ready[1], &c, 1);
		(void)!read(go[0], &c, 1);
		_exit(0);
	}
	close(go[0]);
	close(ready[1]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_int_equal(c, 'y');
	close(ready[0]);
	*hold = go[1];
	return pid;
}

static bool has_locks(void)
{
	return !access("/proc/locks", R_OK);
}

static void test_busy(void **state)
{
	struct bench *b = *state;
	char text[64];
	int hold;
	pid_t pid = other_claim(b, &hold, false);

	assert_int_equal(frag_machine_claim(b->fd, &b->e), -EBUSY);
	assert_int_equal(frag_error_code(&b->e), FRAG_EXIT_CANNOT);
	assert_non_null(strstr(b->e.what, "another fragbench run is at work"));
	if (has_locks()) {
		assert_int_equal(holder(b), pid);
		snprintf(text, sizeof(text), "process %d writes", (int)pid);
		assert_non_null(strstr(b->e.why, text));
		snprintf(text, sizeof(text), "kill %d", (int)pid);
		assert_non_null(strstr(b->e.mend, text));
	}
	close(hold);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	/* It has died, and nothing is left of it. */
	assert_int_equal(holder(b), -1);
	assert_int_equal(frag_machine_claim(b->fd, &b->e), 0);
}

/* The runner is gone, and the guardian that it has forked goes on: nobody is
 * told to kill a process that is none, or somebody else by now. */
static void test_heir(void **state)
{
	struct bench *b = *state;
	int hold;
	pid_t pid = other_claim(b, &hold, true);

	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(frag_machine_claim(b->fd, &b->e), -EBUSY);
	assert_string_equal(b->e.mend, "wait for it");
	if (has_locks())
		assert_int_equal(holder(b), 0);
	close(hold);
}

/* Taken again by who has it; given up by one for all who share it. */
static void test_shared(void **state)
{
	struct bench *b = *state;
	int other = file_open(b);
	int shared = dup(b->fd);

	assert_int_equal(frag_machine_claim(b->fd, &b->e), 0);
	assert_int_equal(frag_machine_claim(b->fd, &b->e), 0);
	assert_int_equal(frag_machine_claim(shared, &b->e), 0);
	assert_int_equal(frag_machine_claim(other, &b->e), -EBUSY);
	if (has_locks())
		assert_int_equal(holder(b), getpid());
	frag_machine_release(shared);
	assert_int_equal(frag_machine_claim(other, &b->e), 0);
	close(other);
	close(shared);
}

static void test_machine(void **state)
{
	int fd = frag_machine_open();

	(void)state;
	assert_true(frag_machine_has("/proc/sys/vm/swappiness"));
	assert_true(frag_machine_has("/sys/kernel/mm/ksm/run"));
	assert_false(frag_machine_has("/tmp/sys/vm/swappiness"));
	/* Nothing to take where nothing can be written. */
	assert_int_equal(frag_machine_claim(0, NULL), 0);
	frag_machine_release(0);
	if (access(FRAG_MACHINE_LOCK, W_OK)) {
		assert_int_equal(fd, 0);
		return;
	}
	assert_true(fd > 2);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_set, bench_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_busy),
		TEST(test_heir),
		TEST(test_shared),
		TEST(test_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
