// SPDX-License-Identifier: GPL-2.0-or-later
/* How the command of a verb is begun, watched and told to end. */
#include "verb/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stop.h"

_Noreturn static void command_exec(char **argv, int go)
{
	char c;

	if (read(go, &c, 1) != 1)
		_exit(0);
	execvp(argv[0], argv);
	fprintf(stderr, "fragbench: cannot run %s: %s\n", argv[0],
		strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

int frag_command_start(struct frag_command *c, char **argv,
		       struct frag_error *e)
{
	int pipes[2];
	int rc = 0;

	*c = (struct frag_command){ .pidfd = -1, .go = -1 };
	if (!argv || !argv[0])
		return 0;
	if (pipe2(pipes, O_CLOEXEC))
		return frag_fail(e, -errno, "cannot start %s", argv[0]);
	c->pid = fork();
	if (!c->pid) {
		close(pipes[1]);
		command_exec(argv, pipes[0]);
	}
	if (c->pid < 0)
		rc = -errno;
	else
		c->pidfd = (int)syscall(SYS_pidfd_open, c->pid, 0);
	if (!rc && c->pidfd < 0)
		rc = -errno;
	close(pipes[0]);
	c->go = pipes[1];
	return rc ? frag_fail(e, rc, "cannot start %s", argv[0]) : 0;
}

int frag_command_go(const struct frag_command *c, struct frag_error *e)
{
	if (c->go < 0 || write(c->go, "g", 1) == 1)
		return 0;
	return frag_fail(e, -errno, "cannot start the command");
}

bool frag_command_is_over(const struct frag_command *c)
{
	struct pollfd p = { c->pidfd, POLLIN, 0 };

	return c->pid > 0 && poll(&p, 1, 0) > 0;
}

int frag_command_end(struct frag_command *c)
{
	int status = 0;

	if (c->go >= 0)
		close(c->go);
	if (c->pid <= 0)
		return 0;
	/* Asked once more to stop: the command is asked, too. */
	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
		if (frag_stop)
			kill(c->pid, frag_stop);
	close(c->pidfd);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

void frag_command_stop(const struct frag_command *c)
{
	bool is_typed =
		frag_stop == SIGINT && tcgetpgrp(STDIN_FILENO) == getpgrp();

	if (c->pid > 0 && frag_stop && !is_typed)
		kill(c->pid, frag_stop);
}
