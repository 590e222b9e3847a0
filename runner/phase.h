/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of phases that have files of their own. Each performs the action of
 * phase @index and returns 0, or a negative errno with @e filled when the run
 * cannot go on. */
#ifndef FRAGBENCH_PHASE_H
#define FRAGBENCH_PHASE_H

#include "stage.h"

typedef int frag_phase_do(struct frag_stage *st, unsigned index,
			  struct frag_outcome *out, struct frag_error *e);

/* phase-crew.c: what the workers are told. */
frag_phase_do frag_run_do;
frag_phase_do frag_stop_do;
frag_phase_do frag_free_do;
frag_phase_do frag_release_do;

/* until.c */
frag_phase_do frag_wait_do;

/* When the phase is over; @none from now when it has no time of its own. */
uint64_t frag_phase_end(const struct frag_phase *p, uint64_t none);

#endif
