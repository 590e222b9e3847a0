/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One picture of a machine: its free lists, what is hidden from them, its page
 * types and its counters, read in one go through the collectors. snapshot
 * shows it, doctor judges it.
 */
#ifndef FRAGBENCH_VERB_PICTURE_H
#define FRAGBENCH_VERB_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "fragbench/buddy.h"
#include "fragbench/collector.h"

#include "base/text.h"

enum { FRAG_NOTES_MAX = 8, FRAG_TYPE_NAME = 24 };

/* A collector read once: values[row * ncolumns + column]; values is NULL when
 * it could not be read, and missing says why. */
struct frag_table {
	struct frag_collect collect;
	uint64_t *values;
	struct frag_error missing;
};

/* The free lists of a zone and what zoneinfo adds; all in pages, FRAG_ABSENT
 * when it is not known. The sum over all zones has node -1 and the name "all". */
struct frag_picture_zone {
	struct frag_zone zone;
	uint64_t pcp_pages;
	uint64_t boost;
	uint64_t min;
	uint64_t low;
	uint64_t high;
	uint64_t managed;
};

/* What one migratetype has in one zone. capped: how many of the free counts are
 * lower bounds (the kernel prints ">100000"). */
struct frag_picture_type {
	int node;
	char zone[FRAG_ZONE_NAME];
	char type[FRAG_TYPE_NAME];
	uint64_t pageblocks;
	uint64_t capped;
	struct frag_buddy buddy;
};

/*
 * origin: "this machine", or the folder or file it came from. is_bare: it came
 * from a bare buddyinfo text, so that there is nothing but free lists.
 * pageblock_order: -1 when nothing tells it. page_size_known, pageblock_known:
 * read from the kernel; otherwise assumed, and a note says from what.
 * mem_free: MemFree in bytes, FRAG_ABSENT when it is not known.
 */
struct frag_picture {
	char origin[256];
	bool is_live;
	bool is_bare;
	char kernel[96];
	uint64_t page_size;
	bool page_size_known;
	unsigned orders;
	int pageblock_order;
	bool pageblock_known;
	uint64_t mem_free;
	struct frag_picture_zone *zones;
	unsigned nzones;
	struct frag_picture_zone all;
	struct frag_picture_type *types;
	unsigned ntypes;
	struct frag_table vmstat;
	struct frag_table thp;
	char notes[FRAG_NOTES_MAX][256];
	unsigned nnotes;
};

/*
 * Read the machine below @root ("" for this one). Free lists are a must;
 * whatever else cannot be read becomes a note. Returns 0, or a negative errno
 * with @e filled. @p is to be freed in any case.
 */
int frag_picture_read(struct frag_picture *p, const char *root,
		      struct frag_error *e);

/*
 * Read a bare buddyinfo text from @path, "-" for standard input. One reading
 * only: a zone that comes twice, or lines of different length, are refused.
 */
int frag_picture_bare(struct frag_picture *p, const char *path,
		      struct frag_error *e);

/* For the two above: add the zones up, and refuse more memory than there is on
 * any machine; then find page size, pageblock order and kernel. */
int frag_picture_sum(struct frag_picture *p, struct frag_error *e);
void frag_picture_facts(struct frag_picture *p, const char *root);

void frag_picture_free(struct frag_picture *p);

/* Add a line that the reader should see below the picture; cut, never lost
 * without a word. */
void frag_picture_note(struct frag_picture *p, const char *fmt, ...)
	FRAG_PRINTF(2, 3);

/* Bytes that MemFree counts and neither free lists nor per-CPU lists hold; 0
 * when that is less than 64 MiB or than 1 % of MemFree, or is not known. */
uint64_t frag_picture_unlisted(const struct frag_picture *p);

/* The cell of a table by names, FRAG_ABSENT when there is none. */
uint64_t frag_table_cell(const struct frag_table *t, unsigned row,
			 const char *column);

/* Open the collector called @name below @root and read it once. */
int frag_table_read(struct frag_table *t, const char *name, const char *root,
		    struct frag_error *e);

void frag_table_free(struct frag_table *t);

/* @key's cell number @i of a row key such as "0,DMA32,movable", into @buf. */
const char *frag_row_key_cell(const struct frag_row_key *key, unsigned i,
			      char *buf, size_t size);

/* Is @path a folder? A file that is not there is none. */
bool frag_is_folder(const char *path);

/* @text with whatever a terminal might act upon turned into '?', into @buf. */
const char *frag_text_plain(struct frag_text text, char *buf, size_t size);

#endif
