// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads buddy.csv: what belongs to one sample, in which state each phase left
 * the machine, and what that state is in the metrics.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "run.h"

/* More pages than that in one cell is no machine. Below it, thousandths of all
 * orders of FRAG_ZONES_MAX zones cannot overflow. */
#define PAGES_MAX (1ULL << 38)

/* The columns of buddy.csv, and the sample whose rows are coming in. */
struct buddy_reader {
	int t_ns, phase, node, zone, pcp;
	int free[FRAG_ORDERS_MAX];
	struct frag_zones now;
	struct frag_phase *now_phase;
	uint64_t now_ns;
	unsigned most_rows;
	unsigned incomplete; /* samples with fewer rows than one before */
	unsigned orders;
	unsigned order; /* the pageblock order */
	struct frag_index *index;
};

static void buddy_begin(struct frag_table *t, void *ctx)
{
	struct buddy_reader *b = ctx;
	char name[32];

	b->t_ns = frag_table_need(t, "t_ns");
	b->phase = frag_table_need(t, "phase");
	b->node = frag_table_need(t, "node");
	b->zone = frag_table_need(t, "zone");
	b->pcp = frag_table_need(t, "pcp_pages");
	for (unsigned o = 0; o < b->orders; o++) {
		snprintf(name, sizeof(name), "free_%u", o);
		b->free[o] = frag_table_need(t, name);
	}
	snprintf(name, sizeof(name), "free_%u", b->orders);
	if (!t->error && frag_table_find(t, name) >= 0) {
		t->error = frag_fail(t->e, 0, "%s cannot be read", t->name);
		frag_error_why(t->e,
			       "it has more orders than the manifest's %u",
			       b->orders);
	}
}

/* A copy with room of its own; on failure @to keeps what it had. */
static int zones_copy(struct frag_zones *to, const struct frag_zones *from)
{
	if (to->room < from->count) {
		void *zone = realloc(to->zone, from->count * sizeof(*to->zone));

		if (!zone)
			return -ENOMEM;
		to->zone = zone;
		to->room = from->count;
	}
	memcpy(to->zone, from->zone, from->count * sizeof(*to->zone));
	to->count = from->count;
	return 0;
}

/*
 * All rows of a sample are there. A source never loses a row, so a sample with
 * fewer rows than an earlier one was cut while it was written.
 */
static int sample_end(struct frag_run *r, struct buddy_reader *b)
{
	struct frag_phase *p = b->now_phase;
	int rc = 0;

	if (!b->now.count)
		return 0;
	if (b->now.count < b->most_rows) {
		b->incomplete++;
		return 0;
	}
	b->most_rows = b->now.count;
	frag_index_rows(b->index, b->now_ns, p->name, &b->now);
	frag_hold_sample(r, p, b->now_ns, &b->now);
	if (!p->begin.count)
		rc = zones_copy(&p->begin, &b->now);
	if (!rc)
		rc = zones_copy(&p->end, &b->now);
	if (!rc)
		rc = frag_drift_add(p, b->now_ns, &b->now, b->order);
	return rc;
}

static struct frag_zone_state *zone_add(struct frag_zones *z)
{
	if (z->count == z->room) {
		unsigned room = z->room ? 2 * z->room : 16;
		void *zone;

		if (room > FRAG_ZONES_MAX)
			return NULL;
		zone = realloc(z->zone, room * sizeof(*z->zone));
		if (!zone)
			return NULL;
		z->zone = zone;
		z->room = room;
	}
	return &z->zone[z->count++];
}

static void lists_read(struct frag_table *t, const struct buddy_reader *b,
		       struct frag_zone_state *z)
{
	z->is_known = true;
	z->zone.buddy.orders = b->orders;
	for (unsigned o = 0; o < b->orders; o++) {
		uint64_t blocks = frag_table_u64(t, b->free[o]);

		if (blocks == FRAG_ABSENT) {
			z->is_known = false;
			blocks = 0;
		}
		if (blocks > PAGES_MAX >> o)
			frag_table_fail(t, b->free[o], "is more than memory");
		z->zone.buddy.free[o] = blocks;
	}
}

static void zone_read(struct frag_table *t, const struct buddy_reader *b,
		      struct frag_zone_state *z)
{
	uint64_t node = frag_table_number(t, b->node);

	memset(z, 0, sizeof(*z));
	if (node > 65535)
		frag_table_fail(t, b->node, "is no NUMA node");
	z->zone.node = (int)(node & 65535);
	frag_table_text(t, b->zone, z->zone.name, sizeof(z->zone.name));
	z->pcp_pages = frag_table_u64(t, b->pcp);
	if (z->pcp_pages != FRAG_ABSENT && z->pcp_pages > PAGES_MAX)
		frag_table_fail(t, b->pcp, "is more than memory");
	lists_read(t, b, z);
}

static void buddy_row(struct frag_run *r, struct frag_table *t, void *ctx)
{
	struct buddy_reader *b = ctx;
	uint64_t t_ns = frag_table_number(t, b->t_ns);
	struct frag_phase *p = frag_run_phase(r, t, b->phase, t_ns);
	struct frag_zone_state *z;

	if (!p)
		return;
	if (t_ns != b->now_ns || p != b->now_phase) {
		t->error = sample_end(r, b);
		b->now.count = 0;
		b->now_ns = t_ns;
		b->now_phase = p;
	}
	z = zone_add(&b->now);
	if (z)
		zone_read(t, b, z);
	else
		frag_table_fail(t, b->zone, "is one zone too many");
}

int frag_read_buddy(struct frag_run *r)
{
	struct buddy_reader b = { .orders = r->orders, .order = r->order };
	int rc = frag_index_begin(&b.index, r);
	int end;

	if (!rc)
		rc = frag_run_walk(r, "buddy.csv", "the free lists",
				   buddy_begin, buddy_row, &b);
	if (!rc)
		rc = sample_end(r, &b);
	if (rc == -ENOMEM)
		frag_fail(r->e, rc, "cannot summarise");
	if (b.incomplete)
		frag_run_note(r,
			      "%u samples of buddy.csv lack zones and are "
			      "left out.",
			      b.incomplete);
	end = frag_index_end(b.index, !rc && b.most_rows, r->e);
	free(b.now.zone);
	return rc ? rc : end;
}

struct frag_zone_state frag_node_sum(const struct frag_zones *z, int node)
{
	struct frag_zone_state sum = { .zone = { .node = node, .name = "all" } };

	for (unsigned i = 0; i < z->count; i++) {
		const struct frag_zone_state *one = &z->zone[i];

		if (!one->is_known || (node >= 0 && one->zone.node != node))
			continue;
		sum.is_known = true;
		frag_buddy_add(&sum.zone.buddy, &one->zone.buddy);
		if (one->pcp_pages == FRAG_ABSENT ||
		    sum.pcp_pages == FRAG_ABSENT)
			sum.pcp_pages = FRAG_ABSENT;
		else
			sum.pcp_pages += one->pcp_pages;
	}
	return sum;
}

/* --- as JSON --- */

json_t *frag_indices_json(const struct frag_buddy *b,
			  int (*index)(const struct frag_buddy *, unsigned))
{
	json_t *list = json_array();

	for (unsigned k = 0; k < b->orders; k++)
		json_array_append_new(list, frag_json_index(index(b, k)));
	return list;
}

static json_t *blocks_json(const struct frag_buddy *b, bool is_suitable)
{
	json_t *list = json_array();

	for (unsigned k = 0; k < b->orders; k++) {
		uint64_t n =
			is_suitable ? frag_buddy_suitable(b, k) : b->free[k];

		json_array_append_new(list, frag_count_json(n));
	}
	return list;
}

static void hidden_add(json_t *json, const struct frag_zone_state *z)
{
	struct frag_buddy seen;

	if (z->pcp_pages == FRAG_ABSENT) {
		json_object_set_new(json, "unusable_pcp", json_null());
		json_object_set_new(json, "extfrag_pcp", json_null());
		return;
	}
	seen = frag_buddy_with_pcp(&z->zone.buddy, z->pcp_pages);
	json_object_set_new(json, "unusable_pcp",
			    frag_indices_json(&seen, frag_buddy_unusable));
	json_object_set_new(json, "extfrag_pcp",
			    frag_indices_json(&seen, frag_buddy_extfrag));
}

json_t *frag_zone_json(const struct frag_zone_state *z, uint64_t page_size)
{
	const struct frag_buddy *b = &z->zone.buddy;
	json_t *json = json_object();

	json_object_set_new(json, "node",
			    z->zone.node < 0 ? json_string("all")
					     : json_integer(z->zone.node));
	json_object_set_new(json, "zone", frag_json_text(z->zone.name));
	json_object_set_new(json, "free", blocks_json(b, false));
	json_object_set_new(json, "free_bytes",
			    frag_count_json(frag_buddy_pages(b) * page_size));
	json_object_set_new(json, "pcp_pages",
			    z->pcp_pages == FRAG_ABSENT
				    ? json_null()
				    : frag_count_json(z->pcp_pages));
	json_object_set_new(json, "unusable",
			    frag_indices_json(b, frag_buddy_unusable));
	json_object_set_new(json, "extfrag",
			    frag_indices_json(b, frag_buddy_extfrag));
	hidden_add(json, z);
	json_object_set_new(json, "suitable", blocks_json(b, true));
	return json;
}

/* --- as metrics --- */

/* Set the metrics of one phase from the sum of its zones, or the reason why
 * there are none. */
static void state_set(struct frag_run *r, const char *phase,
		      const struct frag_zone_state *all)
{
	struct frag_value none = frag_unknown(
		"no complete sample of the free lists in this phase");
	struct frag_value hidden = frag_unknown(
		"the kernel did not tell the pages on per-CPU lists");
	double mib = (double)r->page_size / (1 << 20);
	const struct frag_buddy *b = &all->zone.buddy;
	struct frag_value v[5] = { none, none, none, none, none };

	if (all->is_known) {
		v[0] = frag_known((double)frag_buddy_suitable(b, r->order));
		v[1] = frag_known(frag_buddy_unusable(b, r->order) / 1000.0);
		v[2] = frag_known((double)frag_buddy_pages(b) * mib);
		v[3] = v[4] = hidden;
	}
	if (all->is_known && all->pcp_pages != FRAG_ABSENT) {
		struct frag_buddy seen = frag_buddy_with_pcp(b, all->pcp_pages);

		v[3] = frag_known(frag_buddy_unusable(&seen, r->order) / 1000.0);
		v[4] = frag_known((double)all->pcp_pages * mib);
	}
	frag_metric_set(r, "suitable", phase, v[0]);
	frag_metric_set(r, "unusable", phase, v[1]);
	frag_metric_set(r, "unusable_pcp", phase, v[3]);
	frag_metric_set(r, "free_mib", phase, v[2]);
	frag_metric_set(r, "hidden_mib", phase, v[4]);
}

void frag_metrics_state(struct frag_run *r)
{
	for (unsigned i = 0; i < r->nphases; i++) {
		struct frag_zone_state all = frag_zones_sum(&r->phases[i]->end);

		state_set(r, r->phases[i]->name, &all);
	}
}
