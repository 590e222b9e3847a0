// SPDX-License-Identifier: GPL-2.0-or-later
/* What the probes of each phase came to: one metric for each probe and phase,
 * from probes.csv, where counts and percentiles stand as they were measured. */
#include <stdio.h>

#include "run.h"

enum { PROBE_NAME = 48 };

/* The times of probes.csv that are metrics: the column, which is also the last
 * part of the metric's name, and why there may be none. Without a reason it is
 * of a second pass, which not every run has, nor each of its columns. */
static const struct {
	const char *column;
	const char *none;
} times[] = {
	{ "p50_ns", "no block came" }, { "p90_ns", "no block came" },
	{ "p99_ns", "no block came" }, { "p99_9_ns", "no block came" },
	{ "max_ns", "no block came" }, { "warm_p50_ns", NULL },
	{ "warm_p90_ns", NULL },       { "warm_p99_ns", NULL },
	{ "warm_p99_9_ns", NULL },     { "warm_max_ns", NULL },
};

enum { TIMES = sizeof(times) / sizeof(times[0]) };

struct probe_columns {
	int phase, probe, asked, successes;
	int time[TIMES];
};

static void probe_begin(struct frag_table *t, void *ctx)
{
	struct probe_columns *c = ctx;

	c->phase = frag_table_need(t, "phase");
	c->probe = frag_table_need(t, "probe");
	c->asked = frag_table_need(t, "asked");
	c->successes = frag_table_need(t, "successes");
	for (unsigned i = 0; i < TIMES; i++)
		c->time[i] = times[i].none
				     ? frag_table_need(t, times[i].column)
				     : frag_table_find(t, times[i].column);
}

static void probe_set(struct frag_run *r, const char *probe, const char *metric,
		      const char *phase, struct frag_value value)
{
	char name[PROBE_NAME + 32];

	snprintf(name, sizeof(name), "probe.%s.%s", probe, metric);
	frag_metric_set(r, name, phase, value);
}

static void probe_row(struct frag_run *r, struct frag_table *t, void *ctx)
{
	const struct probe_columns *c = ctx;
	struct frag_phase *p = frag_run_phase(r, t, c->phase, 0);
	double asked = (double)frag_table_number(t, c->asked);
	double successes = (double)frag_table_number(t, c->successes);
	char probe[PROBE_NAME];

	frag_table_text(t, c->probe, probe, sizeof(probe));
	if (!p || t->error)
		return;
	probe_set(r, probe, "success_share", p->name,
		  frag_quotient(frag_known(successes), frag_known(asked),
				"nothing was asked for"));
	for (unsigned i = 0; i < TIMES; i++) {
		uint64_t ns = frag_table_u64(t, c->time[i]);

		if (ns != FRAG_ABSENT)
			probe_set(r, probe, times[i].column, p->name,
				  frag_known((double)ns));
		else if (times[i].none)
			probe_set(r, probe, times[i].column, p->name,
				  frag_unknown(times[i].none));
	}
}

int frag_read_probes(struct frag_run *r)
{
	struct probe_columns c;

	return frag_run_walk(r, "probes.csv", NULL, probe_begin, probe_row, &c);
}
