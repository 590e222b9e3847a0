// SPDX-License-Identifier: GPL-2.0-or-later
/* How frames are cut, summed up and put together again. */
#include "vm/channel.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/write.h"

void frag_channel_sum_begin(struct frag_channel_sum *s)
{
	memset(s, 0, sizeof(*s));
	SHA256Init(&s->sha);
}

void frag_channel_sum_add(struct frag_channel_sum *s, const void *data,
			  size_t n)
{
	SHA256Update(&s->sha, data, n);
	s->bytes += n;
}

void frag_channel_sum_end(struct frag_channel_sum *s,
			  char text[SHA256_DIGEST_STRING_LENGTH])
{
	SHA256End(&s->sha, text);
}

int frag_channel_send(int fd, enum frag_frame type, const void *data, size_t n)
{
	unsigned char head[FRAG_FRAME_HEAD] = { 'F', 'B', (unsigned char)type };
	int rc;

	for (unsigned i = 0; i < 4; i++)
		head[4 + i] = (unsigned char)(n >> (8 * i));
	rc = frag_write_all(fd, head, sizeof(head));
	return rc ? rc : frag_write_all(fd, data, n);
}

static int summed_send(int fd, enum frag_frame type, const void *data, size_t n,
		       struct frag_channel_sum *s)
{
	frag_channel_sum_add(s, data, n);
	return frag_channel_send(fd, type, data, n);
}

static int content_send(int fd, int file, struct frag_channel_sum *s)
{
	char buf[FRAG_FRAME_MAX];
	ssize_t n;
	int rc = 0;

	while (!rc && (n = read(file, buf, sizeof(buf))) != 0)
		rc = n < 0 ? -errno
			   : summed_send(fd, FRAG_FRAME_DATA, buf, (size_t)n,
					 s);
	return rc;
}

/* @at: relative to the folder @dirfd, and to the root of what is sent. */
static int entry_send(int fd, int dirfd, const char *at,
		      struct frag_channel_sum *s)
{
	char head[PATH_MAX + 16];
	char target[PATH_MAX];
	struct stat st;
	ssize_t n;
	int file;
	int rc;

	if (fstatat(dirfd, at, &st, AT_SYMLINK_NOFOLLOW))
		return -errno;
	snprintf(head, sizeof(head), "%o %s", st.st_mode, at);
	rc = summed_send(fd, FRAG_FRAME_FILE, head, strlen(head), s);
	if (!rc && S_ISLNK(st.st_mode)) {
		n = readlinkat(dirfd, at, target, sizeof(target));
		return n < 0 ? -errno
			     : summed_send(fd, FRAG_FRAME_DATA, target,
					   (size_t)n, s);
	}
	if (rc || !S_ISREG(st.st_mode))
		return rc;
	file = openat(dirfd, at, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (file < 0)
		return -errno;
	rc = content_send(fd, file, s);
	close(file);
	return rc;
}

/* What lies in the folder @at, each with its path from @root. */
static int folder_send(int fd, int root, const char *at,
		       struct frag_channel_sum *s)
{
	int here = openat(root, *at ? at : ".",
			  O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = here < 0 ? NULL : fdopendir(here);
	struct dirent *d;
	int rc = dir ? 0 : -errno;

	while (dir && !rc && (d = readdir(dir))) {
		char path[PATH_MAX];

		if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
			continue;
		if (snprintf(path, sizeof(path), "%s%s%s", at, *at ? "/" : "",
			     d->d_name) >= (int)sizeof(path))
			rc = -ENAMETOOLONG;
		if (!rc)
			rc = entry_send(fd, root, path, s);
		if (!rc && d->d_type == DT_DIR)
			rc = folder_send(fd, root, path, s);
	}
	if (dir)
		closedir(dir);
	else if (here >= 0)
		close(here);
	return rc;
}

int frag_channel_send_tree(int fd, const char *path, struct frag_channel_sum *s)
{
	int root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc;

	if (root < 0)
		return -errno;
	rc = folder_send(fd, root, "", s);
	close(root);
	return rc;
}

/* The length of the payload of the frame in the buffer; -EPROTO when it is no
 * frame. */
static ssize_t frame_length(const struct frag_channel *c)
{
	size_t n = 0;

	if (c->buf[0] != 'F' || c->buf[1] != 'B' || c->buf[3])
		return -EPROTO;
	for (unsigned i = 0; i < 4; i++)
		n |= (size_t)c->buf[4 + i] << (8 * i);
	return n > FRAG_FRAME_MAX ? -EPROTO : (ssize_t)n;
}

/* Hand over the frame in the buffer when it is whole. How many bytes more
 * it takes for the next decision, or a negative errno. */
static ssize_t frame_take(struct frag_channel *c, frag_channel_take *take,
			  void *ctx)
{
	ssize_t length;
	int rc;

	if (c->used < FRAG_FRAME_HEAD)
		return (ssize_t)(FRAG_FRAME_HEAD - c->used);
	length = frame_length(c);
	if (length < 0)
		return length;
	if (c->used < FRAG_FRAME_HEAD + (size_t)length)
		return FRAG_FRAME_HEAD + length - (ssize_t)c->used;
	c->used = 0;
	rc = take(ctx, (enum frag_frame)c->buf[2],
		  (const char *)c->buf + FRAG_FRAME_HEAD, (size_t)length);
	return rc ? rc : FRAG_FRAME_HEAD;
}

int frag_channel_feed(struct frag_channel *c, const void *data, size_t n,
		      frag_channel_take *take, void *ctx)
{
	const char *at = data;

	while (!c->is_broken) {
		ssize_t want = frame_take(c, take, ctx);
		size_t part;

		if (want < 0) {
			c->is_broken = true;
			return (int)want;
		}
		if (!n)
			return 0;
		part = (size_t)want < n ? (size_t)want : n;
		memcpy(c->buf + c->used, at, part);
		c->used += part;
		at += part;
		n -= part;
	}
	return -EPROTO;
}
