/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel files: opened once, read again and again, under a --sysroot or not. */
#ifndef FRAGBENCH_BASE_SOURCE_H
#define FRAGBENCH_BASE_SOURCE_H

#include "fragbench/error.h"
#include "text.h"

/* A kept descriptor and its buffer; fd -1: not open. */
struct frag_source {
	int fd;
	char *buf;
	size_t capacity;
	size_t length;
};

/*
 * Open @path ("/proc/...") below @root ("" for this machine), read it once and
 * make the buffer twice as large as what came, so that it may grow.
 * On failure @e says which file, why, and how to mend it.
 */
int frag_source_open(struct frag_source *s, const char *root, const char *path,
		     struct frag_error *e);

/* Read the file from its start, in as many reads as the kernel wants. 0 with
 * frag_source_text() valid; -ENOBUFS when it outgrew the buffer. */
int frag_source_read(struct frag_source *s);

static inline struct frag_text frag_source_text(const struct frag_source *s)
{
	return frag_text_of(s->buf, s->length);
}

/* Close and free; safe on a zeroed or failed source with fd -1. */
void frag_source_close(struct frag_source *s);

/*
 * Read the whole of a small file below @root into @buf, NUL-terminated, without
 * its last newline. Returns its length, -ENOBUFS when @size is too small, or
 * another negative errno.
 */
int frag_slurp(const char *root, const char *path, char *buf, size_t size);

/* The first bytes of a file below @root, into @buf: enough for its first lines,
 * whatever its length. Nothing when it cannot be read; it never waits. */
struct frag_text frag_head(const char *root, const char *path, char *buf,
			   size_t size);

/* Read the one number that a file holds. */
int frag_slurp_u64(const char *root, const char *path, uint64_t *value);

/* Write @text to the file @path in one write(2), as a sysctl wants it. */
int frag_spit(const char *path, const char *text);

/*
 * One value, in bytes, of /proc/meminfo ("MemAvailable") below @root;
 * -ENOENT when there is no such line.
 */
int frag_meminfo(const char *root, const char *name, uint64_t *bytes);

#endif
