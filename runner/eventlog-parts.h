/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The event log inside: what its files share. */
#ifndef FRAGBENCH_EVENTLOG_PARTS_H
#define FRAGBENCH_EVENTLOG_PARTS_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/csv.h"
#include "eventlog.h"
#include "events/comm.h"
#include "events/order.h"
#include "events/perf.h"
#include "events/places.h"

/* The phase @phase began at @t_ns of the clock. */
struct frag_phase_mark {
	uint64_t t_ns;
	unsigned phase;
};

/* taken: rows that came out of each CPU's ring. marks: nmarks of them so far,
 * room for one a phase; mark: the one that the writer has come to. limit_ns:
 * nothing later is written yet. counted: the counts that were read last, at
 * counted_ns. */
struct frag_eventlog {
	struct frag_eventlog_config config;
	struct frag_tracefs tracefs;
	struct frag_listening listening;
	struct frag_places places;
	struct frag_comms comms;
	struct frag_perf perf;
	struct frag_order order;
	struct frag_collect counts;
	uint64_t counted[FRAG_TRACEPOINTS_MAX];
	uint64_t counted_ns;
	struct frag_csv csv;
	uint64_t *taken;
	struct frag_ring_nonsense nonsense;
	unsigned taking; /* the ring that is being emptied */
	struct frag_phase_mark *marks;
	_Atomic unsigned nmarks;
	unsigned mark;
	_Atomic uint64_t limit_ns;
	_Atomic bool is_stopping;
	_Atomic int error;
	int wake; /* eventfd */
	bool has_thread;
	pthread_t thread;
};

/* Take out of all rings what they hold, and write what is old enough; with
 * @all everything. */
void frag_eventlog_round(struct frag_eventlog *log, bool all);

/* Create events.csv and describe it. */
int frag_eventlog_table(struct frag_eventlog *log, struct frag_error *e);

/* Write the record @r, of an event, as one row. */
void frag_eventlog_row(struct frag_eventlog *log, const struct frag_record *r);

/* Open the collector of tracepoints.csv. 0 or -ENOMEM. */
int frag_eventlog_counts_open(struct frag_eventlog *log);
void frag_eventlog_counts_close(struct frag_eventlog *log);

/* The manifest's events: @why_not, when there are none. */
void frag_eventlog_tell(struct frag_eventlog *log, const char *why_not);

/* The same at the end, with what was written and lost. */
void frag_eventlog_tell_end(struct frag_eventlog *log);

#endif
