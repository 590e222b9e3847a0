// SPDX-License-Identifier: GPL-2.0-or-later
/* When the rings are emptied, how long events wait for one another, and in
 * which phase they fall. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "clock.h"
#include "eventlog-parts.h"

enum {
	STACK_SIZE = 256 << 10,
	ROUND_MS = 200,
};

/* So long after its time an event is surely in its ring, unless a hypervisor
 * takes the CPU away in the middle: then it comes late, and is counted. */
#define SETTLED_NS (50 * 1000000ULL)

static void record_put(void *ctx, const struct frag_record *r);

/* The phase of the next row; marks come in the order of time. */
static void mark_find(struct frag_eventlog *log, uint64_t t_ns)
{
	unsigned n = atomic_load(&log->nmarks);

	while (log->mark + 1 < n && log->marks[log->mark + 1].t_ns <= t_ns)
		log->mark++;
}

/* What comes out of the window, in order. */
static void record_write(void *ctx, const struct frag_record *r)
{
	struct frag_eventlog *log = ctx;

	if (r->kind == FRAG_RECORD_COMM) {
		frag_comms_set(&log->comms, r->tid, r->comm);
	} else if (r->kind == FRAG_RECORD_FORK) {
		frag_comms_fork(&log->comms, r->tid, r->parent);
	} else {
		mark_find(log, r->t_ns);
		frag_eventlog_row(log, r);
	}
}

/* What comes out of a ring. How many were lost the counts say, exactly. */
static void record_put(void *ctx, const struct frag_record *r)
{
	struct frag_eventlog *log = ctx;

	if (r->kind == FRAG_RECORD_LOST)
		return;
	if (r->kind == FRAG_RECORD_EVENT)
		log->taken[log->taking]++;
	frag_order_put(&log->order, r, record_write, log);
}

void frag_eventlog_round(struct frag_eventlog *log, bool all)
{
	uint64_t until = frag_now() - SETTLED_NS;
	uint64_t limit = atomic_load(&log->limit_ns);

	for (unsigned i = 0; i < log->perf.ncpus; i++) {
		log->taking = i;
		frag_perf_take(&log->perf, i, record_put, log, &log->nonsense);
	}
	if (all)
		until = UINT64_MAX;
	else if (until > limit)
		until = limit;
	frag_order_leave(&log->order, until, record_write, log);
}

static void *log_run(void *arg)
{
	struct frag_eventlog *log = arg;
	unsigned n = log->perf.ncpus + 1;
	struct pollfd *fds = calloc(n, sizeof(*fds));
	uint64_t flushed = frag_now();
	int rc;

	prctl(PR_SET_NAME, "frag-events");
	for (unsigned i = 0; fds && i < n; i++)
		fds[i] = (struct pollfd){
			.fd = i < n - 1 ? log->perf.cpus[i].fd[0] : log->wake,
			.events = POLLIN,
		};
	while (!atomic_load(&log->is_stopping)) {
		poll(fds, fds ? n : 0, ROUND_MS);
		frag_eventlog_round(log, false);
		if (frag_now() - flushed < 1000000000)
			continue;
		flushed = frag_now();
		rc = frag_csv_flush(&log->csv);
		if (rc)
			atomic_store(&log->error, rc);
	}
	free(fds);
	return NULL;
}

static int thread_start(struct frag_eventlog *log)
{
	pthread_attr_t attr;
	sigset_t all;
	sigset_t before;
	int rc;

	/* Signals stay with the one that calls. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	rc = pthread_create(&log->thread, &attr, log_run, log);
	pthread_attr_destroy(&attr);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	log->has_thread = !rc;
	return -rc;
}

static void log_free(struct frag_eventlog *log)
{
	frag_perf_close(&log->perf);
	frag_tracefs_close(&log->tracefs);
	frag_eventlog_counts_close(log);
	frag_order_free(&log->order);
	if (log->wake >= 0)
		close(log->wake);
	free(log->marks);
	free(log->taken);
	free(log);
}

/* Everything but the file: what fails here is a note. */
static int log_open(struct frag_eventlog *log, struct frag_error *e)
{
	bool all = !strcmp(log->config.set, "all");
	unsigned phases = 0;
	int rc;

	rc = frag_tracefs_open(&log->tracefs, "", e);
	if (!rc)
		rc = frag_listening_find(&log->listening, &log->tracefs, all,
					 e);
	if (!rc)
		rc = frag_perf_open(&log->perf, &log->listening, e);
	if (rc)
		return rc;
	frag_places_read(&log->places, "");
	while (log->config.phases[phases])
		phases++;
	log->marks = calloc(phases + 1, sizeof(*log->marks));
	log->taken = calloc(log->perf.ncpus, sizeof(*log->taken));
	log->wake = eventfd(0, EFD_CLOEXEC);
	if (log->wake < 0 || !log->marks || !log->taken ||
	    frag_order_make(&log->order, frag_order_capacity(log->perf.ncpus)) ||
	    frag_eventlog_counts_open(log))
		return frag_fail(e, -ENOMEM, "cannot listen to events");
	return 0;
}

/* A note of the run, and what the manifest has instead of events. */
static void note_say(struct frag_eventlog *log, const struct frag_error *why)
{
	char why_not[sizeof(why->what) + sizeof(why->why) + 2];

	snprintf(why_not, sizeof(why_not), "%s: %s", why->what, why->why);
	frag_eventlog_tell(log, why_not);
	frag_rundir_warn(log->config.rundir, false, NULL,
			 "no events.csv, no tracepoints.csv: %s%s%s", why_not,
			 why->mend[0] ? "; mend: " : "", why->mend);
}

/* The log, or NULL without events; rc tells whether that is a failure. */
static struct frag_eventlog *log_make(const struct frag_eventlog_config *config)
{
	struct frag_eventlog *log = calloc(1, sizeof(*log));

	if (!log)
		return NULL;
	log->config = *config;
	log->comms.root = "";
	log->tracefs.fd = -1;
	log->wake = -1;
	atomic_store(&log->nmarks, 1);
	atomic_store(&log->limit_ns, UINT64_MAX);
	return log;
}

int frag_eventlog_start(struct frag_eventlog **out,
			const struct frag_eventlog_config *config,
			struct frag_error *e)
{
	struct frag_eventlog *log = log_make(config);
	struct frag_error why = { 0 };
	int rc;

	*out = NULL;
	if (!log)
		return frag_fail(e, -ENOMEM, "cannot listen to events");
	if (!strcmp(config->set, "none")) {
		frag_eventlog_tell(log, NULL);
		log_free(log);
		return 0;
	}
	if (log_open(log, &why)) {
		note_say(log, &why);
		log_free(log);
		return 0;
	}
	rc = frag_eventlog_table(log, e);
	if (!rc) {
		rc = thread_start(log);
		frag_fail(rc ? e : NULL, rc, "cannot listen to events");
	}
	if (rc) {
		log_free(log);
		return rc;
	}
	frag_eventlog_tell(log, NULL);
	frag_perf_switch(&log->perf, true);
	*out = log;
	return 0;
}

struct frag_collect *frag_eventlog_counts(struct frag_eventlog *log)
{
	return &log->counts;
}

void frag_eventlog_pause(struct frag_eventlog *log)
{
	if (log)
		atomic_store(&log->limit_ns, frag_now());
}

void frag_eventlog_phase(struct frag_eventlog *log, uint64_t t_ns,
			 unsigned phase)
{
	unsigned n;

	if (!log)
		return;
	n = atomic_load(&log->nmarks);
	log->marks[n].t_ns = log->config.rundir->start_ns + t_ns;
	log->marks[n].phase = phase;
	atomic_store(&log->nmarks, n + 1);
	atomic_store(&log->limit_ns, UINT64_MAX);
}

int frag_eventlog_error(const struct frag_eventlog *log)
{
	return log ? atomic_load(&log->error) : 0;
}

int frag_eventlog_stop(struct frag_eventlog *log, struct frag_error *e)
{
	const uint64_t one = 1;
	int rc;

	if (!log)
		return 0;
	frag_perf_switch(&log->perf, false);
	atomic_store(&log->is_stopping, true);
	if (log->has_thread) {
		(void)!write(log->wake, &one, sizeof(one));
		pthread_join(log->thread, NULL);
	}
	frag_eventlog_round(log, true);
	frag_eventlog_tell_end(log);
	rc = frag_csv_close(&log->csv);
	if (rc) {
		frag_fail(e, rc, "cannot write the events to %s",
			  log->config.rundir->path);
		frag_error_mend(
			e, "what was written until then is whole and readable");
	}
	log_free(log);
	return rc;
}
