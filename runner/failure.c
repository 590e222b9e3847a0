// SPDX-License-Identifier: GPL-2.0-or-later
/* Tells of workers that failed, and which phases have nothing to do then. */
#include "failure.h"

#include <errno.h>
#include <string.h>

static int worker_fail(const struct frag_worker *w, struct frag_error *e)
{
	const char *message = w->share->message;
	const char *mend = strstr(message, "; mend: ");

	frag_fail(e, 0, "worker %u (%s) failed", w->number,
		  w->instance->type->name);
	if (mend) {
		frag_error_why(e, "%.*s", (int)(mend - message), message);
		frag_error_mend(e, "%s", mend + strlen("; mend: "));
	} else if (message[0])
		frag_error_why(e, "%s", message);
	else if (w->status > 128)
		frag_error_why(e, "signal %d ended it%s", w->status - 128,
			       w->status == 128 + SIGKILL
				       ? " (the OOM killer, or somebody)"
				       : "");
	else
		frag_error_why(e, "it left with status %d", w->status);
	return -ECHILD;
}

struct frag_worker *frag_stage_failed(struct frag_stage *st)
{
	const struct frag_worker *failed = frag_crew_failed(&st->crew, -1);

	return failed ? &st->crew.workers[failed->number - 1] : NULL;
}

static void doubt(struct frag_stage *st, const char *phase,
		  const struct frag_error *why)
{
	frag_rundir_warn(&st->session.rundir, true, phase,
			 "%s%s%s%s%s; the run went on", why->what,
			 why->why[0] ? ": " : "", why->why,
			 why->mend[0] ? "; mend: " : "", why->mend);
}

int frag_failure_take(struct frag_stage *st, struct frag_worker *w,
		      struct frag_error *e)
{
	struct frag_error why = { 0 };

	if (!frag_scenario_goes_on(st->scenario))
		return worker_fail(w, e);
	(void)worker_fail(w, &why);
	w->is_excused = true;
	st->has_failed[w->phase] = true;
	doubt(st, st->scenario->phases[w->phase].name, &why);
	for (unsigned i = 0; i < st->crew.count; i++) {
		struct frag_worker *other = &st->crew.workers[i];

		/* Those that wait have not been told to run yet. */
		if (other->phase == w->phase && !other->is_dead &&
		    atomic_load(&other->share->command) == FRAG_TELL_RUN)
			frag_worker_tell(other, FRAG_TELL_HOLD);
	}
	return 0;
}

int frag_failure_of_phase(struct frag_stage *st, unsigned index, int rc,
			  struct frag_error *e)
{
	if (!frag_scenario_goes_on(st->scenario) || rc == -EINTR)
		return rc;
	st->has_failed[index] = true;
	doubt(st, st->scenario->phases[index].name, e);
	frag_error_clear(e);
	return 0;
}

/* An earlier phase did not do all it should; what other arms did is over. */
static bool has_gap(const struct frag_stage *st, unsigned index)
{
	const struct frag_phase *phases = st->scenario->phases;

	for (unsigned p = 0; p < index; p++) {
		bool is_near = !phases[p].arm || !phases[index].arm ||
			       phases[p].arm == phases[index].arm;

		if (is_near && (st->has_failed[p] ||
				(phases[p].out && phases[p].ninstances)))
			return true;
	}
	return false;
}

static bool has_holders(const struct frag_stage *st, bool can_release)
{
	for (unsigned i = 0; i < st->crew.count; i++) {
		const struct frag_worker *w = &st->crew.workers[i];

		if (!w->is_dead &&
		    atomic_load(&w->share->state) == FRAG_WORKER_HOLDING &&
		    (!can_release || w->instance->type->release))
			return true;
	}
	return false;
}

/* Is the phase whose workloads phase @p stops there at all? */
static bool is_stoppable(const struct frag_stage *st,
			 const struct frag_phase *p)
{
	const struct frag_scenario *s = st->scenario;

	for (unsigned i = 0; i < s->nphases; i++)
		if (!strcmp(s->phases[i].name, p->settings.phase))
			return !s->phases[i].out && !st->has_failed[i];
	return false;
}

const char *frag_failure_skips(const struct frag_stage *st, unsigned index)
{
	const struct frag_phase *p = &st->scenario->phases[index];
	bool is_release = frag_phase_is(p, "release");

	if (p->out)
		return p->out;
	if (frag_phase_is(p, "stop"))
		return is_stoppable(st, p)
			       ? NULL
			       : "the phase that it stops does not run";
	if (!has_gap(st, index))
		return NULL;
	if (is_release || frag_phase_is(p, "free"))
		return has_holders(st, is_release)
			       ? NULL
			       : "nobody holds memory, as an earlier phase did "
				 "not do all it should";
	if (frag_phase_is(p, "wait") && !p->settings.duration)
		return "what it waits for may never come, as an earlier phase "
		       "did not do all it should";
	return NULL;
}
