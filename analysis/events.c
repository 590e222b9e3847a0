// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads events.csv, row by row, and hands each event to what is made of it:
 * fallbacks and episodes. Runs without events have none of their metrics.
 */
#include "events.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/packed.h"

struct events_reader {
	int t_ns, phase, event, tid, comm, order, fallback_order, taker, giver,
		ownership, node, zone, prio, sync, zone_start, status;
};

static void events_begin(struct frag_table *t, void *ctx)
{
	struct events_reader *c = ctx;

	c->t_ns = frag_table_need(t, "t_ns");
	c->phase = frag_table_need(t, "phase");
	c->event = frag_table_need(t, "event");
	c->tid = frag_table_need(t, "tid");
	c->comm = frag_table_need(t, "comm");
	c->order = frag_table_need(t, "order");
	c->fallback_order = frag_table_need(t, "fallback_order");
	c->taker = frag_table_need(t, "migratetype");
	c->giver = frag_table_need(t, "fallback_migratetype");
	c->ownership = frag_table_need(t, "change_ownership");
	c->node = frag_table_need(t, "node");
	c->zone = frag_table_need(t, "zone");
	c->prio = frag_table_need(t, "prio");
	c->sync = frag_table_need(t, "sync");
	c->zone_start = frag_table_need(t, "zone_start");
	c->status = frag_table_need(t, "status");
}

/* An order: absent when it is empty or below 0, which is no order at all. */
static uint64_t order_read(struct frag_table *t, int i)
{
	struct frag_text cell = t->csv.cells[i];
	uint64_t order;

	if (cell.at < cell.end && *cell.at == '-')
		return FRAG_ABSENT;
	order = frag_table_u64(t, i);
	if (order != FRAG_ABSENT && order >= FRAG_ORDERS_MAX)
		frag_table_fail(t, i, "is no order");
	return order;
}

static unsigned taker_read(struct frag_table *t, int i)
{
	char name[32];

	frag_table_text(t, i, name, sizeof(name));
	return frag_taker_of(name);
}

static void event_read(struct frag_run *r, struct frag_table *t,
		       const struct events_reader *c, struct frag_event *e)
{
	e->t_ns = frag_table_number(t, c->t_ns);
	e->phase = frag_run_phase(r, t, c->phase, e->t_ns);
	e->tid = frag_table_u64(t, c->tid);
	frag_table_text(t, c->comm, e->comm, sizeof(e->comm));
	e->order = order_read(t, c->order);
	e->fallback_order = order_read(t, c->fallback_order);
	e->taker = taker_read(t, c->taker);
	e->giver = taker_read(t, c->giver);
	e->changed_ownership = frag_table_u64(t, c->ownership) == 1;
	e->node = frag_table_u64(t, c->node);
	frag_table_text(t, c->zone, e->zone, sizeof(e->zone));
	e->prio = frag_table_u64(t, c->prio);
	e->sync = frag_table_u64(t, c->sync);
	e->zone_start = frag_table_u64(t, c->zone_start);
	frag_table_text(t, c->status, e->status, sizeof(e->status));
}

static void events_row(struct frag_run *r, struct frag_table *t, void *ctx)
{
	const struct events_reader *c = ctx;
	struct frag_event e;
	char name[64];
	int rc = 0;

	frag_table_text(t, c->event, name, sizeof(name));
	event_read(r, t, c, &e);
	if (t->error)
		return;
	if (!strcmp(name, "mm_page_alloc_extfrag"))
		rc = frag_fallback_add(r, &e);
	else if (e.tid != FRAG_ABSENT)
		rc = frag_episode_see(r, name, &e);
	if (rc)
		frag_table_fail(t, c->event, "finds no memory");
}

/* events.runner_tid of the manifest: who writes to compact_memory. */
static uint64_t runner_tid(const struct frag_run *r)
{
	const json_t *events = json_object_get(r->manifest, "events");
	const json_t *tid = json_object_get(events, "runner_tid");

	return json_integer_value(tid) > 0 ? (uint64_t)json_integer_value(tid)
					   : FRAG_ABSENT;
}

static struct frag_events *events_make(const struct frag_run *r)
{
	struct frag_events *x = calloc(1, sizeof(*x));

	if (!x)
		return NULL;
	x->explicits = json_array();
	x->tasks = frag_tasks_make(runner_tid(r));
	if (x->tasks && x->explicits)
		return x;
	frag_tasks_free(x->tasks);
	json_decref(x->explicits);
	free(x);
	return NULL;
}

int frag_read_events(struct frag_run *r)
{
	struct events_reader c;
	int rc;

	if (!frag_packed_is_there(r->dirfd, "events.csv"))
		return 0;
	r->events = events_make(r);
	if (!r->events)
		return frag_fail(r->e, -ENOMEM, "cannot summarise");
	rc = frag_episodes_begin(r);
	if (!rc)
		rc = frag_run_walk(r, "events.csv", "what the kernel did",
				   events_begin, events_row, &c);
	return frag_episodes_end(r, rc);
}

void frag_events_free(struct frag_run *r)
{
	for (unsigned i = 0; i < r->nphases; i++) {
		frag_fallbacks_clear(r->phases[i]->fallbacks);
		free(r->phases[i]->fallbacks);
		frag_stalls_free(r->phases[i]->stalls);
	}
	if (!r->events)
		return;
	frag_tasks_free(r->events->tasks);
	frag_fallbacks_clear(&r->events->all);
	json_decref(r->events->explicits);
	free(r->events);
}

bool frag_events_have(const struct frag_run *r, const char *event)
{
	const json_t *events = json_object_get(r->manifest, "events");
	const json_t *missing;
	size_t i;

	json_array_foreach(json_object_get(events, "missing"), i, missing)
	{
		const char *name = json_string_value(missing);

		if (name && !strcmp(name, event))
			return false;
	}
	return r->events != NULL;
}

void frag_metrics_events(struct frag_run *r)
{
	if (!r->events)
		return;
	frag_fallbacks_measure(r);
	frag_stalls_measure(r);
}
