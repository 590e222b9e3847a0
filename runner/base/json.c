// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes JSON files so that no half of one is ever seen. */
#include "json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int side_write(int dirfd, const char *side, const json_t *json)
{
	int fd = openat(dirfd, side, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
			0644);
	int rc = 0;

	if (fd < 0)
		return -errno;
	errno = 0;
	if (json_dumpfd(json, fd, JSON_INDENT(1) | JSON_REAL_PRECISION(12)) ||
	    write(fd, "\n", 1) != 1 || fsync(fd))
		rc = errno ? -errno : -EIO;
	if (close(fd) && !rc)
		rc = -errno;
	return rc;
}

int frag_json_write(int dirfd, const char *name, const json_t *json,
		    struct frag_error *e)
{
	char side[128];
	int rc;

	snprintf(side, sizeof(side), ".%s.new", name);
	rc = side_write(dirfd, side, json);
	if (!rc && renameat(dirfd, side, dirfd, name))
		rc = -errno;
	if (!rc)
		return 0;
	unlinkat(dirfd, side, 0);
	return frag_fail(e, rc, "cannot write %s", name);
}

json_t *frag_json_read(int dirfd, const char *name, struct frag_error *e)
{
	int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC);
	json_error_t why;
	json_t *json;

	if (fd < 0) {
		frag_fail(e, -errno, "cannot open %s", name);
		return NULL;
	}
	json = json_loadfd(fd, 0, &why);
	close(fd);
	if (!json) {
		frag_fail(e, 0, "%s is not JSON", name);
		frag_error_why(e, "line %d: %s", why.line, why.text);
	}
	return json;
}

json_t *frag_json_text(const char *text)
{
	json_t *json = json_string(text);
	char clean[1024];
	size_t n = 0;

	if (json)
		return json;
	for (; text[n] && n + 1 < sizeof(clean); n++)
		clean[n] = (unsigned char)text[n] < 0x80 ? text[n] : '?';
	clean[n] = '\0';
	return json_string(clean);
}

json_t *frag_json_index(int thousandths)
{
	return json_real(thousandths / 1000.0);
}
