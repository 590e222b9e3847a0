// SPDX-License-Identifier: GPL-2.0-or-later
/* The observer observed: how late the sampler was, what its readings cost and
 * what it lost, from sampler.csv. */
#include "run.h"

struct sampler_columns {
	int t_ns, kind, late, cost, lost;
};

static void sampler_begin(struct frag_table *t, void *ctx)
{
	struct sampler_columns *c = ctx;

	c->t_ns = frag_table_need(t, "t_ns");
	c->kind = frag_table_need(t, "kind");
	c->late = frag_table_need(t, "late_ns");
	c->cost = frag_table_need(t, "cost_ns");
	c->lost = frag_table_need(t, "lost");
}

static void sampler_row(struct frag_run *r, struct frag_table *t, void *ctx)
{
	const struct sampler_columns *c = ctx;
	struct frag_observer *o = &r->observer;
	uint64_t t_ns = frag_table_number(t, c->t_ns);
	uint64_t late = frag_table_number(t, c->late);
	uint64_t cost = frag_table_number(t, c->cost);
	uint64_t lost = frag_table_number(t, c->lost);
	char kind[16];

	frag_table_text(t, c->kind, kind, sizeof(kind));
	if (t->error)
		return;
	o->samples++;
	o->cost_ns += cost;
	frag_histogram_add(&o->cost, cost);
	if (!strcmp(kind, "tick"))
		frag_histogram_add(&o->late, late);
	if (lost > o->lost)
		o->lost = lost;
	if (t_ns > o->last_ns)
		o->last_ns = t_ns;
}

int frag_read_sampler(struct frag_run *r)
{
	struct sampler_columns c;

	return frag_run_walk(r, "sampler.csv", "the sampler itself",
			     sampler_begin, sampler_row, &c);
}

static struct frag_value share_us(const struct frag_histogram *h, double share)
{
	if (!h->total)
		return frag_unknown("no sample was told of");
	return frag_known((double)frag_histogram_percentile(h, share) / 1000);
}

/* Time spent reading, as a share of one CPU. */
static struct frag_value cpu_share(const struct frag_run *r)
{
	const json_t *duration = json_object_get(r->manifest, "duration_ns");
	double ns = json_number_value(duration);

	if (!r->observer.samples)
		return frag_unknown("no sample was told of");
	if (ns <= 0)
		ns = (double)r->observer.last_ns;
	return frag_quotient(frag_known((double)r->observer.cost_ns),
			     frag_known(ns), "the run has no duration");
}

static struct frag_value count_of(const struct frag_run *r, uint64_t n)
{
	if (!r->observer.samples)
		return frag_unknown("no sample was told of");
	return frag_known((double)n);
}

void frag_metrics_observer(struct frag_run *r)
{
	const struct frag_observer *o = &r->observer;

	frag_metric_set(r, "sampler.samples", NULL, count_of(r, o->samples));
	frag_metric_set(r, "sampler.lost", NULL, count_of(r, o->lost));
	frag_metric_set(r, "sampler.late_p50_us", NULL,
			share_us(&o->late, 0.50));
	frag_metric_set(r, "sampler.late_p99_us", NULL,
			share_us(&o->late, 0.99));
	frag_metric_set(r, "sampler.late_max_us", NULL, share_us(&o->late, 1));
	frag_metric_set(r, "sampler.cost_p50_us", NULL,
			share_us(&o->cost, 0.50));
	frag_metric_set(r, "sampler.cost_p99_us", NULL,
			share_us(&o->cost, 0.99));
	frag_metric_set(r, "sampler.cpu_share", NULL, cpu_share(r));
}
