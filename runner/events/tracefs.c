// SPDX-License-Identifier: GPL-2.0-or-later
/* How tracefs is reached where it is mounted, and where it is not. */
#include "events/tracefs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/mount.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char mounted[] = "/sys/kernel/tracing";
static const char in_debugfs[] = "/sys/kernel/debug/tracing";

/* The folder @path, when it holds events/; else -1 and errno. */
static int folder_try(const char *root, const char *path)
{
	char full[PATH_MAX];
	int fd;

	if (snprintf(full, sizeof(full), "%s%s", root, path) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = open(full, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 && faccessat(fd, "events", R_OK | X_OK, AT_EACCESS)) {
		int why = errno;

		close(fd);
		errno = why;
		fd = -1;
	}
	return fd;
}

/* An instance that is mounted nowhere: it lives as long as its descriptor. */
static int detached_try(void)
{
	int fs = (int)syscall(SYS_fsopen, "tracefs", FSOPEN_CLOEXEC);
	int fd = -1;
	int why;

	if (fs < 0)
		return -1;
	if (!syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		fd = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, 0);
	why = errno;
	close(fs);
	errno = why;
	return fd;
}

static int tracefs_fail(int why, const char *root, struct frag_error *e)
{
	frag_fail(e, -why, "tracefs cannot be reached");
	if (*root)
		frag_error_mend(
			e,
			"record the machine anew: fragbench snapshot --save");
	else if (why == EPERM || why == EACCES)
		frag_error_mend(e, geteuid() ? "run as root"
					     : "run outside of the container");
	else if (why == ENODEV)
		frag_error_mend(e, "run on a kernel with CONFIG_FTRACE=y");
	else
		frag_error_mend(e, "mount -t tracefs none %s", mounted);
	return -why;
}

int frag_tracefs_open(struct frag_tracefs *t, const char *root,
		      struct frag_error *e)
{
	int why;

	t->source = mounted;
	t->fd = folder_try(root, mounted);
	if (t->fd >= 0)
		return 0;
	why = errno;
	if (!*root) {
		t->source = "a tracefs of its own, mounted nowhere";
		t->fd = detached_try();
		/* An empty folder that nothing is mounted on tells nothing. */
		why = t->fd < 0 ? errno : 0;
	}
	if (t->fd < 0) {
		t->source = in_debugfs;
		t->fd = folder_try(root, in_debugfs);
	}
	return t->fd >= 0 ? 0 : tracefs_fail(why, root, e);
}

void frag_tracefs_close(struct frag_tracefs *t)
{
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
}

int frag_tracefs_format(const struct frag_tracefs *t, const char *system,
			const char *name, char *buf, size_t size)
{
	char path[NAME_MAX];
	size_t length = 0;
	ssize_t n = 1;
	int fd;

	snprintf(path, sizeof(path), "events/%s/%s/format", system, name);
	fd = openat(t->fd, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	while (n > 0 && length < size) {
		n = read(fd, buf + length, size - length);
		length += n > 0 ? (size_t)n : 0;
	}
	n = n < 0 ? -errno : n;
	close(fd);
	if (n < 0)
		return (int)n;
	return length < size ? (int)length : -ENOBUFS;
}
