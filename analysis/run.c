// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a run was: its manifest, its phases, and how each of its tables is
 * walked. A run that was interrupted has phases that no list tells of.
 */
#include "run.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

const char *frag_json_string(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static FRAG_PRINTF(2, 0) void text_add(json_t *list, const char *fmt,
				       va_list args)
{
	char text[512];

	vsnprintf(text, sizeof(text), fmt, args);
	json_array_append_new(list, frag_json_text(text));
}

void frag_run_note(struct frag_run *r, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	text_add(r->notes, fmt, args);
	va_end(args);
}

void frag_run_lacks(struct frag_run *r, const char *name, const char *lack)
{
	if (lack)
		frag_run_note(r, "There is no %s: nothing is known of %s.",
			      name, lack);
}

bool frag_run_is_emulated(const struct frag_run *r)
{
	return r->accelerator && !strcmp(r->accelerator, "tcg");
}

bool frag_run_has_workers(const struct frag_run *r)
{
	return strcmp(frag_json_string(r->manifest, "kind"), "record") != 0;
}

void frag_run_doubt(struct frag_run *r, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	text_add(r->doubts, fmt, args);
	va_end(args);
}

/* --- phases --- */

static struct frag_phase *phase_find(struct frag_run *r, const char *name)
{
	if (r->here && !strcmp(r->here->name, name))
		return r->here;
	for (unsigned i = 0; i < r->nphases; i++)
		if (!strcmp(r->phases[i]->name, name))
			return r->phases[i];
	return NULL;
}

static struct frag_phase *phase_add(struct frag_run *r, const char *name)
{
	struct frag_phase *p;

	if (r->nphases == FRAG_PHASES_MAX)
		return NULL;
	p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	snprintf(p->name, sizeof(p->name), "%s", name);
	snprintf(p->result, sizeof(p->result), "unfinished");
	p->node = -1;
	for (unsigned i = 0; i < FRAG_TALLIES; i++)
		p->tally[i].first = p->tally[i].last = FRAG_ABSENT;
	r->phases[r->nphases++] = p;
	return p;
}

/* The number of a node, -1 when it is none. */
static int node_read(const json_t *node)
{
	json_int_t n = json_is_integer(node) ? json_integer_value(node) : -1;

	return n >= 0 && n <= INT_MAX ? (int)n : -1;
}

/* A phase that phases.csv does not have: what the manifest knows of it. */
static void phase_guess(struct frag_run *r, struct frag_phase *p, uint64_t t_ns)
{
	const json_t *row;
	size_t i;

	p->start_ns = t_ns;
	json_array_foreach(json_object_get(r->manifest, "phases"), i, row)
	{
		if (strcmp(frag_json_string(row, "name"), p->name) != 0)
			continue;
		snprintf(p->kind, sizeof(p->kind), "%s",
			 frag_json_string(row, "do"));
		p->node = node_read(json_object_get(row, "node"));
	}
}

static struct frag_phase *phase_new(struct frag_run *r, struct frag_table *t,
				    int column, const char *name, uint64_t t_ns)
{
	json_t *is_text = json_string(name);
	struct frag_phase *p = is_text ? phase_add(r, name) : NULL;

	json_decref(is_text);
	if (p)
		phase_guess(r, p, t_ns);
	else
		frag_table_fail(t, column,
				is_text ? "is one phase too many"
					: "is no UTF-8");
	return p;
}

struct frag_phase *frag_run_phase(struct frag_run *r, struct frag_table *t,
				  int phase, uint64_t t_ns)
{
	char name[FRAG_PHASE_NAME];
	struct frag_phase *p;

	frag_table_text(t, phase, name, sizeof(name));
	if (!name[0])
		frag_table_fail(t, phase, "is no phase");
	if (t->error)
		return NULL;
	p = phase_find(r, name);
	if (!p)
		p = phase_new(r, t, phase, name, t_ns);
	if (p && !p->was_listed && t_ns > p->end_ns)
		p->end_ns = t_ns;
	r->here = p;
	return p;
}

struct phase_columns {
	int phase, kind, result, start, end, wall, cpu;
};

static void phases_begin(struct frag_table *t, void *ctx)
{
	struct phase_columns *c = ctx;

	c->phase = frag_table_need(t, "phase");
	c->kind = frag_table_need(t, "do");
	c->result = frag_table_need(t, "result");
	c->start = frag_table_need(t, "start_ns");
	c->end = frag_table_need(t, "end_ns");
	c->wall = frag_table_need(t, "action_wall_ns");
	c->cpu = frag_table_need(t, "action_cpu_ns");
}

static void phases_row(struct frag_run *r, struct frag_table *t, void *ctx)
{
	struct phase_columns *c = ctx;
	unsigned before = r->nphases;
	struct frag_phase *p = frag_run_phase(r, t, c->phase, 0);

	if (!p)
		return;
	if (r->nphases == before) {
		frag_table_fail(t, c->phase, "is there twice");
		return;
	}
	p->was_listed = true;
	frag_table_text(t, c->kind, p->kind, sizeof(p->kind));
	frag_table_text(t, c->result, p->result, sizeof(p->result));
	p->start_ns = frag_table_number(t, c->start);
	p->end_ns = frag_table_number(t, c->end);
	p->wall_ns = frag_table_number(t, c->wall);
	p->cpu_ns = frag_table_number(t, c->cpu);
}

/* --- the manifest --- */

static int schema_check(const json_t *manifest, struct frag_error *e)
{
	const json_t *schema = json_object_get(manifest, "schema");

	if (json_is_integer(schema) && json_integer_value(schema) == FRAG_SCHEMA)
		return 0;
	frag_fail(e, 0, "manifest.json is of a schema that is not known here");
	if (json_is_integer(schema))
		frag_error_why(e, "it has schema %" PRId64 ", known is %d",
			       (int64_t)json_integer_value(schema),
			       FRAG_SCHEMA);
	else
		frag_error_why(e, "it names no schema");
	frag_error_mend(e, "use the fragbench that wrote it, or a newer one");
	return -EINVAL;
}

/* A number of manifest.machine that nothing can be told without. */
static int machine_number(struct frag_run *r, const char *key, uint64_t min,
			  uint64_t max, uint64_t *value)
{
	const json_t *machine = json_object_get(r->manifest, "machine");
	const json_t *number = json_object_get(machine, key);
	json_int_t v = json_integer_value(number);

	if (json_is_integer(number) && v >= 0 && (uint64_t)v >= min &&
	    (uint64_t)v <= max) {
		*value = (uint64_t)v;
		return 0;
	}
	frag_fail(r->e, 0, "manifest.json cannot be used");
	frag_error_why(r->e,
		       "machine.%s is no number from %" PRIu64 " to %" PRIu64,
		       key, min, max);
	return -EINVAL;
}

/* What ran the guest's CPUs. A guest that is not ours tells by its CPU. */
static const char *accelerator_of(const json_t *machine)
{
	const char *accel =
		frag_json_string(json_object_get(machine, "guest"), "accel");

	if (accel[0])
		return accel;
	return strncmp(frag_json_string(machine, "hypervisor"), "TCG", 3)
		       ? "none"
		       : "tcg";
}

static int machine_read(struct frag_run *r)
{
	uint64_t orders;
	uint64_t order;
	int rc = machine_number(r, "page_size", 512, 1 << 24, &r->page_size);

	if (!rc)
		rc = machine_number(r, "orders", 1, FRAG_ORDERS_MAX, &orders);
	if (!rc)
		rc = machine_number(r, "pageblock_order", 0, orders - 1,
				    &order);
	if (rc)
		return rc;
	r->orders = (unsigned)orders;
	r->order = (unsigned)order;
	r->accelerator =
		accelerator_of(json_object_get(r->manifest, "machine"));
	return 0;
}

/* Of a copy that `keep` has made the summary would lack most of its metrics. */
static int whole_check(const json_t *manifest, struct frag_error *e)
{
	const json_t *left_out = json_object_get(manifest, "left_out");
	const char *first = json_string_value(json_array_get(left_out, 0));

	if (!first)
		return 0;
	frag_fail(e, 0, "cannot sum up a run that was kept in part");
	frag_error_why(e, "%s%s not there any more", first,
		       json_array_size(left_out) > 1 ? " and others are"
						     : " is");
	frag_error_mend(e, "its summary.json stands; or sum up the run that "
			   "it is a copy of");
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return -ENOENT;
}

int frag_run_open(struct frag_run *r, int dirfd, struct frag_error *e)
{
	struct phase_columns columns;
	int rc;

	memset(r, 0, sizeof(*r));
	r->dirfd = dirfd;
	r->e = e;
	r->notes = json_array();
	r->doubts = json_array();
	r->metrics = json_object();
	r->accelerator = "none";
	for (unsigned i = 0; i < FRAG_TALLIES; i++)
		r->tally[i].first = r->tally[i].last = FRAG_ABSENT;
	if (!r->notes || !r->doubts || !r->metrics)
		return frag_fail(e, -ENOMEM, "cannot summarise");
	r->manifest = frag_json_read(dirfd, "manifest.json", e);
	if (!r->manifest)
		return -EINVAL;
	rc = schema_check(r->manifest, e);
	if (!rc)
		rc = whole_check(r->manifest, e);
	if (!rc)
		rc = machine_read(r);
	if (!rc)
		rc = frag_run_walk(r, "phases.csv", "times and actions",
				   phases_begin, phases_row, &columns);
	return rc;
}

void frag_run_close(struct frag_run *r)
{
	for (unsigned i = 0; i < r->nphases; i++) {
		free(r->phases[i]->begin.zone);
		free(r->phases[i]->end.zone);
		free(r->phases[i]->steps);
		free(r->phases[i]->unusable);
	}
	frag_events_free(r);
	for (unsigned i = 0; i < r->nphases; i++)
		free(r->phases[i]);
	json_decref(r->manifest);
	json_decref(r->notes);
	json_decref(r->doubts);
	json_decref(r->metrics);
	json_decref(r->counted);
	json_decref(r->maps);
}

/* --- walking a table --- */

static int table_open(struct frag_run *r, struct frag_table *t,
		      const char *name, const char *lack)
{
	int rc = frag_table_open(t, r->dirfd, name, r->e);

	if (rc == -ENOENT)
		frag_run_lacks(r, name, lack);
	if (rc == -ENODATA && lack)
		frag_run_note(r, "%s is empty: nothing is known of %s.", name,
			      lack);
	return rc;
}

int frag_run_walk(struct frag_run *r, const char *name, const char *lack,
		  frag_begin_fn *begin, frag_row_fn *row, void *ctx)
{
	struct frag_table t;
	int rc = table_open(r, &t, name, lack);

	if (rc)
		return rc == -ENOENT || rc == -ENODATA ? 0 : rc;
	begin(&t, ctx);
	while ((rc = frag_table_next(&t)) > 0)
		row(r, &t, ctx);
	if (!rc && frag_table_is_cut(&t))
		frag_run_note(r, "The last line of %s is cut and left out.",
			      name);
	frag_table_close(&t);
	return rc;
}
