// SPDX-License-Identifier: GPL-2.0-or-later
/* What must hold for a scenario before anything of it is begun. */
#include "check.h"

#include <errno.h>

#include "crew.h"
#include "needs.h"

static int instance_check(const struct frag_instance *i,
			  const struct frag_facts *facts,
			  struct frag_topology *t, bool is_sure,
			  struct frag_error *e)
{
	int rc = frag_needs_check(i->type, facts, is_sure, e);

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

static int phase_fail(const struct frag_phase *p, struct frag_error *e,
		      const char *what)
{
	frag_fail(e, 0, "phase %s: %s", p->name, what);
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

static int run_check(const struct frag_phase *p, const struct frag_facts *facts,
		     struct frag_topology *t, bool is_sure,
		     struct frag_error *e)
{
	int rc = 0;

	if (frag_phase_is(p, "run") != (p->ninstances > 0))
		return phase_fail(
			p, e, "do = run and workload = NAME belong together");
	if (frag_phase_is(p, "probe") != (p->nqueries > 0))
		return phase_fail(
			p, e, "do = probe and probe = NAME belong together");
	for (unsigned i = 0; i < p->ninstances && !rc; i++)
		rc = instance_check(&p->instances[i], facts, t, is_sure, e);
	return rc;
}

int frag_scenario_check(const struct frag_scenario *s,
			const struct frag_facts *facts, struct frag_topology *t,
			bool is_sure, struct frag_error *e)
{
	int rc = crew_check(s, e);

	for (unsigned p = 0; p < s->nphases && !rc; p++)
		rc = run_check(&s->phases[p], facts, t, is_sure, e);
	return rc;
}
