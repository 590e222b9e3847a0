/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's events of a run: a thread of its own takes them out of the rings
 * and writes events.csv, so that the sampler never waits for them; how often
 * each tracepoint was hit is a table of the sampler (tracepoints.csv).
 */
#ifndef FRAGBENCH_EVENTLOG_H
#define FRAGBENCH_EVENTLOG_H

#include "fragbench/collector.h"
#include "rundir.h"

struct frag_eventlog;

/* set: "none", "default" or "all"; phases: names by number, NULL-terminated,
 * to which more may not be added later. */
struct frag_eventlog_config {
	struct frag_rundir *rundir;
	const char *set;
	const char *const *phases;
};

/*
 * Listen, from now on, and be in phase 0. Where events cannot be had that is a
 * note of the run with its mend, and *log is NULL. Tells the manifest either
 * way. A negative errno with @e filled only when the run's disk is at fault.
 */
int frag_eventlog_start(struct frag_eventlog **log,
			const struct frag_eventlog_config *config,
			struct frag_error *e);

/* The collector of tracepoints.csv, open; it is closed with the log. */
struct frag_collect *frag_eventlog_counts(struct frag_eventlog *log);

/*
 * A phase mark: what happens after frag_eventlog_pause() waits until
 * frag_eventlog_phase() has told that phase number @phase began at @t_ns since
 * the start of the run. Both do nothing when @log is NULL.
 */
void frag_eventlog_pause(struct frag_eventlog *log);
void frag_eventlog_phase(struct frag_eventlog *log, uint64_t t_ns,
			 unsigned phase);

/* The first failure of writing (a full disk), 0 while all is well. */
int frag_eventlog_error(const struct frag_eventlog *log);

/*
 * Listen no more, write what is still waiting, tell the manifest, close and
 * free. Events that were lost are a doubt of the run. Returns the first failure
 * of writing, with @e filled.
 */
int frag_eventlog_stop(struct frag_eventlog *log, struct frag_error *e);

#endif
