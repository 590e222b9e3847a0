/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the tables of a run directory to its answers: index.csv and
 * summary.json. Reads nothing but the run directory.
 */
#ifndef FRAGBENCH_ANALYSIS_H
#define FRAGBENCH_ANALYSIS_H

#include <jansson.h>
#include <stdbool.h>

#include "fragbench/error.h"

/*
 * A metric of summary.json. name: its first words; what follows after a dot
 * is the phase ("unusable" for "unusable.free"). better: "higher", "lower" or
 * "none". is_time: a time, or made of one; such a metric has no value in a run
 * that was made under an emulator. about: what it is, with its formula.
 */
struct frag_metric {
	const char *name;
	const char *unit;
	const char *better;
	bool is_time;
	const char *about;
};

/* Ends with a row whose name is NULL. */
extern const struct frag_metric frag_metrics[];

/* The row of frag_metrics[] for a name with or without a phase, or NULL. */
const struct frag_metric *frag_metric_find(const char *name);

/*
 * What a difference of the metric @name is, of unit @unit, from which on it
 * counts, when the base is @base: as metrics.def says.
 */
double frag_metric_floor(const char *name, const char *unit, double base);

/* How many decimals a number of that unit can carry; 0 for counts. */
int frag_metric_decimals(const char *unit);

/*
 * Read manifest.json and the CSVs of the run directory @dirfd, write index.csv
 * and episodes.csv (unless the manifest has a checksum of the one that is
 * there) and summary.json, all as results/README.md says. manifest.status is
 * taken as it stands: a runner sets it to what the run came to before it calls
 * this. Streams: memory does not grow with the length of the run. Returns the
 * summary as a new reference, or NULL with @e filled.
 */
json_t *frag_summarize(int dirfd, struct frag_error *e);

/* The columns of index.csv for @orders orders, as the manifest's files list
 * has them: an array of {name, unit, about}; a new reference. */
json_t *frag_index_columns(unsigned orders);

/* The same of episodes.csv, which is written where there is an events.csv. */
json_t *frag_episode_columns(void);

#endif
