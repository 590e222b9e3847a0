// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads kernel files: how often, how far, and what to say when one is not
 * there. */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "units.h"

enum { FIRST_CAPACITY = 8192, LARGEST_CAPACITY = 64 << 20 };

static void mend_say(const char *path, int errnum, struct frag_error *e)
{
	if (!strncmp(path, "/sys/kernel/debug/", 18))
		frag_error_mend(e, "mount -t debugfs none /sys/kernel/debug");
	else if (!strncmp(path, "/sys/kernel/tracing/", 20))
		frag_error_mend(e, "mount -t tracefs none /sys/kernel/tracing");
	else if (errnum == -EACCES || errnum == -EPERM)
		frag_error_mend(e, "run as root");
}

static int source_grow(struct frag_source *s)
{
	size_t capacity = s->capacity ? s->capacity * 2 : FIRST_CAPACITY;
	char *buf;

	if (capacity > LARGEST_CAPACITY)
		return -ENOBUFS;
	buf = realloc(s->buf, capacity);
	if (!buf)
		return -ENOMEM;
	s->buf = buf;
	s->capacity = capacity;
	return 0;
}

int frag_source_read(struct frag_source *s)
{
	size_t length = 0;

	s->length = 0;
	for (;;) {
		ssize_t n;

		if (length == s->capacity)
			return -ENOBUFS;
		n = pread(s->fd, s->buf + length, s->capacity - length,
			  (off_t)length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;
		length += (size_t)n;
	}
	s->length = length;
	return 0;
}

int frag_source_open(struct frag_source *s, const char *root, const char *path,
		     struct frag_error *e)
{
	char full[PATH_MAX];
	int rc;

	memset(s, 0, sizeof(*s));
	s->fd = -1;
	if (snprintf(full, sizeof(full), "%s%s", root, path) >= PATH_MAX)
		return frag_fail(e, -ENAMETOOLONG, "%s%s", root, path);
	s->fd = open(full, O_RDONLY | O_CLOEXEC);
	rc = s->fd < 0 ? -errno : source_grow(s);
	while (!rc && (rc = frag_source_read(s)) == -ENOBUFS)
		rc = source_grow(s);
	/* Room for what may still come: a zone, a counter, longer numbers. */
	if (!rc && s->length * 2 > s->capacity)
		rc = source_grow(s);
	if (!rc)
		return 0;
	frag_source_close(s);
	frag_fail(e, rc, "cannot read %s", full);
	mend_say(path, rc, e);
	return rc;
}

void frag_source_close(struct frag_source *s)
{
	if (s->fd >= 0)
		close(s->fd);
	free(s->buf);
	memset(s, 0, sizeof(*s));
	s->fd = -1;
}

static int file_read(int fd, char *buf, size_t size)
{
	size_t length = 0;
	ssize_t n = 1;

	while (n && length < size) {
		n = read(fd, buf + length, size - length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		length += (size_t)n;
	}
	if (length == size)
		return -ENOBUFS;
	while (length && buf[length - 1] == '\n')
		length--;
	buf[length] = '\0';
	return (int)length;
}

int frag_slurp(const char *root, const char *path, char *buf, size_t size)
{
	char full[PATH_MAX];
	int fd;
	int rc;

	buf[0] = '\0';
	if (snprintf(full, sizeof(full), "%s%s", root, path) >= PATH_MAX)
		return -ENAMETOOLONG;
	fd = open(full, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	rc = file_read(fd, buf, size);
	close(fd);
	return rc;
}

struct frag_text frag_head(const char *root, const char *path, char *buf,
			   size_t size)
{
	char full[PATH_MAX];
	ssize_t n;
	int fd;

	if (snprintf(full, sizeof(full), "%s%s", root, path) >= PATH_MAX)
		return frag_text_of(buf, 0);
	fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return frag_text_of(buf, 0);
	n = read(fd, buf, size);
	close(fd);
	return frag_text_of(buf, n < 0 ? 0 : (size_t)n);
}

int frag_slurp_u64(const char *root, const char *path, uint64_t *value)
{
	char buf[256];
	int rc = frag_slurp(root, path, buf, sizeof(buf));

	return rc < 0 ? rc : frag_parse_count(buf, value);
}

int frag_spit(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	size_t n = strlen(text);
	ssize_t done;
	int rc = 0;

	if (fd < 0)
		return -errno;
	done = write(fd, text, n);
	if (done < 0)
		rc = -errno;
	else if ((size_t)done != n)
		rc = -EIO;
	if (close(fd) && !rc)
		rc = -errno;
	return rc;
}

int frag_meminfo(const char *root, const char *name, uint64_t *bytes)
{
	struct frag_text line;
	struct frag_text t;
	char buf[8192] = "";
	int n = frag_slurp(root, "/proc/meminfo", buf, sizeof(buf));

	if (n < 0)
		return n;
	t = frag_text_of(buf, (size_t)n);
	while (frag_text_line(&t, &line)) {
		uint64_t kib;

		if (!frag_text_take(&line, name) || !frag_text_take(&line, ":"))
			continue;
		if (!frag_text_u64(&line, &kib))
			return -EINVAL;
		*bytes = kib * FRAG_KIB;
		return 0;
	}
	return -ENOENT;
}
