// SPDX-License-Identifier: GPL-2.0-or-later
/* How much memory a run may take, and what gives way when it wants more. */
#include "plan.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "ballast.h"
#include "base/option.h"
#include "base/units.h"
#include "check.h"
#include "peak.h"

enum { TEXT_SIZE = 2048 };

void frag_plan_note(struct frag_plan *p, const char *fmt, ...)
{
	va_list args;

	if (p->nnotes == FRAG_PLAN_NOTES)
		return;
	va_start(args, fmt);
	vsnprintf(p->notes[p->nnotes++], FRAG_NOTE_TEXT, fmt, args);
	va_end(args);
}

/* What is set aside, and what is left: the words of a plan. */
static void ballast_note(struct frag_plan *p, const struct frag_facts *facts)
{
	uint64_t leave = p->ballast.bytes;
	uint64_t whole = facts->whole_free;

	if (!p->ballast.is_whole)
		frag_plan_note(
			p,
			"ballast: %llu MiB are set aside in huge pages so that %llu MiB stay free, and put back at the end",
			(unsigned long long)(facts->mem_free - leave) >> 20,
			(unsigned long long)leave >> 20);
	else
		frag_plan_note(
			p,
			"ballast: huge pages are set aside, and put back at the end, so that %llu MiB stay free in whole pageblocks (%llu MiB now) beside what is scattered (%llu MiB now)",
			(unsigned long long)leave >> 20,
			(unsigned long long)whole >> 20,
			(unsigned long long)(facts->mem_free > whole
						     ? facts->mem_free - whole
						     : 0) >>
				20);
}

static void ballast_plan(struct frag_plan *p, struct frag_scenario *s,
			 const struct frag_facts *facts)
{
	uint64_t leave = s->settings.ballast.bytes;
	char why[128];

	if (!leave)
		return;
	if (frag_ballast_check(facts, leave, why, sizeof(why)) == 0) {
		p->ballast = s->settings.ballast;
		ballast_note(p, facts);
	} else {
		frag_plan_note(
			p,
			"no ballast: %s; the experiment runs in all of the memory, so the indices move less than they would in %llu MiB",
			why, (unsigned long long)leave >> 20);
	}
}

/* The memory that the workloads find: what ballast leaves, or what is to be had
 * here, and never more than the memory cgroup allows. */
static uint64_t memory_of(const struct frag_plan *p,
			  const struct frag_facts *facts)
{
	uint64_t memory = frag_facts_memory(facts);

	return p->ballast.bytes && p->ballast.bytes < memory ? p->ballast.bytes
							     : memory;
}

/* The runner, locked into memory, the guardian and the first pages of workers:
 * 9 MiB seen in a memory cgroup, with two of them. */
static const uint64_t own_bytes = 16 * FRAG_MIB;

/*
 * What the workloads may take. With ballast that is what it leaves (of a whole
 * one in whole pageblocks: what is scattered beside them is a gift), less what
 * the kernel keeps back (the high watermarks; lowmem_reserve is off then) and
 * the floor; never more than nine tenths without the user's yes.
 */
static uint64_t budget_of(const struct frag_plan *p,
			  const struct frag_scenario *s,
			  const struct frag_facts *facts, bool is_sure)
{
	uint64_t base = memory_of(p, facts);
	uint64_t most = frag_facts_memory(facts) / 10 * 9;
	uint64_t ballast = p->ballast.bytes;

	if (ballast) {
		ballast = ballast > facts->high ? ballast - facts->high : 0;
		base = ballast < base ? ballast : base;
	}
	/* What we take ourselves is not there for the workloads. */
	if (!ballast)
		base = base > own_bytes ? base - own_bytes : 0;
	base = base > s->settings.floor ? base - s->settings.floor : 0;
	return !is_sure && base > most ? most : base;
}

static int memory_fail(const struct frag_plan *p, struct frag_error *e)
{
	frag_fail(e, 0, "the scenario does not fit into this machine");
	frag_error_why(e, "it wants %llu MiB, and %llu MiB may be taken",
		       (unsigned long long)p->bytes >> 20,
		       (unsigned long long)p->budget >> 20);
	if (p->ballast.bytes)
		frag_error_mend(
			e,
			"ask for less with --set, or let ballast leave more: --ballast %lluM",
			(unsigned long long)(p->ballast.bytes + p->bytes -
					     p->budget + 16 * FRAG_MIB) >>
				20);
	else
		frag_error_mend(e, "ask for less with --set, or free some "
				   "memory");
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return -ENOMEM;
}

/* Keep what was asked for, in the scenario or before, of what is changed. */
static void asked_keep(struct frag_instance *i, json_t *before)
{
	char buf[TEXT_SIZE];

	for (const struct frag_option *row = i->type->options; row && row->name;
	     row++) {
		json_t *was = json_object_get(before, row->name);
		const char *is =
			frag_option_text(row, i->options, buf, sizeof(buf));

		if (was && strcmp(json_string_value(was), is) != 0 &&
		    !json_object_get(i->asked, row->name))
			json_object_set(i->asked, row->name, was);
	}
}

static json_t *options_of(const struct frag_instance *i)
{
	json_t *texts = json_object();
	char buf[TEXT_SIZE];

	for (const struct frag_option *row = i->type->options; row && row->name;
	     row++)
		json_object_set_new(
			texts, row->name,
			json_string(frag_option_text(row, i->options, buf,
						     sizeof(buf))));
	return texts;
}

static bool instance_shrink(struct frag_instance *i, uint64_t page,
			    uint64_t bytes)
{
	json_t *before;
	bool fits;

	if (!i->type->shrink)
		return false;
	before = options_of(i);
	fits = i->type->shrink(i->options, frag_instance_processes(i),
			       (size_t)page, bytes);
	asked_keep(i, before);
	json_decref(before);
	return fits;
}

/* Make every workload smaller by the same share. */
static int scenario_shrink(struct frag_plan *p, struct frag_scenario *s,
			   uint64_t page, struct frag_error *e)
{
	double share = (double)p->budget / (double)p->bytes;
	uint64_t wanted = p->bytes;

	for (unsigned n = 0; n < s->nphases; n++) {
		for (unsigned i = 0; i < s->phases[n].ninstances; i++) {
			struct frag_instance *one = &s->phases[n].instances[i];
			uint64_t bytes = frag_instance_bytes(one, page);

			if (bytes &&
			    !instance_shrink(one, page,
					     (uint64_t)((double)bytes * share)))
				return memory_fail(p, e);
		}
	}
	p->bytes = frag_peak_bytes(s, page);
	frag_plan_note(
		p,
		"scaled down: the scenario asks for %llu MiB at a time and %llu MiB may be taken here; it runs with %llu MiB",
		(unsigned long long)wanted >> 20,
		(unsigned long long)p->budget >> 20,
		(unsigned long long)p->bytes >> 20);
	return 0;
}

/* Make one workload as small as its share says. */
static int share_keep(struct frag_plan *p, const struct frag_phase *phase,
		      struct frag_instance *i, const struct frag_facts *facts,
		      struct frag_error *e)
{
	uint64_t most = (uint64_t)((double)memory_of(p, facts) *
				   (double)i->common.share / 1000);
	uint64_t bytes = frag_instance_bytes(i, facts->page_size);

	if (!i->common.share || i->out || (bytes && bytes <= most))
		return 0;
	if (!i->type->shrink) {
		frag_fail(e, 0, "share: %s holds no memory to have a share of",
			  i->type->name);
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return -EINVAL;
	}
	if (!instance_shrink(i, facts->page_size, most)) {
		frag_fail(e, 0, "share: %s cannot be as small as %llu KiB",
			  i->type->name, (unsigned long long)most >> 10);
		frag_error_mend(e, "give it more: --set %s.share=%llu%%",
				phase->name,
				(unsigned long long)i->common.share / 5 + 1);
		frag_error_exit(e, FRAG_EXIT_CANNOT);
		return -ENOMEM;
	}
	frag_plan_note(
		p,
		"%s in phase %s: made smaller from %llu to %llu MiB, its share",
		i->type->name, phase->name, (unsigned long long)bytes >> 20,
		(unsigned long long)frag_instance_bytes(i, facts->page_size) >>
			20);
	return 0;
}

static int shares_keep(struct frag_plan *p, struct frag_scenario *s,
		       const struct frag_facts *facts, struct frag_error *e)
{
	int rc = 0;

	for (unsigned n = 0; n < s->nphases; n++) {
		struct frag_phase *phase = &s->phases[n];

		for (unsigned i = 0; i < phase->ninstances && !rc; i++)
			rc = share_keep(p, phase, &phase->instances[i], facts,
					e);
	}
	return rc;
}

/* On one node CPUs by node are all CPUs, and memory by node is all memory. */
static void nodes_note(struct frag_plan *p, const struct frag_scenario *s,
		       const struct frag_facts *facts)
{
	for (unsigned n = 0; n < s->nphases && facts->nodes < 2; n++) {
		const struct frag_phase *phase = &s->phases[n];

		for (unsigned i = 0; i < phase->ninstances; i++) {
			if (!frag_place_has_nodes(
				    phase->instances[i].common.cpus))
				continue;
			frag_plan_note(
				p,
				"this machine has one NUMA node: %s runs as on one node; two are in a guest: fragbench vm %s -k debian:6.12 --nodes 2",
				phase->instances[i].type->name, s->name);
			return;
		}
	}
}

int frag_plan_make(struct frag_plan *p, struct frag_scenario *s,
		   const struct frag_facts *facts, struct frag_topology *t,
		   bool is_sure, struct frag_error *e)
{
	int rc;

	memset(p, 0, sizeof(*p));
	rc = frag_scenario_check(s, facts, t, is_sure, e);
	if (!rc)
		rc = frag_plan_knobs(p, s, facts, e);
	if (rc)
		return rc;
	ballast_plan(p, s, facts);
	nodes_note(p, s, facts);
	p->budget = budget_of(p, s, facts, is_sure);
	if (facts->group_room && facts->group_room < facts->mem_available)
		frag_plan_note(
			p,
			"the memory cgroup leaves %llu MiB: the workloads and their shares are measured by that",
			(unsigned long long)facts->group_room >> 20);
	rc = shares_keep(p, s, facts, e);
	if (rc)
		return rc;
	p->bytes = frag_peak_bytes(s, facts->page_size);
	if (p->bytes > p->budget) {
		rc = p->budget ? scenario_shrink(p, s, facts->page_size, e)
			       : memory_fail(p, e);
		if (rc)
			return rc;
	}
	return 0;
}

void frag_plan_print(const struct frag_plan *p, const struct frag_scenario *s,
		     FILE *out)
{
	fprintf(out,
		"; plan: the workloads take %llu MiB at a time of the %llu MiB that they may\n",
		(unsigned long long)p->bytes >> 20,
		(unsigned long long)p->budget >> 20);
	for (unsigned i = 0; i < p->nnotes; i++)
		fprintf(out, "; plan: %s\n", p->notes[i]);
	frag_plan_knobs_print(p, s, out);
	frag_scenario_write(s, out);
}
