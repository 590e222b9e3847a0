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
int frag_script_find(char *path, size_t size, struct frag_error *e)
{
	static const char *const below[] = { "../analysis/report",
					     "../share/fragbench/report" };
	const char *given = getenv("FRAGBENCH_REPORT_DIR");
	char exe[PATH_MAX] = "";

	if (given && *given) {
		snprintf(path, size, "%s/report.py", given);
		if (!access(path, R_OK))
			return 0;
	} else if (readlink("/proc/self/exe", exe, sizeof(exe) - 1) > 0) {
		*strrchr(exe, '/') = '\0';
		for (unsigned i = 0; i < 2; i++) {
			snprintf(path, size, "%s/%s/report.py", exe, below[i]);
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

static void python_exec(const struct frag_drawing *d, const char *python)
{
	const char *svg = d->svg ? "--svg" : NULL;
	const char *argv[] = { python,	  "-B", d->script, d->run,
			       d->folder, svg,	NULL };
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(python, (char *const *)argv);
	_exit(FRAG_PYTHON_NOT_FOUND);
}

/* Run the script; returns its exit code, 128 + the signal that ended it, or a
 * negative errno. */
static int python_run(const struct frag_drawing *d, const char *python)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (!pid)
		python_exec(d, python);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int frag_python_draw(const struct frag_drawing *d)
{
	static const char *const usual[] = { "/usr/bin/python3", "python3" };
	const char *given = getenv("FRAGBENCH_PYTHON");
	int code = FRAG_PYTHON_NOT_FOUND;

	if (given && *given)
		return python_run(d, given);
	for (unsigned i = 0; i < 2; i++) {
		code = python_run(d, usual[i]);
		if (code != FRAG_PYTHON_NO_MODULES &&
		    code != FRAG_PYTHON_NOT_FOUND)
			break;
	}
	return code;
}
