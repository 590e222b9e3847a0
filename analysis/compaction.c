// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What compaction achieved and what it cost: the effectiveness and the bill of
 * each phase that compacted, and of those in which the kernel did so unasked.
 * Before is the state that the phase found, which is the one that the phase
 * before it left.
 */
#include <stdio.h>

#include "run.h"

/* One phase that compacted. */
struct compaction {
	struct frag_run *run;
	const struct frag_phase *phase;
	struct frag_value gained; /* blocks */
};

/* The state that phase number @i found: what the last phase with samples left.
 * A first phase found its own first sample. */
static const struct frag_zones *state_before(const struct frag_run *r,
					     unsigned i)
{
	for (unsigned k = i; k-- > 0;)
		if (r->phases[k]->end.count)
			return &r->phases[k]->end;
	return &r->phases[i]->begin;
}

static uint64_t blocks_suitable(const struct frag_zones *z, int node,
				unsigned order)
{
	struct frag_zone_state all = frag_node_sum(z, node);

	return frag_buddy_suitable(&all.zone.buddy, order);
}

/*
 * Blocks that a perfect compactor makes of what was free when it began. Zone by
 * zone, for compaction moves no page into another zone; of @node alone, where
 * only that was compacted.
 */
static uint64_t blocks_ideal(const struct frag_zones *z, int node,
			     unsigned order)
{
	uint64_t blocks = 0;

	for (unsigned i = 0; i < z->count; i++)
		if (z->zone[i].is_known &&
		    (node < 0 || z->zone[i].zone.node == node))
			blocks += frag_buddy_pages(&z->zone[i].zone.buddy) >>
				  order;
	return blocks;
}

static struct frag_value blocks_gained(const struct frag_run *r, int node,
				       const struct frag_zones *before,
				       const struct frag_zones *after)
{
	if (!frag_node_sum(before, node).is_known ||
	    !frag_node_sum(after, node).is_known)
		return frag_unknown("no sample of the free lists before or "
				    "after it");
	return frag_known((double)blocks_suitable(after, node, r->order) -
			  (double)blocks_suitable(before, node, r->order));
}

static struct frag_value effectiveness(const struct frag_run *r, int node,
				       const struct frag_zones *before,
				       struct frag_value gained)
{
	double room = (double)blocks_ideal(before, node, r->order) -
		      (double)blocks_suitable(before, node, r->order);

	return frag_quotient(gained, frag_known(room),
			     "nothing was to be gained: all that was free "
			     "stood in suitable blocks already");
}

/* Was it this phase's business to compact? */
static bool is_asked(const struct frag_phase *p)
{
	return !strcmp(p->kind, "compact");
}

/* Does a phase of this kind give back what was taken? */
static bool is_release(const struct frag_phase *p)
{
	return !strcmp(p->result, "done") &&
	       (!strcmp(p->kind, "free") || !strcmp(p->kind, "release") ||
		!strcmp(p->kind, "stop"));
}

/* Of the shape that was made last before phase number @i: what of it does not
 * stand in blocks of the order already. Without one there is no such metric. */
static void regained_set(struct frag_run *r, unsigned i,
			 struct frag_value gained)
{
	const struct frag_shape_sums *shape = NULL;
	bool is_gone = false;
	uint64_t pages = 0;

	for (unsigned k = i; k-- > 0 && !shape;) {
		is_gone = is_gone || is_release(r->phases[k]);
		if (r->phases[k]->shape.has_distance)
			shape = &r->phases[k]->shape;
	}
	if (!shape || !is_asked(r->phases[i]))
		return;
	for (unsigned o = 0; o < shape->orders && o < r->order; o++)
		pages += shape->got[o] << o;
	frag_metric_set(
		r, "regained", r->phases[i]->name,
		is_gone ? frag_unknown("memory was given back after the shape "
				       "was made")
			: frag_quotient(gained,
					frag_known((double)(pages >> r->order)),
					"the shape had nothing to be "
					"regained"));
}

/* One item of the bill, and the same for each block gained. */
static void item_set(const struct compaction *c, const char *name,
		     struct frag_value v)
{
	char each[64];

	frag_metric_set(c->run, name, c->phase->name, v);
	snprintf(each, sizeof(each), "%s_per_block", name);
	frag_metric_set(c->run, each, c->phase->name,
			frag_quotient(v, c->gained, "no block was gained"));
}

static void counters_set(const struct compaction *c)
{
	for (unsigned k = FRAG_MIGRATE_SCANNED; k <= FRAG_MIGRATE_FAILED; k++)
		item_set(c, frag_tallies[k].name,
			 frag_span_moved(&c->phase->tally[k]));
}

static struct frag_value thread_ms(const struct frag_phase *p,
				   enum frag_tally tally)
{
	struct frag_value v = frag_span_moved(&p->tally[tally]);

	v.number /= 1e6;
	return v;
}

static struct frag_value cpu_set(const struct compaction *c)
{
	struct frag_value caller = frag_known((double)c->phase->cpu_ns / 1e6);
	struct frag_value kcompactd = thread_ms(c->phase, FRAG_KCOMPACTD_NS);
	struct frag_value kswapd = thread_ms(c->phase, FRAG_KSWAPD_NS);
	struct frag_value direct = frag_direct_ms(c->run, c->phase);
	struct frag_value sum = kcompactd.reason ? kcompactd : kswapd;

	if (!sum.reason)
		sum = direct;
	if (!sum.reason)
		sum.number = caller.number + direct.number + kcompactd.number +
			     kswapd.number;
	item_set(c, "caller_cpu_ms", caller);
	item_set(c, "direct_ms", direct);
	item_set(c, "kcompactd_cpu_ms", kcompactd);
	item_set(c, "kswapd_cpu_ms", kswapd);
	item_set(c, "cpu_ms", sum);
	return sum;
}

/* What a page costs to copy on that machine; absent when not measured. */
static struct frag_value copy_ns(const struct frag_run *r)
{
	const json_t *machine = json_object_get(r->manifest, "machine");
	const json_t *ns = json_object_get(machine, "copy_ns_per_page");
	double value = json_number_value(ns);

	if (json_is_number(ns) && value > 0)
		return frag_known(value);
	return frag_unknown("the cost of copying a page was not measured");
}

static void floor_set(const struct compaction *c, struct frag_value cpu)
{
	struct frag_value moved =
		frag_span_moved(&c->phase->tally[FRAG_MIGRATED]);
	struct frag_value floor = copy_ns(c->run);

	if (moved.reason)
		floor = moved;
	else
		floor.number *= moved.number / 1e6;
	frag_metric_set(c->run, "floor_ms", c->phase->name, floor);
	frag_metric_set(c->run, "over_floor", c->phase->name,
			frag_quotient(cpu, floor, "no page was migrated"));
}

/*
 * Blocks that the phase gained. Where a workload takes huge pages while memory
 * is compacted for it, what compaction makes is gone at once: those that are
 * held at its end and were not at its beginning count, too.
 */
static struct frag_value phase_gained(const struct frag_run *r,
				      const struct frag_phase *p,
				      const struct frag_zones *before)
{
	struct frag_value v = blocks_gained(r, p->node, before, &p->end);
	struct frag_value held = frag_span_moved(&p->tally[FRAG_HUGE_HELD]);

	if (!is_asked(p) && !held.reason)
		v.number += held.number;
	return v;
}

static void phase_set(struct frag_run *r, unsigned i)
{
	const struct frag_phase *p = r->phases[i];
	const struct frag_zones *before = state_before(r, i);
	struct compaction c = { .run = r, .phase = p };

	c.gained = phase_gained(r, p, before);
	frag_metric_set(r, "effectiveness", p->name,
			effectiveness(r, p->node, before, c.gained));
	frag_metric_set(r, "blocks_gained", p->name, c.gained);
	regained_set(r, i, c.gained);
	counters_set(&c);
	item_set(&c, "wall_ms",
		 is_asked(p) ? frag_known((double)p->wall_ns / 1e6)
			     : frag_compacting_ms(r, p));
	floor_set(&c, cpu_set(&c));
}

/* Did the kernel compact in it? What it does for the ballast is none of the
 * scenario's business. */
static bool has_compacted(const struct frag_phase *p)
{
	struct frag_value scanned =
		frag_span_moved(&p->tally[FRAG_MIGRATE_SCANNED]);

	if (strcmp(p->result, "done") != 0 || !strcmp(p->kind, "setup") ||
	    !strcmp(p->kind, "teardown"))
		return false;
	return is_asked(p) || (!scanned.reason && scanned.number > 0);
}

/* The place of phase @name in the arm of the scenario that it is one of; -1: it
 * is of none. */
static int place_in_arm(const struct frag_run *r, const char *name)
{
	const json_t *arm;
	const json_t *phase;
	size_t i;
	size_t k;

	json_array_foreach(json_object_get(r->manifest, "arms"), i, arm)
	{
		json_array_foreach(json_object_get(arm, "phases"), k, phase)
		{
			const char *text = json_string_value(phase);

			if (text && !strcmp(text, name))
				return (int)k;
		}
	}
	return -1;
}

/* Does the same phase of another arm have a bill? Then this one has it, too:
 * one of nothing, to stand beside it. */
static bool has_billed_sibling(const struct frag_run *r,
			       const struct frag_phase *p)
{
	int place = place_in_arm(r, p->name);

	if (strcmp(p->result, "done") != 0 || place < 0)
		return false;
	for (unsigned i = 0; i < r->nphases; i++)
		if (has_compacted(r->phases[i]) &&
		    place_in_arm(r, r->phases[i]->name) == place)
			return true;
	return false;
}

void frag_metrics_compaction(struct frag_run *r)
{
	for (unsigned i = 0; i < r->nphases; i++)
		if (has_compacted(r->phases[i]) ||
		    has_billed_sibling(r, r->phases[i]))
			phase_set(r, i);
}
