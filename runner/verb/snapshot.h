/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the verb snapshot share: the ways to put out a picture. */
#ifndef FRAGBENCH_VERB_SNAPSHOT_H
#define FRAGBENCH_VERB_SNAPSHOT_H

#include <stdio.h>

#include "verb/picture.h"

enum { FRAG_CELL_TEXT = 16, FRAG_PAGE_COLUMNS = 100 };

/* A line of a table that has a column for each order. */
struct frag_order_row {
	const char *label;
	char cell[FRAG_ORDERS_MAX][FRAG_CELL_TEXT];
};

/*
 * Print the rows with their columns aligned, the first row being the head; when
 * that is wider than FRAG_PAGE_COLUMNS, in bands of columns below each other.
 */
void frag_order_rows_print(FILE *out, const struct frag_order_row *rows,
			   unsigned nrows, unsigned orders);

/* The head of such a table: the orders, that of a pageblock in brackets. */
void frag_order_row_head(struct frag_order_row *row,
			 const struct frag_picture *p);

/* The row of one of the two indices over @b. */
typedef int frag_index(const struct frag_buddy *b, unsigned order);
void frag_order_row_index(struct frag_order_row *row, const char *label,
			  const struct frag_buddy *b, frag_index *index);

/* An index in thousandths as a decimal number: "0.802", "-0.500". The kernel
 * prints the second as "0.-500", which is no number to JSON nor to people. */
const char *frag_index_decimal(int thousandths, char *buf, size_t size);

/* @pages as "901.33 MiB". */
const char *frag_mib_text(uint64_t pages, uint64_t page_size, char *buf,
			  size_t size);

/* @text in lines of at most FRAG_PAGE_COLUMNS, each indented by @indent. */
void frag_wrapped_print(FILE *out, unsigned indent, const char *text);

/* "node 0, zone DMA32", or "all zones" for the sum. */
const char *frag_zone_title(const struct frag_zone *z, char *buf, size_t size);

/* "Linux 6.1.0 of FOLDER", the lines that say which machine this is. */
void frag_machine_print(FILE *out, const struct frag_picture *p);

/* The page for people; the object for programs. */
void frag_snapshot_print(FILE *out, const struct frag_picture *p);
void frag_snapshot_json(FILE *out, const struct frag_picture *p);

/* Pieces of JSON that the comparison uses too. */
void frag_json_text_print(FILE *out, const char *text);
void frag_json_u64_print(FILE *out, uint64_t value);
void frag_json_counts_print(FILE *out, const char *name,
			    const struct frag_buddy *b);
void frag_json_indices_print(FILE *out, const char *name,
			     const struct frag_buddy *b, frag_index *index);
void frag_json_node_print(FILE *out, const struct frag_zone *z);

/* Two pictures side by side. -EINVAL with @e when they cannot be compared. */
int frag_snapshot_diff(FILE *out, const struct frag_picture *a,
		       const struct frag_picture *b, bool json,
		       struct frag_error *e);

/* Record the machine below @root in the folder @path, and say to @out what was
 * recorded and what had to be left out. */
int frag_snapshot_save(FILE *out, const char *root, const char *path, bool json,
		       struct frag_error *e);

#endif
