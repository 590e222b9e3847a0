/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a collector declares: one table of numbers read from kernel files, again
 * and again, cheaply. A collector is one file in runner/collect/ with one
 * descriptor, and one line in collectors.def. It opens its files once, reads
 * them with pread into buffers of its own, parses, and knows nothing of time,
 * threads or files to write: the sampler and the run directory do that.
 */
#ifndef FRAGBENCH_COLLECTOR_H
#define FRAGBENCH_COLLECTOR_H

#include <stdint.h>

#include "fragbench/error.h"

enum { FRAG_COLUMN_NAME = 48, FRAG_KEY_TEXT = 64 };

/* The value of a cell that the kernel did not give: an empty CSV cell. */
#define FRAG_ABSENT UINT64_MAX

enum frag_cadence {
	FRAG_EVERY_SAMPLE,
	FRAG_AT_MARKS, /* start, end and phase marks only: expensive to read */
};

/* unit: "pages", "blocks", "ns", "us", "count", "bytes". about: one sentence. */
struct frag_column {
	char name[FRAG_COLUMN_NAME];
	const char *unit;
	const char *about;
};

/* A key column: what tells the rows of one sample apart ("node", "zone"). */
struct frag_key {
	const char *name;
	const char *about;
};

/* The key cells of one row, already as CSV: "0,DMA32"; "" without keys. */
struct frag_row_key {
	char text[FRAG_KEY_TEXT];
};

/*
 * The shape of a table, filled by open(). ncolumns is fixed from then on;
 * nrows may grow up to max_rows when a zone or a size appears: row_keys[nrows]
 * is written first, then nrows. Rows are never taken away: a row whose source
 * has gone reads FRAG_ABSENT.
 */
struct frag_shape {
	const struct frag_key *keys;
	unsigned nkeys;
	struct frag_column *columns;
	unsigned ncolumns;
	struct frag_row_key *row_keys;
	unsigned nrows;
	unsigned max_rows;
};

struct frag_collector;

/* A collector at work. root: "" for this machine, or the --sysroot folder. */
struct frag_collect {
	const struct frag_collector *type;
	const char *root;
	struct frag_shape shape;
	void *state;
};

/*
 * name: also the table's file, NAME.csv. sources: the kernel files, absolute,
 * NULL-terminated, for doctor and `snapshot --save`; privilege: "root" when
 * only root may read them, else NULL.
 * open(): fills shape and state; a missing file is -ENOENT with @e filled.
 * read(): fills shape.max_rows * ncolumns values, row by row; no allocation, no
 * formatting. Returns 0, or a negative errno: -ENOBUFS when the kernel's text
 * outgrew the buffer or more rows came than max_rows, -EINVAL for text that is
 * not what the kernel prints; the values are then not to be used.
 * close(): frees shape and state; safe after a failed open().
 */
struct frag_collector {
	const char *name;
	const char *summary;
	enum frag_cadence cadence;
	const char *const *sources;
	const char *privilege;
	int (*open)(struct frag_collect *c, struct frag_error *e);
	int (*read)(struct frag_collect *c, uint64_t *values);
	void (*close)(struct frag_collect *c);
};

#endif
