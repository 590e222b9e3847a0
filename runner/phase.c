// SPDX-License-Identifier: GPL-2.0-or-later
/* What each kind of phase does, and what is watched while it lasts. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/source.h"
#include "base/units.h"
#include "cgroup.h"
#include "clock.h"
#include "failure.h"
#include "phase.h"
#include "stop.h"

enum { WATCH_MS = 20 };

int frag_compact(const char *node, struct frag_error *e)
{
	char path[128] = "/proc/sys/vm/compact_memory";
	int rc;

	if (strcmp(node, "all") != 0)
		snprintf(path, sizeof(path),
			 "/sys/devices/system/node/node%.20s/compact", node);
	rc = frag_spit(path, "1");
	if (rc == -EINTR)
		return rc;
	return rc ? frag_fail(e, rc, "cannot write to %s", path) : 0;
}

/* What is left to take is below the floor: of MemAvailable, or of what the
 * memory cgroup leaves, where one limits. Whose it is; NULL while there is
 * more. */
static const char *floor_reached(const struct frag_stage *st)
{
	struct frag_cgroup group;
	uint64_t available;

	if (!frag_meminfo("", "MemAvailable", &available) &&
	    available < st->floor)
		return "MemAvailable";
	if (st->session.facts.group_room && frag_cgroup_read(&group, "") &&
	    group.room < st->floor)
		return "room in the memory cgroup";
	return NULL;
}

/* Below the floor workers stop growing; what they hold they keep. */
static void floor_watch(struct frag_stage *st)
{
	const char *which = NULL;

	if (frag_crew_is_growing(&st->crew) && st->floored != st->phase)
		which = floor_reached(st);
	if (!which)
		return;
	st->floored = st->phase;
	frag_crew_hold(&st->crew);
	frag_rundir_warn(
		&st->session.rundir, true, st->phase,
		"the workloads were stopped at the floor of %" PRIu64
		" MiB %s before they reached their goal; mend: ask for less, or --set floor=SIZE",
		st->floor >> 20, which);
}

int frag_stage_watch(struct frag_stage *st, struct frag_error *e)
{
	struct frag_worker *failed;
	int rc = frag_session_error(&st->session);

	if (frag_stop && !(st->beside && st->beside->takes_stop))
		return -EINTR;
	if (rc) {
		frag_fail(e, rc, "cannot write the samples to %s",
			  st->session.rundir.path);
		frag_error_mend(
			e,
			"make room there, or choose another folder: -o DIR; what was written is whole");
		return rc;
	}
	if (frag_guardian_is_dead(&st->guardian))
		return frag_fail(
			e, -ECHILD,
			"the guardian was killed: it is not safe to go on");
	frag_crew_reap(&st->crew);
	while (!rc && (failed = frag_stage_failed(st)))
		rc = frag_failure_take(st, failed, e);
	return rc;
}

static void progress_show(struct frag_stage *st)
{
	uint64_t ns = frag_now() - st->session.rundir.start_ns;
	uint64_t pages = 0;
	char line[128];

	if (!isatty(STDERR_FILENO))
		return;
	if (st->beside) {
		st->beside->say(st, st->beside->ctx, line, sizeof(line));
		fprintf(stderr, "\r\033[K%6.1f s  %s  %s", (double)ns / 1e9,
			st->phase, line);
		return;
	}
	for (unsigned i = 0; i < st->crew.count; i++)
		pages += atomic_load(&st->crew.workers[i].share->pages);
	fprintf(stderr, "\r\033[K%6.1f s  %s  (workers took %" PRIu64 " pages)",
		(double)ns / 1e9, st->phase, pages);
}

static int wait_ms(uint64_t until)
{
	uint64_t now = frag_now();
	uint64_t ms = until > now ? (until - now) / FRAG_MS_NS + 1 : 0;

	return ms < WATCH_MS ? (int)ms : WATCH_MS;
}

int frag_stage_wait_for(struct frag_stage *st, uint64_t until,
			frag_stage_is_over *is_over, void *ctx,
			struct frag_error *e)
{
	unsigned looks = 0;
	int rc = frag_stage_watch(st, e);

	while (!rc && frag_now() < until) {
		struct pollfd p = { st->crew.eventfd, POLLIN, 0 };
		uint64_t events;

		if (is_over && is_over(st, ctx))
			break;
		poll(&p, 1, wait_ms(until));
		(void)!read(st->crew.eventfd, &events, sizeof(events));
		floor_watch(st);
		if (looks++ % 16 == 0)
			progress_show(st);
		rc = frag_stage_watch(st, e);
	}
	return rc;
}

static bool is_settled(struct frag_stage *st, void *phase)
{
	return frag_crew_is_settled(&st->crew, *(int *)phase);
}

int frag_stage_wait(struct frag_stage *st, uint64_t until, int phase,
		    struct frag_error *e)
{
	return frag_stage_wait_for(st, until, phase >= 0 ? is_settled : NULL,
				   &phase, e);
}

uint64_t frag_phase_end(const struct frag_phase *p, uint64_t none)
{
	uint64_t duration = p->settings.duration;

	return frag_now() + (duration ? duration : none);
}

static int skip(struct frag_stage *st, struct frag_outcome *out,
		const struct frag_error *why)
{
	out->result = "skipped";
	frag_rundir_warn(&st->session.rundir, false, st->phase,
			 "phase %s was skipped: %s: %s", st->phase, why->what,
			 why->why);
	return 0;
}

static int left_out_skip(struct frag_stage *st, struct frag_outcome *out,
			 const char *why)
{
	out->result = "skipped";
	frag_rundir_warn(&st->session.rundir, false, st->phase,
			 "phase %s was skipped: %s", st->phase, why);
	return 0;
}

/* Workloads that are left out of a phase that is done all the same. */
static void left_out_note(struct frag_stage *st, const struct frag_phase *p)
{
	for (unsigned i = 0; i < p->ninstances; i++)
		if (p->instances[i].out)
			frag_rundir_warn(&st->session.rundir, false, st->phase,
					 "left out: %s", p->instances[i].out);
}

static int no_root_skip(struct frag_stage *st, struct frag_outcome *out,
			const char *what)
{
	struct frag_error why = { 0 };

	frag_fail(&why, 0, "%s", what);
	frag_error_why(&why, "only root may; mend: run as root");
	return skip(st, out, &why);
}

static int drain_do(struct frag_stage *st, unsigned index,
		    struct frag_outcome *out, struct frag_error *e)
{
	struct frag_error why = { 0 };
	uint64_t before = 0;
	uint64_t after = 0;
	uint64_t begin = frag_now();

	(void)index;
	(void)e;
	if (st->journal.fd < 0)
		return no_root_skip(st, out,
				    "the per-CPU lists stay as they are");
	frag_pcp_pages(&before);
	if (frag_pcp_drain(&st->journal, &why))
		return skip(st, out, &why);
	frag_pcp_pages(&after);
	out->wall_ns = frag_now() - begin;
	frag_rundir_say(&st->session.rundir,
			"drained the per-CPU lists: %" PRIu64
			" pages before, %" PRIu64 " after",
			before, after);
	return 0;
}

/* What several take is added up. */
static int compact_once(const char *node, struct frag_outcome *out,
			struct frag_error *e)
{
	uint64_t begin = frag_now();
	uint64_t cpu = frag_clock(CLOCK_THREAD_CPUTIME_ID);
	int rc = frag_compact(node, e);

	out->wall_ns += frag_now() - begin;
	out->cpu_ns += frag_clock(CLOCK_THREAD_CPUTIME_ID) - cpu;
	return rc;
}

static int compact_do(struct frag_stage *st, unsigned index,
		      struct frag_outcome *out, struct frag_error *e)
{
	const struct frag_phase_settings *p =
		&st->scenario->phases[index].settings;
	struct frag_error why = { 0 };
	uint64_t due = frag_now();
	int rc = 0;

	if (!st->session.facts.is_root)
		return no_root_skip(st, out, "memory was not compacted");
	out->node = strcmp(p->node, "all") != 0 ? p->node : NULL;
	for (uint64_t i = 0; i < p->times && !rc; i++) {
		rc = i ? frag_stage_wait(st, due, -1, e) : 0;
		due = frag_now() + p->every;
		if (!rc)
			rc = compact_once(p->node, out, &why);
	}
	return why.what[0] && rc != -EINTR ? skip(st, out, &why) : rc;
}

static int probe_do(struct frag_stage *st, unsigned index,
		    struct frag_outcome *out, struct frag_error *e)
{
	uint64_t begin = frag_now();
	bool skipped = false;
	int rc = frag_phase_ask(st, index, &skipped, e);

	if (skipped)
		out->result = "skipped";
	else
		out->wall_ns = frag_now() - begin;
	return rc;
}

static int settle_do(struct frag_stage *st, unsigned index,
		     struct frag_outcome *out, struct frag_error *e)
{
	(void)st;
	(void)index;
	(void)out;
	(void)e;
	return 0;
}

static const struct action {
	const char *name;
	int (*perform)(struct frag_stage *st, unsigned index,
		       struct frag_outcome *out, struct frag_error *e);
	bool waits; /* after the action, for the phase's time */
} actions[] = {
	{ "settle", settle_do, true },	      { "run", frag_run_do, false },
	{ "stop", frag_stop_do, true },	      { "free", frag_free_do, true },
	{ "release", frag_release_do, true }, { "wait", frag_wait_do, false },
	{ "drain", drain_do, true },	      { "compact", compact_do, true },
	{ "probe", probe_do, true },
};

/* Wait for the time of the phase, or for what goes on beside it. */
static int phase_wait(struct frag_stage *st, const struct frag_phase *p,
		      struct frag_error *e)
{
	const struct frag_beside *b = st->beside;

	if (!b || !frag_phase_is(p, "settle"))
		return frag_stage_wait(st, frag_phase_end(p, 0), -1, e);
	return frag_stage_wait_for(st, frag_phase_end(p, UINT64_MAX / 2),
				   b->is_over, b->ctx, e);
}

int frag_phase_perform(struct frag_stage *st, unsigned index,
		       struct frag_outcome *out, struct frag_error *e)
{
	const struct frag_phase *p = &st->scenario->phases[index];
	const struct action *a = actions;
	const char *why;
	int rc;

	*out = (struct frag_outcome){ .result = "done" };
	why = frag_failure_skips(st, index);
	if (why)
		return left_out_skip(st, out, why);
	left_out_note(st, p);
	while (strcmp(a->name, p->settings.action) != 0)
		a++;
	rc = a->perform(st, index, out, e);
	if (!rc && a->waits)
		rc = phase_wait(st, p, e);
	if (rc)
		out->result = "failed";
	return rc;
}
