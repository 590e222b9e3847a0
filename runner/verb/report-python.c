// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds the scripts that draw a report and a Python that can run them. */
#include "verb/report-python.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Beside the binary: in the source tree of a build, or where it is installed. */
int frag_script_find(char *path, size_t size, const char *name,
		     struct frag_error *e)
{
	static const char *const below[] = { "../analysis/report",
					     "../share/fragbench/report" };
	const char *given = getenv("FRAGBENCH_REPORT_DIR");
	char exe[PATH_MAX] = "";

	if (given && *given) {
		snprintf(path, size, "%s/%s", given, name);
		if (!access(path, R_OK))
			return 0;
	} else if (readlink("/proc/self/exe", exe, sizeof(exe) - 1) > 0) {
		*strrchr(exe, '/') = '\0';
		for (unsigned i = 0; i < 2; i++) {
			snprintf(path, size, "%s/%s/%s", exe, below[i], name);
			if (!access(path, R_OK))
				return 0;
		}
	}
	frag_fail(e, -ENOENT, "cannot find the scripts that draw the report");
	frag_error_mend(e, "FRAGBENCH_REPORT_DIR=SOURCES/analysis/report "
			   "fragbench report ...");
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return -ENOENT;
}

static void python_exec(const char *const *args, const char *python)
{
	const char **argv;
	unsigned n = 0;
	sigset_t none;

	while (args[n])
		n++;
	argv = calloc(n + 3, sizeof(*argv));
	if (!argv)
		_exit(FRAG_PYTHON_NOT_FOUND);
	argv[0] = python;
	argv[1] = "-B";
	memcpy(argv + 2, args, n * sizeof(*argv));
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(python, (char *const *)argv);
	_exit(FRAG_PYTHON_NOT_FOUND);
}

/* Run the script; returns its exit code, 128 + the signal that ended it, or a
 * negative errno. */
static int python_run(const char *const *args, const char *python)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (!pid)
		python_exec(args, python);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int frag_python_run(const char *const *args)
{
	static const char *const usual[] = { "/usr/bin/python3", "python3" };
	const char *given = getenv("FRAGBENCH_PYTHON");
	int code = FRAG_PYTHON_NOT_FOUND;

	if (given && *given)
		return python_run(args, given);
	for (unsigned i = 0; i < 2; i++) {
		code = python_run(args, usual[i]);
		if (code != FRAG_PYTHON_NO_MODULES &&
		    code != FRAG_PYTHON_NOT_FOUND)
			break;
	}
	return code;
}

int frag_python_fail(int code, const char *what, struct frag_error *e)
{
	if (code < 0)
		return frag_fail(e, code, "cannot start Python");
	frag_fail(e, 0, "cannot draw %s", what);
	if (code == FRAG_PYTHON_NO_MODULES || code == FRAG_PYTHON_NOT_FOUND) {
		frag_error_why(e, "no Python with matplotlib and jinja2");
		frag_error_mend(e, "apt-get install python3-matplotlib "
				   "python3-jinja2");
		frag_error_exit(e, FRAG_EXIT_CANNOT);
	} else {
		frag_error_why(e,
			       "Python ended with code %d; its own words "
			       "stand above",
			       code);
	}
	return -EIO;
}
