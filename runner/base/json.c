// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes JSON files so that no half of one is ever seen. */
#include "json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "packed.h"
#include "write.h"

static int text_write(int fd, const char *text)
{
	int rc = frag_write_all(fd, text, strlen(text));

	if (!rc)
		rc = frag_write_all(fd, "\n", 1);
	if (!rc && fsync(fd))
		rc = -errno;
	return rc;
}

static int side_write(int dirfd, const char *side, const json_t *json)
{
	int fd = openat(dirfd, side, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
			0644);
	char *text;
	int rc;

	if (fd < 0)
		return -errno;
	/* Whole in memory first: jansson would write it a few bytes a call. */
	text = json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(12));
	rc = text ? text_write(fd, text) : -ENOMEM;
	free(text);
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

/* The whole file in memory; jansson would read it byte by byte. */
static char *file_text(int fd, size_t *length)
{
	struct stat st;
	char *text = NULL;
	ssize_t n = 0;

	if (!fstat(fd, &st) && st.st_size >= 0)
		text = malloc((size_t)st.st_size + 1);
	*length = 0;
	while (text && *length < (size_t)st.st_size &&
	       (n = read(fd, text + *length, (size_t)st.st_size - *length)) > 0)
		*length += (size_t)n;
	if (text && n >= 0)
		return text;
	free(text);
	return NULL;
}

json_t *frag_json_read(int dirfd, const char *name, struct frag_error *e)
{
	int fd = frag_packed_open(dirfd, name);
	json_error_t why;
	json_t *json;
	size_t length;
	char *text;

	if (fd < 0) {
		frag_fail(e, fd, "cannot open %s", name);
		return NULL;
	}
	text = file_text(fd, &length);
	close(fd);
	if (!text) {
		frag_fail(e, -EIO, "cannot read %s", name);
		return NULL;
	}
	json = json_loadb(text, length, 0, &why);
	free(text);
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
