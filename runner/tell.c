// SPDX-License-Identifier: GPL-2.0-or-later
/* How options, knobs, phases and step latencies are written down. */
#include "tell.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/json.h"
#include "peak.h"
#include "scenario-arms.h"

int frag_tell_phases(struct frag_rundir *rd, const struct frag_phase_row *rows,
		     unsigned nrows)
{
	static const struct frag_column columns[] = {
		{ "phase", "", "phase name" },
		{ "do", "", "what kind of phase" },
		{ "result", "", "done, timeout, skipped or failed" },
		{ "start_ns", "ns", "when it began" },
		{ "end_ns", "ns", "when it ended" },
		{ "action_wall_ns", "ns", "how long its one action took" },
		{ "action_cpu_ns", "ns",
		  "CPU time of the caller in that action" },
	};
	struct frag_csv csv;
	int rc = frag_rundir_table(rd, &csv, "phases.csv",
				   "one row a phase, in order", columns, 7,
				   NULL);

	if (rc)
		return rc;
	for (unsigned i = 0; i < nrows; i++) {
		frag_csv_text(&csv, rows[i].name);
		frag_csv_text(&csv, rows[i].action);
		frag_csv_text(&csv, rows[i].outcome.result);
		frag_csv_u64(&csv, rows[i].start_ns);
		frag_csv_u64(&csv, rows[i].end_ns);
		frag_csv_u64(&csv, rows[i].outcome.wall_ns);
		frag_csv_u64(&csv, rows[i].outcome.cpu_ns);
		frag_csv_end(&csv);
	}
	return frag_csv_close(&csv);
}

void frag_tell_histogram(struct frag_csv *csv, const char *phase,
			 const char *workload, const struct frag_histogram *h)
{
	for (unsigned b = 0; b < FRAG_HISTOGRAM_BUCKETS; b++) {
		if (!h->count[b])
			continue;
		frag_csv_text(csv, phase);
		frag_csv_text(csv, workload);
		frag_csv_u64(csv, frag_histogram_low(b));
		frag_csv_u64(csv, frag_histogram_low(b + 1) - 1);
		frag_csv_u64(csv, h->count[b]);
		frag_csv_end(csv);
	}
}

static int latency_tell(struct frag_rundir *rd, const struct frag_crew *crew,
			const struct frag_scenario *s,
			const struct frag_probe_log *probes)
{
	static const struct frag_column columns[] = {
		{ "phase", "", "phase in which the workload ran" },
		{ "workload", "", "workload name" },
		{ "low_ns", "ns", "smallest value of the bucket" },
		{ "high_ns", "ns", "largest value of the bucket" },
		{ "count", "count", "steps in the bucket" },
	};
	struct frag_histogram *sum = calloc(1, sizeof(*sum));
	struct frag_csv csv;
	int rc =
		sum ? frag_rundir_table(rd, &csv, "latency.csv",
					"how long the steps of a workload took",
					columns, 5, NULL)
		    : -ENOMEM;

	if (rc) {
		free(sum);
		return rc;
	}
	for (unsigned i = 0; i < crew->count; i++) {
		const struct frag_worker *w = &crew->workers[i];
		const struct frag_worker *next = w + 1;

		frag_histogram_merge(sum, &w->share->step_ns);
		if (i + 1 < crew->count && next->instance == w->instance)
			continue;
		frag_tell_histogram(&csv, s->phases[w->phase].name,
				    w->instance->type->name, sum);
		memset(sum, 0, sizeof(*sum));
	}
	free(sum);
	frag_tell_probe_times(&csv, probes);
	return frag_csv_close(&csv);
}

int frag_tell_tables(struct frag_rundir *rd, const struct frag_stage *st,
		     const struct frag_phase_row *rows, unsigned nrows)
{
	int rc = frag_tell_phases(rd, rows, nrows);
	int steps = latency_tell(rd, &st->crew, st->scenario, &st->probes);
	int probes = frag_tell_probes(rd, &st->probes);

	rc = rc ? rc : steps;
	return rc ? rc : probes;
}

static void row_tell(json_t *to, const struct frag_option *row,
		     const void *base)
{
	char buf[2048];

	json_object_set_new(
		to, row->name,
		frag_json_text(frag_option_text(row, base, buf, sizeof(buf))));
}

static void rows_tell(json_t *to, const struct frag_option *rows,
		      const void *base)
{
	for (; rows && rows->name; rows++)
		row_tell(to, rows, base);
}

/* From the first start to the last end of an instance's workers. */
static uint64_t elapsed_ns(const struct frag_crew *crew,
			   const struct frag_instance *instance)
{
	uint64_t start = UINT64_MAX;
	uint64_t end = 0;

	for (unsigned i = 0; i < crew->count; i++) {
		const struct frag_worker *w = &crew->workers[i];
		uint64_t from = atomic_load(&w->share->started_ns);
		uint64_t to = atomic_load(&w->share->done_ns);

		if (w->instance != instance || !from || !to)
			continue;
		start = from < start ? from : start;
		end = to > end ? to : end;
	}
	return end > start ? end - start : 0;
}

/* What the workers of @i come to together. */
struct total {
	json_t *workers; /* their numbers */
	json_t *pids;
	uint64_t pages;
	uint64_t allocated;
	uint64_t counters[FRAG_COUNTERS_MAX];
};

static struct total total_make(const struct frag_instance *i,
			       const struct frag_crew *crew)
{
	struct total t = { .workers = json_array(), .pids = json_array() };

	for (unsigned n = 0; n < crew->count; n++) {
		const struct frag_worker *w = &crew->workers[n];
		const struct frag_worker_share *share = w->share;

		if (w->instance != i)
			continue;
		json_array_append_new(t.workers, json_integer(w->number));
		json_array_append_new(t.pids, json_integer(w->pid));
		t.pages += atomic_load(&share->state) == FRAG_WORKER_ENDED
				   ? atomic_load(&share->kept)
				   : atomic_load(&share->pages);
		t.allocated += atomic_load(&share->allocated);
		for (unsigned c = 0; c < FRAG_COUNTERS_MAX; c++)
			t.counters[c] += atomic_load(&share->counters[c]);
	}
	return t;
}

static json_t *counters_tell(const struct frag_workload_counter *rows,
			     const uint64_t *values)
{
	json_t *all = json_object();

	for (; rows && rows->name; rows++)
		json_object_set_new(all, rows->name,
				    json_pack("{s:I, s:s, s:s}", "value",
					      (json_int_t)*values++, "unit",
					      rows->unit, "about", rows->about));
	return all;
}

static json_t *instance_tell(const struct frag_phase *p,
			     const struct frag_instance *i,
			     const struct frag_crew *crew, uint64_t page_size)
{
	struct total total = total_make(i, crew);
	json_t *options = json_object();

	rows_tell(options, frag_worker_options, &i->common);
	rows_tell(options, i->type->options, i->options);
	return json_pack(
		"{s:s, s:s, s:i, s:o, s:o, s:o, s:O, s:I, s:I, s:I, s:I, s:o, s:s*}",
		"phase", p->name, "name", i->type->name, "processes",
		(int)frag_instance_processes(i), "workers", total.workers,
		"pids", total.pids, "options", options, "asked", i->asked,
		"bytes", (json_int_t)frag_instance_bytes(i, page_size), "pages",
		(json_int_t)total.pages, "allocated",
		(json_int_t)total.allocated, "elapsed_ns",
		(json_int_t)elapsed_ns(crew, i), "counters",
		counters_tell(i->type->counters, total.counters), "left_out",
		i->out);
}

static json_t *workloads_tell(const struct frag_scenario *s,
			      const struct frag_crew *crew, uint64_t page_size)
{
	json_t *list = json_array();

	for (unsigned p = 0; p < s->nphases; p++)
		for (unsigned i = 0; i < s->phases[p].ninstances; i++)
			json_array_append_new(
				list, instance_tell(&s->phases[p],
						    &s->phases[p].instances[i],
						    crew, page_size));
	return list;
}

/* Those that only phases wrote have a row for each of them. */
static json_t *knobs_tell(const struct frag_stage *st)
{
	const struct frag_journal *j = &st->journal;
	json_t *list = json_array();

	for (unsigned i = 0; i < j->count; i++) {
		const struct frag_knob *k = &j->knobs[i];

		if (!strcmp(k->by, FRAG_KNOB_BY_PHASE))
			continue;
		json_array_append_new(
			list,
			json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "name",
				  frag_knob_name(k->path), "path", k->path,
				  "by", k->by, "before", k->before, "during",
				  k->during, "after", k->after));
	}
	json_array_extend(list, st->knobs.rows);
	return list;
}

/* The last warning of phase @name, as its note. */
static json_t *note_find(json_t *manifest, const char *name)
{
	json_t *warning;
	json_t *found = NULL;
	size_t i;

	json_array_foreach(json_object_get(manifest, "warnings"), i, warning)
	{
		const char *phase =
			json_string_value(json_object_get(warning, "phase"));

		if (phase && !strcmp(phase, name))
			found = json_object_get(warning, "text");
	}
	return json_incref(found);
}

static json_t *node_tell(const char *node)
{
	return node ? json_integer(strtol(node, NULL, 10)) : NULL;
}

/* The keys of @p that mean something to its kind, which stands beside them. */
static json_t *phase_options(const struct frag_phase *p)
{
	json_t *options = json_object();

	for (const struct frag_option *row = frag_phase_options; row->name;
	     row++)
		if (strcmp(row->name, "do") != 0 && frag_phase_tells_row(p, row))
			row_tell(options, row, &p->settings);
	return options;
}

static json_t *queries_tell(const struct frag_phase *p)
{
	json_t *list = p->nqueries ? json_array() : NULL;

	for (unsigned i = 0; i < p->nqueries; i++) {
		const struct frag_query *q = &p->queries[i];
		json_t *options = json_object();

		rows_tell(options, frag_probe_options, &q->common);
		rows_tell(options, q->type->options, q->options);
		json_array_append_new(list, json_pack("{s:s, s:o}", "name",
						      q->type->name, "options",
						      options));
	}
	return list;
}

/* The phase of the scenario that @row is of; NULL: one of fragbench's own. */
static const struct frag_phase *phase_of(const struct frag_scenario *s,
					 const struct frag_phase_row *row)
{
	for (unsigned i = 0; s && i < s->nphases; i++)
		if (!strcmp(s->phases[i].name, row->name))
			return &s->phases[i];
	return NULL;
}

json_t *frag_phases_json(json_t *manifest, const struct frag_scenario *s,
			 const struct frag_phase_row *rows, unsigned nrows)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < nrows; i++) {
		const struct frag_phase *p = phase_of(s, &rows[i]);

		json_array_append_new(
			list,
			json_pack(
				"{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:o*, s:o*, s:o*, s:o*}",
				"name", rows[i].name, "do", rows[i].action,
				"result", rows[i].outcome.result, "start_ns",
				(json_int_t)rows[i].start_ns, "end_ns",
				(json_int_t)rows[i].end_ns, "action_wall_ns",
				(json_int_t)rows[i].outcome.wall_ns,
				"action_cpu_ns",
				(json_int_t)rows[i].outcome.cpu_ns, "node",
				node_tell(rows[i].outcome.node), "note",
				note_find(manifest, rows[i].name), "options",
				p ? phase_options(p) : NULL, "probes",
				p ? queries_tell(p) : NULL));
	}
	return list;
}

void frag_tell_manifest(struct frag_stage *st,
			const struct frag_phase_row *rows, unsigned nrows)
{
	struct frag_session *session = &st->session;
	const struct frag_scenario *s = st->scenario;
	json_t *m = session->rundir.manifest;
	json_t *options = json_object();
	double copy;

	rows_tell(options, frag_scenario_options, &s->settings);
	json_object_set_new(options, "rate", json_real(session->config.rate));
	json_object_set_new(m, "options", options);
	json_object_set_new(m, "about", frag_json_text(s->about));
	json_object_set_new(m, "workloads",
			    workloads_tell(s, &st->crew,
					   session->facts.page_size));
	json_object_set_new(m, "knobs", knobs_tell(st));
	json_object_set_new(m, "phases", frag_phases_json(m, s, rows, nrows));
	if (s->narms)
		json_object_set_new(m, "arms", frag_arms_json(s));
	json_object_set(m, "references", s->references);
	json_object_set(m, "expect", s->expect);
	copy = frag_copy_ns_per_page(session->facts.page_size);
	if (copy > 0)
		json_object_set_new(json_object_get(m, "machine"),
				    "copy_ns_per_page", json_real(copy));
}
