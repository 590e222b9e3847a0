// SPDX-License-Identifier: GPL-2.0-or-later
/* The order of a run: what is set up before what, and put back whatever
 * happens. */
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "failure.h"
#include "stage.h"
#include "stop.h"
#include "tell.h"
#include "words.h"

enum { SETUP, FIRST_PHASE };

/* How long workers may take to tear down before they are killed: some have a
 * million files and names to remove, which a kill would leave behind. */
#define STOP_NS (10 * 1000000000ULL)

/* A run at work. names: of all phases, setup first and teardown last. */
struct work {
	struct frag_stage stage;
	const struct frag_plan *plan;
	struct frag_topology *topology;
	const char *names[FRAG_PHASES_MAX + 3];
	struct frag_collect tables[FRAG_CREW_TABLES];
	unsigned ntables;
	struct frag_phase_row rows[FRAG_PHASES_MAX + 2];
	unsigned nrows;
	int log_fd;
};

static void phase_begin(struct work *w, unsigned number, const char *action)
{
	struct frag_phase_row *row = &w->rows[w->nrows++];

	w->stage.phase = w->names[number];
	row->name = w->names[number];
	row->action = action;
	/* Setup began with the run, every other phase where the last ended. */
	row->start_ns = w->nrows > 1 ? row[-1].end_ns : 0;
	row->outcome.result = "done";
}

/* The phase is over: what its workers own and say, and the marks in all
 * tables. */
static int phase_end(struct work *w, unsigned next, struct frag_error *e)
{
	struct frag_phase_row *row = &w->rows[w->nrows - 1];
	struct frag_stage *st = &w->stage;
	int rc = 0;

	row->end_ns = frag_session_mark(&st->session, next);
	if (st->has_owners)
		rc = frag_owners_read(&st->owners, &st->session.rundir,
				      &st->crew, st->phase, e);
	return rc ? rc : frag_words_take(st, e);
}

/* The knobs of phase @index, without which it may have failed. */
static int knobs_turn(struct frag_stage *st, unsigned index,
		      struct frag_error *e)
{
	int rc = frag_phase_knobs_turn(&st->knobs, &st->journal,
				       &st->scenario->phases[index], e);

	return rc ? frag_failure_of_phase(st, index, rc, e) : 0;
}

static int phases_do(struct work *w, struct frag_error *e)
{
	const struct frag_scenario *s = w->stage.scenario;
	int rc;

	phase_begin(w, SETUP, "setup");
	rc = frag_setup(&w->stage, w->plan, e);
	if (rc)
		w->rows[0].outcome.result = "failed";
	for (unsigned i = 0; i < s->nphases && !rc; i++) {
		struct frag_phase_row *row = &w->rows[w->nrows];

		rc = phase_end(w, FIRST_PHASE + i, e);
		phase_begin(w, FIRST_PHASE + i, s->phases[i].settings.action);
		if (!rc)
			rc = knobs_turn(&w->stage, i, e);
		if (rc || w->stage.has_failed[i])
			row->outcome.result = "failed";
		else
			rc = frag_phase_perform(&w->stage, i, &row->outcome, e);
	}
	/* One in the background may fail long after its phase. */
	for (unsigned i = 0; i < s->nphases; i++)
		if (w->stage.has_failed[i] && FIRST_PHASE + i < w->nrows)
			w->rows[FIRST_PHASE + i].outcome.result = "failed";
	return rc;
}

static void knobs_warn(struct frag_stage *st)
{
	for (unsigned i = 0; i < st->journal.count; i++) {
		const struct frag_knob *k = &st->journal.knobs[i];

		if (k->was_changed)
			frag_rundir_warn(
				&st->session.rundir, true, NULL,
				"somebody else wrote %s during the run, to something else than %s; it was put back to %s",
				k->path, k->during, k->before);
	}
}

/* What a killed worker leaves outside of its memory goes, too. */
static void workers_sweep(const struct frag_crew *crew)
{
	for (unsigned i = 0; i < crew->count; i++) {
		const struct frag_worker *w = &crew->workers[i];

		if (w->status > 128 && w->instance->type->sweep)
			w->instance->type->sweep(w->instance->options);
	}
}

/* Workers gone, knobs back, whatever came before. Returns 0, or why a knob is
 * not back, with @e filled. */
static int teardown_do(struct work *w, struct frag_error *e)
{
	struct frag_stage *st = &w->stage;
	unsigned number = FIRST_PHASE + st->scenario->nphases;
	int rc;

	(void)phase_end(w, number, NULL);
	phase_begin(w, number, "teardown");
	frag_crew_end(&st->crew, STOP_NS);
	workers_sweep(&st->crew);
	(void)frag_words_take(st, NULL);
	/* What cannot be is tried once more, with all others. */
	(void)frag_phase_knobs_turn(&st->knobs, &st->journal, NULL, NULL);
	rc = frag_journal_restore(&st->journal, e);
	if (rc)
		frag_rundir_warn(
			&st->session.rundir, true, NULL,
			"not every knob could be put back: fragbench doctor --restore");
	if (st->guardian.share &&
	    atomic_load(&st->guardian.share->is_ballast_gone))
		frag_rundir_warn(
			&st->session.rundir, true, NULL,
			"memory ran short and the guardian let the ballast go in the middle of the run");
	else
		knobs_warn(st);
	return rc;
}

static int log_open(struct frag_rundir *rd)
{
	return openat(rd->dirfd, "log/workers.log",
		      O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

static int scenario_save(struct work *w, struct frag_error *e)
{
	struct frag_rundir *rd = &w->stage.session.rundir;
	int fd = openat(rd->dirfd, "scenario.ini",
			O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
	int rc = f ? 0 : -errno;

	if (f) {
		frag_scenario_write(w->stage.scenario, f);
		if (fflush(f))
			rc = -errno;
		fclose(f);
	}
	frag_rundir_describe(rd, "scenario.ini",
			     "the scenario as it ran, every default explicit",
			     NULL);
	return rc ? frag_fail(e, rc, "cannot write scenario.ini") : 0;
}

/* Journal, workers, guardian: in this order, so that each can undo the next. */
static int stage_open(struct work *w, uint64_t seed, struct frag_error *e)
{
	struct frag_stage *st = &w->stage;
	uint64_t cushion = w->plan->ballast.bytes ? st->floor / 2 : 0;
	int rc = 0;

	w->log_fd = log_open(&st->session.rundir);
	rc = frag_crew_launch(&st->crew, st->scenario, w->topology, seed,
			      w->log_fd, e);
	if (!rc && st->journal.fd >= 0)
		rc = frag_guardian_start(&st->guardian, &st->journal, &st->crew,
					 cushion, e);
	w->ntables = frag_crew_collect(&st->crew, w->tables);
	st->session.config.nextra = w->ntables;
	return rc;
}

static int watch_open(struct work *w, struct frag_error *e)
{
	struct frag_stage *st = &w->stage;
	int rc = scenario_save(w, e);

	if (!rc)
		rc = frag_session_watch(&st->session, e);
	if (!rc) {
		st->has_owners = true;
		rc = frag_owners_open(&st->owners, &st->session.rundir,
				      st->session.facts.pageblock_order,
				      st->session.facts.page_size, e);
	}
	if (!rc && !strcmp(st->scenario->settings.map, "marks")) {
		st->owners.mapping = &st->mapping;
		rc = frag_mapping_begin(&st->mapping, &st->session.rundir, e);
	}
	return rc;
}

/* A run that was stopped is interrupted; one that was through was not. */
static const char *status_of(int rc)
{
	if (rc && frag_stop)
		return "interrupted";
	return rc ? "failed" : "done";
}

/* The tables that are written when all is over; the first failure. */
static int tables_write(struct work *w, struct frag_error *e)
{
	struct frag_stage *st = &w->stage;
	struct frag_rundir *rd = &st->session.rundir;
	int rc = frag_session_unwatch(&st->session, e);
	int one;

	w->rows[w->nrows - 1].end_ns = frag_now() - rd->start_ns;
	one = frag_owners_close(&st->owners);
	rc = rc ? rc : one;
	one = frag_words_close(st);
	rc = rc ? rc : one;
	one = frag_tell_tables(rd, st, w->rows, w->nrows);
	rc = rc ? rc : one;
	return rc ? frag_fail(e, rc, "cannot write the tables of the run") : 0;
}

/* @rc: how the phases ended. Returns what the run comes to. */
static int work_finish(struct work *w, int rc, struct frag_result *r,
		       struct frag_error *e)
{
	struct frag_stage *st = &w->stage;
	struct frag_session *session = &st->session;
	struct frag_error later = { 0 };
	int cut;
	int last;

	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
	cut = tables_write(w, &later);
	r->status = status_of(rc ? rc : cut);
	r->signal = rc && frag_stop ? frag_stop : 0;
	frag_tell_manifest(st, w->rows, w->nrows);
	last = frag_session_finish(session, r->status, &later);
	last = cut ? cut : last;
	snprintf(r->path, sizeof(r->path), "%s", session->rundir.path);
	r->doubts = session->rundir.doubts;
	r->summary = json_incref(session->summary);
	if (rc && !r->signal)
		return rc;
	if (last) {
		*e = later;
		r->status = "failed";
	}
	return last;
}

static void work_close(struct work *w)
{
	struct frag_stage *st = &w->stage;

	/* Before what it reads is freed. */
	(void)frag_session_unwatch(&st->session, NULL);
	if (st->has_owners)
		frag_owners_close(&st->owners);
	frag_words_close(st);
	frag_guardian_dismiss(&st->guardian);
	frag_journal_end(&st->journal);
	for (unsigned i = 0; i < w->ntables; i++)
		free(w->tables[i].shape.row_keys);
	frag_crew_free(&st->crew);
	frag_probe_log_free(&st->probes);
	frag_phase_knobs_free(&st->knobs);
	frag_session_close(&st->session);
	if (w->log_fd >= 0)
		close(w->log_fd);
	free(w);
}

static struct work *work_make(const struct frag_scenario *s,
			      const struct frag_plan *p,
			      struct frag_topology *t)
{
	struct work *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->plan = p;
	w->topology = t;
	w->log_fd = -1;
	w->names[SETUP] = "setup";
	for (unsigned i = 0; i < s->nphases; i++)
		w->names[FIRST_PHASE + i] = s->phases[i].name;
	w->names[FIRST_PHASE + s->nphases] = "teardown";
	w->stage.scenario = s;
	w->stage.session.rundir.dirfd = -1;
	w->stage.session.kmsg = -1;
	w->stage.journal.fd = -1;
	w->stage.guardian.pidfd = -1;
	w->stage.crew.eventfd = -1;
	w->stage.floor = s->settings.floor;
	return w;
}

static void notes_say(struct work *w)
{
	for (unsigned i = 0; i < w->plan->nnotes; i++)
		frag_rundir_warn(&w->stage.session.rundir, false, "setup", "%s",
				 w->plan->notes[i]);
}

static int work_do(struct work *w, const struct frag_session_config *config,
		   struct frag_result *r, struct frag_error *e)
{
	struct frag_stage *st = &w->stage;
	struct frag_session_config full = *config;
	int rc;
	int back;

	full.scenario = st->scenario->name;
	full.events = st->scenario->settings.events;
	full.phases = w->names;
	full.extra = w->tables;
	st->beside = config->beside;
	rc = frag_session_open(&st->session, &full, e);
	if (rc)
		return rc;
	snprintf(r->path, sizeof(r->path), "%s", st->session.rundir.path);
	notes_say(w);
	rc = stage_open(w, config->seed, e);
	if (!rc)
		rc = watch_open(w, e);
	if (rc) {
		frag_crew_end(&st->crew, 0);
		frag_rundir_save(&st->session.rundir, "failed", NULL);
		return rc;
	}
	rc = phases_do(w, e);
	/* What stopped us is told by the signal, not as an error. */
	if (rc && frag_stop)
		frag_error_clear(e);
	back = teardown_do(w, e);
	rc = work_finish(w, rc, r, e);
	return back ? back : rc;
}

int frag_run(const struct frag_session_config *config,
	     const struct frag_scenario *s, const struct frag_plan *p,
	     struct frag_topology *t, struct frag_result *r,
	     struct frag_error *e)
{
	struct work *w = work_make(s, p, t);
	int rc = 0;

	memset(r, 0, sizeof(*r));
	r->status = "failed";
	if (!w)
		return frag_fail(e, -ENOMEM, "cannot run");
	/* Without root no knob can be written and none needs a journal. */
	if (!geteuid())
		rc = frag_journal_begin(&w->stage.journal, e);
	/* Before anything else of the machine is taken. */
	if (!rc && w->stage.journal.fd >= 0 && frag_plan_has_knobs(p, s))
		rc = frag_journal_claim(&w->stage.journal, e);
	if (!rc)
		rc = work_do(w, config, r, e);
	if (rc && w->stage.journal.fd >= 0)
		frag_journal_restore(&w->stage.journal, NULL);
	work_close(w);
	return rc;
}

int frag_summary_exit(const json_t *summary)
{
	int code = FRAG_EXIT_DONE;
	json_t *one;
	size_t i;

	if (json_is_false(json_object_get(summary, "trusted")))
		return FRAG_EXIT_DOUBT;
	json_array_foreach(json_object_get(summary, "expectations"), i, one)
	{
		const json_t *met = json_object_get(one, "met");

		if (json_is_false(met))
			return FRAG_EXIT_BAD;
		/* Nobody can tell: no reason to say that all is well. */
		if (!json_is_true(met))
			code = FRAG_EXIT_DOUBT;
	}
	return code;
}
