/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run directory being written: results/README.md is its specification. It is
 * made as NAME.partial; sealing completes the manifest and renames it.
 */
#ifndef FRAGBENCH_RUNDIR_H
#define FRAGBENCH_RUNDIR_H

#include <jansson.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/csv.h"
#include "fragbench/collector.h"
#include "fragbench/error.h"

enum { FRAG_RUN_NAME = 200 };

struct frag_rundir {
	char base[PATH_MAX]; /* the folder that runs land in */
	char name[FRAG_RUN_NAME]; /* without ".partial" */
	char path[PATH_MAX + FRAG_RUN_NAME + 16]; /* where it is now */
	int dirfd;
	FILE *log; /* log/runner.log */
	json_t *manifest;
	uint64_t start_ns; /* CLOCK_MONOTONIC */
	unsigned doubts;
	bool is_sealed;
};

/*
 * Make <base>/<UTC>-<scenario>-<release>-r<repeat>.partial with log/ in it and
 * a manifest that says "running". @base is made when it is missing. When that
 * name is taken (a run in the same second) the next second is taken: nothing is
 * ever overwritten.
 */
int frag_rundir_create(struct frag_rundir *rd, const char *base,
		       const char *scenario, unsigned repeat,
		       struct frag_error *e);

/* Say something on stderr and in log/runner.log. */
void frag_rundir_say(struct frag_rundir *rd, const char *fmt, ...)
	FRAG_PRINTF(2, 3);

/*
 * A warning of the run: said, logged, and kept in the manifest. @is_doubt: the
 * result is not to be trusted. @phase may be NULL.
 */
void frag_rundir_warn(struct frag_rundir *rd, bool is_doubt, const char *phase,
		      const char *fmt, ...) FRAG_PRINTF(4, 5);

/* Describe file @name of the run; @columns (may be NULL) is taken over. */
void frag_rundir_describe(struct frag_rundir *rd, const char *name,
			  const char *about, json_t *columns);

/* One column for frag_rundir_describe(). */
json_t *frag_column_json(const char *name, const char *unit, const char *about);

/*
 * Create the table @name of @n columns: its CSV with the header, and its
 * description in the manifest.
 */
int frag_rundir_table(struct frag_rundir *rd, struct frag_csv *csv,
		      const char *name, const char *about,
		      const struct frag_column *columns, unsigned n,
		      struct frag_error *e);

/* Write the manifest as it stands. */
int frag_rundir_save(struct frag_rundir *rd, const char *status,
		     struct frag_error *e);

/*
 * Complete the manifest (rows and sha256 of every described file that is
 * there), write it with @status; with @is_whole also rename the directory and
 * point <base>/latest at it.
 */
int frag_rundir_seal(struct frag_rundir *rd, const char *status, bool is_whole,
		     struct frag_error *e);

/* Bring checksum and number of data rows of @file, an entry of the manifest's
 * files, up to date; a file that is not there has neither. 0 or -errno. */
int frag_file_complete(int dirfd, json_t *file);

/* Point <base>/latest at the run @name in it. 0 or -errno. */
int frag_latest_point(const char *base, const char *name);

/* Close what is open; the directory stays as it is. */
void frag_rundir_close(struct frag_rundir *rd);

#endif
