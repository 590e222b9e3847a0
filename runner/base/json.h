/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON files, through jansson: written whole or not at all. */
#ifndef FRAGBENCH_BASE_JSON_H
#define FRAGBENCH_BASE_JSON_H

#include <jansson.h>

#include "fragbench/error.h"

/* Write @json to @name in @dirfd: to a side file, fsync, rename. A reader sees
 * the old file or the new one. @json stays the caller's. */
int frag_json_write(int dirfd, const char *name, const json_t *json,
		    struct frag_error *e);

/* Read @name in @dirfd; a new reference, or NULL with @e filled. */
json_t *frag_json_read(int dirfd, const char *name, struct frag_error *e);

/* @text as a JSON string; bytes that are not UTF-8 become '?'. */
json_t *frag_json_text(const char *text);

/* An index value in thousandths as a JSON number with exactly the three
 * decimals that the kernel prints: -1000 is -1.0. */
json_t *frag_json_index(int thousandths);

#endif
