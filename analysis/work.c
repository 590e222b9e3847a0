// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How fast the workers came to their memory, from ops.csv. Samples see a gain
 * late by up to one period at either end, so the rate from samples alone is a
 * lower bound; the manifest may know the time exactly.
 */
#include <errno.h>
#include <stdlib.h>

#include "run.h"

/* STATE_RUNNING: as results/README.md has it. */
enum { WORKERS_MAX = 1 << 20, STATE_RUNNING = 1 };

/* Of a worker, in its last row so far: the pages that it had come by, and the
 * phase in which it was last seen running. */
struct ops_last {
	uint64_t pages;
	const struct frag_phase *ran;
};

/* pages: the column of pages come by. last: of each worker, by its number. */
struct ops_reader {
	int t_ns, phase, worker, pages, state;
	struct ops_last *last;
	uint64_t room;
};

static void ops_begin(struct frag_table *t, void *ctx)
{
	struct ops_reader *o = ctx;

	o->t_ns = frag_table_need(t, "t_ns");
	o->phase = frag_table_need(t, "phase");
	o->worker = frag_table_need(t, "worker");
	o->pages = frag_table_find(t, "allocated");
	o->state = frag_table_find(t, "state");
	/* Older runs counted up what is held, and gave nothing back. */
	if (o->pages < 0)
		o->pages = frag_table_need(t, "pages");
}

static struct ops_last *worker_last(struct ops_reader *o, uint64_t worker)
{
	uint64_t room = o->room ? o->room : 64;
	struct ops_last *last;

	if (worker >= WORKERS_MAX)
		return NULL;
	while (room <= worker)
		room *= 2;
	if (room > o->room) {
		last = realloc(o->last, room * sizeof(*last));
		if (!last)
			return NULL;
		memset(last + o->room, 0, (room - o->room) * sizeof(*last));
		o->last = last;
		o->room = room;
	}
	return &o->last[worker];
}

static void gain_add(struct frag_gain *g, uint64_t start_ns, uint64_t t_ns,
		     uint64_t pages)
{
	if (g->sample_ns != t_ns) {
		g->earlier_ns = g->sample_ns;
		g->sample_ns = t_ns;
	}
	if (!pages)
		return;
	if (!g->pages)
		g->begin_ns = g->earlier_ns ? g->earlier_ns : start_ns;
	g->pages += pages;
	g->end_ns = t_ns;
}

static void ops_row(struct frag_run *r, struct frag_table *t, void *ctx)
{
	struct ops_reader *o = ctx;
	uint64_t t_ns = frag_table_number(t, o->t_ns);
	struct frag_phase *p = frag_run_phase(r, t, o->phase, t_ns);
	uint64_t pages = frag_table_number(t, o->pages);
	struct ops_last *last = worker_last(o, frag_table_number(t, o->worker));
	bool is_running = frag_table_u64(t, o->state) == STATE_RUNNING;

	if (!last)
		frag_table_fail(t, o->worker, "is one worker too many");
	if (!last || t->error)
		return;
	gain_add(&p->gain, p->start_ns, t_ns,
		 pages > last->pages ? pages - last->pages : 0);
	last->pages = pages;
	if (!is_running || last->ran == p)
		return;
	last->ran = p;
	p->running++;
}

int frag_read_ops(struct frag_run *r)
{
	const char *lack =
		frag_run_has_workers(r) ? "what the workers did" : NULL;
	struct ops_reader o = { 0 };
	int rc = frag_run_walk(r, "ops.csv", lack, ops_begin, ops_row, &o);

	free(o.last);
	return rc;
}

/* The longest elapsed_ns that the manifest's workloads of @phase tell. */
static bool is_working(const struct frag_run *r, const char *phase,
		       double *elapsed_ns)
{
	bool is_there = false;
	const json_t *row;
	size_t i;

	*elapsed_ns = 0;
	json_array_foreach(json_object_get(r->manifest, "workloads"), i, row)
	{
		const json_t *ns = json_object_get(row, "elapsed_ns");

		if (strcmp(frag_json_string(row, "phase"), phase))
			continue;
		is_there = true;
		if (json_number_value(ns) > *elapsed_ns)
			*elapsed_ns = json_number_value(ns);
	}
	return is_there;
}

static struct frag_value pages_per_s(const struct frag_gain *g,
				     double elapsed_ns)
{
	if (!g->pages)
		return frag_unknown("no worker was seen to gain pages");
	if (elapsed_ns <= 0 && g->end_ns > g->begin_ns)
		elapsed_ns = (double)(g->end_ns - g->begin_ns);
	return frag_quotient(frag_known((double)g->pages * 1e9),
			     frag_known(elapsed_ns),
			     "too quick to be timed by samples");
}

void frag_metrics_work(struct frag_run *r)
{
	for (unsigned i = 0; i < r->nphases; i++) {
		const struct frag_phase *p = r->phases[i];
		double elapsed_ns;

		if (!is_working(r, p->name, &elapsed_ns) && !p->gain.pages)
			continue;
		frag_metric_set(r, "pages_per_s", p->name,
				pages_per_s(&p->gain, elapsed_ns));
		frag_metric_set(r, "drift.unusable", p->name,
				frag_series_slope(p->unusable));
	}
}
