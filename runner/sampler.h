/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sampler: reads every collector at absolute deadlines into a ring of fixed
 * size; a second thread turns the ring into CSV. What reading costs, how late
 * it began and what was lost is itself a table (sampler.csv).
 */
#ifndef FRAGBENCH_SAMPLER_H
#define FRAGBENCH_SAMPLER_H

#include "fragbench/collector.h"
#include "rundir.h"

enum { FRAG_COLLECTS_MAX = 16 };

struct frag_sampler;

/*
 * rate: Hz, 1 to 1000. collects: opened collectors, which stay the caller's and
 * must outlive the sampler. phases: phase names by number, to which more may
 * not be added later.
 */
struct frag_sampler_config {
	struct frag_rundir *rundir;
	double rate;
	struct frag_collect *const *collects;
	unsigned ncollects;
	const char *const *phases;
};

/* Create the CSVs, describe them in the manifest, start both threads, and take
 * the first sample, of phase 0. */
int frag_sampler_start(struct frag_sampler **s,
		       const struct frag_sampler_config *config,
		       struct frag_error *e);

/*
 * A phase mark: takes the last sample of the phase that is on, then the first
 * of phase @phase, both with the collectors that are read at marks only.
 * Returns the time between the two, in ns since the start of the run.
 */
uint64_t frag_sampler_mark(struct frag_sampler *s, unsigned phase);

/* The first failure of writing (a full disk), 0 while all is well. */
int frag_sampler_error(struct frag_sampler *s);

/*
 * Take the last sample, stop both threads, write out everything, close the CSVs
 * and free. Samples that were lost or collectors that failed become warnings of
 * the run. Returns the first failure of writing, with @e filled.
 */
int frag_sampler_stop(struct frag_sampler *s, struct frag_error *e);

#endif
