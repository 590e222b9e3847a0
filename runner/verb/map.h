/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the verb map share: a map made small enough to look at. */
#ifndef FRAGBENCH_VERB_MAP_H
#define FRAGBENCH_VERB_MAP_H

#include <stdio.h>

#include "base/census.h"

/* What became of a frame from one map to the next. */
enum frag_change {
	FRAG_CHANGE_FREED,
	FRAG_CHANGE_TAKEN,
	FRAG_CHANGE_OTHER, /* used before and after, but as something else */
	FRAG_CHANGE_NONE,
	FRAG_CHANGES,
};

/* Several pageblocks in one character. fragments: free frames in blocks smaller
 * than a pageblock. */
struct frag_map_cell {
	uint64_t frames[FRAG_KINDS];
	uint64_t whole;
	uint64_t fragments;
	uint64_t blocks;
	uint64_t mixed;
	uint64_t changes[FRAG_CHANGES];
};

/* Cells in reading order, or along a Hilbert curve: a square, in which what is
 * near in memory is near. scale: pageblocks a cell, a power of two. */
struct frag_map_grid {
	struct frag_map_cell *cells;
	unsigned columns;
	unsigned rows;
	unsigned ncells;
	uint64_t scale;
	uint64_t first;
	unsigned pageblock_order;
	bool is_hilbert;
};

enum frag_colour { FRAG_COLOUR_NONE, FRAG_COLOUR_256, FRAG_COLOUR_TRUE };

/* How it is printed. */
struct frag_map_style {
	enum frag_colour colour;
	bool is_difference;
	uint64_t page_size;
};

/* A map, and the one that it is held against. */
struct frag_map_view {
	struct frag_map_head head;
	struct frag_census census;
	struct frag_map_grid grid;
	char origin[256]; /* "this machine", or where it came from */
	bool has_before;
	char before[256];
	struct frag_map_head before_head;
	struct frag_census before_census;
	uint64_t changes[FRAG_CHANGES];
};

/* Lay out cells for the map with @head in @width columns. */
int frag_map_grid_make(struct frag_map_grid *g,
		       const struct frag_map_head *head, unsigned width,
		       bool is_hilbert, struct frag_error *e);

/* A frag_block_fn: count the pageblock in; @grid is a struct frag_map_grid. */
void frag_map_grid_block(void *grid, const struct frag_block *b);

/* Count @frames from @pfn on into the changes of their cells. */
void frag_map_grid_change(struct frag_map_grid *g, uint64_t pfn,
			  uint64_t frames, enum frag_change change);

/* The number of the cell at @column, @row; one that is beyond the end is no
 * cell. */
unsigned frag_map_grid_cell(const struct frag_map_grid *g, unsigned column,
			    unsigned row);

void frag_map_grid_print(FILE *out, const struct frag_map_grid *g,
			 const struct frag_map_style *style);

void frag_map_view_print(FILE *out, const struct frag_map_view *v,
			 const struct frag_map_style *style);
void frag_map_view_json(FILE *out, const struct frag_map_view *v);

#endif
