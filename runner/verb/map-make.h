/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From where the verb map has its map, and where it leaves it. */
#ifndef FRAGBENCH_VERB_MAP_MAKE_H
#define FRAGBENCH_VERB_MAP_MAKE_H

#include "verb/map.h"

/* load: read this file, else scan the machine below root. save: also write it
 * to this new file in dirfd. before: the file of an earlier map. Each of the
 * three may be NULL. */
struct frag_map_source {
	const char *root;
	const char *load;
	const char *before;
	int dirfd;
	const char *save;
	unsigned width;
	bool is_hilbert;
};

/* Free @v in any case. A file that could not be completed is removed. */
int frag_map_view_make(struct frag_map_view *v, const struct frag_map_source *s,
		       struct frag_error *e);
void frag_map_view_free(struct frag_map_view *v);

#endif
