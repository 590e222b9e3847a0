// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * By how much the workloads' own counters grew in each phase, from counters.csv.
 * Their metrics have no row in metrics.def: the manifest says what they are.
 */
#include <stdio.h>

#include "run.h"

enum { NAME_ROOM = 128 };

struct counters_reader {
	int t_ns, phase, workload, worker, counter, value;
	json_t *last; /* "WORKER.COUNTER" -> its value so far */
};

static void counters_begin(struct frag_table *t, void *ctx)
{
	struct counters_reader *c = ctx;

	c->t_ns = frag_table_need(t, "t_ns");
	c->phase = frag_table_need(t, "phase");
	c->workload = frag_table_need(t, "workload");
	c->worker = frag_table_need(t, "worker");
	c->counter = frag_table_need(t, "counter");
	c->value = frag_table_need(t, "value");
}

static json_int_t number_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

/* Remember @value; returns by how much it grew since the row before. */
static json_int_t last_set(json_t *last, uint64_t worker, const char *counter,
			   uint64_t value)
{
	char key[NAME_ROOM];
	json_int_t before;

	snprintf(key, sizeof(key), "%ju.%s", (uintmax_t)worker, counter);
	before = number_of(last, key);
	json_object_set_new(last, key, frag_count_json(value));
	return (json_int_t)value - before;
}

/* Add @n to the counter @name of phase @phase. */
static void counted_add(json_t *counted, const char *phase, const char *name,
			json_int_t n)
{
	json_t *here = json_object_get(counted, phase);

	if (!here) {
		here = json_object();
		json_object_set_new(counted, phase, here);
	}
	json_object_set_new(here, name,
			    json_integer(number_of(here, name) + n));
}

static void counters_row(struct frag_run *r, struct frag_table *t, void *ctx)
{
	struct counters_reader *c = ctx;
	uint64_t t_ns = frag_table_number(t, c->t_ns);
	struct frag_phase *p = frag_run_phase(r, t, c->phase, t_ns);
	uint64_t worker = frag_table_number(t, c->worker);
	uint64_t value = frag_table_number(t, c->value);
	char workload[NAME_ROOM / 2];
	char counter[NAME_ROOM / 2];
	char name[NAME_ROOM];
	json_int_t grown;

	frag_table_text(t, c->workload, workload, sizeof(workload));
	frag_table_text(t, c->counter, counter, sizeof(counter));
	if (t->error)
		return;
	grown = last_set(c->last, worker, counter, value);
	if (grown < 0)
		frag_table_fail(t, c->value, "is less than before");
	if (grown <= 0)
		return;
	snprintf(name, sizeof(name), "%s.%s", workload, counter);
	counted_add(r->counted, p->name, name, grown);
}

/* Most workloads count nothing, and their runs have no such table. */
int frag_read_counters(struct frag_run *r)
{
	struct counters_reader c = { .last = json_object() };
	int rc;

	r->counted = json_object();
	rc = frag_run_walk(r, "counters.csv", NULL, counters_begin,
			   counters_row, &c);
	json_decref(c.last);
	return rc;
}

static void counter_set(struct frag_run *r, const char *name, const char *phase,
			const json_t *about, json_int_t value)
{
	const char *unit = frag_json_string(about, "unit");
	const struct frag_metric m = {
		.unit = unit,
		.better = "none",
		.is_time = !strcmp(unit, "ns"),
		.about = frag_json_string(about, "about"),
	};
	char full[NAME_ROOM + FRAG_PHASE_NAME];

	snprintf(full, sizeof(full), "%s.%s", name, phase);
	frag_metric_put(r, full, &m, frag_known((double)value));
}

/* A counter stands for the phase that its workload runs in, and for every other
 * phase in which it moved: one in the background goes on counting. */
static void counter_tell(struct frag_run *r, const json_t *workload,
			 const char *counter, const json_t *about)
{
	const char *own = frag_json_string(workload, "phase");
	char name[NAME_ROOM];

	snprintf(name, sizeof(name), "%s.%s",
		 frag_json_string(workload, "name"), counter);
	for (unsigned i = 0; i < r->nphases; i++) {
		const char *phase = r->phases[i]->name;
		json_int_t grown =
			number_of(json_object_get(r->counted, phase), name);

		if (grown || !strcmp(phase, own))
			counter_set(r, name, phase, about, grown);
	}
}

void frag_metrics_counters(struct frag_run *r)
{
	const char *counter;
	json_t *workload;
	json_t *about;
	size_t i;

	json_array_foreach(json_object_get(r->manifest, "workloads"), i,
			   workload)
		json_object_foreach(json_object_get(workload, "counters"),
				    counter, about)
			counter_tell(r, workload, counter, about);
}
