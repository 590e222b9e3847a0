/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CSV as results/README.md specifies it: one header line, comma, newline, no
 * quotes (no cell of ours holds a comma), no locale. A writer with a bounded
 * buffer, and a reader that streams.
 */
#ifndef FRAGBENCH_BASE_CSV_H
#define FRAGBENCH_BASE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fragbench/error.h"
#include "text.h"

/* A file being written. The first failure stays in error; what follows is not
 * written, so that a full disk leaves whole rows behind. */
struct frag_csv {
	int fd;
	char *buf;
	size_t length;
	bool row_begun;
	size_t row_start; /* where in buf the unfinished row begins */
	uint64_t rows; /* data rows ended so far */
	int error; /* negative errno of the first failure */
};

/* Create @name in @dirfd; -EEXIST when it is there: nothing is overwritten. */
int frag_csv_create(struct frag_csv *c, int dirfd, const char *name,
		    struct frag_error *e);

/* One cell. Text must hold no comma, quote or newline. FRAG_ABSENT is empty. */
void frag_csv_u64(struct frag_csv *c, uint64_t value);
void frag_csv_i64(struct frag_csv *c, int64_t value);
void frag_csv_text(struct frag_csv *c, const char *text);
void frag_csv_format(struct frag_csv *c, const char *fmt, ...)
	FRAG_PRINTF(2, 3);

/* End the row; the header is the first row and is not counted. */
void frag_csv_end(struct frag_csv *c);

/* Write out all ended rows. Returns c->error. */
int frag_csv_flush(struct frag_csv *c);

/* Flush, close, free; returns the first failure of the file's life. */
int frag_csv_close(struct frag_csv *c);

enum { FRAG_CSV_COLUMNS = 512 };

/* A file being read; one line at a time, of any number of lines. */
struct frag_csv_reader {
	int fd;
	char *buf;
	size_t capacity;
	size_t start; /* of what is not yet handed out */
	size_t length;
	uint64_t line; /* number of the line handed out last, the header is 1 */
	char *header; /* owned copy that the names point into */
	struct frag_text names[FRAG_CSV_COLUMNS];
	unsigned ncolumns;
	struct frag_text cells[FRAG_CSV_COLUMNS];
};

/* Open @name in @dirfd and read its header. */
int frag_csv_open(struct frag_csv_reader *r, int dirfd, const char *name,
		  struct frag_error *e);

/*
 * Read the next row into cells[0 .. ncolumns). Returns 1, 0 at the end (a last
 * line without newline is an interrupted write: it counts as the end), or
 * -EINVAL with @e telling the line when the number of cells is wrong.
 */
int frag_csv_next(struct frag_csv_reader *r, struct frag_error *e);

/* The column called @name, or -1. */
int frag_csv_column(const struct frag_csv_reader *r, const char *name);

/* The number in column @i; FRAG_ABSENT (UINT64_MAX) for an empty cell or
 * anything else than a number. */
uint64_t frag_csv_cell(const struct frag_csv_reader *r, int i);

void frag_csv_reader_close(struct frag_csv_reader *r);

#endif
