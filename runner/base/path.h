/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Folders: making and removing them, and keeping names to the alphabet of run
 * directories. */
#ifndef FRAGBENCH_BASE_PATH_H
#define FRAGBENCH_BASE_PATH_H

#include <stddef.h>

#include "fragbench/error.h"

/* Make @path and every folder above it that is missing. */
int frag_mkdirs(const char *path, struct frag_error *e);

/* Remove @path and everything below it; no link is followed. What cannot be
 * removed stays. */
void frag_remove_tree(const char *path);

/* @text with everything outside [a-z0-9.+-] turned into '-' (upper case into
 * lower), into @buf. */
const char *frag_name_clean(const char *text, char *buf, size_t size);

#endif
