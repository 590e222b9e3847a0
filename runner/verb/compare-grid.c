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
			   const struct frag_compare_row *r, unsigned group)
{
	const struct frag_compare_difference *d = &r->differences[group];
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

/* "+0.010..+0.032". */
static void interval_put(struct frag_grid *g, unsigned row, unsigned column,
			 const struct frag_compare_difference *d,
			 const char *unit)
{
	char low[32];
	char high[32];

	if (!d->is_tested || !d->shift.has_interval)
		return;
	number_text(d->shift.low, unit, "+", low, sizeof(low));
	number_text(d->shift.high, unit, "+", high, sizeof(high));
	cell_set(g, row, column, "%s..%s", low, high);
}

static void p_put(struct frag_grid *g, unsigned row, unsigned column,
		  const struct frag_compare_difference *d)
{
	if (d->is_tested)
		cell_set(g, row, column, "%s%.2g (%.2g)",
			 d->ranks.is_exact ? "" : "~", d->ranks.p, d->adjusted);
}

/* "WORSE"; "cannot tell below 0.031"; of a gate "WORSE, fail". */
static const char *verdict_text(struct frag_grid *g,
				const struct frag_compare_row *row,
				const struct frag_compare_difference *d,
				char *buf, size_t size)
{
	static const char *const gates[] = { "", ": pass", ": FAIL",
					     ": unsure" };
	const char *verdict = frag_verdict_text(d->verdict);
	char number[32];

	if (d->why && d->is_tested)
		snprintf(buf, size, "%s%s [%zu]", verdict, gates[d->gate],
			 note_mark(g, d->why));
	else if (d->detectable > 0 && isfinite(d->detectable))
		snprintf(buf, size, "%s below %s%s", verdict,
			 number_text(d->detectable, row->metric->unit, "",
				     number, sizeof(number)),
			 gates[d->gate]);
	else
		snprintf(buf, size, "%s%s", verdict, gates[d->gate]);
	return buf;
}

/* Columns of a group against the first one; without a test in the whole table
 * only the first of them. */
static const char *const behind_heads[] = { "difference", "95 % interval",
					    "p (Holm)", "verdict" };

static unsigned against_count(const struct frag_compare *c)
{
	for (unsigned r = 0; r < c->nrows; r++)
		for (unsigned i = 1; i < c->ngroups; i++)
			if (c->rows[r].differences[i].is_tested ||
			    c->rows[r].rule)
				return 4;
	return 1;
}

/* Behind the medians there is room for those of two groups. */
static unsigned behind_count(const struct frag_compare *c)
{
	return c->ngroups == 2 ? against_count(c) : 0;
}

static void behind_put(struct frag_grid *g, unsigned at, unsigned column,
		       const struct frag_compare_row *row, unsigned group,
		       unsigned count)
{
	const struct frag_compare_difference *d = &row->differences[group];
	char verdict[FRAG_GRID_TEXT];

	if (count)
		difference_put(g, at, column, row, group);
	if (count < 4)
		return;
	interval_put(g, at, column + 1, d, row->metric->unit);
	p_put(g, at, column + 2, d);
	if (d->is_tested || d->gate)
		cell_set(g, at, column + 3, "%s",
			 verdict_text(g, row, d, verdict, sizeof(verdict)));
}

/* Of three groups and more the verdict stands behind the range. */
static void verdict_append(struct frag_grid *g, unsigned at, unsigned column,
			   const struct frag_compare_row *row, unsigned group)
{
	const struct frag_compare_difference *d = &row->differences[group];
	char *cell = cell_at(g, at, column);
	char verdict[FRAG_GRID_TEXT];
	size_t n = strlen(cell);

	if (d->is_tested || d->gate)
		snprintf(cell + n, FRAG_GRID_TEXT - n, " %s",
			 verdict_text(g, row, d, verdict, sizeof(verdict)));
}

static void metric_put(struct frag_grid *g, const struct frag_compare *c,
		       unsigned r, unsigned behind)
{
	const struct frag_compare_row *row = &c->rows[r];

	cell_set(g, r + 1, 0, "%s", row->metric->name);
	for (unsigned i = 0; i < c->ngroups; i++) {
		cell_put(g, r + 1, i + 1, &row->cells[i], row->metric->unit);
		if (i && c->ngroups > 2)
			verdict_append(g, r + 1, i + 1, row, i);
	}
	behind_put(g, r + 1, c->ngroups + 1, row, 1, behind);
	cell_set(g, r + 1, g->columns - 1, "%s, %s", row->metric->unit,
		 row->better);
}

struct frag_grid frag_grid_metrics(const struct frag_compare *c)
{
	unsigned behind = behind_count(c);
	struct frag_grid g = grid_make(c->nrows + 1, c->ngroups + 2 + behind);

	cell_set(&g, 0, 0, "metric");
	for (unsigned i = 0; i < c->ngroups; i++)
		cell_set(&g, 0, i + 1, "%s", c->groups[i].label);
	for (unsigned i = 0; i < behind; i++)
		cell_set(&g, 0, c->ngroups + 1 + i, "%s", behind_heads[i]);
	cell_set(&g, 0, g.columns - 1, "unit, better");
	for (unsigned r = 0; r < c->nrows; r++)
		metric_put(&g, c, r, behind);
	return g;
}

struct frag_grid frag_grid_against(const struct frag_compare *c)
{
	unsigned others = c->ngroups - 1;
	unsigned behind = against_count(c);
	struct frag_grid g = grid_make(c->nrows * others + 1, behind + 2);

	cell_set(&g, 0, 0, "metric");
	cell_set(&g, 0, 1, "group");
	for (unsigned i = 0; i < behind; i++)
		cell_set(&g, 0, i + 2, "%s", behind_heads[i]);
	for (unsigned i = 0; i < c->nrows * others; i++) {
		const struct frag_compare_row *row = &c->rows[i / others];
		unsigned group = i % others + 1;

		cell_set(&g, i + 1, 0, "%s", row->metric->name);
		cell_set(&g, i + 1, 1, "%s", c->groups[group].label);
		behind_put(&g, i + 1, 2, row, group, behind);
	}
	return g;
}

/* --- drift ---------------------------------------------------------------- */

/* What never changes cannot drift. */
static bool has_drift(const struct frag_compare_cell *cell)
{
	return cell->has_slope && cell->min < cell->max;
}

static bool row_has_drift(const struct frag_compare *c, unsigned r,
			  double below)
{
	for (unsigned i = 0; i < c->ngroups; i++)
		if (has_drift(&c->rows[r].cells[i]) &&
		    c->rows[r].cells[i].slope_p < below)
			return true;
	return false;
}

/* "+0.0002 (1)": slopes are small, so that they need more decimals than what
 * they are slopes of. */
static void drift_put(struct frag_grid *g, unsigned row, unsigned column,
		      const struct frag_compare_cell *cell)
{
	if (has_drift(cell))
		cell_set(g, row, column, "%+.3g (%.2g)", cell->slope + 0.0,
			 cell->slope_p);
	else if (cell->has_slope)
		cell_set(g, row, column, "0");
	else
		cell_set(g, row, column, "too few");
}

struct frag_grid frag_grid_drift(const struct frag_compare *c, double below)
{
	unsigned rows = 1;
	struct frag_grid g;

	for (unsigned r = 0; r < c->nrows; r++)
		rows += row_has_drift(c, r, below);
	g = grid_make(rows, c->ngroups + 2);
	cell_set(&g, 0, 0, "metric");
	for (unsigned i = 0; i < c->ngroups; i++)
		cell_set(&g, 0, i + 1, "%s", c->groups[i].label);
	cell_set(&g, 0, g.columns - 1, "unit");
	rows = 0;
	for (unsigned r = 0; r < c->nrows; r++) {
		const struct frag_compare_metric *m = c->rows[r].metric;

		if (!row_has_drift(c, r, below))
			continue;
		cell_set(&g, ++rows, 0, "%s", m->name);
		for (unsigned i = 0; i < c->ngroups; i++)
			drift_put(&g, rows, i + 1, &c->rows[r].cells[i]);
		cell_set(&g, rows, g.columns - 1, "%s a run", m->unit);
	}
	return g;
}

/* --- what the groups are ---------------------------------------------------- */

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
