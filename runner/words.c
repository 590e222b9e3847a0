// SPDX-License-Identifier: GPL-2.0-or-later
/* Carries what workers say from their shared pages into the run directory. */
#include "words.h"

#include <inttypes.h>

static void doubts_take(struct frag_stage *st, struct frag_worker *w)
{
	uint32_t n =
		atomic_load_explicit(&w->share->ndoubts, memory_order_acquire);
	uint32_t lost = n > FRAG_DOUBTS_MAX ? n - FRAG_DOUBTS_MAX : 0;

	if (n == w->ndoubts)
		return;
	for (uint32_t i = w->ndoubts; i < n && i < FRAG_DOUBTS_MAX; i++)
		frag_rundir_warn(&st->session.rundir, true, st->phase,
				 "%s (worker %u): %.*s",
				 w->instance->type->name, w->number,
				 FRAG_DOUBT_TEXT - 1, w->share->doubts[i]);
	if (lost)
		frag_rundir_warn(&st->session.rundir, true, st->phase,
				 "%s (worker %u): so far %" PRIu32
				 " further doubts, which were not kept",
				 w->instance->type->name, w->number, lost);
	w->ndoubts = n;
}

static int table_make(struct frag_stage *st, struct frag_error *e)
{
	static const struct frag_column columns[] = {
		{ "phase", "", "phase name" },
		{ "workload", "", "workload name" },
		{ "worker", "", "number of the worker in the run, from 1" },
		{ "order", "", "order of the blocks" },
		{ "asked", "blocks",
		  "how many were to be there; empty when it was not said" },
		{ "got", "blocks", "how many there were" },
		{ "asked_unusable", "1/1000",
		  "unusable index at this order that was asked for, in thousandths; empty when none was, and at all other orders" },
		{ "got_unusable", "1/1000",
		  "the one that it came to, likewise" },
	};

	if (st->shapes.buf)
		return 0;
	return frag_rundir_table(
		&st->session.rundir, &st->shapes, "shapes.csv",
		"shapes of the free lists that workloads were to make, and made",
		columns, sizeof(columns) / sizeof(columns[0]), e);
}

/* The row of order @o; a shape may tell the index of one that it has no other
 * number of. */
static void row_write(struct frag_stage *st, const struct frag_worker *w,
		      const struct frag_shaped *s, unsigned o)
{
	bool is_listed = o < s->orders;
	bool is_order = o == s->order;

	frag_csv_text(&st->shapes, st->phase);
	frag_csv_text(&st->shapes, w->instance->type->name);
	frag_csv_u64(&st->shapes, w->number);
	frag_csv_u64(&st->shapes, o);
	frag_csv_u64(&st->shapes, is_listed ? s->asked[o] : FRAG_NOT_ASKED);
	frag_csv_u64(&st->shapes, is_listed ? s->got[o] : FRAG_NOT_ASKED);
	frag_csv_u64(&st->shapes,
		     is_order ? s->asked_unusable : FRAG_NOT_ASKED);
	frag_csv_u64(&st->shapes, is_order ? s->got_unusable : FRAG_NOT_ASKED);
	frag_csv_end(&st->shapes);
}

/* A whole shape that is news into *s; false when there is none, or the worker
 * is writing it this very moment: then it is taken the next time. */
static bool shape_copy(struct frag_worker *w, struct frag_shaped *s)
{
	uint32_t before = atomic_load(&w->share->shapes);

	if (before % 2 || before == w->shapes)
		return false;
	*s = w->share->shaped;
	atomic_thread_fence(memory_order_acquire);
	if (atomic_load(&w->share->shapes) != before)
		return false;
	w->shapes = before;
	return true;
}

static int shape_take(struct frag_stage *st, struct frag_worker *w,
		      struct frag_error *e)
{
	struct frag_shaped s;
	int rc;

	if (!shape_copy(w, &s))
		return 0;
	rc = table_make(st, e);
	if (rc)
		return rc;
	for (unsigned o = 0; o < FRAG_ORDERS_MAX; o++)
		if (o < s.orders || o == s.order)
			row_write(st, w, &s, o);
	rc = frag_csv_flush(&st->shapes);
	return rc ? frag_fail(e, rc, "cannot write shapes.csv") : 0;
}

int frag_words_take(struct frag_stage *st, struct frag_error *e)
{
	int rc = 0;

	for (unsigned i = 0; i < st->crew.count && !rc; i++) {
		doubts_take(st, &st->crew.workers[i]);
		rc = shape_take(st, &st->crew.workers[i], e);
	}
	return rc;
}

int frag_words_close(struct frag_stage *st)
{
	return st->shapes.buf ? frag_csv_close(&st->shapes) : 0;
}
