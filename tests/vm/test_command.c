// SPDX-License-Identifier: GPL-2.0-or-later
/* Programs of others: what they say, how they end, and that they can be ended. */
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "scratch.h"
#include "stop.h"
#include "vm/debian/command.h"

/* What a shell makes of @script. */
static int shell(struct scratch *s, const char *script, char **out,
		 struct frag_error *e)
{
	const char *const argv[] = { "sh", "-c", script, NULL };
	char log[PATH_MAX + 8];
	struct frag_command c = { .argv = argv, .folder = s->path, .log = log };

	snprintf(log, sizeof(log), "%s/log", s->path);
	*e = (struct frag_error){ 0 };
	return frag_command_run(&c, out, e);
}

static void test_output(void **state)
{
	struct frag_error e;
	struct scratch s;
	char *out, *log;

	(void)state;
	scratch_make(&s);
	assert_int_equal(
		shell(&s, "echo $LC_ALL; pwd; cat; echo no >&2", &out, &e), 0);
	assert_int_equal(strncmp(out, "C\n/", 3), 0);
	free(out);
	/* More than a pipe and the first buffer hold. */
	assert_int_equal(shell(&s, "head -c 300000 /dev/zero | tr '\\0' x",
			       &out, &e),
			 0);
	assert_int_equal(strspn(out, "x"), 300000);
	assert_int_equal(strlen(out), 300000);
	free(out);
	/* Not asked for, it is in the log. */
	assert_int_equal(shell(&s, "echo yes", NULL, &e), 0);
	log = file_read(s.path, "/log", NULL);
	assert_string_equal(log, "no\nyes\n");
	free(log);
	scratch_remove(&s);
}

static void test_failures(void **state)
{
	static const char *const missing[] = { "no-such-program", NULL };
	struct frag_command c = { .argv = missing, .log = "/dev/null" };
	struct frag_error e;
	struct scratch s;
	char *out;

	(void)state;
	scratch_make(&s);
	assert_int_equal(shell(&s, "echo one; echo two >&2; exit 3", &out, &e),
			 -EIO);
	assert_string_equal(out, "one\n");
	free(out);
	assert_string_equal(e.what, "sh failed");
	assert_string_equal(e.why, "two");
	assert_int_equal(strncmp(e.mend, "less /", 6), 0);
	assert_int_equal(shell(&s, "exit 3", NULL, &e), -EIO);
	assert_string_equal(e.why, "it ended with code 3");
	/* apt's own word for it, and much behind it. */
	assert_int_equal(shell(&s, "echo 'E: it' >&2; echo 'N: x' >&2; exit 1",
			       NULL, &e),
			 -EIO);
	assert_string_equal(e.why, "E: it");
	assert_int_equal(shell(&s, "kill -9 $$", NULL, &e), -EIO);
	assert_string_equal(e.why, "it ended with code 137");
	e = (struct frag_error){ 0 };
	assert_int_equal(frag_command_run(&c, NULL, &e), -ENOENT);
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_CANNOT);
	/* A log that leads elsewhere is none of ours. */
	assert_int_equal(unlinkat(s.fd, "log", 0), 0);
	assert_int_equal(symlinkat("victim", s.fd, "log"), 0);
	assert_int_equal(shell(&s, "echo x", NULL, &e), -ELOOP);
	assert_int_equal(faccessat(s.fd, "victim", F_OK, 0), -1);
	scratch_remove(&s);
}

/* Run @part in a process of its own, which is to end within a minute. */
static void apart(void (*part)(struct scratch *s))
{
	struct scratch s;
	int status;
	pid_t pid;

	scratch_make(&s);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		signal(SIGALRM, SIG_DFL);
		alarm(60);
		part(&s);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	scratch_remove(&s);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		fail_msg("status %x", (unsigned)status);
}

/* A signal that had come before there was anybody to pass it on to. */
static void stopped_before(struct scratch *s)
{
	struct frag_error e;
	char *out;

	frag_stop = SIGTERM;
	if (shell(s, "exec sleep 600", &out, &e) != -EINTR ||
	    strcmp(e.what, "sh was stopped"))
		_exit(1);
	free(out);
	if (shell(s, "exec sleep 600", NULL, &e) != -EINTR)
		_exit(2);
}

/* One that only we have, and that the program survives for a while. */
static void stopped_within(struct scratch *s)
{
	struct itimerspec when = { .it_value = { .tv_nsec = 300000000 } };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL,
				  .sigev_signo = SIGINT };
	struct frag_error e;
	timer_t timer;

	frag_stop_on_signals();
	if (timer_create(CLOCK_MONOTONIC, &event, &timer) ||
	    timer_settime(timer, 0, &when, NULL))
		_exit(1);
	if (shell(s, "trap 'echo told >&2; exit 1' TERM; while :; do :; done",
		  NULL, &e) != -EINTR)
		_exit(2);
	if (strcmp(e.why, "a signal asked for it"))
		_exit(3);
}

static void test_stopped_before(void **state)
{
	(void)state;
	apart(stopped_before);
}

static void test_stopped_within(void **state)
{
	(void)state;
	apart(stopped_within);
}

#ifdef __SANITIZE_ADDRESS__
static void test_memory_none(void **state)
{
	(void)state;
	print_message("skipped: AddressSanitizer wants more address space\n");
	skip();
}
#else
/* Without memory for what it says, a program that never ends is not waited
 * for. */
static void memory_none(struct scratch *s)
{
	struct rlimit limit = { 256 << 20, 256 << 20 };
	struct frag_error e;
	char *out;

	if (setrlimit(RLIMIT_AS, &limit))
		_exit(1);
	if (shell(s, "exec yes", &out, &e) != -ENOMEM || out)
		_exit(2);
}

static void test_memory_none(void **state)
{
	(void)state;
	apart(memory_none);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_output),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_stopped_before),
		cmocka_unit_test(test_stopped_within),
		cmocka_unit_test(test_memory_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
