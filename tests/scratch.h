/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A folder for a test to write in, and the headers that cmocka wants. */
#ifndef FRAGBENCH_TESTS_SCRATCH_H
#define FRAGBENCH_TESTS_SCRATCH_H

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <linux/magic.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cmocka.h>

/* path: without a '/' at its end; fd: opened on it. */
struct scratch {
	char path[PATH_MAX];
	int fd;
};

static inline void scratch_make(struct scratch *s)
{
	const char *base = getenv("TMPDIR");

	snprintf(s->path, sizeof(s->path), "%s/fragbench-test-XXXXXX",
		 base && *base ? base : "/tmp");
	assert_non_null(mkdtemp(s->path));
	s->fd = open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(s->fd >= 0);
}

static inline int scratch_entry_remove(const char *path, const struct stat *st,
				       int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static inline void scratch_remove(struct scratch *s)
{
	close(s->fd);
	assert_int_equal(nftw(s->path, scratch_entry_remove, 16,
			      FTW_DEPTH | FTW_PHYS),
			 0);
}

/* Make the folders above @name, then the file with @size bytes of @data; what
 * was in it before is gone, the file itself stays (kept descriptors see it). */
static inline void scratch_bytes(struct scratch *s, const char *name,
				 const char *data, size_t size)
{
	char part[PATH_MAX];
	int fd;

	snprintf(part, sizeof(part), "%s", name[0] == '/' ? name + 1 : name);
	for (char *p = strchr(part, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdirat(s->fd, part, 0755))
			assert_int_equal(errno, EEXIST);
		*p = '/';
	}
	fd = openat(s->fd, part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
		    0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, size), (ssize_t)size);
	close(fd);
}

static inline void scratch_text(struct scratch *s, const char *name,
				const char *text)
{
	scratch_bytes(s, name, text, strlen(text));
}

/* Is /dev/shm in memory? Not every container has it. */
static inline bool has_shm(void)
{
	struct statfs fs;

	return !statfs("/dev/shm", &fs) && fs.f_type == TMPFS_MAGIC;
}

/* The whole of a file below @folder, NUL-terminated; free it. */
static inline char *file_read(const char *folder, const char *name,
			      size_t *size)
{
	char path[PATH_MAX];
	struct stat st;
	char *buf;
	int fd;

	snprintf(path, sizeof(path), "%s%s", folder, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		fail_msg("cannot read %s", path);
	assert_int_equal(fstat(fd, &st), 0);
	buf = calloc(1, (size_t)st.st_size + 1);
	assert_non_null(buf);
	assert_int_equal(read(fd, buf, (size_t)st.st_size), st.st_size);
	close(fd);
	if (size)
		*size = (size_t)st.st_size;
	return buf;
}

#endif
