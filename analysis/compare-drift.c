// SPDX-License-Identifier: GPL-2.0-or-later
/* Drift inside of a group: runs that go one way in the order of time are what
 * fragmentation leaves behind, and not repeats of one another. */
#include "compare-parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "analysis.h"

enum { VALUES_LEAST = 3, VALUES_MAX = 128, SHOWN = 3 };

static const double level = 0.05;

/* The slope of at most VALUES_MAX of the values, evenly picked: the pairs of
 * hundreds of runs would be the most work of a comparison. */
static bool slope_find(const struct frag_compare_cell *cell, double *slope)
{
	size_t n = cell->n < VALUES_MAX ? cell->n : VALUES_MAX;
	double order[VALUES_MAX];
	double values[VALUES_MAX];

	for (size_t i = 0; i < n; i++) {
		size_t at = n < 2 ? 0 : i * (cell->n - 1) / (n - 1);

		order[i] = (double)at;
		values[i] = cell->values[at];
	}
	return !frag_theil_sen(order, values, n, slope);
}

static void slope_set(struct frag_compare_cell *cell)
{
	if (cell->n < VALUES_LEAST)
		return;
	cell->has_slope = slope_find(cell, &cell->slope);
	cell->slope_p = frag_mann_kendall(cell->values, cell->n);
}

/* What never changes cannot drift, and is no test. */
static bool counts(const struct frag_compare_cell *cell)
{
	return cell->has_slope && cell->min < cell->max;
}

static void adjust(struct frag_compare *c)
{
	size_t all = (size_t)c->nrows * c->ngroups;
	double *p = malloc((all + 1) * sizeof(*p));
	struct frag_compare_cell *cell;
	size_t n = 0;

	if (!p)
		abort();
	for (size_t i = 0; i < all; i++) {
		cell = &c->rows[i / c->ngroups].cells[i % c->ngroups];
		if (counts(cell))
			p[n++] = cell->slope_p;
	}
	if (frag_holm(p, n))
		abort();
	n = 0;
	for (size_t i = 0; i < all; i++) {
		cell = &c->rows[i / c->ngroups].cells[i % c->ngroups];
		if (counts(cell))
			cell->slope_p = p[n++];
	}
	free(p);
}

/* More than chance, and more in all than what counts as a difference. */
static bool drifts(const struct frag_compare_row *row,
		   const struct frag_compare_cell *cell)
{
	double all = fabs(cell->slope) * (cell->n - 1);

	return counts(cell) && cell->slope_p < level &&
	       all >= frag_metric_floor(row->metric->name, row->metric->unit,
					cell->median);
}

static void group_check(struct frag_compare *c, unsigned group)
{
	const char *label = c->groups[group].label;
	unsigned found = 0;
	char text[400] = "";
	size_t at = 0;

	for (unsigned r = 0; r < c->nrows; r++) {
		const struct frag_compare_row *row = &c->rows[r];
		const struct frag_compare_cell *cell = &row->cells[group];

		if (!drifts(row, cell))
			continue;
		if (found++ < SHOWN && at < sizeof(text))
			at += (size_t)snprintf(text + at, sizeof(text) - at,
					       "%s%s by %+.3g %s a run",
					       at ? ", " : "",
					       row->metric->name, cell->slope,
					       row->metric->unit);
	}
	if (!found)
		return;
	frag_compare_object(
		c, false,
		frag_compare_keep(c,
				  "the runs of %s drift, each on from the "
				  "one before: %s%s",
				  label, text, found > SHOWN ? ", ..." : ""),
		"runs of both sides in turn, or one a boot");
}

void frag_compare_drift(struct frag_compare *c)
{
	for (unsigned r = 0; r < c->nrows; r++)
		for (unsigned i = 0; i < c->ngroups; i++)
			slope_set(&c->rows[r].cells[i]);
	adjust(c);
	for (unsigned i = 0; i < c->ngroups; i++)
		group_check(c, i);
}
