// SPDX-License-Identifier: GPL-2.0-or-later
/* What must hold for a scenario before anything of it is begun. */
#include "check.h"

#include <errno.h>
#include <string.h>

#include "crew.h"
#include "needs.h"
#include "scenario-keys.h"
#include "until.h"

static int instance_check(const struct frag_instance *i,
			  const struct frag_facts *facts,
			  struct frag_topology *t, bool is_sure,
			  struct frag_error *e)
{
	int rc = frag_needs_check(i->type->name, i->type->needs, facts, is_sure,
				  e);

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

/* What cannot run on this machine is left out, where the scenario goes on
 * without; what nobody could run is an error all the same. */
static int instance_leave_out(struct frag_scenario *s, struct frag_instance *i,
			      int rc, struct frag_error *e)
{
	char why[3 * sizeof(e->why)];

	if (!rc || e->exit != FRAG_EXIT_CANNOT || !frag_scenario_goes_on(s))
		return rc;
	snprintf(why, sizeof(why), "%s: %s%s%s", e->what, e->why,
		 e->mend[0] ? "; mend: " : "", e->mend);
	i->out = frag_scenario_keep(s, why);
	frag_error_clear(e);
	return 0;
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

static int run_check(struct frag_scenario *s, struct frag_phase *p,
		     const struct frag_facts *facts, struct frag_topology *t,
		     bool is_sure, struct frag_error *e)
{
	unsigned nout = 0;
	int rc = 0;

	if (frag_phase_is(p, "run") != (p->ninstances > 0))
		return phase_fail(
			p, e, "do = run and workload = NAME belong together");
	if (frag_phase_is(p, "probe") != (p->nqueries > 0))
		return phase_fail(
			p, e, "do = probe and probe = NAME belong together");
	for (unsigned i = 0; i < p->ninstances && !rc; i++) {
		struct frag_instance *one = &p->instances[i];

		rc = instance_check(one, facts, t, is_sure, e);
		rc = instance_leave_out(s, one, rc, e);
		nout += one->out != NULL;
	}
	if (nout && nout == p->ninstances)
		p->out = p->instances[0].out;
	return rc;
}

/* A release needs somebody who holds and can. */
static int release_check(const struct frag_scenario *s, unsigned at,
			 struct frag_error *e)
{
	for (unsigned p = 0; p < at; p++)
		for (unsigned i = 0; i < s->phases[p].ninstances; i++)
			if (s->phases[p].instances[i].type->release)
				return 0;
	phase_fail(&s->phases[at], e, "nobody can release anything there");
	frag_error_why(e, "no phase before it runs a workload that can");
	frag_error_mend(e, "do = free kills processes of any workload");
	return -EINVAL;
}

/* A stop ends what was begun in the background before. */
static int stop_check(const struct frag_scenario *s, unsigned at,
		      struct frag_error *e)
{
	const char *name = s->phases[at].settings.phase;

	for (unsigned p = 0; p < at; p++)
		if (!strcmp(s->phases[p].name, name) &&
		    s->phases[p].settings.is_background)
			return 0;
	phase_fail(&s->phases[at], e, "there is nothing to stop");
	frag_error_why(e,
		       "phase = %s is no phase before it with background = yes",
		       *name ? name : "NAME");
	return -EINVAL;
}

/* A node that is not there is a matter of the machine: the phase is skipped. */
static int compact_check(const struct frag_phase *p, struct frag_error *e)
{
	const char *node = p->settings.node;

	if (!strcmp(node, "all") ||
	    (*node && !node[strspn(node, "0123456789")]))
		return 0;
	phase_fail(p, e, "node must be a number or all");
	frag_error_why(e, "'%.40s' is neither", node);
	frag_error_mend(e, "--set %s.node=0", p->name);
	return -EINVAL;
}

static int wait_check(const struct frag_phase *p, struct frag_error *e)
{
	struct frag_until until;

	if (!*p->settings.until)
		return phase_fail(p, e, "do = wait takes until = CONDITION");
	return frag_until_parse(p->settings.until, &until, e);
}

static int kind_check(const struct frag_scenario *s, unsigned at,
		      struct frag_error *e)
{
	const struct frag_phase *p = &s->phases[at];

	if (p->settings.is_background && !frag_phase_is(p, "run"))
		return phase_fail(p, e, "background = yes is of do = run");
	if (frag_phase_is(p, "release"))
		return release_check(s, at, e);
	if (frag_phase_is(p, "compact"))
		return compact_check(p, e);
	if (frag_phase_is(p, "stop"))
		return stop_check(s, at, e);
	return frag_phase_is(p, "wait") ? wait_check(p, e) : 0;
}

int frag_scenario_check(struct frag_scenario *s, const struct frag_facts *facts,
			struct frag_topology *t, bool is_sure,
			struct frag_error *e)
{
	int rc = crew_check(s, e);

	for (unsigned p = 0; p < s->nphases && !rc; p++)
		rc = kind_check(s, p, e);
	for (unsigned p = 0; p < s->nphases && !rc; p++)
		rc = run_check(s, &s->phases[p], facts, t, is_sure, e);
	return rc;
}
