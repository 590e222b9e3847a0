// SPDX-License-Identifier: GPL-2.0-or-later
/* What is done to the machine before the first phase: lists, start, ballast. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "ballast.h"
#include "clock.h"
#include "stage.h"

static int pcp_setup(struct frag_stage *st)
{
	struct frag_error why = { 0 };

	if (strcmp(st->scenario->settings.pcp, "small") != 0)
		return 0;
	if (st->journal.fd < 0)
		frag_error_why(&why, "only root may");
	else if (!frag_pcp_shrink(&st->journal, &why))
		return 0;
	frag_rundir_warn(
		&st->session.rundir, false, st->phase,
		"the per-CPU lists stay as they are, and hide free memory: %s%s%s",
		why.what, why.what[0] ? ": " : "", why.why);
	return 0;
}

static void clean_note(struct frag_stage *st, const char *what,
		       const struct frag_error *why)
{
	frag_rundir_warn(&st->session.rundir, false, st->phase,
			 "not %s at the start: %s: %s", what, why->what,
			 why->why);
}

static int start_clean(struct frag_stage *st)
{
	struct frag_error drained = { 0 };
	struct frag_error compacted = { 0 };
	int rc;

	if (strcmp(st->scenario->settings.start, "clean") != 0)
		return 0;
	if (st->journal.fd < 0) {
		frag_rundir_warn(
			&st->session.rundir, false, st->phase,
			"the start is as it was found: only root may drain and compact");
		return 0;
	}
	if (frag_pcp_drain(&st->journal, &drained))
		clean_note(st, "drained", &drained);
	rc = frag_compact("all", &compacted);
	if (rc && rc != -EINTR)
		clean_note(st, "compacted", &compacted);
	return rc == -EINTR ? rc : 0;
}

static int ballast_setup(struct frag_stage *st, uint64_t leave,
			 struct frag_error *e)
{
	uint64_t left = 0;
	int rc = frag_ballast_set(&st->journal, leave, &left, e);

	if (!rc && atomic_load(&st->guardian.share->is_ballast_gone))
		rc = frag_fail(e, -ENOMEM,
			       "memory ran short while ballast was set aside");
	if (rc)
		return rc;
	frag_rundir_say(&st->session.rundir,
			"ballast is in place: %" PRIu64 " MiB are free",
			left >> 20);
	if (left > leave + leave / 4)
		frag_rundir_warn(
			&st->session.rundir, true, st->phase,
			"the kernel gave less ballast than asked: %" PRIu64
			" MiB are free, not %" PRIu64,
			left >> 20, leave >> 20);
	return 0;
}

int frag_setup(struct frag_stage *st, const struct frag_plan *plan,
	       struct frag_error *e)
{
	int rc = frag_asked_knobs_write(&plan->knobs, &st->journal, e);

	if (!rc)
		rc = pcp_setup(st);
	/* Clean, then aside, then clean again: ballast takes what is whole. */
	if (!rc)
		rc = start_clean(st);
	if (!rc && plan->ballast)
		rc = ballast_setup(st, plan->ballast, e);
	if (!rc && plan->ballast)
		rc = start_clean(st);
	return rc ? rc : frag_stage_wait(st, frag_now(), -1, e);
}
