/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the kernel describes its tracepoints, mounted or not. */
#ifndef FRAGBENCH_EVENTS_TRACEFS_H
#define FRAGBENCH_EVENTS_TRACEFS_H

#include <stddef.h>

#include "fragbench/error.h"

/* fd: of the folder that holds events/; -1: not open. source: what it is, for
 * people and the manifest. */
struct frag_tracefs {
	int fd;
	const char *source;
};

/*
 * Open tracefs below @root. On this machine ("") the one that is mounted on
 * /sys/kernel/tracing; else an instance of its own, mounted nowhere (Linux 5.2
 * and later), which is gone with the descriptor, so that nothing can be left
 * behind; else the one in debugfs. 0, or a negative errno with @e filled.
 */
int frag_tracefs_open(struct frag_tracefs *t, const char *root,
		      struct frag_error *e);

void frag_tracefs_close(struct frag_tracefs *t);

/* A format file with the flags of allocations has 9 KB. */
enum { FRAG_FORMAT_TEXT = 64 << 10 };

/* Read events/@system/@name/format into @buf; its length, or a negative errno:
 * -ENOENT when this kernel has no such tracepoint. */
int frag_tracefs_format(const struct frag_tracefs *t, const char *system,
			const char *name, char *buf, size_t size);

#endif
