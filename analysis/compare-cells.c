// SPDX-License-Identifier: GPL-2.0-or-later
/* The rows and cells of a comparison: which metrics are shown, medians and
 * ranges, and where there is no number and why. */
#include "compare-parts.h"

#include <errno.h>
#include <fnmatch.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis.h"
#include "fragbench/suggest.h"
#include "statistics.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char tcg_refusal[] = "not a time (TCG)";
static const char mixed_refusal[] = "times of several accelerators";

/* What is shown when nothing is asked for. */
static const char *const headline[] = {
	"unusable.*",
	"unusable_pcp.*",
	"suitable.*",
	"hidden_mib.*",
	"effectiveness.*",
	"regained.*",
	"interleave.switch_share",
	"interleave.mean_run",
	"interleave.mixed_pageblocks",
};

/* Likewise, but only where at least one group has such times. */
static const char *const headline_times[] = {
	"cpu_ms.*",
	"wall_ms.*",
	"pages_per_s.*",
};

/* --- a cell ------------------------------------------------------------------ */

static void cell_sum_up(struct frag_compare_cell *cell)
{
	double *sorted = malloc((cell->n + 1) * sizeof(*sorted));

	if (!sorted)
		abort();
	memcpy(sorted, cell->values, cell->n * sizeof(*sorted));
	cell->median = frag_median(sorted, cell->n);
	cell->min = sorted[0];
	cell->max = sorted[cell->n - 1];
	free(sorted);
}

/* Why times of these runs are no times, or not of one kind; NULL: they are. */
static const char *times_refusal(const struct frag_compare_group *g)
{
	const char *first = frag_compare_fact(g->runs[0], "accel");

	for (unsigned i = 1; i < g->nruns; i++)
		if (strcmp(frag_compare_fact(g->runs[i], "accel"), first) != 0)
			return mixed_refusal;
	return strcmp(first, "tcg") != 0 ? NULL : tcg_refusal;
}

static struct frag_compare_value value_get(const struct frag_compare_run *r,
					   unsigned metric)
{
	struct frag_compare_value nothing = {
		.reason = "the run has no such metric",
	};

	if (metric >= r->nvalues)
		return nothing;
	if (!r->values[metric].is_known && !r->values[metric].reason)
		return nothing;
	return r->values[metric];
}

static void cell_fill(const struct frag_compare *c,
		      const struct frag_compare_group *g, unsigned metric,
		      struct frag_compare_cell *cell)
{
	if (c->metrics[metric].is_time)
		cell->refusal = times_refusal(g);
	if (cell->refusal)
		return;
	cell->values = malloc(g->nruns * sizeof(*cell->values));
	if (!cell->values)
		abort();
	for (unsigned i = 0; i < g->nruns; i++) {
		struct frag_compare_value v = value_get(g->runs[i], metric);

		if (v.is_known) {
			cell->values[cell->n++] = v.number;
		} else {
			cell->reason = cell->lacking ? cell->reason : v.reason;
			cell->lacking++;
		}
	}
	if (cell->n)
		cell_sum_up(cell);
}

/* --- a row ------------------------------------------------------------------- */

/* "unusable" means all phases, "*.free" all metrics of one. */
static bool glob_fits(const char *glob, const char *name)
{
	size_t n = strlen(glob);

	return !fnmatch(glob, name, 0) ||
	       (!strncmp(glob, name, n) && name[n] == '.');
}

/* The group @group against the first. */
static void difference_make(const struct frag_compare *c,
			    struct frag_compare_row *row, unsigned group)
{
	struct frag_compare_difference *d = &row->differences[group];
	const struct frag_compare_cell *a = &row->cells[0];
	const struct frag_compare_cell *b = &row->cells[group];
	const char *x = frag_compare_fact(c->groups[0].runs[0], "accel");
	const char *y = frag_compare_fact(c->groups[group].runs[0], "accel");

	if (a->refusal || b->refusal)
		d->reason = a->refusal ? a->refusal : b->refusal;
	else if (row->metric->is_time && strcmp(x, y) != 0)
		d->reason = mixed_refusal;
	else if (!a->n || !b->n)
		d->reason = "none";
	else if (c->is_refused)
		d->reason = "not alike";
	if (d->reason)
		return;
	d->value = b->median - a->median;
	/* Of a base that is 0 nothing is a percentage, but no change is. */
	d->has_percent = a->median != 0;
	if (d->has_percent)
		d->percent = 100 * d->value / fabs(a->median);
}

static void row_free(struct frag_compare_row *row, unsigned ngroups)
{
	for (unsigned i = 0; i < ngroups; i++)
		free(row->cells[i].values);
	free(row->cells);
	free(row->differences);
}

static bool has_numbers(const struct frag_compare_row *row, unsigned ngroups)
{
	for (unsigned i = 0; i < ngroups; i++)
		if (row->cells[i].n)
			return true;
	return false;
}

/* The first rule of the gate that fits the metric, or NULL. */
static const struct frag_gate_rule *rule_of(const struct frag_compare *c,
					    const char *name)
{
	for (unsigned i = 0; i < c->config.nrules; i++)
		if (glob_fits(c->config.rules[i].glob, name))
			return &c->config.rules[i];
	return NULL;
}

static void row_add(struct frag_compare *c, unsigned metric, bool is_optional)
{
	struct frag_compare_row row = { .metric = &c->metrics[metric] };

	row.rule = rule_of(c, row.metric->name);
	row.better = row.rule && row.rule->better ? row.rule->better
						  : row.metric->better;
	row.cells = calloc(c->ngroups, sizeof(*row.cells));
	row.differences = calloc(c->ngroups, sizeof(*row.differences));
	if (!row.cells || !row.differences)
		abort();
	for (unsigned i = 0; i < c->ngroups; i++)
		cell_fill(c, &c->groups[i], metric, &row.cells[i]);
	for (unsigned i = 1; i < c->ngroups; i++)
		difference_make(c, &row, i);
	if (is_optional && !has_numbers(&row, c->ngroups)) {
		row_free(&row, c->ngroups);
		return;
	}
	c->rows = frag_compare_grow(c->rows, c->nrows, sizeof(*c->rows));
	c->rows[c->nrows++] = row;
}

void frag_compare_rows_free(struct frag_compare *c)
{
	for (unsigned i = 0; i < c->nrows; i++)
		row_free(&c->rows[i], c->ngroups);
	free(c->rows);
}

/* --- which rows ------------------------------------------------------------- */

static bool is_asked(const struct frag_compare_config *asked, const char *name)
{
	for (unsigned i = 0; i < asked->nglobs; i++)
		if (glob_fits(asked->globs[i], name))
			return true;
	return false;
}

static bool is_among(const char *const *globs, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!fnmatch(globs[i], name, 0))
			return true;
	return false;
}

/* Phases of which nothing is asked by default do no more than pass the time. */
static bool is_doing(const char *action)
{
	static const char *const doing[] = { "run",	"free",	 "compact",
					     "release", "probe", NULL };

	for (const char *const *one = doing; *one; one++)
		if (!strcmp(*one, action))
			return true;
	return false;
}

/* The phases to show by default of one run, added to @shown: those that do
 * something, and the one before them: the start. All of a run where none does. */
static void phases_choose(const json_t *actions, json_t *shown)
{
	const char *before = NULL;
	bool does = false;
	const char *name;
	json_t *action;

	json_object_foreach((json_t *)(uintptr_t)actions, name, action)
	{
		if (is_doing(json_string_value(action))) {
			if (!does && before)
				json_object_set_new(shown, before, json_true());
			json_object_set_new(shown, name, json_true());
			does = true;
		}
		before = name;
	}
	if (!does)
		json_object_update(shown, (json_t *)(uintptr_t)actions);
}

/* Is "METRIC.PHASE" of a phase that is shown, or of none that is known? */
static bool is_of_shown(const struct frag_compare *c, const json_t *shown,
			const char *name)
{
	const char *phase = strrchr(name, '.');

	if (!phase || json_object_get(shown, phase + 1))
		return true;
	for (unsigned i = 0; i < c->nruns; i++)
		if (json_object_get(json_object_get(c->runs[i]->facts,
						    "actions"),
				    phase + 1))
			return false;
	return true;
}

/* Without --metric and --all: short enough for a cover letter. */
static void headline_add(struct frag_compare *c)
{
	json_t *shown = json_object();

	for (unsigned i = 0; i < c->nruns; i++)
		phases_choose(json_object_get(c->runs[i]->facts, "actions"),
			      shown);
	for (unsigned i = 0; i < c->nmetrics; i++) {
		const char *name = c->metrics[i].name;
		bool is_time =
			is_among(headline_times, COUNT(headline_times), name);

		if ((is_time || is_among(headline, COUNT(headline), name)) &&
		    is_of_shown(c, shown, name))
			row_add(c, i, is_time);
	}
	json_decref(shown);
}

static int glob_check(const struct frag_compare *c, const char *glob,
		      struct frag_error *e)
{
	struct frag_suggest s = frag_suggest_for(glob);

	for (unsigned i = 0; i < c->nmetrics; i++) {
		if (glob_fits(glob, c->metrics[i].name))
			return 0;
		frag_suggest_offer(&s, c->metrics[i].name);
	}
	for (const struct frag_metric *m = frag_metrics; m->name; m++)
		frag_suggest_offer(&s, m->name);
	frag_fail(e, 0, "no run has a metric '%s'", glob);
	if (s.best)
		frag_error_why(e, "did you mean %s?", s.best);
	frag_error_mend(e, "fragbench compare --all shows them all");
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

static int globs_check(const struct frag_compare *c, struct frag_error *e)
{
	for (unsigned i = 0; i < c->config.nglobs; i++)
		if (glob_check(c, c->config.globs[i], e))
			return -EINVAL;
	for (unsigned i = 0; i < c->config.nrules; i++)
		if (glob_check(c, c->config.rules[i].glob, e))
			return -EINVAL;
	return 0;
}

int frag_compare_rows(struct frag_compare *c, struct frag_error *e)
{
	const struct frag_compare_config *asked = &c->config;

	if (globs_check(c, e))
		return -EINVAL;
	if (!asked->nglobs && !asked->all && !asked->nrules)
		headline_add(c);
	else
		for (unsigned i = 0; i < c->nmetrics; i++)
			if ((!asked->nglobs && !asked->nrules) ||
			    is_asked(asked, c->metrics[i].name) ||
			    rule_of(c, c->metrics[i].name))
				row_add(c, i, false);
	frag_compare_judge(c);
	frag_compare_drift(c);
	return 0;
}
