// SPDX-License-Identifier: GPL-2.0-or-later
/* Puts a comparison out: as columns that fit a terminal, as Markdown, as CSV. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "verb/compare.h"

enum { GAP = 2 };

static const char *text_at(const struct frag_grid *g, unsigned row,
			   unsigned column)
{
	return g->cell[(size_t)row * g->columns + column];
}

/* How wide a column is on the screen: letters, not bytes. */
static unsigned text_width(const char *text)
{
	unsigned n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static unsigned column_width(const struct frag_grid *g, unsigned column)
{
	unsigned width = 0;

	for (unsigned r = 0; r < g->rows; r++) {
		unsigned n = text_width(text_at(g, r, column));

		width = n > width ? n : width;
	}
	return width;
}

/* The first column and those from @from up to @to. */
static void columns_print(FILE *out, const struct frag_grid *g, unsigned from,
			  unsigned to)
{
	for (unsigned r = 0; r < g->rows; r++) {
		unsigned owed = 0;

		for (unsigned k = 0; k < to; k++) {
			const char *text = text_at(g, r, k);

			if (k && k < from)
				continue;
			fprintf(out, "%*s%s", (int)owed, "", text);
			owed = column_width(g, k) - text_width(text) + GAP;
		}
		fputc('\n', out);
	}
}

static void notes_print(FILE *out, const struct frag_grid *g)
{
	const json_t *note;
	size_t i;

	if (json_array_size(g->notes))
		fputc('\n', out);
	json_array_foreach(g->notes, i, note)
		fprintf(out, "[%zu] %s\n", i + 1, json_string_value(note));
}

void frag_grid_print(FILE *out, const struct frag_grid *g, unsigned width)
{
	unsigned from = 1;

	while (from < g->columns) {
		unsigned used = column_width(g, 0);
		unsigned to = from;

		do {
			used += GAP + column_width(g, to++);
		} while (to < g->columns &&
			 (!width || used + GAP + column_width(g, to) <= width));
		if (from > 1)
			fputc('\n', out);
		columns_print(out, g, from, to);
		from = to;
	}
	notes_print(out, g);
}

static void markdown_cell(FILE *out, const char *text)
{
	fputc(' ', out);
	for (; *text; text++) {
		if (*text == '|' || *text == '*' || *text == '_')
			fputc('\\', out);
		fputc(*text, out);
	}
	fputs(" |", out);
}

void frag_grid_markdown(FILE *out, const struct frag_grid *g)
{
	for (unsigned r = 0; r < g->rows; r++) {
		fputc('|', out);
		for (unsigned k = 0; k < g->columns; k++)
			markdown_cell(out, text_at(g, r, k));
		fputc('\n', out);
		if (r)
			continue;
		fputc('|', out);
		for (unsigned k = 0; k < g->columns; k++)
			fputs("---|", out);
		fputc('\n', out);
	}
	notes_print(out, g);
}

/* --- CSV -------------------------------------------------------------------- */

static void csv_text(FILE *out, const char *text)
{
	bool is_plain = !strpbrk(text, ",\"\n\r");

	if (is_plain) {
		fputs(text, out);
		return;
	}
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

/* Nothing is an empty cell. */
static void csv_number(FILE *out, bool is_known, double number)
{
	if (is_known)
		fprintf(out, ",%.12g", number);
	else
		fputc(',', out);
}

/* Why some runs have no number, and, where others have, why these still make no
 * difference (@lack; NULL: they do). */
static void csv_reason(const struct frag_compare_cell *cell, const char *lack,
		       char *buf, size_t size)
{
	const char *own = cell->refusal ? cell->refusal : cell->reason;

	if (own && (cell->refusal || !cell->n))
		lack = NULL;
	snprintf(buf, size, "%s%s%s", own ? own : "", own && lack ? "; " : "",
		 lack ? lack : "");
}

static void csv_line(FILE *out, const struct frag_compare *c,
		     const struct frag_compare_row *row, unsigned group)
{
	const struct frag_compare_cell *cell = &row->cells[group];
	const struct frag_compare_difference *d = &row->differences[group];
	bool has_difference = group > 0;
	char reason[512];

	csv_reason(cell, has_difference ? d->reason : NULL, reason,
		   sizeof(reason));
	csv_text(out, row->metric->name);
	fputc(',', out);
	csv_text(out, row->metric->unit);
	fputc(',', out);
	csv_text(out, row->better);
	fputc(',', out);
	csv_text(out, c->groups[group].label);
	fprintf(out, ",%u,%u", cell->n, cell->lacking);
	csv_number(out, cell->n, cell->median);
	csv_number(out, cell->n, cell->min);
	csv_number(out, cell->n, cell->max);
	csv_number(out, has_difference && !d->reason, d->value);
	csv_number(out, has_difference && d->has_percent, d->percent);
	fputc(',', out);
	csv_text(out, reason);
	csv_number(out, d->is_tested, d->shift.value);
	csv_number(out, d->is_tested && d->shift.has_interval, d->shift.low);
	csv_number(out, d->is_tested && d->shift.has_interval, d->shift.high);
	csv_number(out, d->is_tested, d->ranks.p);
	csv_number(out, d->is_tested, d->adjusted);
	fprintf(out, ",%s",
		has_difference ? frag_verdict_text(d->verdict) : "");
	csv_number(out, cell->has_slope, cell->slope);
	csv_number(out, cell->has_slope, cell->slope_p);
	fputc('\n', out);
}

void frag_compare_csv(FILE *out, const struct frag_compare *c)
{
	fputs("metric,unit,better,group,n,lacking,median,min,max,difference,"
	      "percent,reason,shift,low,high,p,p_holm,verdict,slope,"
	      "slope_p\n",
	      out);
	for (unsigned r = 0; r < c->nrows; r++)
		for (unsigned i = 0; i < c->ngroups; i++)
			csv_line(out, c, &c->rows[r], i);
}
