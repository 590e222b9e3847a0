// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How well the workload `hold` held the unusable index, from the samples of the
 * phases in which it was at work, and what that cost, from its counters.
 */
#include <math.h>
#include <stdlib.h>

#include "run.h"

/* A sample counts as held within HELD of the target; the target counts as
 * reached with the first one within NEAR. */
#define HELD 0.05
#define NEAR 0.02

static const json_t *hold_find(const struct frag_run *r)
{
	const json_t *row;
	size_t i;

	json_array_foreach(
		json_object_get(r->manifest, "workloads"), i,
		row) if (!strcmp(frag_json_string(row, "name"),
				 "hold")) return json_object_get(row,
								 "options");
	return NULL;
}

void frag_hold_begin(struct frag_run *r)
{
	const json_t *options = hold_find(r);
	const char *node = frag_json_string(options, "node");

	if (!options)
		return;
	r->hold.is_there = true;
	r->hold.target = strtod(frag_json_string(options, "unusable"), NULL);
	r->hold.order =
		(unsigned)strtoul(frag_json_string(options, "order"), NULL, 10);
	if (!r->hold.order || r->hold.order >= r->orders)
		r->hold.order = r->order;
	r->hold.node = strspn(node, "0123456789") ? atoi(node) : -1;
	snprintf(r->hold.zone, sizeof(r->hold.zone), "%s",
		 frag_json_string(options, "zone"));
}

/* The zones that it is about, added up; hidden pages as free ones. False when
 * some of it was not told. */
static bool lists_sum(const struct frag_run *r, const struct frag_zones *z,
		      struct frag_buddy *sum)
{
	uint64_t hidden = 0;
	bool is_known = false;

	memset(sum, 0, sizeof(*sum));
	for (unsigned i = 0; i < z->count; i++) {
		const struct frag_zone_state *one = &z->zone[i];

		if (!one->is_known ||
		    (r->hold.node >= 0 && one->zone.node != r->hold.node) ||
		    (*r->hold.zone && strcmp(one->zone.name, r->hold.zone)))
			continue;
		if (one->pcp_pages == FRAG_ABSENT)
			return false;
		frag_buddy_add(sum, &one->zone.buddy);
		hidden += one->pcp_pages;
		is_known = true;
	}
	*sum = frag_buddy_with_pcp(sum, hidden);
	return is_known;
}

void frag_hold_sample(const struct frag_run *r, struct frag_phase *p,
		      uint64_t t_ns, const struct frag_zones *z)
{
	struct frag_held *h = &p->held;
	struct frag_buddy sum;
	double away;

	if (!r->hold.is_there || !lists_sum(r, z, &sum))
		return;
	away = fabs(frag_buddy_unusable(&sum, r->hold.order) / 1000.0 -
		    r->hold.target);
	/* Thousandths: 0.75 is within 0.05 of 0.8. */
	away = round(away * 1000) / 1000;
	h->samples++;
	h->within += away <= HELD;
	if (away <= NEAR && !h->is_reached) {
		h->is_reached = true;
		h->reached_ns = t_ns;
	}
}

/* By how much counter @name of hold grew in phase @phase. */
static double counted(const struct frag_run *r, const char *phase,
		      const char *name)
{
	return (double)json_integer_value(
		json_object_get(json_object_get(r->counted, phase), name));
}

static struct frag_value reached_s(const struct frag_phase *p)
{
	if (!p->held.is_reached)
		return frag_unknown("it did not come within 0.02 of it");
	if (p->held.reached_ns < p->start_ns)
		return frag_known(0);
	return frag_known((double)(p->held.reached_ns - p->start_ns) / 1e9);
}

static void phase_set(struct frag_run *r, const struct frag_phase *p)
{
	double ns =
		p->end_ns > p->start_ns ? (double)(p->end_ns - p->start_ns) : 0;
	const char *name = p->name;

	frag_metric_set(r, "hold.within_005", name,
			frag_quotient(frag_known((double)p->held.within),
				      frag_known((double)p->held.samples),
				      "there is no sample of the free lists"));
	frag_metric_set(r, "hold.reached_s", name, reached_s(p));
	frag_metric_set(
		r, "hold.corrections_per_s", name,
		frag_quotient(
			frag_known(counted(r, name, "hold.corrections") * 1e9),
			frag_known(ns), "the phase has not ended"));
	frag_metric_set(r, "hold.cpu_share", name,
			frag_quotient(frag_known(counted(r, name, "hold.cpu")),
				      frag_known(ns),
				      "the phase has not ended"));
}

/* Of each phase in which it looked at the free lists; how it ends is not
 * holding. */
void frag_metrics_hold(struct frag_run *r)
{
	if (!r->hold.is_there)
		return;
	for (unsigned i = 0; i < r->nphases; i++) {
		const struct frag_phase *p = r->phases[i];

		if (counted(r, p->name, "hold.looks") > 0 &&
		    strcmp(p->name, "teardown"))
			phase_set(r, p);
	}
}
