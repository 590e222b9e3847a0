// SPDX-License-Identifier: GPL-2.0-or-later
/* The phases that tell workers something: run, stop, free, release. */
#include <inttypes.h>
#include <string.h>

#include "base/units.h"
#include "clock.h"
#include "phase.h"

/* Has any workload of the phase a goal that it could miss? */
static bool has_goal(const struct frag_phase *p)
{
	for (unsigned i = 0; i < p->ninstances; i++)
		if (p->instances[i].type->bytes)
			return true;
	return false;
}

/* Tell the workers of phase @index to hold. Those are in the middle of a step:
 * wait for its end. */
static int phase_hold(struct frag_stage *st, unsigned index,
		      struct frag_error *e)
{
	int rc;

	frag_crew_tell(&st->crew, (int)index, FRAG_TELL_HOLD);
	rc = frag_stage_wait(st, frag_now() + FRAG_SEC_NS, (int)index, e);
	if (!rc && !frag_crew_is_settled(&st->crew, (int)index))
		frag_rundir_warn(
			&st->session.rundir, true, st->phase,
			"a worker did not stop growing when it was told to");
	return rc;
}

/* All have reached their goal, or one of them has failed. */
static bool is_over(struct frag_stage *st, void *ctx)
{
	unsigned index = *(unsigned *)ctx;

	return st->has_failed[index] ||
	       frag_crew_is_settled(&st->crew, (int)index);
}

int frag_run_do(struct frag_stage *st, unsigned index, struct frag_outcome *out,
		struct frag_error *e)
{
	const struct frag_phase *p = &st->scenario->phases[index];
	uint64_t begin = frag_now();
	int rc;

	frag_crew_tell(&st->crew, (int)index, FRAG_TELL_RUN);
	if (p->settings.is_background) {
		/* It goes on: nothing of it has an end that could be timed. */
		return frag_stage_wait(st, frag_phase_end(p, 0), -1, e);
	}
	rc = frag_stage_wait_for(st, frag_phase_end(p, UINT64_MAX / 2), is_over,
				 &index, e);
	if (!rc && has_goal(p) && !st->has_failed[index] &&
	    !frag_crew_is_settled(&st->crew, (int)index))
		frag_rundir_warn(
			&st->session.rundir, false, st->phase,
			"the time of the phase was over before its workloads reached their goal");
	if (!rc)
		rc = phase_hold(st, index, e);
	out->wall_ns = frag_now() - begin;
	return rc;
}

int frag_stop_do(struct frag_stage *st, unsigned index,
		 struct frag_outcome *out, struct frag_error *e)
{
	const struct frag_phase *p = &st->scenario->phases[index];
	uint64_t begin = frag_now();
	unsigned which = 0;
	int rc;

	while (strcmp(st->scenario->phases[which].name, p->settings.phase) != 0)
		which++;
	rc = phase_hold(st, which, e);
	out->wall_ns = frag_now() - begin;
	return rc;
}

int frag_free_do(struct frag_stage *st, unsigned index,
		 struct frag_outcome *out, struct frag_error *e)
{
	uint64_t left = st->scenario->phases[index].settings.kill;
	uint64_t begin = frag_now();

	(void)e;
	for (unsigned i = 0; i < st->crew.count && left; i++) {
		struct frag_worker *w = &st->crew.workers[i];

		if (w->is_dead ||
		    atomic_load(&w->share->state) != FRAG_WORKER_HOLDING)
			continue;
		frag_worker_kill(w);
		left--;
	}
	out->wall_ns = frag_now() - begin;
	if (left)
		frag_rundir_warn(
			&st->session.rundir, false, st->phase,
			"%" PRIu64
			" fewer processes were killed than asked: no more hold memory",
			left);
	return 0;
}

static bool is_released(struct frag_stage *st, void *ctx)
{
	(void)ctx;
	return !frag_crew_is_releasing(&st->crew);
}

int frag_release_do(struct frag_stage *st, unsigned index,
		    struct frag_outcome *out, struct frag_error *e)
{
	unsigned permille =
		(unsigned)st->scenario->phases[index].settings.share;
	uint64_t begin = frag_now();
	int rc = 0;

	/* All of them may have been killed meanwhile, by a phase before. */
	if (!frag_crew_release(&st->crew, permille))
		frag_rundir_warn(&st->session.rundir, true, st->phase,
				 "nothing was released: no worker that could "
				 "holds memory any more");
	else
		rc = frag_stage_wait_for(st, UINT64_MAX / 2, is_released, NULL,
					 e);
	out->wall_ns = frag_now() - begin;
	return rc;
}
