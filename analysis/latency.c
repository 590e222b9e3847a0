// SPDX-License-Identifier: GPL-2.0-or-later
/* How long the steps of each phase took, merged from the buckets of all its
 * workloads in latency.csv. */
#include <stdlib.h>

#include "run.h"

struct latency_columns {
	int phase, workload, low, high, count;
};

static void latency_begin(struct frag_table *t, void *ctx)
{
	struct latency_columns *c = ctx;

	c->phase = frag_table_need(t, "phase");
	c->workload = frag_table_need(t, "workload");
	c->low = frag_table_need(t, "low_ns");
	c->high = frag_table_need(t, "high_ns");
	c->count = frag_table_need(t, "count");
}

/* The histogram of @p, made when the phase has its first row. */
static struct frag_histogram *steps_of(struct frag_phase *p)
{
	if (!p->steps)
		p->steps = calloc(1, sizeof(*p->steps));
	return p->steps;
}

static void latency_row(struct frag_run *r, struct frag_table *t, void *ctx)
{
	const struct latency_columns *c = ctx;
	struct frag_phase *p = frag_run_phase(r, t, c->phase, 0);
	uint64_t low = frag_table_number(t, c->low);
	uint64_t high = frag_table_number(t, c->high);
	uint64_t count = frag_table_number(t, c->count);
	struct frag_histogram *steps;
	struct frag_text name = { "", "" };

	/* What a probe asked for is no step of a workload: probe.c. */
	if (c->workload >= 0)
		name = t->csv.cells[c->workload];
	if (p && frag_text_take(&name, "probe:"))
		return;
	steps = p ? steps_of(p) : NULL;

	if (high < low)
		frag_table_fail(t, c->high, "is below low_ns");
	if (!steps)
		frag_table_fail(t, c->phase, "finds no memory");
	if (!steps || t->error)
		return;
	steps->count[frag_histogram_bucket(low)] += count;
	steps->total += count;
	if (high > steps->max)
		steps->max = high;
}

int frag_read_latency(struct frag_run *r)
{
	const char *lack =
		frag_run_has_workers(r) ? "how long steps took" : NULL;
	struct latency_columns c;

	return frag_run_walk(r, "latency.csv", lack, latency_begin, latency_row,
			     &c);
}

static struct frag_value step_share(const struct frag_histogram *h,
				    double share)
{
	if (!h->total)
		return frag_unknown("no step was counted");
	return frag_known((double)frag_histogram_percentile(h, share));
}

void frag_metrics_latency(struct frag_run *r)
{
	for (unsigned i = 0; i < r->nphases; i++) {
		const struct frag_phase *p = r->phases[i];

		if (!p->steps)
			continue;
		frag_metric_set(r, "step_p50_ns", p->name,
				step_share(p->steps, 0.50));
		frag_metric_set(r, "step_p99_ns", p->name,
				step_share(p->steps, 0.99));
		frag_metric_set(r, "step_max_ns", p->name,
				step_share(p->steps, 1.0));
	}
}
