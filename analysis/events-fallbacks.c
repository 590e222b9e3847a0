// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who took pages from whom: mm_page_alloc_extfrag, counted by phase, by pair of
 * migratetypes, by order and by process.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "events.h"

static const char *const takers[FRAG_TAKERS] = { "unmovable", "movable",
						 "reclaimable", "other" };

unsigned frag_taker_of(const char *migratetype)
{
	unsigned i = 0;

	while (i < FRAG_TAKERS - 1 && strcasecmp(takers[i], migratetype) != 0)
		i++;
	return i;
}

static void count_add(struct frag_fallback_count *n, bool fragments,
		      const struct frag_event *e)
{
	n->events++;
	n->fragmenting += fragments;
	n->ownership += e->changed_ownership;
}

/* The workers of the kernel have a name each: they are one to us. */
static void comm_copy(char *to, const char *comm)
{
	static const char kworker[] = "kworker";
	bool is_kworker = !strncmp(comm, kworker, strlen(kworker));

	snprintf(to, FRAG_COMM, "%s", is_kworker ? kworker : comm);
}

/* The counts of a process by its name: of all others beyond the most, and NULL
 * without memory. */
static struct frag_fallback_count *comm_of(struct frag_fallbacks *f,
					   const char *name)
{
	char comm[FRAG_COMM];

	comm_copy(comm, name);
	for (unsigned i = 0; i < f->comms; i++)
		if (!strcmp(f->comm[i].comm, comm))
			return &f->comm[i].n;
	if (f->comms == FRAG_FALLBACK_COMMS)
		return &f->rest;
	if (f->comms == f->comms_room) {
		unsigned room = f->comms_room ? 2 * f->comms_room : 16;
		void *more = reallocarray(f->comm, room, sizeof(*f->comm));

		if (!more)
			return NULL;
		f->comm = more;
		f->comms_room = room;
	}
	f->comm[f->comms] = (struct frag_fragmenter){ 0 };
	memcpy(f->comm[f->comms].comm, comm, sizeof(comm));
	return &f->comm[f->comms++].n;
}

static int fallback_count(struct frag_fallbacks *f, bool fragments,
			  const struct frag_event *e)
{
	struct frag_fallback_count *comm = comm_of(f, e->comm);

	if (!comm)
		return -ENOMEM;
	count_add(comm, fragments, e);
	count_add(&f->sum, fragments, e);
	if (e->order != FRAG_ABSENT)
		count_add(&f->order[e->order], fragments, e);
	f->matrix[e->taker][e->giver]++;
	f->fragmenting[e->taker][e->giver] += fragments;
	return 0;
}

int frag_fallback_add(struct frag_run *r, const struct frag_event *e)
{
	bool fragments = e->fallback_order < r->order;

	if (!e->phase->fallbacks)
		e->phase->fallbacks = calloc(1, sizeof(*e->phase->fallbacks));
	if (!e->phase->fallbacks)
		return -ENOMEM;
	if (fallback_count(e->phase->fallbacks, fragments, e) ||
	    fallback_count(&r->events->all, fragments, e))
		return -ENOMEM;
	return 0;
}

void frag_fallbacks_clear(struct frag_fallbacks *f)
{
	if (f)
		free(f->comm);
}

/* --- what is told of them --- */

static void count_set(struct frag_run *r, const char *metric, const char *phase,
		      uint64_t n)
{
	struct frag_value v = frag_known((double)n);

	if (!frag_events_have(r, "mm_page_alloc_extfrag"))
		v = frag_unknown("fallbacks were not among the events that "
				 "were captured");
	frag_metric_set(r, metric, phase, v);
}

void frag_fallbacks_measure(struct frag_run *r)
{
	static const struct frag_fallbacks none;

	for (unsigned i = 0; i < r->nphases; i++) {
		const struct frag_phase *p = r->phases[i];
		const struct frag_fallbacks *f =
			p->fallbacks ? p->fallbacks : &none;

		count_set(r, "extfrag.events", p->name, f->sum.events);
		count_set(r, "extfrag.fragmenting", p->name,
			  f->sum.fragmenting);
		count_set(r, "extfrag.ownership", p->name, f->sum.ownership);
	}
}

/* The counts as members of @json, which is returned. */
static json_t *count_json(json_t *json, const struct frag_fallback_count *n)
{
	json_object_set_new(json, "events", frag_count_json(n->events));
	json_object_set_new(json, "fragmenting",
			    frag_count_json(n->fragmenting));
	json_object_set_new(json, "ownership", frag_count_json(n->ownership));
	return json;
}

static json_t *matrix_json(const uint64_t matrix[FRAG_TAKERS][FRAG_TAKERS])
{
	json_t *json = json_object();

	for (unsigned taker = 0; taker < FRAG_TAKERS; taker++) {
		json_t *row = json_object();

		for (unsigned giver = 0; giver < FRAG_TAKERS; giver++)
			json_object_set_new(
				row, takers[giver],
				frag_count_json(matrix[taker][giver]));
		json_object_set_new(json, takers[taker], row);
	}
	return json;
}

static json_t *orders_json(const struct frag_fallbacks *f)
{
	json_t *list = json_array();

	for (unsigned o = 0; o < FRAG_ORDERS_MAX; o++) {
		json_t *one;

		if (!f->order[o].events)
			continue;
		one = json_object();
		json_object_set_new(one, "order", frag_count_json(o));
		json_array_append_new(list, count_json(one, &f->order[o]));
	}
	return list;
}

/* The worst first; of equals the one whose name comes first. */
static int fragmenters_compare(const void *a, const void *b)
{
	const struct frag_fragmenter *x = a;
	const struct frag_fragmenter *y = b;

	if (x->n.fragmenting != y->n.fragmenting)
		return x->n.fragmenting < y->n.fragmenting ? 1 : -1;
	if (x->n.events != y->n.events)
		return x->n.events < y->n.events ? 1 : -1;
	return strcmp(x->comm, y->comm);
}

/* The top fragmenters, and all others as one without a name. Sorts @f. */
static json_t *comms_json(struct frag_fallbacks *f)
{
	struct frag_fragmenter *sorted = f->comm;
	struct frag_fallback_count rest = f->rest;
	json_t *list = json_array();

	if (f->comms)
		qsort(sorted, f->comms, sizeof(*sorted), fragmenters_compare);
	for (unsigned i = 0; i < f->comms; i++) {
		json_t *one;

		if (i >= FRAG_COMMS_TOLD) {
			rest.events += sorted[i].n.events;
			rest.fragmenting += sorted[i].n.fragmenting;
			rest.ownership += sorted[i].n.ownership;
			continue;
		}
		one = json_object();
		json_object_set_new(one, "comm",
				    frag_json_text(sorted[i].comm));
		json_array_append_new(list, count_json(one, &sorted[i].n));
	}
	if (rest.events)
		json_array_append_new(list, count_json(json_object(), &rest));
	return list;
}

static json_t *fallbacks_json(const char *phase, struct frag_fallbacks *f)
{
	json_t *json = json_object();

	if (phase)
		json_object_set_new(json, "phase", frag_json_text(phase));
	count_json(json, &f->sum);
	json_object_set_new(json, "matrix", matrix_json(f->matrix));
	json_object_set_new(json, "matrix_fragmenting",
			    matrix_json(f->fragmenting));
	json_object_set_new(json, "orders", orders_json(f));
	json_object_set_new(json, "comms", comms_json(f));
	return json;
}

json_t *frag_fallbacks_json(const struct frag_run *r)
{
	json_t *json;
	json_t *list;

	if (!frag_events_have(r, "mm_page_alloc_extfrag"))
		return json_null();
	json = fallbacks_json(NULL, &r->events->all);
	list = json_array();
	for (unsigned i = 0; i < r->nphases; i++)
		if (r->phases[i]->fallbacks)
			json_array_append_new(
				list, fallbacks_json(r->phases[i]->name,
						     r->phases[i]->fallbacks));
	json_object_set_new(json, "phases", list);
	return json;
}
