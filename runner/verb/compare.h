/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of the verb compare: finding the runs, and putting the table out. */
#ifndef FRAGBENCH_VERB_COMPARE_H
#define FRAGBENCH_VERB_COMPARE_H

#include <stdio.h>

#include "analysis/compare.h"

/* What was found and takes no part. paths: which these are; idle: folders in
 * which no run was; both arrays, or NULL where nobody asks. */
struct frag_runs_skipped {
	unsigned unfinished; /* NAME.partial */
	unsigned failed; /* NAME.failed */
	json_t *paths;
	json_t *idle;
};

/*
 * Append the path of the run directory @path, or of all sealed runs in the
 * folder @path, to @found, an array of texts, each once: @seen, an object,
 * remembers. Whatever else @path is, it is passed over, so that results/ with a
 * star behind it may be given. Fails when there is no such path.
 */
int frag_runs_find(const char *path, json_t *found, json_t *seen,
		   struct frag_runs_skipped *skipped, struct frag_error *e);

/* Add all runs that frag_runs_find() finds in @path. */
int frag_runs_add(struct frag_compare *c, const char *path,
		  enum frag_compare_side side, json_t *seen,
		  struct frag_runs_skipped *skipped, struct frag_error *e);

/* Room for the text of a cell. */
enum { FRAG_GRID_TEXT = 96 };

/* A grid of texts; notes: what is said below it, in the order of their marks. */
struct frag_grid {
	char (*cell)[FRAG_GRID_TEXT];
	unsigned rows;
	unsigned columns;
	json_t *notes;
};

/* The groups with what they are, and the table of metrics: first row: heads;
 * first column: names. */
struct frag_grid frag_grid_groups(const struct frag_compare *c);
struct frag_grid frag_grid_metrics(const struct frag_compare *c);
/* Every other group against the first one, a line for each metric and group:
 * what frag_grid_metrics() has room for where there are two groups only. */
struct frag_grid frag_grid_against(const struct frag_compare *c);

/* How metrics went from run to run in each group, in the order of time: slope
 * and how likely it is by chance; of those metrics alone that changed at all in
 * a group of three runs or more, and that are less likely than @below there. */
struct frag_grid frag_grid_drift(const struct frag_compare *c, double below);
void frag_grid_free(struct frag_grid *g);

/* For people: columns aligned, those that do not fit into @width (0: any) below
 * the others, each time behind the first column. */
void frag_grid_print(FILE *out, const struct frag_grid *g, unsigned width);

/* A table of Markdown. */
void frag_grid_markdown(FILE *out, const struct frag_grid *g);

/* For programs: one line for each metric and group. */
void frag_compare_csv(FILE *out, const struct frag_compare *c);

/* For what runs tests and watches machines. */
void frag_compare_junit(FILE *out, const struct frag_compare *c);
void frag_compare_ktap(FILE *out, const struct frag_compare *c);
void frag_compare_openmetrics(FILE *out, const struct frag_compare *c);

enum { FRAG_GATE_RULES = 64 };

/* The file of a gate: path, file, error and is_in_keys (the last line that was
 * not empty was a key) are of use while it is read. */
struct frag_gate {
	struct frag_gate_rule rules[FRAG_GATE_RULES];
	unsigned nrules;
	const char *path;
	FILE *file;
	struct frag_error *error;
	bool is_in_keys;
};

/* Fill the zeroed @g from @path. Fails with @e filled, FRAG_EXIT_USAGE. */
int frag_gate_read(struct frag_gate *g, const char *path, struct frag_error *e);
void frag_gate_free(struct frag_gate *g);

#endif
