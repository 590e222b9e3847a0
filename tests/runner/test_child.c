// SPDX-License-Identifier: GPL-2.0-or-later
/* A child as it shows in /proc, and that it ends with who forked it. */
#include "child.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/source.h"
#include "scratch.h"

/* Whether all is as promised, seen from within. */
static int as_promised(void)
{
	char text[64];
	int death = 0;

	return getpgid(0) == getpid() && !prctl(PR_GET_PDEATHSIG, &death) &&
	       death == SIGKILL &&
	       frag_slurp("", "/proc/self/oom_score_adj", text, sizeof(text)) ==
		       4 &&
	       !strcmp(text, "1000") &&
	       frag_slurp("", "/proc/self/comm", text, sizeof(text)) > 0 &&
	       !strcmp(text, "a-child") && signal(SIGINT, SIG_DFL) == SIG_DFL &&
	       signal(SIGTERM, SIG_DFL) == SIG_DFL &&
	       signal(SIGHUP, SIG_DFL) == SIG_DFL;
}

static void test_begin(void **state)
{
	pid_t parent = getpid();
	int status;
	pid_t pid;

	(void)state;
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	pid = fork();
	if (!pid) {
		frag_child_begin("a-child", parent);
		_exit(as_promised() ? 7 : 8);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	signal(SIGHUP, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 7);
}

/* The parent was gone before the child could tie itself to it. */
static void test_too_late(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	pid = fork();
	if (!pid) {
		frag_child_begin("a-child", getpid());
		_exit(7);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_begin),
		cmocka_unit_test(test_too_late),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
