// SPDX-License-Identifier: GPL-2.0-or-later
/* The knobs of a scenario and of its phases, held against this kernel before
 * any is written. */
#include <errno.h>
#include <string.h>

#include "plan.h"

/* A journal has room for so many files, those of ballast and drains included. */
enum { ASKED_MOST = FRAG_KNOBS_MAX - 8 };

/* Files that are asked for so far. */
struct files {
	char path[ASKED_MOST][sizeof(((struct frag_asked_knob *)0)->path)];
	unsigned count;
};

static int files_add(struct files *f, const struct frag_asked_knobs *a,
		     struct frag_error *e)
{
	for (unsigned i = 0; i < a->count; i++) {
		unsigned n = 0;

		while (n < f->count && strcmp(f->path[n], a->knob[i].path) != 0)
			n++;
		if (n == ASKED_MOST) {
			frag_fail(e, 0, "knobs: %s is one knob too many",
				  a->knob[i].name);
			frag_error_why(e,
				       "a scenario and its phases may set %d",
				       ASKED_MOST);
			frag_error_exit(e, FRAG_EXIT_USAGE);
			return -EINVAL;
		}
		if (n == f->count)
			strcpy(f->path[f->count++], a->knob[i].path);
	}
	return 0;
}

/* One of the scenario's that is missing and may be: it is not set. */
static void missing_note(struct frag_plan *p)
{
	const struct frag_asked_knob *k;

	while ((k = frag_asked_knobs_missing(&p->knobs, ""))) {
		frag_plan_note(p, "this kernel has no %s: it is not set",
			       k->name);
		frag_asked_knobs_drop(&p->knobs, k);
	}
}

static int phase_check(struct frag_scenario *s, struct frag_phase *p,
		       struct files *f, const struct frag_facts *facts,
		       struct frag_error *e)
{
	const struct frag_asked_knob *k;
	struct frag_asked_knobs a;
	char why[256];
	int rc = frag_asked_knobs_parse(&a, &p->settings.knobs, e);

	if (rc || !a.count)
		return rc;
	k = frag_asked_knobs_missing(&a, "");
	if (k) {
		snprintf(why, sizeof(why), "this kernel has no %s", k->name);
		frag_arm_leave_out(s, p, why);
		return 0;
	}
	rc = frag_asked_knobs_check(&a, "", &s->settings, facts->is_root, e);
	return rc ? rc : files_add(f, &a, e);
}

int frag_plan_knobs(struct frag_plan *p, struct frag_scenario *s,
		    const struct frag_facts *facts, struct frag_error *e)
{
	struct files f = { .count = 0 };
	int rc = frag_asked_knobs_parse(&p->knobs, &s->settings.knobs, e);

	if (!rc)
		missing_note(p);
	if (!rc)
		rc = frag_asked_knobs_check(&p->knobs, "", &s->settings,
					    facts->is_root, e);
	if (!rc)
		rc = files_add(&f, &p->knobs, e);
	for (unsigned i = 0; i < s->nphases && !rc; i++)
		rc = phase_check(s, &s->phases[i], &f, facts, e);
	return rc;
}

/* What @k goes back to after a phase: what the scenario sets, or what it is. */
static const char *back_of(const struct frag_plan *p,
			   const struct frag_asked_knob *k, char *now,
			   size_t size)
{
	for (unsigned i = 0; i < p->knobs.count; i++)
		if (!strcmp(p->knobs.knob[i].path, k->path))
			return p->knobs.knob[i].value;
	return frag_knob_read(k->path, now, size) ? "what it was" : now;
}

static void phase_print(const struct frag_plan *p,
			const struct frag_phase *phase, FILE *out)
{
	struct frag_asked_knobs a = { .count = 0 };
	struct frag_error none = { 0 };
	char now[FRAG_KNOB_TEXT];

	if (phase->out) {
		fprintf(out, "; plan: phase %s will be skipped: %s\n",
			phase->name, phase->out);
		return;
	}
	for (unsigned i = 0; i < phase->ninstances; i++)
		if (phase->instances[i].out)
			fprintf(out, "; plan: left out of phase %s: %s\n",
				phase->name, phase->instances[i].out);
	if (frag_asked_knobs_parse(&a, &phase->settings.knobs, &none))
		return;
	for (unsigned i = 0; i < a.count; i++)
		fprintf(out,
			"; plan: phase %s: %s is set to %s, and put back to %s\n",
			phase->name, a.knob[i].name, a.knob[i].value,
			back_of(p, &a.knob[i], now, sizeof(now)));
}

void frag_plan_knobs_print(const struct frag_plan *p,
			   const struct frag_scenario *s, FILE *out)
{
	const struct frag_asked_knobs *a = &p->knobs;
	char now[FRAG_KNOB_TEXT];

	for (unsigned i = 0; i < a->count; i++)
		if (!frag_knob_read(a->knob[i].path, now, sizeof(now)))
			fprintf(out,
				"; plan: %s is set to %s, and put back to %s\n",
				a->knob[i].name, a->knob[i].value, now);
	for (unsigned i = 0; i < s->nphases; i++)
		phase_print(p, &s->phases[i], out);
}

bool frag_plan_has_knobs(const struct frag_plan *p,
			 const struct frag_scenario *s)
{
	bool has = s->settings.ballast.bytes || p->knobs.count ||
		   !strcmp(s->settings.pcp, "small") ||
		   !strcmp(s->settings.start, "clean");

	for (unsigned i = 0; i < s->nphases && !has; i++)
		has = !s->phases[i].out &&
		      (s->phases[i].settings.knobs.count ||
		       frag_phase_is(&s->phases[i], "drain"));
	return has;
}
