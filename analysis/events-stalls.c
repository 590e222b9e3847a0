// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long episodes lasted: a histogram for each kind and order of each phase,
 * and what the workers lost to them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "events.h"

static const struct {
	const char *name;
	double share;
} percentiles[] = {
	{ "p50_ns", 0.50 },    { "p90_ns", 0.90 }, { "p99_ns", 0.99 },
	{ "p99_9_ns", 0.999 }, { "max_ns", 1.0 },
};

enum { PERCENTILES = sizeof(percentiles) / sizeof(percentiles[0]) };

/* --- counting --- */

static bool is_waited_for(enum frag_stall kind)
{
	return kind == FRAG_DIRECT_COMPACTION || kind == FRAG_DIRECT_RECLAIM;
}

/* Is @tid a worker's? Their numbers stand in the manifest's workloads. */
static bool is_worker(const struct frag_run *r, uint64_t tid)
{
	const json_t *workload;
	const json_t *pid;
	size_t i;
	size_t k;

	json_array_foreach(json_object_get(r->manifest, "workloads"), i,
			   workload)
	{
		json_array_foreach(json_object_get(workload, "pids"), k, pid)
		{
			if (json_integer_value(pid) == (json_int_t)tid)
				return true;
		}
	}
	return false;
}

static int status_count(struct frag_stall_kind *k, const char *status)
{
	json_t *text = status[0] ? frag_json_text(status) : NULL;
	const char *name = json_string_value(text);
	json_int_t n;

	if (!k->statuses)
		k->statuses = json_object();
	if (name) {
		n = json_integer_value(json_object_get(k->statuses, name));
		json_object_set_new(k->statuses, name, json_integer(n + 1));
	}
	json_decref(text);
	return k->statuses ? 0 : -ENOMEM;
}

/* Where it was, in words. */
static void where_tell(const struct frag_episode *o, char *buf, size_t size)
{
	if (o->zone[0] && o->node != FRAG_ABSENT)
		snprintf(buf, size, "zone %s of node %ju", o->zone,
			 (uintmax_t)o->node);
	else if (o->zone[0])
		snprintf(buf, size, "zone %s", o->zone);
	else if (o->zone_start != FRAG_ABSENT)
		snprintf(buf, size, "the zone that begins at frame %ju",
			 (uintmax_t)o->zone_start);
	else
		snprintf(buf, size, "a zone");
}

/* An explicit compaction: all of them stand in the summary, one by one. */
static void explicit_add(struct frag_run *r, const struct frag_episode *o,
			 uint64_t ns, const char *status)
{
	struct frag_events *x = r->events;
	json_t *json;

	if (json_array_size(x->explicits) == FRAG_EXPLICITS_TOLD) {
		x->explicits_more++;
		return;
	}
	json = json_object();
	json_object_set_new(json, "phase", frag_json_text(o->phase->name));
	json_object_set_new(json, "t_ns", frag_count_json(o->t_ns));
	if (o->node != FRAG_ABSENT)
		json_object_set_new(json, "node", frag_count_json(o->node));
	if (o->zone[0])
		json_object_set_new(json, "zone", frag_json_text(o->zone));
	if (o->zone_start != FRAG_ABSENT)
		json_object_set_new(json, "zone_start",
				    frag_count_json(o->zone_start));
	json_object_set_new(json, "status", frag_json_text(status));
	if (!frag_run_is_emulated(r))
		json_object_set_new(json, "duration_ns", frag_count_json(ns));
	json_array_append_new(x->explicits, json);
}

int frag_stall_add(struct frag_run *r, const struct frag_episode *o,
		   uint64_t ns, const char *status)
{
	struct frag_stalls *s = o->phase->stalls;
	struct frag_histogram **lasted;
	struct frag_stall_kind *k;

	if (!s)
		s = o->phase->stalls = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	k = &s->kind[o->kind];
	lasted =
		&k->lasted[o->order == FRAG_ABSENT ? FRAG_ORDERS_MAX : o->order];
	if (!*lasted)
		*lasted = calloc(1, sizeof(**lasted));
	if (!*lasted)
		return -ENOMEM;
	frag_histogram_add(*lasted, ns);
	k->count++;
	k->total_ns += ns;
	r->events->kinds[o->kind] = true;
	if (is_waited_for(o->kind) && is_worker(r, o->tid))
		s->workers_ns += ns;
	if (o->kind == FRAG_EXPLICIT) {
		explicit_add(r, o, ns, status);
		if (!strcmp(status, "contended") && !s->contended++)
			where_tell(o, s->contended_where,
				   sizeof(s->contended_where));
	}
	return status_count(k, status);
}

void frag_stalls_free(struct frag_stalls *s)
{
	if (!s)
		return;
	for (unsigned i = 0; i < FRAG_STALLS; i++) {
		json_decref(s->kind[i].statuses);
		for (unsigned o = 0; o <= FRAG_ORDERS_MAX; o++)
			free(s->kind[i].lasted[o]);
	}
	free(s);
}

uint64_t frag_contended(const struct frag_phase *p, const char **where)
{
	if (!p->stalls)
		return 0;
	*where = p->stalls->contended_where;
	return p->stalls->contended;
}

/* --- for the bill --- */

static double kind_ms(const struct frag_phase *p, enum frag_stall kind)
{
	return p->stalls ? (double)p->stalls->kind[kind].total_ns / 1e6 : 0;
}

struct frag_value frag_direct_ms(const struct frag_run *r,
				 const struct frag_phase *p)
{
	struct frag_value stalls =
		frag_span_moved(&p->tally[FRAG_COMPACT_STALLS]);

	if (frag_events_have(r, "mm_compaction_begin"))
		return frag_known(kind_ms(p, FRAG_DIRECT_COMPACTION));
	if (!stalls.reason && stalls.number > 0)
		return frag_unknown("tasks compacted directly, and no events "
				    "tell for how long");
	return frag_known(0);
}

struct frag_value frag_compacting_ms(const struct frag_run *r,
				     const struct frag_phase *p)
{
	double ms = 0;

	if (!frag_events_have(r, "mm_compaction_begin"))
		return frag_unknown("nobody asked for it, and no events tell "
				    "how long it took");
	for (enum frag_stall k = 0; k < FRAG_STALLS; k++)
		if (k != FRAG_DIRECT_RECLAIM)
			ms += kind_ms(p, k);
	return frag_known(ms);
}

/* --- what is told of them --- */

/* All orders of a kind in one. */
static void kind_merge(struct frag_histogram *to,
		       const struct frag_stall_kind *k)
{
	memset(to, 0, sizeof(*to));
	for (unsigned o = 0; o <= FRAG_ORDERS_MAX; o++)
		if (k->lasted[o])
			frag_histogram_merge(to, k->lasted[o]);
}

static void stall_set(struct frag_run *r, enum frag_stall kind,
		      const char *metric, const char *phase,
		      struct frag_value v)
{
	char name[64];

	snprintf(name, sizeof(name), "stall.%s.%s", frag_stall_names[kind],
		 metric);
	frag_metric_set(r, name, phase, v);
}

static void kind_measure(struct frag_run *r, const struct frag_phase *p,
			 enum frag_stall kind)
{
	const struct frag_stall_kind *k =
		p->stalls ? &p->stalls->kind[kind] : NULL;
	uint64_t count = k ? k->count : 0;
	struct frag_histogram all;

	stall_set(r, kind, "count", p->name, frag_known((double)count));
	stall_set(r, kind, "total_ms", p->name, frag_known(kind_ms(p, kind)));
	if (!count)
		return;
	kind_merge(&all, k);
	for (unsigned i = 0; i < PERCENTILES; i++)
		stall_set(r, kind, percentiles[i].name, p->name,
			  frag_known((double)frag_histogram_percentile(
				  &all, percentiles[i].share)));
}

static bool has_pids(const struct frag_run *r)
{
	const json_t *workload;
	size_t i;

	json_array_foreach(json_object_get(r->manifest, "workloads"), i,
			   workload)
	{
		if (json_array_size(json_object_get(workload, "pids")))
			return true;
	}
	return false;
}

/* Of the time that all workers had which were seen running in the phase. */
static void share_measure(struct frag_run *r, const struct frag_phase *p)
{
	double had = (double)p->running * (double)(p->end_ns - p->start_ns);
	double lost = p->stalls ? (double)p->stalls->workers_ns : 0;
	struct frag_value v = frag_quotient(frag_known(lost), frag_known(had),
					    "the phase has no duration");

	if (!p->running)
		return;
	if (!has_pids(r))
		v = frag_unknown("the manifest does not tell which tasks the "
				 "workers were");
	frag_metric_set(r, "stall.share", p->name, v);
}

/* Kinds that occurred in the run, and those that make tasks wait. */
static bool is_told(const struct frag_run *r, enum frag_stall kind)
{
	if (kind == FRAG_DIRECT_RECLAIM)
		return frag_events_have(r, "mm_vmscan_direct_reclaim_begin");
	return r->events->kinds[kind] || is_waited_for(kind);
}

void frag_stalls_measure(struct frag_run *r)
{
	if (!frag_events_have(r, "mm_compaction_begin"))
		return;
	for (unsigned i = 0; i < r->nphases; i++) {
		for (enum frag_stall k = 0; k < FRAG_STALLS; k++)
			if (is_told(r, k))
				kind_measure(r, r->phases[i], k);
		share_measure(r, r->phases[i]);
	}
}

static void times_json(json_t *json, const struct frag_histogram *h)
{
	for (unsigned i = 0; i < PERCENTILES; i++)
		json_object_set_new(json, percentiles[i].name,
				    frag_count_json(frag_histogram_percentile(
					    h, percentiles[i].share)));
}

/* The buckets that are not empty: lowest value, highest value, count. */
static json_t *buckets_json(const struct frag_histogram *h)
{
	json_t *list = json_array();

	for (unsigned b = 0; b < FRAG_HISTOGRAM_BUCKETS; b++) {
		uint64_t high;
		json_t *one;

		if (!h->count[b])
			continue;
		high = b + 1 < FRAG_HISTOGRAM_BUCKETS
			       ? frag_histogram_low(b + 1) - 1
			       : h->max;
		one = json_array();
		json_array_append_new(one,
				      frag_count_json(frag_histogram_low(b)));
		json_array_append_new(
			one, frag_count_json(high < h->max ? high : h->max));
		json_array_append_new(one, frag_count_json(h->count[b]));
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *orders_json(const struct frag_run *r,
			   const struct frag_stall_kind *k)
{
	json_t *list = json_array();

	for (unsigned o = 0; o < FRAG_ORDERS_MAX; o++) {
		json_t *one;

		if (!k->lasted[o])
			continue;
		one = json_object();
		json_object_set_new(one, "order", frag_count_json(o));
		json_object_set_new(one, "count",
				    frag_count_json(k->lasted[o]->total));
		if (!frag_run_is_emulated(r))
			times_json(one, k->lasted[o]);
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *kind_json(const struct frag_run *r, enum frag_stall kind,
			 const struct frag_stall_kind *k)
{
	json_t *json = json_object();
	struct frag_histogram all;

	json_object_set_new(json, "kind", json_string(frag_stall_names[kind]));
	json_object_set_new(json, "count", frag_count_json(k->count));
	json_object_set(json, "statuses", k->statuses);
	json_object_set_new(json, "orders", orders_json(r, k));
	if (frag_run_is_emulated(r))
		return json;
	kind_merge(&all, k);
	json_object_set_new(json, "total_ns", frag_count_json(k->total_ns));
	times_json(json, &all);
	json_object_set_new(json, "buckets", buckets_json(&all));
	return json;
}

static json_t *phase_json(const struct frag_run *r, const struct frag_phase *p)
{
	json_t *json = json_object();
	json_t *kinds = json_array();

	for (enum frag_stall k = 0; k < FRAG_STALLS; k++)
		if (p->stalls->kind[k].count)
			json_array_append_new(
				kinds, kind_json(r, k, &p->stalls->kind[k]));
	json_object_set_new(json, "phase", frag_json_text(p->name));
	json_object_set_new(json, "kinds", kinds);
	return json;
}

json_t *frag_episodes_json(const struct frag_run *r)
{
	json_t *json;
	json_t *phases;

	if (!frag_events_have(r, "mm_compaction_begin"))
		return json_null();
	json = json_object();
	phases = json_array();
	for (unsigned i = 0; i < r->nphases; i++)
		if (r->phases[i]->stalls)
			json_array_append_new(phases,
					      phase_json(r, r->phases[i]));
	json_object_set_new(json, "open", frag_count_json(r->events->open));
	json_object_set_new(json, "unpaired",
			    frag_count_json(r->events->unpaired));
	json_object_set(json, "explicit", r->events->explicits);
	json_object_set_new(json, "explicit_more",
			    frag_count_json(r->events->explicits_more));
	json_object_set_new(json, "phases", phases);
	return json;
}
