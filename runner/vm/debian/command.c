// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs a program with its output kept, and finds in it why it failed. */
#include "vm/debian/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stop.h"

enum { NOT_FOUND = 127, TAIL = 4096 };

static void child_exec(const struct frag_command *c, int log, int out)
{
	static const int ours[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	for (unsigned i = 0; i < sizeof(ours) / sizeof(*ours); i++)
		signal(ours[i], SIG_DFL);
	/* What came since the fork is for us, too. */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setenv("LC_ALL", "C", 1);
	if (dup2(null, 0) == 0 && dup2(out < 0 ? log : out, 1) == 1 &&
	    dup2(log, 2) == 2 && (!c->folder || !chdir(c->folder)))
		execvp(c->argv[0], (char *const *)c->argv);
	_exit(errno == ENOENT ? NOT_FOUND : 126);
}

/* The program while it runs. before: our signal mask, in which those that ask
 * us to stop are heard; they are blocked but while we wait. */
struct child {
	pid_t pid;
	sigset_t before;
};

static void stops_block(sigset_t *before)
{
	sigset_t stops;

	sigemptyset(&stops);
	sigaddset(&stops, SIGINT);
	sigaddset(&stops, SIGTERM);
	sigaddset(&stops, SIGHUP);
	sigprocmask(SIG_BLOCK, &stops, before);
}

/* Wait until there is something at @fd. Asked to stop, by a signal that only we
 * have had: so is the child. */
static void child_poll(const struct child *c, int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	do {
		if (frag_stop)
			kill(c->pid, SIGTERM);
	} while (ppoll(&p, 1, NULL, &c->before) < 0 && errno == EINTR);
}

/* All that comes from @fd, which the child writes to; NULL without memory. */
static char *pipe_read(const struct child *c, int fd)
{
	size_t size = 1 << 16, n = 0;
	char *text = malloc(size);

	while (text) {
		ssize_t got;
		char *more;

		child_poll(c, fd);
		got = read(fd, text + n, size - n - 1);
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

static int child_wait(const struct child *c)
{
	int fd = (int)syscall(SYS_pidfd_open, c->pid, 0);
	int status;

	if (fd >= 0) {
		child_poll(c, fd);
		close(fd);
	}
	if (waitpid(c->pid, &status, 0) < 0)
		return -errno;
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

/* Start it, with its stdout to @out; its pid, or a negative errno. */
static pid_t child_start(const struct frag_command *c, int log, int out)
{
	pid_t pid = fork();

	if (!pid)
		child_exec(c, log, out);
	return pid < 0 ? -errno : pid;
}

/* Run it to its end; its exit code, 128 and more for a signal. */
static int child_run(const struct frag_command *c, int log, char **out,
		     struct frag_error *e)
{
	struct child child;
	int ends[2] = { -1, -1 };
	int rc;

	if (out && pipe2(ends, O_CLOEXEC))
		return frag_fail(e, -errno, "cannot make a pipe");
	stops_block(&child.before);
	child.pid = child_start(c, log, ends[1]);
	if (out)
		close(ends[1]);
	if (child.pid > 0 && out)
		*out = pipe_read(&child, ends[0]);
	/* Before we wait: it may be writing still. */
	if (out)
		close(ends[0]);
	rc = child.pid < 0
		     ? frag_fail(e, child.pid, "cannot start %s", c->argv[0])
		     : child_wait(&child);
	sigprocmask(SIG_SETMASK, &child.before, NULL);
	return rc < 0 ? frag_fail(e, rc, "cannot wait for %s", c->argv[0]) : rc;
}

int frag_command_run(const struct frag_command *c, char **out,
		     struct frag_error *e)
{
	int log = open(c->log,
		       O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW,
		       0644);
	off_t from;
	int rc;

	if (out)
		*out = NULL;
	if (log < 0)
		return frag_fail(e, -errno, "cannot open %s", c->log);
	from = lseek(log, 0, SEEK_END);
	rc = child_run(c, log, out, e);
	if (rc >= 0 && out && !*out)
		rc = frag_fail(e, -ENOMEM, "cannot read from %s", c->argv[0]);
	else if (rc >= 0)
		rc = child_verdict(c, rc, log, from, e);
	close(log);
	return rc;
}
