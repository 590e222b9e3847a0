// SPDX-License-Identifier: GPL-2.0-or-later
/* How much memory a run may take, and what gives way when it wants more. */
#include "plan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "ballast.h"
#include "base/units.h"
#include "crew.h"

static void note_add(struct frag_plan *p, const char *fmt, ...)
	FRAG_PRINTF(2, 3);

static void note_add(struct frag_plan *p, const char *fmt, ...)
{
	va_list args;

	if (p->nnotes == FRAG_PLAN_NOTES)
		return;
	va_start(args, fmt);
	vsnprintf(p->notes[p->nnotes++], FRAG_NOTE_TEXT, fmt, args);
	va_end(args);
}

static void ballast_plan(struct frag_plan *p, struct frag_scenario *s,
			 const struct frag_facts *facts)
{
	uint64_t leave = s->settings.ballast;
	char why[128];

	if (!leave)
		return;
	if (frag_ballast_check(facts, leave, why, sizeof(why)) == 0) {
		p->ballast = leave;
		note_add(
			p,
			"ballast: %llu MiB are set aside in huge pages so that %llu MiB stay free, and put back at the end",
			(unsigned long long)(facts->mem_free - leave) >> 20,
			(unsigned long long)leave >> 20);
	} else {
		note_add(
			p,
			"no ballast: %s; the experiment runs in all of the memory, so the indices move less than they would in %llu MiB",
			why, (unsigned long long)leave >> 20);
	}
}

/*
 * What the workloads may take. With ballast that is what it leaves, less what
 * the kernel keeps back (the high watermarks; lowmem_reserve is off then) and
 * the floor; never more than nine tenths without the user's yes.
 */
static uint64_t budget_of(const struct frag_plan *p,
			  const struct frag_scenario *s,
			  const struct frag_facts *facts, bool is_sure)
{
	uint64_t base = facts->mem_available;
	uint64_t most = facts->mem_available / 10 * 9;

	if (p->ballast)
		base = p->ballast > facts->high ? p->ballast - facts->high : 0;
	base = base > s->settings.floor ? base - s->settings.floor : 0;
	return !is_sure && base > most ? most : base;
}

static uint64_t instance_bytes(const struct frag_instance *i, uint64_t page)
{
	return i->type->bytes
		       ? i->type->bytes(i->options, frag_instance_processes(i),
					(size_t)page)
		       : 0;
}

static uint64_t bytes_add(uint64_t a, uint64_t b)
{
	uint64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

static uint64_t scenario_bytes(const struct frag_scenario *s, uint64_t page)
{
	uint64_t bytes = 0;

	for (unsigned p = 0; p < s->nphases; p++)
		for (unsigned i = 0; i < s->phases[p].ninstances; i++)
			bytes = bytes_add(
				bytes,
				instance_bytes(&s->phases[p].instances[i],
					       page));
	return bytes;
}

static int memory_fail(const struct frag_plan *p, struct frag_error *e)
{
	frag_fail(e, 0, "the scenario does not fit into this machine");
	frag_error_why(e, "it wants %llu MiB, and %llu MiB may be taken",
		       (unsigned long long)p->bytes >> 20,
		       (unsigned long long)p->budget >> 20);
	frag_error_mend(e, "ask for less with --set, or free some memory");
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return -ENOMEM;
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
			uint64_t bytes = instance_bytes(one, page);

			if (bytes &&
			    (!one->type->shrink ||
			     !one->type->shrink(
				     one->options, frag_instance_processes(one),
				     (size_t)page,
				     (uint64_t)((double)bytes * share))))
				return memory_fail(p, e);
		}
	}
	p->bytes = scenario_bytes(s, page);
	note_add(
		p,
		"scaled down: the scenario asks for %llu MiB and %llu MiB may be taken here; it runs with %llu MiB",
		(unsigned long long)wanted >> 20,
		(unsigned long long)p->budget >> 20,
		(unsigned long long)p->bytes >> 20);
	return 0;
}

static int needs_check(const struct frag_workload *type,
		       const struct frag_facts *facts, struct frag_error *e)
{
	const struct frag_need *n = type->needs;

	for (; n && n->kind != FRAG_NEED_END; n++) {
		if (n->kind == FRAG_NEED_ROOT && facts->is_root)
			continue;
		if (n->kind == FRAG_NEED_FILE && !access(n->arg, R_OK))
			continue;
		frag_fail(e, 0, "%s cannot run here", type->name);
		frag_error_why(e, "%s, needed for %s", n->arg ? n->arg : "root",
			       n->why);
		frag_error_mend(e, "run as root, or see fragbench doctor");
		frag_error_exit(e, FRAG_EXIT_CANNOT);
		return -EPERM;
	}
	return 0;
}

static int instance_check(const struct frag_instance *i,
			  const struct frag_facts *facts,
			  struct frag_topology *t, struct frag_error *e)
{
	int rc = needs_check(i->type, facts, e);

	if (!rc && i->type->check) {
		rc = i->type->check(i->options, frag_instance_processes(i), e);
		if (rc)
			frag_error_exit(e, FRAG_EXIT_USAGE);
	}
	if (!rc)
		rc = frag_place_check(t, i->common.cpus, i->common.mempolicy,
				      e);
	return rc;
}

static int crew_check(const struct frag_scenario *s, struct frag_error *e)
{
	unsigned count = 0;

	for (unsigned p = 0; p < s->nphases; p++)
		for (unsigned i = 0; i < s->phases[p].ninstances; i++)
			count += frag_instance_processes(
				&s->phases[p].instances[i]);
	if (count <= FRAG_WORKERS_MAX)
		return 0;
	frag_fail(e, 0, "%u processes are too many", count);
	frag_error_why(e, "all phases together may have %d", FRAG_WORKERS_MAX);
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -E2BIG;
}

static int scenario_check(const struct frag_scenario *s,
			  const struct frag_facts *facts,
			  struct frag_topology *t, struct frag_error *e)
{
	int rc = crew_check(s, e);

	for (unsigned p = 0; p < s->nphases && !rc; p++) {
		const struct frag_phase *phase = &s->phases[p];

		if (frag_phase_is(phase, "run") != (phase->ninstances > 0)) {
			frag_fail(
				e, 0,
				"phase %s: do = run and workload = NAME belong together",
				phase->name);
			frag_error_exit(e, FRAG_EXIT_USAGE);
			return -EINVAL;
		}
		for (unsigned i = 0; i < phase->ninstances && !rc; i++)
			rc = instance_check(&phase->instances[i], facts, t, e);
	}
	return rc;
}

int frag_plan_make(struct frag_plan *p, struct frag_scenario *s,
		   const struct frag_facts *facts, struct frag_topology *t,
		   bool is_sure, struct frag_error *e)
{
	int rc;

	memset(p, 0, sizeof(*p));
	rc = scenario_check(s, facts, t, e);
	if (rc)
		return rc;
	ballast_plan(p, s, facts);
	p->budget = budget_of(p, s, facts, is_sure);
	p->bytes = scenario_bytes(s, facts->page_size);
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
		"; plan: the workloads take %llu MiB of the %llu MiB that they may\n",
		(unsigned long long)p->bytes >> 20,
		(unsigned long long)p->budget >> 20);
	for (unsigned i = 0; i < p->nnotes; i++)
		fprintf(out, "; plan: %s\n", p->notes[i]);
	frag_scenario_write(s, out);
}
