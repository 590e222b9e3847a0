// SPDX-License-Identifier: GPL-2.0-or-later
/* A comparison as a grid of texts: how a median with its range, a difference
 * and a lack are written. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/analysis.h"
#include "base/json.h"
#include "verb/compare.h"

static char *cell_at(const struct frag_grid *g, unsigned row, unsigned column)
{
	return g->cell[(size_t)row * g->columns + column];
}

static void FRAG_PRINTF(4, 5) cell_set(struct frag_grid *g, unsigned row,
				       unsigned column, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(cell_at(g, row, column), FRAG_GRID_TEXT, fmt, args);
	va_end(args);
}

static struct frag_grid grid_make(unsigned rows, unsigned columns)
{
	struct frag_grid g = { .rows = rows, .columns = columns };

	g.cell = calloc((size_t)rows * columns, sizeof(*g.cell));
	g.notes = json_array();
	if (!g.cell || !g.notes)
		abort();
	return g;
}

void frag_grid_free(struct frag_grid *g)
{
	free(g->cell);
	json_decref(g->notes);
}

/* The mark of the note @text, "[1]"; the same text is noted once. */
static size_t note_mark(struct frag_grid *g, const char *text)
{
	const json_t *note;
	size_t i;

	json_array_foreach(g->notes, i,
			   note) if (!strcmp(json_string_value(note),
					     text)) return i +
		1;
	json_array_append_new(g->notes, frag_json_text(text));
	return json_array_size(g->notes);
}

/* A median of whole numbers may lie between two. No "-0.000". */
static const char *number_text(double v, const char *unit, const char *sign,
			       char *buf, size_t size)
{
	int decimals = frag_metric_decimals(unit);
	double scale = pow(10, decimals);

	if (!decimals && v != floor(v))
		decimals = 1;
	else
		v = round(v * scale) / scale + 0.0;
	snprintf(buf, size, "%s%.*f", v > 0 ? sign : "", decimals, v);
	return buf;
}

static size_t lack_mark(struct frag_grid *g,
			const struct frag_compare_cell *cell)
{
	unsigned all = cell->n + cell->lacking;
	char text[512];

	if (!cell->n)
		snprintf(text, sizeof(text), "no run has it: %s", cell->reason);
	else
		snprintf(text, sizeof(text), "%u of %u ha%s none: %s",
			 cell->lacking, all, cell->lacking == 1 ? "s" : "ve",
			 cell->reason);
	return note_mark(g, text);
}

/* "0.795 (0.790..0.801) [1]": median, range where there is one, a note. */
static void cell_put(struct frag_grid *g, unsigned row, unsigned column,
		     const struct frag_compare_cell *cell, const char *unit)
{
	char text[3][32];
	char range[72] = "";
	char mark[16] = "";

	if (cell->refusal) {
		cell_set(g, row, column, "%s", cell->refusal);
		return;
	}
	if (cell->lacking)
		snprintf(mark, sizeof(mark), " [%zu]", lack_mark(g, cell));
	if (!cell->n) {
		cell_set(g, row, column, "none%s", mark);
		return;
	}
	number_text(cell->median, unit, "", text[0], sizeof(text[0]));
	number_text(cell->min, unit, "", text[1], sizeof(text[1]));
	number_text(cell->max, unit, "", text[2], sizeof(text[2]));
	if (strcmp(text[1], text[2]) != 0)
		snprintf(range, sizeof(range), " (%s..%s)", text[1], text[2]);
	cell_set(g, row, column, "%s%s%s", text[0], range, mark);
}

/* "-0.602 (-75.7 %)"; without a percentage where the base is 0. */
static void difference_put(struct frag_grid *g, unsigned row, unsigned column,
			   const struct frag_compare_row *r)
{
	const struct frag_compare_difference *d = &r->difference;
	char text[32];

	if (d->reason) {
		cell_set(g, row, column, "%s", d->reason);
		return;
	}
	number_text(d->value, r->metric->unit, "+", text, sizeof(text));
	if (d->value == 0)
		cell_set(g, row, column, "0");
	else if (!d->has_percent)
		cell_set(g, row, column, "%s", text);
	else
		cell_set(g, row, column, "%s (%+.1f %%)", text, d->percent);
}

struct frag_grid frag_grid_metrics(const struct frag_compare *c)
{
	bool has_difference = c->ngroups == 2;
	unsigned behind = c->ngroups + 1;
	struct frag_grid g =
		grid_make(c->nrows + 1, c->ngroups + 2 + has_difference);

	cell_set(&g, 0, 0, "metric");
	for (unsigned i = 0; i < c->ngroups; i++)
		cell_set(&g, 0, i + 1, "%s", c->groups[i].label);
	if (has_difference)
		cell_set(&g, 0, behind++, "difference");
	cell_set(&g, 0, behind, "unit, better");
	for (unsigned r = 0; r < c->nrows; r++) {
		const struct frag_compare_row *row = &c->rows[r];

		cell_set(&g, r + 1, 0, "%s", row->metric->name);
		for (unsigned i = 0; i < c->ngroups; i++)
			cell_put(&g, r + 1, i + 1, &row->cells[i],
				 row->metric->unit);
		if (has_difference)
			difference_put(&g, r + 1, behind - 1, row);
		cell_set(&g, r + 1, behind, "%s, %s", row->metric->unit,
			 row->metric->better);
	}
	return g;
}

/* The values of @key in the group, up to three. */
static void values_put(struct frag_grid *g, unsigned row, unsigned column,
		       const struct frag_compare_group *group, const char *key)
{
	json_t *values = frag_compare_values(group, key);
	char text[FRAG_GRID_TEXT] = "";
	const json_t *value;
	size_t n = 0;
	size_t i;

	json_array_foreach(values, i, value)
	{
		if (i == 3 || n >= sizeof(text))
			break;
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s",
				      i ? ", " : "", json_string_value(value));
	}
	cell_set(g, row, column, "%.90s%s", text,
		 json_array_size(values) > 3 ? ", ..." : "");
	json_decref(values);
}

struct frag_grid frag_grid_groups(const struct frag_compare *c)
{
	static const char *const heads[] = { "group",	    "runs",
					     "kernel",	    "memory",
					     "accelerator", "scenario",
					     "series" };
	static const char *const keys[] = { "kernel", "memory", "accel",
					    "scenario", "series" };
	bool is_series = !c->config.nby && !c->has_sides;
	struct frag_grid g = grid_make(c->ngroups + 1, is_series ? 7 : 6);

	for (unsigned i = 0; i < g.columns; i++)
		cell_set(&g, 0, i, "%s", heads[i]);
	for (unsigned i = 0; i < c->ngroups; i++) {
		cell_set(&g, i + 1, 0, "%s", c->groups[i].label);
		cell_set(&g, i + 1, 1, "%u", c->groups[i].nruns);
		for (unsigned k = 2; k < g.columns; k++)
			values_put(&g, i + 1, k, &c->groups[i], keys[k - 2]);
	}
	return g;
}
