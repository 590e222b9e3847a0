// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a command cost, itself and all that it started: runs it and appends
 * "cpu_seconds wall_seconds max_rss_kib" to a file. It adopts and waits for
 * whatever the command leaves behind, so that nothing goes uncounted.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t child;

static void pass_on(int signum)
{
	if (child > 0)
		kill((pid_t)child, signum);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* Wait for all children; the code of the first one, the command itself. */
static int wait_all(void)
{
	int code = 127;

	for (;;) {
		int status;
		pid_t pid = wait(&status);

		if (pid < 0 && errno == EINTR)
			continue;
		if (pid < 0)
			return code;
		if (pid == (pid_t)child)
			code = WIFEXITED(status) ? WEXITSTATUS(status)
						 : 128 + WTERMSIG(status);
	}
}

int main(int argc, char **argv)
{
	struct sigaction act = { .sa_handler = pass_on };
	struct rusage used;
	double start = now();
	FILE *out;
	int code;

	if (argc < 3) {
		fprintf(stderr, "usage: cputime FILE COMMAND...\n");
		return 2;
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1UL);
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	child = fork();
	if (!child) {
		execvp(argv[2], argv + 2);
		fprintf(stderr, "cputime: %s: %s\n", argv[2], strerror(errno));
		_exit(127);
	}
	code = wait_all();
	getrusage(RUSAGE_CHILDREN, &used);
	out = fopen(argv[1], "a");
	if (!out) {
		fprintf(stderr, "cputime: %s: %s\n", argv[1], strerror(errno));
		return 4;
	}
	fprintf(out, "%.6f %.3f %ld\n",
		seconds(used.ru_utime) + seconds(used.ru_stime), now() - start,
		used.ru_maxrss);
	return fclose(out) ? 4 : code;
}
