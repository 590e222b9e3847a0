// SPDX-License-Identifier: GPL-2.0-or-later
/* Puts summary.json together: the same directory gives the same bytes. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "analysis.h"
#include "base/packed.h"
#include "run.h"

static int (*const readers[])(struct frag_run *) = {
	frag_read_buddy,   frag_read_tallies,  frag_read_owners,
	frag_read_ops,	   frag_read_counters, frag_read_latency,
	frag_read_sampler, frag_read_probes,   frag_read_shapes,
	frag_read_events,  frag_read_maps,
};

static void (*const measures[])(struct frag_run *) = {
	frag_metrics_state,    frag_metrics_compaction, frag_metrics_interleave,
	frag_metrics_work,     frag_metrics_counters,	frag_metrics_latency,
	frag_metrics_pressure, frag_metrics_observer,	frag_metrics_shape,
	frag_metrics_events,   frag_metrics_hold,
};

/* @key of the manifest, or null. */
static void manifest_copy(json_t *summary, const struct frag_run *r,
			  const char *key, const char *from)
{
	json_t *value = json_object_get(r->manifest, from);

	if (value)
		json_object_set(summary, key, value);
	else
		json_object_set_new(summary, key, json_null());
}

static json_t *zones_json(const struct frag_zones *z, uint64_t page_size)
{
	struct frag_zone_state all = frag_zones_sum(z);
	json_t *list = json_array();

	if (all.is_known)
		json_array_append_new(list, frag_zone_json(&all, page_size));
	for (unsigned i = 0; i < z->count; i++)
		if (z->zone[i].is_known)
			json_array_append_new(list, frag_zone_json(&z->zone[i],
								   page_size));
	return list;
}

/* Is zone number @i the first of its node? */
static bool is_first_of_node(const struct frag_zones *z, unsigned i)
{
	for (unsigned k = 0; k < i; k++)
		if (z->zone[k].is_known &&
		    z->zone[k].zone.node == z->zone[i].zone.node)
			return false;
	return z->zone[i].is_known;
}

/* Each node as one, its zones added up; NULL where there is one node. */
static json_t *nodes_json(const struct frag_zones *z, uint64_t page_size)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < z->count; i++) {
		struct frag_zone_state sum;

		if (!is_first_of_node(z, i))
			continue;
		sum = frag_node_sum(z, z->zone[i].zone.node);
		json_array_append_new(list, frag_zone_json(&sum, page_size));
	}
	if (json_array_size(list) > 1)
		return list;
	json_decref(list);
	return NULL;
}

static json_t *phase_json(const struct frag_phase *p, uint64_t page_size)
{
	json_t *nodes = nodes_json(&p->end, page_size);
	json_t *json = json_object();

	json_object_set_new(json, "name", frag_json_text(p->name));
	json_object_set_new(json, "do", frag_json_text(p->kind));
	json_object_set_new(json, "result", frag_json_text(p->result));
	json_object_set_new(json, "start_ns", frag_count_json(p->start_ns));
	json_object_set_new(json, "end_ns", frag_count_json(p->end_ns));
	if (p->node >= 0)
		json_object_set_new(json, "node", json_integer(p->node));
	json_object_set_new(json, "zones", zones_json(&p->end, page_size));
	if (nodes)
		json_object_set_new(json, "nodes", nodes);
	if (p->shape.orders)
		json_object_set_new(json, "shape", frag_shape_json(&p->shape));
	return json;
}

static json_t *phases_json(const struct frag_run *r)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < r->nphases; i++)
		json_array_append_new(list,
				      phase_json(r->phases[i], r->page_size));
	return list;
}

static json_t *summary_build(struct frag_run *r)
{
	json_t *summary = json_object();
	json_t *references = frag_references(r);
	json_t *expectations = frag_expectations(r);

	json_object_set_new(summary, "schema", json_integer(FRAG_SCHEMA));
	manifest_copy(summary, r, "run", "name");
	manifest_copy(summary, r, "scenario", "scenario");
	manifest_copy(summary, r, "status", "status");
	json_object_set_new(summary, "accelerator",
			    json_string(r->accelerator));
	json_object_set_new(summary, "trusted",
			    json_boolean(!json_array_size(r->doubts)));
	json_object_set(summary, "doubts", r->doubts);
	json_object_set(summary, "notes", r->notes);
	json_object_set_new(summary, "order", json_integer(r->order));
	json_object_set_new(summary, "phases", phases_json(r));
	json_object_set_new(summary, "references", references);
	json_object_set(summary, "metrics", r->metrics);
	json_object_set_new(summary, "expectations", expectations);
	if (r->maps)
		json_object_set(summary, "maps", r->maps);
	if (r->events) {
		json_object_set_new(summary, "fallbacks",
				    frag_fallbacks_json(r));
		json_object_set_new(summary, "episodes", frag_episodes_json(r));
	}
	return summary;
}

/* Tables that nothing here is computed from, and a report draws. */
static void drawn_check(struct frag_run *r)
{
	static const struct {
		const char *table;
		const char *lack;
		bool is_of_workers;
	} drawn[] = {
		{ "thp.csv", "huge pages by their size", false },
		{ "pagetypes.csv", "migratetypes", false },
		{ "frames.csv", "the order of frames", true },
	};

	for (unsigned i = 0; i < sizeof(drawn) / sizeof(drawn[0]); i++)
		if (!frag_packed_is_there(r->dirfd, drawn[i].table) &&
		    (!drawn[i].is_of_workers || frag_run_has_workers(r)))
			frag_run_lacks(r, drawn[i].table, drawn[i].lack);
}

static json_t *run_summarize(struct frag_run *r)
{
	json_t *summary;

	for (unsigned i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		if (readers[i](r))
			return NULL;
	for (unsigned i = 0; i < sizeof(measures) / sizeof(measures[0]); i++)
		measures[i](r);
	drawn_check(r);
	frag_trust(r);
	summary = summary_build(r);
	if (!frag_json_write(r->dirfd, "summary.json", summary, r->e))
		return summary;
	json_decref(summary);
	return NULL;
}

json_t *frag_summarize(int dirfd, struct frag_error *e)
{
	struct frag_run *r = calloc(1, sizeof(*r));
	json_t *summary = NULL;

	if (!r) {
		frag_fail(e, -ENOMEM, "cannot summarise");
		return NULL;
	}
	if (!frag_run_open(r, dirfd, e))
		summary = run_summarize(r);
	frag_run_close(r);
	free(r);
	return summary;
}
