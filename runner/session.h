/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A session of watching: a run directory, all collectors that this machine has,
 * and a sampler over them. What `run` and `record` have in common.
 */
#ifndef FRAGBENCH_SESSION_H
#define FRAGBENCH_SESSION_H

#include "eventlog.h"
#include "facts.h"
#include "rundir.h"
#include "sampler.h"

/* kind: "run" or "record". phases: names by number, ends with NULL; extra: more
 * collectors (what the workers do), nextra of them. series, repeat, repeats:
 * which run of how many this is. events: which set of events (eventlog.h),
 * NULL: none. guest: manifest.machine.guest, borrowed, or
 * NULL outside of a guest (origin.h). finish: what makes index.csv and
 * summary.json of the tables once they are complete; index_columns describes
 * index.csv, episode_columns episodes.csv; NULL when done. */
struct frag_beside;

struct frag_session_config {
	const char *kind;
	const char *scenario;
	const char *output; /* folder that runs land in; NULL: the default */
	const char *series;
	unsigned repeat;
	unsigned repeats;
	uint64_t seed;
	double rate;
	const char *events;
	const char *const *phases;
	struct frag_collect *extra;
	unsigned nextra;
	int argc;
	char **argv;
	json_t *guest;
	const struct frag_beside *beside; /* stage.h; NULL: nothing */
	json_t *(*summarize)(int dirfd, struct frag_error *e);
	json_t *(*index_columns)(unsigned orders);
	json_t *(*episode_columns)(void);
};

struct frag_session {
	struct frag_session_config config;
	struct frag_facts facts;
	struct frag_rundir rundir;
	struct frag_collect collects[FRAG_COLLECTS_MAX];
	unsigned ncollects;
	struct frag_sampler *sampler;
	struct frag_eventlog *events; /* NULL: none */
	int kmsg; /* /dev/kmsg, standing where the run began; -1 */
	int watched; /* what became of the samples: 0, or a negative errno */
	json_t *summary; /* after frag_session_finish() */
};

/* The folder that runs land in: @output, else FRAGBENCH_RESULTS, else results. */
const char *frag_results_dir(const char *output);

/* Make the run directory and write what is known into the manifest. */
int frag_session_open(struct frag_session *s,
		      const struct frag_session_config *config,
		      struct frag_error *e);

/*
 * Open the collectors, listen to events, and start sampling phase 0. A source
 * that this machine lacks becomes a note of the run; /proc/buddyinfo alone is
 * essential.
 */
int frag_session_watch(struct frag_session *s, struct frag_error *e);

/* A phase mark in all tables: phase number @phase begins. Returns when, in ns
 * since the start of the run. */
uint64_t frag_session_mark(struct frag_session *s, unsigned phase);

/* The first failure of writing (a full disk), 0 while all is well. */
int frag_session_error(struct frag_session *s);

/* Stop sampling, if it is on: the tables are complete then. */
int frag_session_unwatch(struct frag_session *s, struct frag_error *e);

/*
 * Stop sampling, write the kernel's messages, the summary and the checksums,
 * and seal the run when @status is "done" or "failed". Goes as far as it can.
 */
int frag_session_finish(struct frag_session *s, const char *status,
			struct frag_error *e);

/* Close and free everything. */
void frag_session_close(struct frag_session *s);

#endif
