// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether a difference is more than chance, and whether it matters: tests of
 * all rows together, a verdict on each, and what a gate makes of it. */
#include "compare-parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis.h"

static const double level = 0.05;

const char *frag_verdict_text(enum frag_verdict v)
{
	static const char *const texts[] = { "cannot tell", "same", "better",
					     "WORSE", "different" };

	return texts[v];
}

/* --- one test ---------------------------------------------------------------- */

static double *sorted_copy(const struct frag_compare_cell *cell)
{
	double *copy = malloc(cell->n * sizeof(*copy));

	if (!copy)
		abort();
	memcpy(copy, cell->values, cell->n * sizeof(*copy));
	frag_sort(copy, cell->n);
	return copy;
}

static double amount_of(const struct frag_gate_amount *a, double base,
			double otherwise)
{
	if (!a->is_set)
		return otherwise;
	return a->is_share ? a->number * fabs(base) : a->number;
}

/* How much is nothing, and how much the gate lets pass: a limit below the
 * metric's floor lowers that, or nothing would be held to it. */
static void amounts_set(const struct frag_compare_row *row,
			struct frag_compare_difference *d)
{
	static const struct frag_gate_rule none = { 0 };
	const struct frag_gate_rule *rule = row->rule ? row->rule : &none;
	double base = row->cells[0].median;

	d->floor = amount_of(&rule->floor, base,
			     frag_metric_floor(row->metric->name,
					       row->metric->unit, base));
	d->limit = amount_of(&rule->limit, base, d->floor);
	if (!rule->floor.is_set)
		d->floor = fmin(d->floor, d->limit);
}

static void test_do(const struct frag_compare_row *row, unsigned group)
{
	struct frag_compare_difference *d = &row->differences[group];
	const struct frag_compare_cell *a = &row->cells[0];
	const struct frag_compare_cell *b = &row->cells[group];
	double *x;
	double *y;

	if (d->reason)
		return;
	amounts_set(row, d);
	if (a->n < FRAG_RUNS_LEAST || b->n < FRAG_RUNS_LEAST)
		return;
	x = sorted_copy(a);
	y = sorted_copy(b);
	if (frag_mann_whitney(x, a->n, y, b->n, &d->ranks) ||
	    frag_shift(x, a->n, y, b->n, &d->shift))
		abort();
	d->adjusted = d->ranks.p;
	d->is_tested = true;
	d->is_constant =
		a->min == a->max && b->min == b->max && a->min == b->min;
	free(x);
	free(y);
}

/* --- all of them
 * --------------------------------------------------------------- */

typedef void difference_fn(struct frag_compare *c,
			   const struct frag_compare_row *row, unsigned group);

static void differences_walk(struct frag_compare *c, difference_fn *call)
{
	for (unsigned r = 0; r < c->nrows; r++)
		for (unsigned i = 1; i < c->ngroups; i++)
			call(c, &c->rows[r], i);
}

static bool counts(const struct frag_compare_difference *d)
{
	return d->is_tested && !d->is_constant;
}

/* What has one value everywhere could not have come out otherwise, so that it
 * is no test that could be false (R. E. Tarone, Biometrics 46, 1990). */
static void adjust(struct frag_compare *c)
{
	size_t all = (size_t)c->nrows * c->ngroups;
	double *p = malloc((all + 1) * sizeof(*p));
	struct frag_compare_difference *d;
	size_t n = 0;

	if (!p)
		abort();
	for (size_t i = 0; c->ngroups && i < all; i++) {
		d = &c->rows[i / c->ngroups].differences[i % c->ngroups];
		if (counts(d))
			p[n++] = d->ranks.p;
	}
	c->ntests = (unsigned)n;
	if (frag_holm(p, n))
		abort();
	n = 0;
	for (size_t i = 0; c->ngroups && i < all; i++) {
		d = &c->rows[i / c->ngroups].differences[i % c->ngroups];
		if (counts(d))
			d->adjusted = p[n++];
	}
	free(p);
}

/* So many runs on each side could tell @tests metrics apart at once. */
static unsigned runs_needed(unsigned tests)
{
	double ways = 70; /* 8 over 4 */
	unsigned n = FRAG_RUNS_LEAST;

	for (; 2 * tests > level * ways; n++)
		ways *= (2.0 * n + 1) * (2.0 * n + 2) / ((n + 1.0) * (n + 1.0));
	return n;
}

/* --- verdicts
 * ------------------------------------------------------------------ */

static enum frag_verdict direction(const char *better, double shift)
{
	if (!strcmp(better, "higher"))
		return shift > 0 ? FRAG_BETTER : FRAG_WORSE;
	if (!strcmp(better, "lower"))
		return shift < 0 ? FRAG_BETTER : FRAG_WORSE;
	return FRAG_DIFFERENT;
}

static void doubt_explain(struct frag_compare *c,
			  const struct frag_compare_row *row, unsigned group)
{
	struct frag_compare_difference *d = &row->differences[group];
	const struct frag_compare_cell *a = &row->cells[0];
	const struct frag_compare_cell *b = &row->cells[group];

	d->detectable = frag_detectable(a->values, a->n, b->values, b->n,
					level / c->ntests);
	if (d->ranks.p_least * c->ntests <= level)
		return;
	d->detectable = INFINITY;
	d->why = frag_compare_keep(
		c,
		"too few runs to tell %u metrics apart at once: it takes "
		"%u on each side, or fewer metrics (--metric)",
		c->ntests, runs_needed(c->ntests));
}

/* Is the shift within the floor, wherever in the interval it lies? */
static bool is_within(const struct frag_compare_difference *d)
{
	const struct frag_shift *s = &d->shift;

	return d->is_constant ||
	       (s->has_interval && s->low > -d->floor && s->high < d->floor);
}

static void verdict_find(struct frag_compare *c,
			 const struct frag_compare_row *row, unsigned group)
{
	struct frag_compare_difference *d = &row->differences[group];
	bool is_certain = d->is_tested && d->adjusted < level;

	if (d->reason)
		d->why = d->reason;
	else if (!d->is_tested)
		d->why = "fewer than 4 runs on a side";
	else if (is_within(d))
		/* What is certain may be too small to matter. */
		d->verdict = FRAG_SAME;
	else if (is_certain && fabs(d->shift.value) < d->floor)
		d->why = "a difference, and the floor lies within its "
			 "interval: more runs tell whether it matters";
	else if (is_certain)
		d->verdict = direction(row->better, d->shift.value);
	else
		doubt_explain(c, row, group);
}

/* --- the gate
 * ------------------------------------------------------------------ */

/* How far the new side may be worse, at the bad end of the interval. */
static double worst_of(const struct frag_compare_row *row,
		       const struct frag_shift *s)
{
	if (!strcmp(row->better, "higher"))
		return -s->low;
	if (!strcmp(row->better, "lower"))
		return s->high;
	return fmax(-s->low, s->high);
}

static enum frag_gate_outcome gate_of(const struct frag_compare_row *row,
				      const struct frag_compare_difference *d)
{
	bool is_bad = d->verdict == FRAG_WORSE || d->verdict == FRAG_DIFFERENT;

	if (!d->is_tested)
		return FRAG_GATE_UNSURE;
	if (is_bad && fabs(d->shift.value) > d->limit)
		return FRAG_GATE_FAIL;
	/* What is the same by the floor may leave a limit that is lower. */
	if (d->is_constant || d->verdict == FRAG_BETTER ||
	    worst_of(row, &d->shift) <= d->limit)
		return FRAG_GATE_PASS;
	return FRAG_GATE_UNSURE;
}

static void gate_find(struct frag_compare *c,
		      const struct frag_compare_row *row, unsigned group)
{
	(void)c;
	if (row->rule)
		row->differences[group].gate =
			gate_of(row, &row->differences[group]);
}

void frag_compare_judge(struct frag_compare *c)
{
	for (unsigned r = 0; r < c->nrows; r++)
		for (unsigned i = 1; i < c->ngroups; i++)
			test_do(&c->rows[r], i);
	adjust(c);
	differences_walk(c, verdict_find);
	differences_walk(c, gate_find);
}

/* --- what it comes to
 * -------------------------------------------------------------- */

struct tally {
	unsigned tested;
	unsigned worse;
	unsigned failed;
	unsigned unsure;
};

static struct tally tally_of(const struct frag_compare *c)
{
	struct tally t = { 0 };

	for (unsigned r = 0; r < c->nrows; r++)
		for (unsigned i = 1; i < c->ngroups; i++) {
			const struct frag_compare_difference *d =
				&c->rows[r].differences[i];

			t.tested += d->is_tested;
			t.worse += d->verdict == FRAG_WORSE;
			t.failed += d->gate == FRAG_GATE_FAIL;
			t.unsure += d->gate == FRAG_GATE_UNSURE;
		}
	return t;
}

enum frag_exit frag_compare_exit(const struct frag_compare *c,
				 bool fail_on_worse)
{
	struct tally t = tally_of(c);

	for (unsigned i = 0; i < c->nruns; i++)
		if (!c->runs[i]->is_trusted)
			return FRAG_EXIT_DOUBT;
	if (c->is_refused)
		return FRAG_EXIT_DOUBT;
	if (t.failed || (fail_on_worse && t.worse))
		return FRAG_EXIT_BAD;
	if (t.unsure || (fail_on_worse && !t.tested))
		return FRAG_EXIT_DOUBT;
	return FRAG_EXIT_DONE;
}
