// SPDX-License-Identifier: GPL-2.0-or-later
/* The phase `do = probe`: which probes can be asked here, and what their
 * answers say of the run. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "stage.h"

static int watch(void *ctx, struct frag_error *e)
{
	return frag_stage_watch(ctx, e);
}

static void result_say(struct frag_stage *st, const struct frag_probe_result *r)
{
	struct frag_rundir *rd = &st->session.rundir;
	char causes[256];

	frag_probe_causes_text(r, ", ", causes, sizeof(causes));
	frag_rundir_say(rd,
			"probe %s: %" PRIu64 " of %" PRIu64
			" blocks of order %u%s%s",
			r->label, r->successes, r->asked, r->order,
			causes[0] ? "; " : "", causes);
	if (!strcmp(r->stopped, "floor"))
		frag_rundir_warn(rd, false, st->phase,
				 "probe %s was stopped at the floor of %" PRIu64
				 " MiB MemAvailable after %" PRIu64
				 " of %" PRIu64 " attempts",
				 r->label, st->floor >> 20, r->attempts,
				 r->asked);
	else if (!strcmp(r->stopped, "killed"))
		frag_rundir_warn(
			rd, true, st->phase,
			"probe %s was killed (the OOM killer, or somebody) after %" PRIu64
			" attempts; what it held is free again",
			r->label, r->attempts);
	if (r->given_back < r->successes)
		frag_rundir_warn(rd, true, st->phase,
				 "probe %s took %" PRIu64
				 " blocks and gave back %" PRIu64
				 ": somebody else moved the pool meanwhile",
				 r->label, r->successes, r->given_back);
}

static void skip_warn(struct frag_stage *st, const struct frag_query *a,
		      const struct frag_error *why)
{
	frag_rundir_warn(&st->session.rundir, false, st->phase,
			 "probe %s was skipped: %s: %s%s%s", a->type->name,
			 why->what, why->why, why->mend[0] ? "; mend: " : "",
			 why->mend);
}

/* Ask with one probe; -ENODATA when it cannot be used here. */
static int ask(struct frag_stage *st, const struct frag_phase *phase,
	       const struct frag_query *a, struct frag_error *e)
{
	struct frag_probing p = {
		.type = a->type,
		.options = a->options,
		.settings = a->common,
		.node = phase->settings.node,
		.floor = st->floor,
		.journal = &st->journal,
		.guardian = &st->guardian,
		.watch = watch,
		.ctx = st,
	};
	struct frag_probe_result *results = NULL;
	unsigned n = 0;
	int rc = frag_probe_ask(&p, &results, &n, e);

	for (unsigned i = 0; i < n; i++)
		result_say(st, &results[i]);
	if (frag_probe_log_add(&st->probes, st->phase, results, n) && !rc)
		rc = frag_fail(e, -ENOMEM, "cannot keep what a probe found");
	free(results);
	if (rc && rc != -EINTR && e->exit == FRAG_EXIT_CANNOT) {
		skip_warn(st, a, e);
		frag_error_clear(e);
		rc = -ENODATA;
	}
	return rc;
}

int frag_phase_ask(struct frag_stage *st, unsigned index, bool *skipped,
		   struct frag_error *e)
{
	const struct frag_phase *phase = &st->scenario->phases[index];
	int rc = 0;

	*skipped = true;
	for (unsigned i = 0; i < phase->nqueries && !rc; i++) {
		rc = ask(st, phase, &phase->queries[i], e);
		*skipped = *skipped && rc == -ENODATA;
		rc = rc == -ENODATA ? 0 : rc;
	}
	return rc;
}
