// SPDX-License-Identifier: GPL-2.0-or-later
/* What /proc/locks says of a file, and what a run is told that comes second. */
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sysmacros.h>
#include <unistd.h>

int frag_machine_open(void)
{
	int fd = open(FRAG_MACHINE_LOCK, O_WRONLY | O_CLOEXEC);
	int high = fd < 0 ? fd : fcntl(fd, F_DUPFD_CLOEXEC, 3);

	if (fd >= 0)
		close(fd);
	return high < 0 ? 0 : high;
}

bool frag_machine_has(const char *path)
{
	return !strncmp(path, "/proc/", 6) || !strncmp(path, "/sys/", 5);
}

static int machine_busy(int fd, struct frag_error *e)
{
	struct stat st;
	pid_t pid = fstat(fd, &st) ? 0 : frag_lock_holder(&st);

	frag_fail(e, 0, "another fragbench run is at work");
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	if (pid > 0) {
		frag_error_why(e, "process %d writes the knobs of this machine",
			       (int)pid);
		frag_error_mend(e, "wait for it, or stop it: kill %d",
				(int)pid);
	} else {
		frag_error_why(e, "its guardian puts the knobs of this machine "
				  "back, or it is in a container");
		frag_error_mend(e, "wait for it");
	}
	return -EBUSY;
}

int frag_machine_claim(int fd, struct frag_error *e)
{
	if (fd <= 0 || !flock(fd, LOCK_EX | LOCK_NB))
		return 0;
	if (errno == EWOULDBLOCK)
		return machine_busy(fd, e);
	return frag_fail(e, -errno, "cannot lock %s", FRAG_MACHINE_LOCK);
}

void frag_machine_release(int fd)
{
	if (fd > 0)
		(void)flock(fd, LOCK_UN);
}

/* "2: FLOCK  ADVISORY  WRITE 7271 fe:00:10953429 0 EOF"; one that waits has an
 * arrow. The device may be another than stat(2) tells (btrfs), and is left out:
 * one of the same number elsewhere would be named in the place of ours. */
static bool lock_parse(const char *line, const struct stat *st, pid_t *pid)
{
	int number;
	unsigned major;
	unsigned minor;
	uintmax_t inode;

	return sscanf(line, "%*d: FLOCK %*s WRITE %d %x:%x:%ju", &number,
		      &major, &minor, &inode) == 4 &&
	       inode == (uintmax_t)st->st_ino && (*pid = (pid_t)number, true);
}

pid_t frag_lock_holder(const struct stat *st)
{
	char line[256];
	pid_t pid = -1;
	FILE *f = fopen("/proc/locks", "re");

	while (f && pid < 0 && fgets(line, sizeof(line), f))
		if (lock_parse(line, st, &pid))
			pid = pid > 0 && (!kill(pid, 0) || errno == EPERM) ? pid
									   : 0;
	if (f)
		fclose(f);
	return pid;
}
