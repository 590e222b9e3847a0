// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Copies kernel files into the record of a machine: which side failed, what is
 * a knob that can only be written, and that links in /sys lead anywhere.
 */
#include "verb/snapshot-save.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/write.h"

enum { CHUNK = 65536 };

void frag_save_leave_out(struct frag_save *s, const char *path, const char *why)
{
	for (unsigned i = 0; i < s->nleft; i++)
		if (!strcmp(s->left[i].path, path))
			return;
	if (s->nleft == FRAG_LEFT_OUT_MAX) {
		s->more_left++;
		return;
	}
	snprintf(s->left[s->nleft].path, sizeof(s->left[0].path), "%s", path);
	snprintf(s->left[s->nleft].why, sizeof(s->left[0].why), "%s", why);
	s->nleft++;
}

/* --- one file --------------------------------------------------------------- */

static int write_fail(const char *full, int rc, struct frag_error *e)
{
	frag_fail(e, rc, "cannot write %.200s", full);
	frag_error_mend(e, "remove the incomplete folder, make room, repeat");
	return rc;
}

/* Make @full and the folders above it; -EEXIST when it was saved before. */
static int target_open(const char *full, struct frag_error *e)
{
	char above[PATH_MAX];
	int fd;
	int rc;

	snprintf(above, sizeof(above), "%s", full);
	*strrchr(above, '/') = '\0';
	rc = frag_mkdirs(above, e);
	if (rc)
		return rc;
	fd = open(full, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd >= 0)
		return fd;
	return errno == EEXIST ? -EEXIST : write_fail(full, -errno, e);
}

/* Copy; *is_source tells which side a failure came from. */
static int bytes_copy(int from, int to, uint64_t *bytes, bool *is_source)
{
	char buf[CHUNK];

	for (;;) {
		ssize_t n;
		int rc;

		n = read(from, buf, sizeof(buf));
		if (n < 0 && errno == EINTR)
			continue;
		*is_source = n < 0;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		rc = frag_write_all(to, buf, (size_t)n);
		if (rc)
			return rc;
		*bytes += (uint64_t)n;
	}
}

static int file_copy(struct frag_save *s, int from, const char *path,
		     struct frag_error *e)
{
	char full[PATH_MAX];
	uint64_t bytes = 0;
	bool is_source = false;
	int to;
	int rc;

	if (snprintf(full, sizeof(full), "%s%s", s->folder, path) >= PATH_MAX)
		return frag_fail(e, -ENAMETOOLONG, "cannot save %.200s", path);
	to = target_open(full, e);
	if (to < 0)
		return to == -EEXIST ? 0 : to;
	rc = from < 0 ? 0 : bytes_copy(from, to, &bytes, &is_source);
	if (close(to) && !rc)
		rc = -errno;
	if (rc && is_source) {
		frag_save_leave_out(s, path, strerror(-rc));
		unlink(full);
		return 0;
	}
	if (rc)
		return write_fail(full, rc, e);
	s->files++;
	s->bytes += bytes;
	return 0;
}

static bool is_write_only(const char *full)
{
	struct stat st;

	return !stat(full, &st) && S_ISREG(st.st_mode) &&
	       !(st.st_mode & (S_IRUSR | S_IRGRP | S_IROTH));
}

/* Kernel files that cannot be read are named, not fatal. A knob that can only
 * be written is kept as an empty file: that it exists is worth to know. */
static int file_save(struct frag_save *s, const char *path,
		     struct frag_error *e)
{
	char full[PATH_MAX];
	struct stat st;
	int from;
	int rc = 0;

	if (snprintf(full, sizeof(full), "%s%s", s->root, path) >= PATH_MAX)
		return frag_fail(e, -ENAMETOOLONG, "cannot save %.200s", path);
	if (is_write_only(full)) {
		frag_save_leave_out(s, path,
				    "can only be written; kept as empty file");
		return file_copy(s, -1, path, e);
	}
	from = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (from < 0)
		frag_save_leave_out(s, path, strerror(errno));
	else if (fstat(from, &st) || !S_ISREG(st.st_mode))
		frag_save_leave_out(s, path, "not a plain file");
	else
		rc = file_copy(s, from, path, e);
	if (from >= 0)
		close(from);
	return rc;
}

/* --- patterns ---------------------------------------------------------------- */

static int walk(struct frag_save *s, const char *done, const char *pattern,
		struct frag_error *e);

static bool is_kind(const char *root, const char *path, mode_t kind)
{
	char full[PATH_MAX];
	struct stat st;

	return snprintf(full, sizeof(full), "%s%s", root, path) < PATH_MAX &&
	       !lstat(full, &st) && (st.st_mode & S_IFMT) == kind;
}

/* One entry of the folder @done that fits; then the rest of the pattern. Links
 * are not followed: in /sys they lead anywhere. */
static int entry_walk(struct frag_save *s, const char *done, const char *name,
		      const char *rest, struct frag_error *e)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/%s", done, name) >= PATH_MAX)
		return 0;
	if (is_kind(s->root, path, S_IFDIR))
		return rest ? walk(s, path, rest, e) : 0;
	if (!is_kind(s->root, path, S_IFREG) || (rest && strcmp(rest, "/")))
		return 0;
	return file_save(s, path, e);
}

/* All entries of @done that fit @name. rest: what to do below them. */
static int folder_walk(struct frag_save *s, const char *done, const char *name,
		       const char *rest, struct frag_error *e)
{
	char full[PATH_MAX];
	struct dirent **entries = NULL;
	int rc = 0;
	int n = -1;

	if (snprintf(full, sizeof(full), "%s%s", s->root, done) < PATH_MAX)
		n = scandir(full, &entries, NULL, alphasort);
	if (n < 0)
		frag_save_leave_out(s, done, strerror(errno));
	for (int i = 0; i < n; i++) {
		const char *entry = entries[i]->d_name;

		if (!rc && entry[0] != '.' && !fnmatch(name, entry, 0))
			rc = entry_walk(s, done, entry, rest, e);
		free(entries[i]);
	}
	free(entries);
	return rc;
}

/* @done is a path below the root, @pattern what is still to be matched: "" for
 * nothing, "/" for all that is below. */
static int walk(struct frag_save *s, const char *done, const char *pattern,
		struct frag_error *e)
{
	char part[NAME_MAX + 1];
	char path[PATH_MAX];
	size_t n;

	if (!strcmp(pattern, "/"))
		return folder_walk(s, done, "*", "/", e);
	if (!*pattern)
		return file_save(s, done, e);
	n = strcspn(pattern + 1, "/");
	if (n >= sizeof(part))
		return 0;
	memcpy(part, pattern + 1, n);
	part[n] = '\0';
	pattern += 1 + n;
	if (strpbrk(part, "*?["))
		return folder_walk(s, done, part, *pattern ? pattern : NULL, e);
	if (snprintf(path, sizeof(path), "%s/%s", done, part) >= PATH_MAX)
		return 0;
	return walk(s, path, pattern, e);
}

int frag_save_pattern(struct frag_save *s, const char *pattern,
		      struct frag_error *e)
{
	return walk(s, "", pattern, e);
}

int frag_save_text(struct frag_save *s, const char *path, const char *text,
		   size_t length, struct frag_error *e)
{
	char full[PATH_MAX];
	int rc;
	int fd;

	if (snprintf(full, sizeof(full), "%s%s", s->folder, path) >= PATH_MAX)
		return frag_fail(e, -ENAMETOOLONG, "cannot save %.200s", path);
	fd = target_open(full, e);
	if (fd < 0)
		return write_fail(full, fd, e);
	rc = frag_write_all(fd, text, length);
	if (close(fd) && !rc)
		rc = -errno;
	if (rc)
		return write_fail(full, rc, e);
	s->files++;
	s->bytes += length;
	return 0;
}
