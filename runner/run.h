/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One run of a scenario: from the plan to the sealed run directory. */
#ifndef FRAGBENCH_RUN_H
#define FRAGBENCH_RUN_H

#include "plan.h"
#include "session.h"

/* What became of a run. path: its directory; summary: a new reference, or NULL.
 * status: "done", "failed" or "interrupted"; signal: what interrupted it. */
struct frag_result {
	char path[sizeof(((struct frag_rundir *)0)->path)];
	const char *status;
	int signal;
	unsigned doubts;
	json_t *summary;
};

/*
 * Run @s as @p planned it. @config: kind, output, series, repeat and the rest;
 * phases and extra are filled here. Whatever happens the workers are gone, the
 * knobs are back and what was sampled is on disk when it returns. Returns 0, or
 * a negative errno with @e filled; @r is filled as far as it went.
 */
int frag_run(const struct frag_session_config *config,
	     const struct frag_scenario *s, const struct frag_plan *p,
	     struct frag_topology *t, struct frag_result *r,
	     struct frag_error *e);

/* The exit code of a run that is done, by its summary.json: FRAG_EXIT_DONE,
 * _BAD (an expectation is missed) or _DOUBT. */
int frag_summary_exit(const json_t *summary);

#endif
