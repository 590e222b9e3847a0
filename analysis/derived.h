/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table that is derived from others of the run: written beside its place, and
 * put into it when it is whole. One that the manifest vouches for is left alone.
 */
#ifndef FRAGBENCH_ANALYSIS_DERIVED_H
#define FRAGBENCH_ANALYSIS_DERIVED_H

#include "run.h"

struct frag_derived {
	int dirfd;
	const char *name;
	char side[48]; /* what it is called until it is whole */
	struct frag_csv csv;
};

/*
 * Begin the table @name. Returns 1, 0 when the run is sealed with one already
 * (nothing is to be written then), or a negative errno with the run's error
 * filled.
 */
int frag_derived_begin(struct frag_derived *d, const struct frag_run *r,
		       const char *name);

/* The header line: the names of @columns, as the manifest's files have them. */
void frag_derived_header(struct frag_derived *d, json_t *columns);

/* Put the table into place, or, when @keep is false, throw it away. Returns 0,
 * or a negative errno with @e filled. */
int frag_derived_end(struct frag_derived *d, bool keep, struct frag_error *e);

/* A column for the manifest's files; a new reference. */
json_t *frag_derived_column(const char *name, const char *unit,
			    const char *about);

#endif
