// SPDX-License-Identifier: GPL-2.0-or-later
/* How near workloads came to the shape that they were to give the free lists,
 * from shapes.csv. */
#include "run.h"

struct shape_columns {
	int phase, order, asked, got, got_unusable;
};

static void shape_begin(struct frag_table *t, void *ctx)
{
	struct shape_columns *c = ctx;

	c->phase = frag_table_need(t, "phase");
	c->order = frag_table_need(t, "order");
	c->asked = frag_table_need(t, "asked");
	c->got = frag_table_need(t, "got");
	c->got_unusable = frag_table_need(t, "got_unusable");
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static void order_add(struct frag_shape_sums *s, uint64_t order, uint64_t asked,
		      uint64_t got)
{
	s->has_distance = true;
	s->distance =
		larger(s->distance, got > asked ? got - asked : asked - got);
	if (order >= FRAG_ORDERS_MAX)
		return;
	s->asked[order] += asked;
	s->got[order] += got;
	if (s->orders <= order)
		s->orders = (unsigned)order + 1;
}

static void shape_row(struct frag_run *r, struct frag_table *t, void *ctx)
{
	const struct shape_columns *c = ctx;
	struct frag_phase *p = frag_run_phase(r, t, c->phase, 0);
	uint64_t asked = frag_table_u64(t, c->asked);
	uint64_t got = frag_table_u64(t, c->got);
	uint64_t unusable = frag_table_u64(t, c->got_unusable);
	struct frag_shape_sums *s = p ? &p->shape : NULL;

	if (!s || t->error)
		return;
	if (asked != FRAG_ABSENT && got != FRAG_ABSENT)
		order_add(s, frag_table_u64(t, c->order), asked, got);
	if (unusable != FRAG_ABSENT) {
		s->has_unusable = true;
		s->unusable = larger(s->unusable, unusable);
	}
}

int frag_read_shapes(struct frag_run *r)
{
	struct shape_columns c;

	return frag_run_walk(r, "shapes.csv", NULL, shape_begin, shape_row, &c);
}

json_t *frag_shape_json(const struct frag_shape_sums *s)
{
	json_t *asked = json_array();
	json_t *got = json_array();

	for (unsigned o = 0; o < s->orders; o++) {
		json_array_append_new(asked, frag_count_json(s->asked[o]));
		json_array_append_new(got, frag_count_json(s->got[o]));
	}
	return json_pack("{s:o, s:o}", "asked", asked, "got", got);
}

void frag_metrics_shape(struct frag_run *r)
{
	for (unsigned i = 0; i < r->nphases; i++) {
		const struct frag_phase *p = r->phases[i];

		if (p->shape.has_distance)
			frag_metric_set(r, "shape.distance", p->name,
					frag_known((double)p->shape.distance));
		if (p->shape.has_unusable)
			frag_metric_set(
				r, "shape.unusable", p->name,
				frag_known((double)p->shape.unusable / 1000));
	}
}
