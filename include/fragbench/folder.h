/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A folder on a disk that belongs to one worker, for workloads that need files.
 * It outlives a worker that is killed, and so it is locked (flock, which ends
 * with the process) while it is in use: every worker that makes one first
 * removes those of its own user that nobody holds.
 */
#ifndef FRAGBENCH_FOLDER_H
#define FRAGBENCH_FOLDER_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "fragbench/workload.h"

/* The option row that says where, for a const char *, NULL by default. */
#define FRAG_FOLDER_ROW(field)                                                                                                                      \
	{                                                                                                                                           \
		"dir", 0, FRAG_TEXT, field, "DIR", NULL, 0, 0,                                                                                      \
			"where each process makes a folder of its own, removed at the end; default: $TMPDIR, /var/tmp, or /tmp where there is none" \
	}

/* fd: opened on the folder, and what its lock hangs on; path: of the folder. A
 * folder that was never made is { 0 }. */
struct frag_folder {
	bool is_made;
	int fd;
	char path[PATH_MAX];
};

/* Where folders are made when the user says @dir, which may be NULL. */
const char *frag_folder_base(const char *dir);

/*
 * Can a folder be made in @dir (see frag_folder_base())? 0, or a negative errno
 * with @e filled. *is_memory: its files live in memory (tmpfs, ramfs): their
 * pages cannot be reclaimed, and names that are not there are not remembered.
 */
int frag_folder_check(const char *dir, bool *is_memory, struct frag_error *e);

/* The bytes that a user without privilege may still write to the file system
 * of @dir; 0 when that cannot be told. */
uint64_t frag_folder_room(const char *dir);

/* Has the file system of @dir so few inodes left that no more are to be taken:
 * less than one in 100 of its own? Never where it does not count them. */
bool frag_folder_is_short(const char *dir);

/*
 * Remove what killed workers of this user have left in @dir, and make a folder
 * there, locked. What is in it must have names of digits alone, in folders with
 * names of digits or in itself: nothing else is ever removed. 0, or a negative
 * errno with the message of @ctx filled.
 */
int frag_folder_make(struct frag_context *ctx, struct frag_folder *f,
		     const char *dir);

/* Remove the folder and all in it, and folders that killed workers left beside
 * it. May be called for one that was never made. */
void frag_folder_remove(struct frag_folder *f);

/* Remove the folders in @dir that killed workers of this user have left, until
 * @ctx (may be NULL) is told to stop; returns how many are gone. */
unsigned frag_folder_sweep(const struct frag_context *ctx, const char *dir);

#endif
