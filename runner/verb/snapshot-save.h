/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine being recorded: what copies its files, and what says which. */
#ifndef FRAGBENCH_VERB_SNAPSHOT_SAVE_H
#define FRAGBENCH_VERB_SNAPSHOT_SAVE_H

#include <stddef.h>
#include <stdint.h>

#include "fragbench/error.h"

enum { FRAG_LEFT_OUT_MAX = 128 };

struct frag_left_out {
	char path[192];
	char why[64];
};

struct frag_save {
	const char *root;
	const char *folder;
	unsigned files;
	uint64_t bytes;
	struct frag_left_out left[FRAG_LEFT_OUT_MAX];
	unsigned nleft;
	unsigned more_left; /* those that found no room in left[] */
};

/* Save every file below s->root that fits @pattern: an absolute path in which a
 * part may have wildcards; with a slash at its end, all that is below. Files
 * that cannot be read are left out with their reason. */
int frag_save_pattern(struct frag_save *s, const char *pattern,
		      struct frag_error *e);

/* Save @text as the file @path, which the machine itself does not have so. */
int frag_save_text(struct frag_save *s, const char *path, const char *text,
		   size_t length, struct frag_error *e);

/* Note that @path is not in the record; said once for each path. */
void frag_save_leave_out(struct frag_save *s, const char *path,
			 const char *why);

#endif
