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
/* One sample in so many may be outside of HELD, or one of fewer. */
#define MISS_ONE_IN 20

/* The number of the arm that phase @name is of; -1: of none. */
static int arm_of(const struct frag_run *r, const char *name)
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
				return (int)i;
		}
	}
	return -1;
}

/* The place of phase @name among those that began; -1: it did not. */
static int place_of(const struct frag_run *r, const char *name)
{
	for (unsigned i = 0; i < r->nphases; i++)
		if (!strcmp(r->phases[i]->name, name))
			return (int)i;
	return -1;
}

/* Was @row, a workload of the manifest, a hold that could be at work in a phase
 * of arm @arm? A phase of no arm sees those of all arms. */
static bool is_hold_for(const struct frag_run *r, const json_t *row, int arm)
{
	int its;

	if (strcmp(frag_json_string(row, "name"), "hold") != 0 ||
	    json_is_string(json_object_get(row, "left_out")))
		return false;
	its = arm_of(r, frag_json_string(row, "phase"));
	return arm < 0 || its < 0 || its == arm;
}

/* The options of the hold of phase @p, or else of the one that began last
 * before it, with @where the place of the phase that began it; NULL: there is
 * none. Of several in one phase it is the first. */
static const json_t *hold_find(const struct frag_run *r,
			       const struct frag_phase *p, int *where)
{
	const json_t *found = NULL;
	int here = place_of(r, p->name);
	int arm = arm_of(r, p->name);
	const json_t *row;
	int last = -1;
	size_t i;

	json_array_foreach(json_object_get(r->manifest, "workloads"), i, row)
	{
		int place = place_of(r, frag_json_string(row, "phase"));

		if (place <= last || place > here || !is_hold_for(r, row, arm))
			continue;
		last = place;
		found = json_object_get(row, "options");
	}
	*where = last;
	return found;
}

static void asked_find(const struct frag_run *r, struct frag_phase *p)
{
	struct frag_hold_asked *asked = &p->held.asked;
	const json_t *options = hold_find(r, p, &asked->since);
	const char *node = frag_json_string(options, "node");

	if (!options)
		return;
	asked->is_there = true;
	asked->is_still = !strcmp(frag_json_string(options, "follow"), "no");
	asked->target = strtod(frag_json_string(options, "unusable"), NULL);
	asked->order =
		(unsigned)strtoul(frag_json_string(options, "order"), NULL, 10);
	if (!asked->order || asked->order >= r->orders)
		asked->order = r->order;
	asked->node = strspn(node, "0123456789") ? atoi(node) : -1;
	snprintf(asked->zone, sizeof(asked->zone), "%s",
		 frag_json_string(options, "zone"));
}

/* The zones that it is about, added up; hidden pages as free ones. False when
 * some of it was not told. */
static bool lists_sum(const struct frag_hold_asked *asked,
		      const struct frag_zones *z, struct frag_buddy *sum)
{
	uint64_t hidden = 0;
	bool is_known = false;

	memset(sum, 0, sizeof(*sum));
	for (unsigned i = 0; i < z->count; i++) {
		const struct frag_zone_state *one = &z->zone[i];

		if (!one->is_known ||
		    (asked->node >= 0 && one->zone.node != asked->node) ||
		    (*asked->zone && strcmp(one->zone.name, asked->zone)))
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

	if (!h->is_asked)
		asked_find(r, p);
	h->is_asked = true;
	if (!h->asked.is_there || !lists_sum(&h->asked, z, &sum))
		return;
	away = fabs(frag_buddy_unusable(&sum, h->asked.order) / 1000.0 -
		    h->asked.target);
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
	for (unsigned i = 0; i < r->nphases; i++) {
		const struct frag_phase *p = r->phases[i];

		if (counted(r, p->name, "hold.looks") > 0 &&
		    strcmp(p->name, "teardown"))
			phase_set(r, p);
	}
}

/* --- whether it can be trusted --- */

/* Had the hold that @p is held against come to its target before @p began? */
static bool was_reached(const struct frag_run *r, unsigned place)
{
	const struct frag_phase *p = r->phases[place];

	for (int i = p->held.asked.since; i >= 0 && i < (int)place; i++)
		if (counted(r, r->phases[i]->name, "hold.reached") > 0)
			return true;
	return false;
}

/* Phases in which others are at work; a compaction takes the index away from
 * the target, and a wait lasts until it is back. */
static bool is_to_be_held(const struct frag_phase *p)
{
	return !strcmp(p->kind, "run") || !strcmp(p->kind, "settle") ||
	       !strcmp(p->kind, "probe");
}

static void phase_judge(struct frag_run *r, unsigned place)
{
	const struct frag_phase *p = r->phases[place];
	const struct frag_held *h = &p->held;
	uint64_t missed = h->samples - h->within;

	if (!h->asked.is_there || h->asked.is_still || !is_to_be_held(p) ||
	    counted(r, p->name, "hold.looks") <= 0 || !was_reached(r, place) ||
	    missed * MISS_ONE_IN <= h->samples || (missed == 1 && h->within))
		return;
	frag_run_doubt(r,
		       "%s: the unusable index was within %.2f of %.2f in %.0f "
		       "%% of %ju samples only: it was not held.",
		       p->name, HELD, h->asked.target,
		       100.0 * (double)h->within / (double)h->samples,
		       (uintmax_t)h->samples);
}

/* The hold that phase @place began never said that it was at its target. */
static void target_judge(struct frag_run *r, unsigned place)
{
	const struct frag_phase *p = r->phases[place];
	double looks = 0;

	if (!p->held.asked.is_there || p->held.asked.since != (int)place)
		return;
	for (unsigned i = place; i < r->nphases; i++) {
		const struct frag_phase *one = r->phases[i];

		if (i != place && one->held.asked.is_there &&
		    one->held.asked.since != (int)place)
			continue;
		if (counted(r, one->name, "hold.reached") > 0)
			return;
		looks += counted(r, one->name, "hold.looks");
	}
	if (looks > 0)
		frag_run_doubt(r,
			       "%s: hold never came to its target, an unusable "
			       "index of %.2f.",
			       p->name, p->held.asked.target);
}

void frag_hold_judge(struct frag_run *r)
{
	for (unsigned i = 0; i < r->nphases; i++) {
		target_judge(r, i);
		phase_judge(r, i);
	}
}
