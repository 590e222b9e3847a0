/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A CSV of a run directory, read row by row: tells an empty cell from a
 * damaged one, and says of every damage in which file and line it stands.
 */
#ifndef FRAGBENCH_ANALYSIS_TABLE_H
#define FRAGBENCH_ANALYSIS_TABLE_H

#include <stdbool.h>

#include "base/csv.h"
#include "fragbench/collector.h"

/* error: the first failure; every later call of a reader leaves it alone. */
struct frag_table {
	struct frag_csv_reader csv;
	const char *name;
	struct frag_error *e;
	int error;
};

/*
 * Open the table @name, which is borrowed. -ENOENT when there is no such file
 * and -ENODATA when it has no whole header line, both with @e untouched: a run
 * that was interrupted looks like that. Other failures fill @e.
 */
int frag_table_open(struct frag_table *t, int dirfd, const char *name,
		    struct frag_error *e);

/* Go to the next row: 1, 0 at the end, or the table's error. */
int frag_table_next(struct frag_table *t);

/* The column called @name; without it the table has failed, and -1. */
int frag_table_need(struct frag_table *t, const char *name);

/* The column called @name, or -1: this kernel has no such number. */
int frag_table_find(const struct frag_table *t, const char *name);

/* The number in column @i of this row; FRAG_ABSENT for an empty cell or when
 * @i is -1. Anything else than a number below 2^62 is a failure. */
uint64_t frag_table_u64(struct frag_table *t, int i);

/* As frag_table_u64(), but an empty cell is a failure, too. */
uint64_t frag_table_number(struct frag_table *t, int i);

/* The text in column @i into @buf; one that does not fit is a failure. */
void frag_table_text(struct frag_table *t, int i, char *buf, size_t size);

/* Fail at this row and column, because of @why. */
void frag_table_fail(struct frag_table *t, int i, const char *why);

/* After the end: did the file end within a line? */
bool frag_table_is_cut(const struct frag_table *t);

void frag_table_close(struct frag_table *t);

#endif
