// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs a program with its output kept, and finds in it why it failed. */
#include "vm/debian/command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stop.h"

enum { NOT_FOUND = 127, TAIL = 4096 };

static void child_exec(const struct frag_command *c, int log, int out)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGINT, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	setenv("LC_ALL", "C", 1);
	if (dup2(null, 0) == 0 && dup2(out < 0 ? log : out, 1) == 1 &&
	    dup2(log, 2) == 2 && (!c->folder || !chdir(c->folder)))
		execvp(c->argv[0], (char *const *)c->argv);
	_exit(errno == ENOENT ? NOT_FOUND : 126);
}

/* Asked to stop, by a signal that only we have had: so is @pid. */
static void stop_pass(pid_t pid)
{
	if (frag_stop)
		kill(pid, SIGTERM);
}

/* All that comes from @fd, which @pid writes to; NULL without memory. */
static char *pipe_read(int fd, pid_t pid)
{
	size_t size = 1 << 16, n = 0;
	char *text = malloc(size);

	while (text) {
		ssize_t got = read(fd, text + n, size - n - 1);
		char *more;

		if (got < 0 && errno == EINTR) {
			stop_pass(pid);
			continue;
		}
		if (got <= 0)
			break;
		n += (size_t)got;
		if (size - n > 1)
			continue;
		more = realloc(text, size *= 2);
		if (!more)
			free(text);
		text = more;
	}
	if (text)
		text[n] = '\0';
	return text;
}

/*
 * The line that tells why, of what was written to @fd behind @from: apt says
 * "E:" for what made it fail, and then much more; else the last line there is.
 */
static void log_why(int fd, off_t from, struct frag_error *e)
{
	char text[TAIL + 1], *save, *why = NULL;
	off_t end = lseek(fd, 0, SEEK_END);
	ssize_t n;

	if (end - from > TAIL)
		from = end - TAIL;
	n = pread(fd, text, TAIL, from);
	if (n <= 0)
		return;
	text[n] = '\0';
	for (char *line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		bool is_error = !strncmp(line, "E: ", 3);

		if (is_error || !why || strncmp(why, "E: ", 3))
			why = line;
		if (is_error)
			break;
	}
	if (why)
		frag_error_why(e, "%s", why);
}

static int child_wait(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
		stop_pass(pid);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int child_verdict(const struct frag_command *c, int code, int log,
			 off_t from, struct frag_error *e)
{
	const char *name = c->argv[0];

	if (!code)
		return 0;
	if (frag_stop || code == 128 + SIGINT) {
		frag_fail(e, 0, "%s was stopped", name);
		frag_error_why(e, "a signal asked for it");
		return -EINTR;
	}
	if (code == NOT_FOUND) {
		frag_fail(e, -ENOENT, "cannot run %s", name);
		frag_error_exit(e, FRAG_EXIT_CANNOT);
		return -ENOENT;
	}
	frag_fail(e, 0, "%s failed", name);
	log_why(log, from, e);
	frag_error_why(e, "it ended with code %d", code);
	frag_error_mend(e, "less %s", c->log);
	return -EIO;
}

int frag_command_run(const struct frag_command *c, char **out,
		     struct frag_error *e)
{
	int log = open(c->log, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	int ends[2] = { -1, -1 };
	off_t from;
	pid_t pid;
	int rc;

	if (out)
		*out = NULL;
	if (log < 0)
		return frag_fail(e, -errno, "cannot open %s", c->log);
	from = lseek(log, 0, SEEK_END);
	if (out && pipe2(ends, O_CLOEXEC)) {
		rc = frag_fail(e, -errno, "cannot make a pipe");
		goto out;
	}
	pid = fork();
	if (!pid)
		child_exec(c, log, ends[1]);
	if (ends[1] >= 0)
		close(ends[1]);
	if (pid < 0) {
		rc = frag_fail(e, -errno, "cannot start %s", c->argv[0]);
		goto out;
	}
	if (out)
		*out = pipe_read(ends[0], pid);
	rc = child_verdict(c, child_wait(pid), log, from, e);
	if (!rc && out && !*out)
		rc = frag_fail(e, -ENOMEM, "cannot read from %s", c->argv[0]);
out:
	if (ends[0] >= 0)
		close(ends[0]);
	close(log);
	return rc;
}
