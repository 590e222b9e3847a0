// SPDX-License-Identifier: GPL-2.0-or-later
/* What a cell looks like: its letter without colours, or the mean colour of all
 * of its frames and a mark for what cannot be moved out of it. */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "base/units.h"
#include "verb/map.h"

/* A colour, 0xRRGGBB, and the letter that stands for it. What can be moved is
 * cold, what cannot is warm; analysis/report/draw/map.py has the same ones. */
struct look {
	uint32_t rgb;
	char letter;
	const char *name;
};

enum { WHOLE = FRAG_KINDS, FRAGMENTS, LOOKS };

static const struct look looks[LOOKS] = {
	[FRAG_KIND_HOLE] = { 0x000000, ' ', NULL },
	[FRAG_KIND_KERNEL] = { 0xb2182b, 'k', "kernel or unknown" },
	[FRAG_KIND_RESERVED] = { 0x4d2a2a, 'r', "reserved" },
	[FRAG_KIND_SLAB] = { 0xd55e00, 's', "slab" },
	[FRAG_KIND_TABLE] = { 0xcc79a7, 't', "page tables" },
	[FRAG_KIND_ANON] = { 0x92c5de, 'a', "anon" },
	[FRAG_KIND_FILE] = { 0x009e73, 'f', "file" },
	[FRAG_KIND_THP] = { 0x0072b2, 'h', "thp" },
	[FRAG_KIND_HUGETLB] = { 0x3b3f8f, 'g', "hugetlb" },
	[FRAG_KIND_UNEVICTABLE] = { 0xe69f00, 'u', "unevictable" },
	[FRAG_KIND_OFFLINE] = { 0x7f7f7f, 'o', "offline" },
	[WHOLE] = { 0xf2f4f7, '.', "free pageblocks" },
	[FRAGMENTS] = { 0xb8c4b2, ':', "smaller free blocks" },
};

static const struct look change_looks[FRAG_CHANGES] = {
	[FRAG_CHANGE_FREED] = { 0x0072b2, '+', "freed" },
	[FRAG_CHANGE_TAKEN] = { 0xd55e00, '-', "taken" },
	[FRAG_CHANGE_OTHER] = { 0xe6c229, '~', "used otherwise" },
	[FRAG_CHANGE_NONE] = { 0xf2f4f7, '.', "as before" },
};

static uint64_t cell_frames(const struct frag_map_cell *cell, unsigned look)
{
	if (look == WHOLE)
		return cell->whole;
	return look == FRAGMENTS ? cell->fragments : cell->frames[look];
}

/* Of @n looks the one with most frames, holes not counted; the mean colour of
 * all of them into *rgb. -1: there is no memory. */
static int look_choose(const struct look *from, const uint64_t *frames,
		       unsigned n, uint32_t *rgb)
{
	uint64_t sum[3] = { 0 };
	uint64_t all = 0;
	int most = -1;

	for (unsigned i = 0; i < n; i++) {
		if (!frames[i])
			continue;
		if (most < 0 || frames[i] > frames[most])
			most = (int)i;
		all += frames[i];
		for (unsigned c = 0; c < 3; c++)
			sum[c] += frames[i] *
				  (from[i].rgb >> (16 - 8 * c) & 0xff);
	}
	*rgb = 0;
	for (unsigned c = 0; c < 3 && all; c++)
		*rgb = *rgb << 8 | (uint32_t)(sum[c] / all);
	return most;
}

static bool is_light(uint32_t rgb)
{
	return (rgb >> 16) * 2 + (rgb >> 8 & 0xff) * 5 + (rgb & 0xff) > 8 * 128;
}

static void colour_begin(FILE *out, enum frag_colour colour, uint32_t rgb)
{
	unsigned r = rgb >> 16;
	unsigned g = rgb >> 8 & 0xff;
	unsigned b = rgb & 0xff;
	int ink = is_light(rgb) ? 30 : 97;

	if (colour == FRAG_COLOUR_TRUE)
		fprintf(out, "\033[%d;48;2;%u;%u;%um", ink, r, g, b);
	else
		fprintf(out, "\033[%d;48;5;%um", ink,
			16 + 36 * ((r * 5 + 127) / 255) +
				6 * ((g * 5 + 127) / 255) +
				(b * 5 + 127) / 255);
}

static void blank_print(FILE *out, const struct frag_map_style *style)
{
	fputs(style->colour ? "\033[0m " : " ", out);
}

/* Where something stands in the way, a letter is a capital. */
static char letter_mark(char letter, bool is_mixed)
{
	if (!is_mixed)
		return letter;
	if (letter == '.')
		return ',';
	return letter == ':' ? ';' : (char)toupper(letter);
}

static void cell_print(FILE *out, const struct frag_map_cell *cell,
		       const struct frag_map_style *style)
{
	uint64_t frames[LOOKS] = { 0 };
	const struct look *from = looks;
	unsigned n = LOOKS;
	bool is_mixed = cell->mixed;
	uint32_t rgb;
	char mark;
	int look;

	for (unsigned i = FRAG_KIND_HOLE + 1; i < LOOKS; i++)
		frames[i] = cell_frames(cell, i);
	if (style->is_difference) {
		memcpy(frames, cell->changes, sizeof(cell->changes));
		from = change_looks;
		n = FRAG_CHANGES;
		is_mixed = false;
		/* A little that moved is what one looks for. */
		if (frames[FRAG_CHANGE_NONE] < 31 * (frames[FRAG_CHANGE_FREED] +
						     frames[FRAG_CHANGE_TAKEN] +
						     frames[FRAG_CHANGE_OTHER]))
			frames[FRAG_CHANGE_NONE] = 0;
	}
	look = look_choose(from, frames, n, &rgb);
	if (look < 0) {
		blank_print(out, style);
		return;
	}
	if (style->colour == FRAG_COLOUR_NONE) {
		fputc(letter_mark(from[look].letter, is_mixed), out);
		return;
	}
	mark = cell->mixed * 2 >= cell->blocks ? ':' : '.';
	colour_begin(out, style->colour, rgb);
	fputc(is_mixed ? mark : ' ', out);
}

static void hilbert_print(FILE *out, const struct frag_map_grid *g,
			  const struct frag_map_style *style)
{
	for (unsigned y = 0; y < g->rows; y++) {
		for (unsigned x = 0; x < g->columns; x++) {
			unsigned i = frag_map_grid_cell(g, x, y);

			for (int twice = 0; twice < 2; twice++) {
				if (i < g->ncells)
					cell_print(out, &g->cells[i], style);
				else
					blank_print(out, style);
			}
		}
		fputs(style->colour ? "\033[0m\n" : "\n", out);
	}
}

static bool is_hole(const struct frag_map_grid *g, unsigned row)
{
	uint64_t memory = 0;

	for (unsigned x = 0; x < g->columns; x++) {
		unsigned i = frag_map_grid_cell(g, x, row);

		for (unsigned k = 1; k < LOOKS && i < g->ncells; k++)
			memory += cell_frames(&g->cells[i], k);
	}
	return !memory;
}

static void row_print(FILE *out, const struct frag_map_grid *g, unsigned row,
		      const struct frag_map_style *style)
{
	uint64_t first = (uint64_t)row * g->columns * g->scale;
	uint64_t pfn = g->first + (first << g->pageblock_order);
	char size[32];

	fprintf(out, "%10s |",
		frag_size_text(pfn * style->page_size, size, sizeof(size)));
	for (unsigned x = 0; x < g->columns; x++) {
		unsigned i = frag_map_grid_cell(g, x, row);

		if (i < g->ncells)
			cell_print(out, &g->cells[i], style);
	}
	fprintf(out, "%s|\n", style->colour ? "\033[0m" : "");
}

static void lines_print(FILE *out, const struct frag_map_grid *g,
			const struct frag_map_style *style)
{
	for (unsigned y = 0; y < g->rows; y++) {
		unsigned holes = 0;

		while (y + holes < g->rows && is_hole(g, y + holes))
			holes++;
		if (!holes) {
			row_print(out, g, y, style);
			continue;
		}
		fprintf(out, "%10s   no memory in %u row%s\n", "", holes,
			holes == 1 ? "" : "s");
		y += holes - 1;
	}
}

static void key_entry(FILE *out, const struct look *look, unsigned *column,
		      const struct frag_map_style *style)
{
	size_t length = strlen(look->name) + 4;

	if (*column && *column + length > 78) {
		fputs("\n    ", out);
		*column = 0;
	}
	if (style->colour) {
		colour_begin(out, style->colour, look->rgb);
		fputs(" \033[0m", out);
	} else {
		fputc(look->letter, out);
	}
	fprintf(out, " %s  ", look->name);
	*column += (unsigned)length;
}

/* The looks that occur, and what the marks mean. */
static void key_print(FILE *out, const struct frag_map_grid *g,
		      const struct frag_map_style *style)
{
	unsigned column = 0;

	fputs("key ", out);
	for (unsigned i = 0; i < FRAG_CHANGES && style->is_difference; i++)
		key_entry(out, &change_looks[i], &column, style);
	for (unsigned i = LOOKS; i-- > 1 && !style->is_difference;) {
		uint64_t frames = 0;

		for (unsigned c = 0; c < g->ncells; c++)
			frames += cell_frames(&g->cells[c], i);
		if (frames)
			key_entry(out, &looks[i], &column, style);
	}
	if (style->is_difference)
		fputs("\n    of what changed, where 3 % did\n", out);
	else if (style->colour)
		fputs("\n    the mean of all frames; marked . where pageblocks "
		      "are mixed, : where half of them are\n",
		      out);
	else
		fputs("\n    what most frames are; capitals , ; where "
		      "pageblocks are mixed\n",
		      out);
}

void frag_map_grid_print(FILE *out, const struct frag_map_grid *g,
			 const struct frag_map_style *style)
{
	uint64_t block = style->page_size << g->pageblock_order;
	char cell[32];
	char one[32];

	fprintf(out, "a character: %" PRIu64 " pageblock%s of %s (%s)%s\n\n",
		g->scale, g->scale == 1 ? "" : "s",
		frag_size_text(block, one, sizeof(one)),
		frag_size_text(block * g->scale, cell, sizeof(cell)),
		g->is_hilbert ? ", along a Hilbert curve" : "");
	if (g->is_hilbert)
		hilbert_print(out, g, style);
	else
		lines_print(out, g, style);
	fputc('\n', out);
	key_print(out, g, style);
}
