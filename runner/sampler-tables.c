// SPDX-License-Identifier: GPL-2.0-or-later
/* The CSVs of the sampler: their headers, and how samples become rows. */
#include "sampler-ring.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

static void rows_write(struct frag_csv *csv, const char *phase, uint64_t t_ns,
		       const struct frag_shape *shape, unsigned nrows,
		       const uint64_t *values)
{
	for (unsigned r = 0; r < nrows; r++) {
		frag_csv_u64(csv, t_ns);
		frag_csv_text(csv, phase);
		if (shape->nkeys)
			frag_csv_text(csv, shape->row_keys[r].text);
		for (unsigned c = 0; c < shape->ncolumns; c++)
			frag_csv_u64(csv, *values++);
		frag_csv_end(csv);
	}
}

static void failure_note(struct frag_table *t, int rc)
{
	t->failures++;
	t->failure = t->failure ? t->failure : rc;
}

static void own_write(struct frag_sampler *s, const struct frag_slot *slot)
{
	frag_csv_u64(&s->own, slot->t_ns);
	frag_csv_text(&s->own, s->config.phases[slot->phase]);
	frag_csv_text(&s->own, slot->is_mark ? "mark" : "tick");
	frag_csv_u64(&s->own, slot->late_ns);
	frag_csv_u64(&s->own, slot->cost_ns);
	frag_csv_u64(&s->own, slot->lost);
	frag_csv_end(&s->own);
}

void frag_slot_write(struct frag_sampler *s, struct frag_slot *slot)
{
	const char *phase = s->config.phases[slot->phase];

	own_write(s, slot);
	for (unsigned i = 0; i < s->config.ncollects; i++) {
		struct frag_table *t = &s->tables[i];

		if (frag_is_at_marks(t))
			continue;
		if (slot->rc[i])
			failure_note(t, slot->rc[i]);
		else
			rows_write(&t->csv, phase, slot->t_ns,
				   &t->collect->shape, slot->nrows[i],
				   frag_slot_values(slot, t));
	}
}

static void error_keep(struct frag_sampler *s, int rc)
{
	int none = 0;

	if (rc)
		atomic_compare_exchange_strong(&s->error, &none, rc);
}

void frag_tables_flush(struct frag_sampler *s)
{
	error_keep(s, frag_csv_flush(&s->own));
	for (unsigned i = 0; i < s->config.ncollects; i++)
		if (!frag_is_at_marks(&s->tables[i]))
			error_keep(s, frag_csv_flush(&s->tables[i].csv));
}

/* The tables that are too expensive to read with every sample. */
void frag_marks_write(struct frag_sampler *s)
{
	uint64_t t_ns = frag_now() - s->config.rundir->start_ns;
	const char *phase = s->config.phases[atomic_load(&s->phase)];

	for (unsigned i = 0; i < s->config.ncollects; i++) {
		struct frag_table *t = &s->tables[i];
		int rc;

		if (!frag_is_at_marks(t))
			continue;
		rc = t->collect->type->read(t->collect, t->mark_values);
		if (rc)
			failure_note(t, rc);
		else
			rows_write(&t->csv, phase, t_ns, &t->collect->shape,
				   t->collect->shape.nrows, t->mark_values);
		error_keep(s, frag_csv_flush(&t->csv));
	}
}

static json_t *common_columns(void)
{
	json_t *columns = json_array();

	json_array_append_new(
		columns, frag_column_json("t_ns", "ns",
					  "time since the start of the run"));
	json_array_append_new(columns,
			      frag_column_json("phase", "", "phase name"));
	return columns;
}

static json_t *table_columns(struct frag_csv *csv,
			     const struct frag_shape *shape)
{
	json_t *columns = common_columns();

	frag_csv_text(csv, "t_ns");
	frag_csv_text(csv, "phase");
	for (unsigned i = 0; i < shape->nkeys; i++) {
		frag_csv_text(csv, shape->keys[i].name);
		json_array_append_new(columns,
				      frag_column_json(shape->keys[i].name, "",
						       shape->keys[i].about));
	}
	for (unsigned i = 0; i < shape->ncolumns; i++) {
		const struct frag_column *c = &shape->columns[i];

		frag_csv_text(csv, c->name);
		json_array_append_new(
			columns, frag_column_json(c->name, c->unit, c->about));
	}
	frag_csv_end(csv);
	csv->rows = 0;
	return columns;
}

static int table_open(struct frag_sampler *s, struct frag_table *t,
		      struct frag_error *e)
{
	const struct frag_collector *type = t->collect->type;
	const struct frag_shape *shape = &t->collect->shape;
	char name[64];
	int rc;

	snprintf(name, sizeof(name), "%s.csv", type->name);
	rc = frag_csv_create(&t->csv, s->config.rundir->dirfd, name, e);
	if (rc)
		return rc;
	frag_rundir_describe(s->config.rundir, name, type->summary,
			     table_columns(&t->csv, shape));
	/* A table without a row says at least what it would have had. */
	error_keep(s, frag_csv_flush(&t->csv));
	if (frag_is_at_marks(t)) {
		t->mark_values =
			calloc((size_t)shape->max_rows * shape->ncolumns,
			       sizeof(uint64_t));
		if (!t->mark_values)
			return frag_fail(e, -ENOMEM, "cannot sample %s",
					 type->name);
	}
	return 0;
}

static int own_open(struct frag_sampler *s, struct frag_error *e)
{
	static const struct frag_column own[] = {
		{ "kind", "",
		  "tick (by the clock) or mark (start or end of a phase)" },
		{ "late_ns", "ns",
		  "how long after its deadline the sample began, 0 for marks" },
		{ "cost_ns", "ns", "how long it took to read all sources" },
		{ "lost", "count", "samples that could not be kept so far" },
	};
	const struct frag_shape shape = {
		.columns = (struct frag_column *)(uintptr_t)own,
		.ncolumns = 4,
	};
	int rc = frag_csv_create(&s->own, s->config.rundir->dirfd,
				 "sampler.csv", e);

	if (rc)
		return rc;
	frag_rundir_describe(s->config.rundir, "sampler.csv",
			     "the observer observed",
			     table_columns(&s->own, &shape));
	error_keep(s, frag_csv_flush(&s->own));
	return 0;
}

int frag_tables_open(struct frag_sampler *s, struct frag_error *e)
{
	size_t numbers = 0;
	int rc = own_open(s, e);

	for (unsigned i = 0; i < s->config.ncollects && !rc; i++) {
		struct frag_table *t = &s->tables[i];

		t->collect = s->config.collects[i];
		t->offset = numbers;
		if (!frag_is_at_marks(t))
			numbers += (size_t)t->collect->shape.max_rows *
				   t->collect->shape.ncolumns;
		rc = table_open(s, t, e);
	}
	s->slot_size = sizeof(struct frag_slot) + numbers * sizeof(uint64_t);
	return rc;
}

int frag_tables_close(struct frag_sampler *s)
{
	int rc = s->own.buf ? frag_csv_close(&s->own) : 0;

	for (unsigned i = 0; i < s->config.ncollects; i++) {
		int one = s->tables[i].csv.buf
				  ? frag_csv_close(&s->tables[i].csv)
				  : 0;

		rc = rc ? rc : one;
	}
	return rc;
}
