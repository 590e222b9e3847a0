/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * perf_event_open: on every CPU one group of all tracepoints that are listened
 * to, one descriptor each. Those that become rows share the CPU's ring; one
 * read of the group has the counts of all. Everything dies with its descriptors.
 */
#ifndef FRAGBENCH_EVENTS_PERF_H
#define FRAGBENCH_EVENTS_PERF_H

#include "events/ring.h"
#include "events/tracepoints.h"

/* A CPU's group. fd[0] leads it: it counts nothing and owns the ring. */
struct frag_perf_cpu {
	unsigned cpu;
	int fd[1 + FRAG_TRACEPOINTS_MAX];
	struct perf_event_mmap_page *page;
};

struct frag_perf {
	unsigned nevents; /* as many as of the frag_listening */
	unsigned ncpus;
	struct frag_perf_cpu *cpus;
	size_t ring_size; /* bytes of the data of each ring */
};

/*
 * Open everything, switched off. Times are of CLOCK_MONOTONIC. 0, or a negative
 * errno with @e filled and nothing left open.
 */
int frag_perf_open(struct frag_perf *p, const struct frag_listening *l,
		   struct frag_error *e);

/* Switch all groups on or off. */
void frag_perf_switch(struct frag_perf *p, bool on);

/* Read how often each event of the group has happened on CPU number @i of
 * @p: nevents numbers. 0 or a negative errno. */
int frag_perf_counts(const struct frag_perf *p, unsigned i, uint64_t *counts);

/* Take what ring number @i holds, as frag_ring_take() does. */
void frag_perf_take(const struct frag_perf *p, unsigned i,
		    frag_record_take *take, void *ctx,
		    struct frag_ring_nonsense *nonsense);

void frag_perf_close(struct frag_perf *p);

#endif
