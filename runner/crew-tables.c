// SPDX-License-Identifier: GPL-2.0-or-later
/* The tables that the shared pages of the workers make: ops.csv, counters.csv. */
#include <stdio.h>
#include <stdlib.h>

#include "crew.h"

static const struct frag_key keys[] = {
	{ "workload", "workload name" },
	{ "worker",
	  "number of the worker in the run, from 1; the owner number in frames.csv" },
	{ "counter", "name of the counter" },
};

static int ops_read(struct frag_collect *c, uint64_t *values)
{
	const struct frag_crew *crew = c->state;

	for (unsigned i = 0; i < crew->count; i++) {
		const struct frag_worker *w = &crew->workers[i];

		*values++ = w->is_dead ? (uint64_t)FRAG_WORKER_ENDED
				       : atomic_load(&w->share->state);
		*values++ = atomic_load(&w->share->ops);
		*values++ = w->is_dead ? 0 : atomic_load(&w->share->pages);
		*values++ = atomic_load(&w->share->allocated);
	}
	return 0;
}

static void ops_make(struct frag_crew *crew, struct frag_collect *c)
{
	static const struct frag_collector ops = {
		.name = "ops",
		.summary = "what the workers did",
		.read = ops_read,
	};
	static const struct frag_column columns[] = {
		{ "state", "",
		  "0 waiting, 1 running, 2 holding, 3 failed, 4 ended, 5 releasing" },
		{ "ops", "count", "steps done so far" },
		{ "pages", "pages", "pages that it holds now" },
		{ "allocated", "pages",
		  "pages that it has come by so far, also those given back since" },
	};
	struct frag_row_key *rows = calloc(crew->count + 1, sizeof(*rows));

	for (unsigned i = 0; rows && i < crew->count; i++)
		snprintf(rows[i].text, sizeof(rows[i].text), "%s,%u",
			 crew->workers[i].instance->type->name, i + 1);
	*c = (struct frag_collect){
		.type = &ops,
		.root = "",
		.state = crew,
		.shape = { .keys = keys,
			   .nkeys = 2,
			   .columns = (struct frag_column *)(uintptr_t)columns,
			   .ncolumns = 4,
			   .row_keys = rows,
			   .nrows = rows ? crew->count : 0,
			   .max_rows = crew->count },
	};
}

/* How many counters worker @w has. */
static unsigned worker_counters(const struct frag_worker *w)
{
	const struct frag_workload_counter *c = w->instance->type->counters;
	unsigned n = 0;

	while (c && n < FRAG_COUNTERS_MAX && c[n].name)
		n++;
	return n;
}

static int counters_read(struct frag_collect *c, uint64_t *values)
{
	const struct frag_crew *crew = c->state;

	for (unsigned i = 0; i < crew->count; i++) {
		const struct frag_worker *w = &crew->workers[i];
		unsigned n = worker_counters(w);

		for (unsigned k = 0; k < n; k++)
			*values++ = atomic_load(&w->share->counters[k]);
	}
	return 0;
}

/* The keys of all rows; returns how many. */
static unsigned counters_name(const struct frag_crew *crew,
			      struct frag_row_key *rows)
{
	unsigned count = 0;

	for (unsigned i = 0; i < crew->count; i++) {
		const struct frag_workload *type =
			crew->workers[i].instance->type;
		unsigned n = worker_counters(&crew->workers[i]);

		for (unsigned k = 0; k < n; k++)
			snprintf(rows[count++].text, sizeof(rows[0].text),
				 "%s,%u,%s", type->name, i + 1,
				 type->counters[k].name);
	}
	return count;
}

static bool counters_make(struct frag_crew *crew, struct frag_collect *c)
{
	static const struct frag_collector counters = {
		.name = "counters",
		.summary = "what the workloads count themselves",
		.cadence = FRAG_AT_MARKS,
		.read = counters_read,
	};
	static const struct frag_column columns[] = {
		{ "value", "", "its value so far; its unit is in workloads" },
	};
	struct frag_row_key *rows = calloc(
		(size_t)crew->count * FRAG_COUNTERS_MAX + 1, sizeof(*rows));
	unsigned count = rows ? counters_name(crew, rows) : 0;

	if (!count) {
		free(rows);
		return false;
	}
	*c = (struct frag_collect){
		.type = &counters,
		.root = "",
		.state = crew,
		.shape = { .keys = keys,
			   .nkeys = 3,
			   .columns = (struct frag_column *)(uintptr_t)columns,
			   .ncolumns = 1,
			   .row_keys = rows,
			   .nrows = count,
			   .max_rows = count },
	};
	return true;
}

unsigned frag_crew_collect(struct frag_crew *crew,
			   struct frag_collect c[FRAG_CREW_TABLES])
{
	ops_make(crew, &c[0]);
	return 1 + counters_make(crew, &c[1]);
}
