// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How finely the frames of several owners are mixed, from owners.csv: lengths
 * of runs, switches between neighbours, pageblocks with more than one owner.
 */
#include <stdio.h>

#include "run.h"

struct owners_columns {
	int t_ns, phase, owned, owners, runs, pairs, switches;
};

static void owners_begin(struct frag_table *t, void *ctx)
{
	struct owners_columns *c = ctx;

	c->t_ns = frag_table_need(t, "t_ns");
	c->phase = frag_table_need(t, "phase");
	c->owned = frag_table_need(t, "owned");
	c->owners = frag_table_need(t, "owners");
	c->runs = frag_table_need(t, "runs");
	c->pairs = frag_table_need(t, "pairs");
	c->switches = frag_table_need(t, "switches");
}

static void owners_row(struct frag_run *r, struct frag_table *t, void *ctx)
{
	const struct owners_columns *c = ctx;
	uint64_t t_ns = frag_table_number(t, c->t_ns);
	struct frag_phase *p = frag_run_phase(r, t, c->phase, t_ns);
	struct frag_owned *o;

	if (!p)
		return;
	o = &p->owned;
	/* a later look at the same phase takes the place of an earlier one */
	if (o->t_ns != t_ns)
		*o = (struct frag_owned){ .t_ns = t_ns };
	o->pageblocks++;
	o->mixed += frag_table_number(t, c->owners) >= 2;
	o->owned += frag_table_number(t, c->owned);
	o->runs += frag_table_number(t, c->runs);
	o->pairs += frag_table_number(t, c->pairs);
	o->switches += frag_table_number(t, c->switches);
}

int frag_read_owners(struct frag_run *r)
{
	const char *lack =
		frag_run_has_workers(r) ? "who owns which frame" : NULL;
	struct owners_columns c;

	return frag_run_walk(r, "owners.csv", lack, owners_begin, owners_row,
			     &c);
}

/* With @phase NULL for the headline. */
static void owned_set(struct frag_run *r, const struct frag_owned *o,
		      const char *phase)
{
	struct frag_value pageblocks = frag_known((double)o->pageblocks);
	struct frag_value runs = frag_known((double)o->runs);
	struct frag_value pairs = frag_known((double)o->pairs);

	frag_metric_set(r, "interleave.switch_share", phase,
			frag_quotient(frag_known((double)o->switches), pairs,
				      "no two adjacent frames are owned"));
	frag_metric_set(r, "interleave.mean_run", phase,
			frag_quotient(frag_known((double)o->owned), runs,
				      "no run of frames begins"));
	frag_metric_set(r, "interleave.mixed_pageblocks", phase,
			frag_quotient(frag_known((double)o->mixed), pageblocks,
				      "no pageblock has an owner"));
}

static void headline_lack(struct frag_run *r)
{
	struct frag_value none =
		frag_unknown("no phase that ran a workload has owners");

	frag_metric_set(r, "interleave.switch_share", NULL, none);
	frag_metric_set(r, "interleave.mean_run", NULL, none);
	frag_metric_set(r, "interleave.mixed_pageblocks", NULL, none);
}

void frag_metrics_interleave(struct frag_run *r)
{
	const struct frag_phase *first = NULL;

	for (unsigned i = 0; i < r->nphases && !first; i++)
		if (!strcmp(r->phases[i]->kind, "run") &&
		    r->phases[i]->owned.pageblocks)
			first = r->phases[i];
	if (first)
		owned_set(r, &first->owned, NULL);
	else
		headline_lack(r);
	for (unsigned i = 0; i < r->nphases; i++)
		if (r->phases[i]->owned.pageblocks)
			owned_set(r, &r->phases[i]->owned, r->phases[i]->name);
}
