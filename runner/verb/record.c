// SPDX-License-Identifier: GPL-2.0-or-later
/* The verb `record`: sample only, for a time or beside a command. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "analysis/analysis.h"
#include "base/json.h"
#include "clock.h"
#include "mapping.h"
#include "origin.h"
#include "session.h"
#include "stop.h"
#include "tell.h"
#include "verb/command.h"
#include "verb/verbs.h"

struct record_options {
	double rate;
	uint64_t duration;
	const char *output;
	const char *events;
	const char *map;
};

static const struct frag_option record_options[] = {
	{ "rate", 0, FRAG_RATE, offsetof(struct record_options, rate), "HZ",
	  "10", 1, 1000, "samples a second" },
	{ "for", 0, FRAG_TIME, offsetof(struct record_options, duration),
	  "TIME", "0s", 0, 0,
	  "how long; without it until the command ends, or until ^C" },
	{ "events", 0, FRAG_CHOICE, offsetof(struct record_options, events),
	  "default|none|all", "default", 0, 0,
	  "the kernel's events that are recorded: the rare ones (default), none, or beside them how often pages are allocated, freed, scanned and migrated (all: a page fault then takes a fifth longer)" },
	{ "map", 0, FRAG_CHOICE, offsetof(struct record_options, map),
	  "no|marks", "no", 0, 0,
	  "marks: what every frame is used for, before the first sample and after the last one, as maps (0.1 us a frame each; root only)" },
	{ "output", 'o', FRAG_TEXT, offsetof(struct record_options, output),
	  "DIR", NULL, 0, 0,
	  "folder that run directories go to (default: FRAGBENCH_RESULTS, or results)" },
	{ 0 },
};

static int time_left(uint64_t until)
{
	uint64_t now = frag_now();

	if (now >= until)
		return 0;
	/* Look at the disk now and then, however long it takes. */
	return until - now > 500000000 ? 500
				       : (int)((until - now) / 1000000) + 1;
}

/* Until the time is over, the command has ended, or somebody says stop. */
static int watch(struct frag_session *s, struct frag_command *c,
		 uint64_t duration)
{
	uint64_t until = duration ? frag_now() + duration : UINT64_MAX;
	int rc = 0;

	while (!rc && !frag_stop && frag_now() < until) {
		struct pollfd p = { c->pidfd, POLLIN, 0 };

		if (poll(&p, 1, time_left(until)) > 0)
			break;
		rc = frag_session_error(s);
	}
	return rc;
}

/* A recording is one phase, in which nothing was done to the machine. */
static void phase_tell(struct frag_session *s)
{
	const struct frag_phase_row row = {
		.name = "record",
		.action = "settle",
		.end_ns = frag_now() - s->rundir.start_ns,
		.outcome = { .result = "done" },
	};

	frag_tell_phases(&s->rundir, &row, 1);
	json_object_set_new(s->rundir.manifest, "phases",
			    frag_phases_json(s->rundir.manifest, NULL, &row, 1));
}

/* The first map, before anything is sampled; without --map none is taken. */
static int maps_begin(struct frag_session *s, struct frag_mapping *m,
		      const struct record_options *o, struct frag_error *e)
{
	int rc;

	if (strcmp(o->map, "marks") != 0)
		return 0;
	rc = frag_mapping_begin(m, &s->rundir, e);
	return rc ? rc : frag_mapping_take(m, &s->rundir, "start", NULL, 0, e);
}

/* From the first map to the last; what is done in between is the command's. */
static int recording(struct frag_session *s, struct frag_command *c,
		     const struct record_options *o, struct frag_error *e)
{
	struct frag_mapping mapping = { 0 };
	int rc = maps_begin(s, &mapping, o, e);

	if (!rc)
		rc = frag_session_watch(s, e);
	if (!rc)
		rc = frag_command_go(c, e);
	if (!rc)
		rc = watch(s, c, o->duration);
	frag_command_stop(c);
	(void)frag_session_unwatch(s, e);
	phase_tell(s);
	if (!rc)
		rc = frag_mapping_take(&mapping, &s->rundir, "record", NULL, 0,
				       e);
	return rc;
}

static int session_run(struct frag_session *s, struct frag_command *c,
		       const struct record_options *o, struct frag_error *e)
{
	int rc = recording(s, c, o, e);
	int later = frag_session_finish(s, rc ? "failed" : "done", e);

	return rc ? rc : later;
}

static int record_call(struct frag_call *call, struct frag_error *e)
{
	static const char *const phases[] = { "record", NULL };
	const struct record_options *o = call->options;
	struct frag_session_config config = {
		.kind = "record",
		.scenario = "record",
		.output = o->output,
		.series = "",
		.repeat = 1,
		.repeats = 1,
		.rate = o->rate,
		.events = o->events,
		.phases = phases,
		.argc = call->argc,
		.argv = call->argv,
		.summarize = frag_summarize,
		.index_columns = frag_index_columns,
		.episode_columns = frag_episode_columns,
	};
	struct frag_session s = { .rundir = { .dirfd = -1 }, .kmsg = -1 };
	struct frag_origin origin;
	struct frag_command c;
	int code = 0;
	int rc;

	if (call->nwords) {
		frag_fail(e, 0, "record does not take '%s'", call->words[0]);
		frag_error_mend(e, "fragbench record -- %s", call->words[0]);
		frag_error_exit(e, FRAG_EXIT_USAGE);
		return -EINVAL;
	}
	frag_stop_on_signals();
	rc = frag_origin_read(&origin, e);
	config.guest = origin.guest;
	if (!rc)
		rc = frag_session_open(&s, &config, e);
	if (rc) {
		frag_session_close(&s);
		frag_origin_free(&origin);
		return rc;
	}
	rc = frag_command_start(&c, call->rest, e);
	if (!rc)
		rc = session_run(&s, &c, o, e);
	code = frag_command_end(&c);
	if (!rc)
		fprintf(stderr, "run: %s\n", s.rundir.path);
	frag_session_close(&s);
	frag_origin_free(&origin);
	return rc ? rc : code;
}

const struct frag_verb frag_verb_record = {
	.name = "record",
	.group = FRAG_DO,
	.summary = "sample this machine, and do nothing else to it",
	.usage = "[-- CMD [ARG]...]",
	.about =
		"Samples the free lists and counters until the time is over, the command ends, or ^C, and seals the result as a run directory. With a command its exit code is the one of fragbench (126 and 127 when it cannot be run, 128+n when signal n ended it).",
	.options = record_options,
	.options_size = sizeof(struct record_options),
	.takes_command = true,
	.call = record_call,
};
