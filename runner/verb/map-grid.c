// SPDX-License-Identifier: GPL-2.0-or-later
/* How many pageblocks go into one cell, and which cell stands where. */
#include <errno.h>
#include <stdlib.h>

#include "verb/map.h"

/* label: in front of a row, with the bars on both of its sides. */
enum { LABEL = 14, ROWS_MAX = 32, COLUMNS_MIN = 8, COLUMNS_MAX = 256 };

static void line_layout(struct frag_map_grid *g, uint64_t blocks,
			unsigned width)
{
	g->columns = COLUMNS_MIN;
	while (g->columns * 2 + LABEL <= width && g->columns < COLUMNS_MAX)
		g->columns *= 2;
	while (blocks > g->scale * g->columns * ROWS_MAX)
		g->scale *= 2;
	/* Few pageblocks need no long rows. */
	while (g->columns > COLUMNS_MIN && blocks * 4 <= g->columns)
		g->columns /= 2;
	g->ncells = (unsigned)((blocks + g->scale - 1) / g->scale);
	g->rows = (g->ncells + g->columns - 1) / g->columns;
}

/* A character is twice as high as it is wide: a cell takes two. */
static void square_layout(struct frag_map_grid *g, uint64_t blocks,
			  unsigned width)
{
	unsigned side = COLUMNS_MIN;

	while (side * 4 <= width && side < ROWS_MAX)
		side *= 2;
	while (blocks > g->scale * side * side)
		g->scale *= 2;
	while (side > 1 && blocks <= (uint64_t)side * side / 4)
		side /= 2;
	g->columns = side;
	g->rows = side;
	g->ncells = (unsigned)((blocks + g->scale - 1) / g->scale);
}

int frag_map_grid_make(struct frag_map_grid *g,
		       const struct frag_map_head *head, unsigned width,
		       bool is_hilbert, struct frag_error *e)
{
	uint64_t size = 1ULL << head->pageblock_order;
	uint64_t first = head->first & ~(size - 1);
	uint64_t blocks =
		(head->first - first + head->frames + size - 1) / size;

	*g = (struct frag_map_grid){ .scale = 1,
				     .first = first,
				     .pageblock_order = head->pageblock_order,
				     .is_hilbert = is_hilbert };
	if (is_hilbert)
		square_layout(g, blocks, width);
	else
		line_layout(g, blocks, width);
	g->cells = calloc(g->ncells ? g->ncells : 1, sizeof(*g->cells));
	return g->cells ? 0 : frag_fail(e, -ENOMEM, "cannot draw the map");
}

static struct frag_map_cell *cell_of(struct frag_map_grid *g, uint64_t pfn)
{
	return &g->cells[((pfn - g->first) >> g->pageblock_order) / g->scale];
}

void frag_map_grid_block(void *grid, const struct frag_block *b)
{
	struct frag_map_cell *cell = cell_of(grid, b->pfn);

	for (unsigned k = 0; k < FRAG_KINDS; k++)
		cell->frames[k] += b->frames[k];
	cell->whole += b->whole;
	cell->fragments += b->free - b->whole;
	cell->blocks++;
	cell->mixed += b->class == FRAG_BLOCK_MIXED;
}

void frag_map_grid_change(struct frag_map_grid *g, uint64_t pfn,
			  uint64_t frames, enum frag_change change)
{
	uint64_t size = g->scale << g->pageblock_order;

	while (frames) {
		uint64_t room = size - (pfn - g->first) % size;
		uint64_t n = frames < room ? frames : room;

		cell_of(g, pfn)->changes[change] += n;
		pfn += n;
		frames -= n;
	}
}

/* How far along the curve that fills a square of @side the place @x, @y lies. */
static unsigned hilbert_distance(unsigned side, unsigned x, unsigned y)
{
	unsigned d = 0;

	for (unsigned s = side / 2; s; s /= 2) {
		unsigned is_right = (x & s) != 0;
		unsigned is_low = (y & s) != 0;
		unsigned swap = x;

		d += s * s * ((3 * is_right) ^ is_low);
		if (is_low)
			continue;
		if (is_right) {
			x = side - 1 - x;
			y = side - 1 - y;
			swap = x;
		}
		x = y;
		y = swap;
	}
	return d;
}

unsigned frag_map_grid_cell(const struct frag_map_grid *g, unsigned column,
			    unsigned row)
{
	return g->is_hilbert ? hilbert_distance(g->columns, column, row)
			     : row * g->columns + column;
}
