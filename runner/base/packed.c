// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads and writes files with gzip, so that nobody else need know whether a run
 * was kept compressed. */
#include "packed.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "write.h"

enum { CHUNK = 64 << 10, LARGEST = 256 << 20 };

static int gz_open(int dirfd, const char *name, int flags)
{
	char packed[NAME_MAX + 1];

	if (snprintf(packed, sizeof(packed), "%s.gz", name) > NAME_MAX)
		return -ENAMETOOLONG;
	flags = openat(dirfd, packed, flags | O_CLOEXEC, 0644);
	return flags < 0 ? -errno : flags;
}

/* All that @from holds to @to; gzread() takes what is no gzip as it is. */
static int stream_unpack(gzFile from, int to)
{
	static _Thread_local unsigned char buf[CHUNK];
	size_t total = 0;
	int rc = 0;
	int n;

	while (!rc && (n = gzread(from, buf, CHUNK)) > 0) {
		total += (size_t)n;
		rc = total > LARGEST ? -EFBIG : 0;
		rc = rc ? rc : frag_write_all(to, buf, (size_t)n);
	}
	if (!rc && (n < 0 || gzdirect(from)))
		rc = -EBADMSG;
	return rc;
}

/* Takes @fd over. */
static int file_unpack(int fd)
{
	gzFile from = gzdopen(fd, "rb");
	int to;
	int rc;

	if (!from) {
		close(fd);
		return -ENOMEM;
	}
	to = memfd_create("fragbench-packed", MFD_CLOEXEC);
	rc = to < 0 ? -errno : stream_unpack(from, to);
	/* a file that ends too early is told of only now */
	if (gzclose_r(from) != Z_OK && !rc)
		rc = -EBADMSG;
	if (!rc && lseek(to, 0, SEEK_SET))
		rc = -errno;
	if (!rc)
		return to;
	if (to >= 0)
		close(to);
	return rc;
}

int frag_packed_open(int dirfd, const char *name)
{
	int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		return fd;
	if (errno != ENOENT)
		return -errno;
	fd = gz_open(dirfd, name, O_RDONLY);
	return fd < 0 ? fd : file_unpack(fd);
}

bool frag_packed_is_there(int dirfd, const char *name)
{
	char packed[PATH_MAX + 16];

	if (!faccessat(dirfd, name, R_OK, 0))
		return true;
	if (errno != ENOENT)
		return false;
	snprintf(packed, sizeof(packed), "%s.gz", name);
	return !faccessat(dirfd, packed, R_OK, 0);
}

/* Takes @fd over. No time and no name stand in the file. */
static int file_pack(int fd, const void *data, size_t n)
{
	gzFile to = n > LARGEST ? NULL : gzdopen(fd, "wb9");
	int rc = 0;

	if (!to) {
		close(fd);
		return n > LARGEST ? -EFBIG : -ENOMEM;
	}
	if (gzwrite(to, data, (unsigned)n) != (int)n)
		rc = -EIO;
	if (gzclose_w(to) != Z_OK && !rc)
		rc = -EIO;
	return rc;
}

int frag_packed_write(int dirfd, const char *name, const void *data, size_t n,
		      size_t plain_up_to)
{
	int flags = O_WRONLY | O_CREAT | O_EXCL;
	int fd;
	int rc;

	if (n > plain_up_to) {
		fd = gz_open(dirfd, name, flags);
		return fd < 0 ? fd : file_pack(fd, data, n);
	}
	fd = openat(dirfd, name, flags | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	rc = frag_write_all(fd, data, n);
	if (close(fd) && !rc)
		rc = -errno;
	return rc;
}
