/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The seam between the verb map and analysis/report, which draws. */
#ifndef FRAGBENCH_VERB_MAP_PNG_H
#define FRAGBENCH_VERB_MAP_PNG_H

#include <limits.h>

#include "verb/map-make.h"

/* side: a folder beside the picture, in which everything is made. */
struct frag_map_png {
	const char *path;
	char side[PATH_MAX];
	int dirfd;
};

/* Make sure that @path is new and can be written: make the folder. */
int frag_map_png_begin(struct frag_map_png *p, const char *path,
		       struct frag_error *e);

/* Draw the map that @s has read or saved, beside that of before. */
int frag_map_png_draw(struct frag_map_png *p, const struct frag_map_source *s,
		      struct frag_error *e);

/* The folder goes away. */
void frag_map_png_end(struct frag_map_png *p);

#endif
