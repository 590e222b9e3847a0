/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Series of runs side by side: runs in, a table of cells out, as a struct and
 * as JSON, with what speaks against setting them side by side at all. Reads the
 * manifest.json and summary.json of each run and keeps little of them, so that
 * a thousand runs are no matter.
 */
#ifndef FRAGBENCH_ANALYSIS_COMPARE_H
#define FRAGBENCH_ANALYSIS_COMPARE_H

#include <jansson.h>
#include <stdbool.h>

#include "fragbench/error.h"
#include "statistics.h"

/* Below so many runs on a side there is no p; below FRAG_RUNS_GOOD few metrics
 * at once can be told apart. */
enum { FRAG_RUNS_LEAST = 4, FRAG_RUNS_GOOD = 9 };

/* On which side of "--" a run stands; without "--" on none. */
enum frag_compare_side { FRAG_SIDE_NONE, FRAG_SIDE_BASE, FRAG_SIDE_NEW };

/*
 * A rule of a gate, for the metrics that glob fits. better: which way is good,
 * NULL: as the metric says. floor: a difference below it is none; limit: how
 * much worse the new side may be; each a share of the base's median where
 * is_share, else in the metric's unit; not set: the metric's floor, the floor.
 */
struct frag_gate_amount {
	bool is_set;
	bool is_share;
	double number;
};

struct frag_gate_rule {
	const char *glob;
	const char *better;
	struct frag_gate_amount floor;
	struct frag_gate_amount limit;
};

/*
 * What is asked. All texts are borrowed and must outlive the comparison.
 * by: the keys that make the groups; none of them: the sides, or, of runs
 * without sides, the series. A key is kernel, scenario, series, accel, memory,
 * cpus, arch, seed, append, build or version, or else a key of the scenario or
 * of a phase, workload or probe in it (also PHASE.KEY, PHASE.NAME.KEY; workload
 * and probe: its name), or a knob (its last part will do where no other ends
 * so). What comes first in this list hides what comes later. globs: metrics to
 * show (a name without its phase means all phases); none: the headline of the
 * phases that do something and of the one before them, or, with all, every
 * metric. differ: keys in which runs may differ although they make no groups,
 * ndiffer of them: what was changed on purpose. with_untrusted: untrusted runs
 * count, too. rules: of a gate; then the metrics that they fit are shown, and
 * no others. alone: one group is enough.
 */
struct frag_compare_config {
	const char *const *by;
	unsigned nby;
	const char *const *differ;
	unsigned ndiffer;
	const char *const *globs;
	unsigned nglobs;
	bool all;
	bool with_untrusted;
	bool alone;
	const struct frag_gate_rule *rules;
	unsigned nrules;
};

/* A metric that some run has, as summary.json describes it. */
struct frag_compare_metric {
	const char *name;
	const char *unit;
	const char *better; /* "higher", "lower" or "none" */
	bool is_time;
};

/* What a run says of a metric: known; not known, with a reason; or nothing. */
struct frag_compare_value {
	double number;
	const char *reason;
	bool is_known;
};

/*
 * A run that takes part. facts: what groups and likeness go by, an object;
 * values: by the number of the metric, nvalues of them; what lies beyond is
 * nothing. number: the order in which it was added.
 */
struct frag_compare_run {
	const char *path;
	enum frag_compare_side side;
	bool is_trusted;
	json_t *facts;
	struct frag_compare_value *values;
	unsigned nvalues;
	unsigned number;
};

/*
 * Runs that are alike in what was asked for. label: short, for the head of a
 * column; keys: the whole values, an object by key; runs: borrowed, by the time
 * of their start.
 */
struct frag_compare_group {
	const char *label;
	const char *id;
	json_t *keys;
	struct frag_compare_run **runs;
	unsigned nruns;
};

/*
 * A metric in a group. values: the n numbers in the order of the group's runs;
 * lacking: runs without one, and reason: why (of the first). refusal: why there
 * is nothing to show although there may be numbers ("not a time (TCG)"), or
 * NULL; then n is 0. median, min and max stand when n is not 0. has_slope: from
 * three values on; slope: of the values in the order of time, a run
 * (Theil-Sen); slope_p: how likely they rise or fall as steadily by chance
 * (Mann-Kendall), adjusted for all cells.
 */
struct frag_compare_cell {
	double *values;
	unsigned n;
	unsigned lacking;
	const char *reason;
	const char *refusal;
	double median;
	double min;
	double max;
	bool has_slope;
	double slope;
	double slope_p;
};

/* FRAG_DIFFERENT: of a metric that says of no way that it is good. */
enum frag_verdict {
	FRAG_CANNOT_TELL,
	FRAG_SAME,
	FRAG_BETTER,
	FRAG_WORSE,
	FRAG_DIFFERENT
};

enum frag_gate_outcome {
	FRAG_GATE_NONE, /* there is no gate */
	FRAG_GATE_PASS,
	FRAG_GATE_FAIL,
	FRAG_GATE_UNSURE
};

/*
 * A group against the first one: its median less that of the first. reason: why
 * there is none, or NULL. has_percent: of the first one's median, unless that
 * is 0. The shift is in the metric's unit, as are floor (a difference below it
 * is none), limit (of the gate) and detectable (the smallest shift that could
 * have been told, where it cannot be told; INFINITY: none). is_tested: from
 * FRAG_RUNS_LEAST runs on each side on; ranks: of the test; adjusted: its p
 * after Holm, over all tests of the table; is_constant: both sides have one
 * value and the same, which counts as no test. why: of FRAG_CANNOT_TELL, or
 * NULL.
 */
struct frag_compare_difference {
	double value;
	double percent;
	bool has_percent;
	const char *reason;
	bool is_tested;
	bool is_constant;
	struct frag_ranks ranks;
	struct frag_shift shift;
	double adjusted;
	double floor;
	double limit;
	double detectable;
	enum frag_verdict verdict;
	enum frag_gate_outcome gate;
	const char *why;
};

/* A line of the table: one cell for each group; differences: of each group from
 * the first, which has none of its own. better: which way is good, as the
 * metric or the rule of the gate says. rule: NULL without a gate. */
struct frag_compare_row {
	const struct frag_compare_metric *metric;
	const struct frag_gate_rule *rule;
	const char *better;
	struct frag_compare_cell *cells;
	struct frag_compare_difference *differences;
};

/* What speaks against the comparison. A refusal: no difference is worked out.
 * mend may be "". */
struct frag_compare_objection {
	bool is_refusal;
	const char *what;
	const char *mend;
};

/* A run that takes no part, and why. */
struct frag_compare_left_out {
	const char *path;
	const char *why;
};

struct frag_compare {
	struct frag_compare_config config;
	struct frag_compare_metric *metrics;
	unsigned nmetrics;
	struct frag_compare_run **runs;
	unsigned nruns;
	struct frag_compare_group *groups;
	unsigned ngroups;
	struct frag_compare_row *rows;
	unsigned nrows;
	struct frag_compare_objection *objections;
	unsigned nobjections;
	struct frag_compare_left_out *left_out;
	unsigned nleft_out;
	unsigned nuntrusted; /* of those left out */
	unsigned nrepeated; /* likewise: named before */
	unsigned ntests; /* how many p-values were adjusted to one another */
	bool has_sides;
	bool is_refused;
	json_t *index; /* metric name -> number */
	json_t *seen; /* runs that were added, against counting one twice */
	json_t *reasons; /* each text once, as a key */
	char **texts; /* owned here, whatever points to them */
	unsigned ntexts;
};

/* Begin an empty comparison. Never NULL: without memory it ends the process, as
 * all of this library's growing does. */
struct frag_compare *frag_compare_new(const struct frag_compare_config *config);

/*
 * Add the run directory @dirfd, which is called @path in what is said of it.
 * One that cannot take part (not done, untrusted, damaged, the same one again)
 * goes to left_out with the reason.
 */
void frag_compare_add(struct frag_compare *c, int dirfd, const char *path,
		      enum frag_compare_side side);

/*
 * All runs are in: make the groups, look for what is not alike, fill the rows.
 * Fails with @e filled when there is nothing to compare (less than two groups),
 * no run knows a key of config.by, or a glob fits no metric: exit code
 * FRAG_EXIT_USAGE, or FRAG_EXIT_DOUBT when runs that were left out are to blame.
 */
int frag_compare_finish(struct frag_compare *c, struct frag_error *e);

/* The whole as JSON, as analysis/README.md says; a new reference. */
json_t *frag_compare_json(const struct frag_compare *c);

/* "better", "WORSE", "same", "different", "cannot tell". */
const char *frag_verdict_text(enum frag_verdict v);

/*
 * What the comparison comes to, as an exit code: FRAG_EXIT_BAD when the gate,
 * or, without one, with @fail_on_worse any metric, says so; FRAG_EXIT_DOUBT
 * when runs are not alike or untrusted, when the gate cannot tell, or when with
 * @fail_on_worse no metric at all could be tested.
 */
enum frag_exit frag_compare_exit(const struct frag_compare *c,
				 bool fail_on_worse);

/* What groups are: "kernel", "kernel and mode", "series"; into @buf. */
const char *frag_compare_by_text(const struct frag_compare *c, char *buf,
				 size_t size);

/* The values of @key of the group's runs, each once: a new array of texts. */
json_t *frag_compare_values(const struct frag_compare_group *g,
			    const char *key);

void frag_compare_free(struct frag_compare *c);

#endif
