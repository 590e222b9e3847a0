/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a run tells of itself beside its samples: phases.csv, latency.csv, and
 * the manifest's knobs, workloads and phases. */
#ifndef FRAGBENCH_TELL_H
#define FRAGBENCH_TELL_H

#include "stage.h"

/* A phase that is over, or was begun. */
struct frag_phase_row {
	const char *name;
	const char *action;
	uint64_t start_ns; /* since the start of the run */
	uint64_t end_ns;
	struct frag_outcome outcome;
};

/* Write phases.csv, latency.csv and probes.csv and describe them. Returns the
 * first failure of writing. */
int frag_tell_tables(struct frag_rundir *rd, const struct frag_stage *st,
		     const struct frag_phase_row *rows, unsigned nrows);

/* Write probes.csv; nothing when nobody probed. */
int frag_tell_probes(struct frag_rundir *rd, const struct frag_probe_log *log);

/* Write the buckets of @h that are not empty as rows of latency.csv. */
void frag_tell_histogram(struct frag_csv *csv, const char *phase,
			 const char *workload, const struct frag_histogram *h);

/* The rows of latency.csv that are of probes: "probe:NAME" for what came,
 * "probe:NAME:failed" for what did not, "probe:NAME:warm" for what came when
 * it asked again. */
void frag_tell_probe_times(struct frag_csv *csv,
			   const struct frag_probe_log *log);

/* Write phases.csv alone, for a recording, which has no workers. */
int frag_tell_phases(struct frag_rundir *rd, const struct frag_phase_row *rows,
		     unsigned nrows);

/* The manifest's phases; notes are taken from its warnings, options and probes
 * from the phase of @s (NULL: none) that has the row's name. A new reference. */
json_t *frag_phases_json(json_t *manifest, const struct frag_scenario *s,
			 const struct frag_phase_row *rows, unsigned nrows);

/* Fill the manifest's options, workloads, knobs, phases, arms, references,
 * expect and the price of a copy. */
void frag_tell_manifest(struct frag_stage *st,
			const struct frag_phase_row *rows, unsigned nrows);

#endif
