// SPDX-License-Identifier: GPL-2.0-or-later
/* What is done to the machine before the first phase: lists, start, ballast. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "ballast.h"
#include "clock.h"
#include "stage.h"
#include "stop.h"

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

/* More is left free than was asked for, by a quarter. */
static bool is_short(const struct frag_room *leave,
		     const struct frag_ballast_left *left)
{
	return frag_ballast_counted(leave, left) >
	       leave->bytes + leave->bytes / 4;
}

/* What ballast came to, and a doubt when that is not what was asked. */
static void ballast_say(struct frag_stage *st, const struct frag_room *leave,
			const struct frag_ballast_left *left)
{
	uint64_t free = frag_ballast_counted(leave, left);
	struct frag_rundir *rd = &st->session.rundir;

	frag_rundir_say(rd,
			"ballast is in place: %" PRIu64
			" MiB are free, %" PRIu64
			" MiB of them in whole pageblocks",
			left->all >> 20, left->whole >> 20);
	if (is_short(leave, left))
		frag_rundir_warn(
			rd, true, st->phase,
			"the kernel gave less ballast than asked: %" PRIu64
			" MiB are free%s, not %" PRIu64,
			free >> 20,
			leave->is_whole ? " in whole pageblocks" : "",
			leave->bytes >> 20);
	if (leave->is_whole && free < leave->bytes - leave->bytes / 4)
		frag_rundir_warn(
			rd, true, st->phase,
			"memory is too scattered for the ballast: %" PRIu64
			" MiB are free in whole pageblocks, not %" PRIu64,
			free >> 20, leave->bytes >> 20);
}

static int ballast_grow(struct frag_stage *st, const struct frag_room *leave,
			struct frag_ballast_left *left, struct frag_error *e)
{
	int rc = frag_ballast_set(&st->journal, leave,
				  st->session.facts.pageblock_order, left, e);

	if (!rc && atomic_load(&st->guardian.share->is_ballast_gone))
		rc = frag_fail(e, -ENOMEM,
			       "memory ran short while ballast was set aside");
	return rc;
}

/*
 * Clean, then aside, then clean again: ballast takes what is whole. A
 * compaction that others disturb gives up, and the kernel still says success:
 * where much was left scattered it is tried some times more. Of whole
 * pageblocks the last cleaning makes more, and those go, too.
 */
static int ballast_setup(struct frag_stage *st, const struct frag_room *leave,
			 struct frag_error *e)
{
	enum { CLEANINGS = 6 };
	struct frag_ballast_left left = { 0 };
	int rc = 0;

	for (unsigned i = 0; i < CLEANINGS && !rc && !frag_stop; i++) {
		rc = ballast_grow(st, leave, &left, e);
		if (!rc)
			rc = start_clean(st);
		if (!rc)
			rc = frag_ballast_look(
				st->session.facts.pageblock_order, &left, e);
		if (!is_short(leave, &left))
			break;
	}
	if (!rc && !frag_stop && leave->is_whole)
		rc = ballast_grow(st, leave, &left, e);
	if (!rc && !frag_stop)
		ballast_say(st, leave, &left);
	return rc;
}

int frag_setup(struct frag_stage *st, const struct frag_plan *plan,
	       struct frag_error *e)
{
	int rc = frag_asked_knobs_write(&plan->knobs, &st->journal, e);

	if (!rc)
		rc = pcp_setup(st);
	if (!rc)
		rc = start_clean(st);
	if (!rc && plan->ballast.bytes)
		rc = ballast_setup(st, &plan->ballast, e);
	return rc ? rc : frag_stage_wait(st, frag_now(), -1, e);
}
