/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes of a run of which a part cannot be done: the key on-failure. */
#ifndef FRAGBENCH_FAILURE_H
#define FRAGBENCH_FAILURE_H

#include "stage.h"

/* A worker that has failed and was not told yet; NULL: none. */
struct frag_worker *frag_stage_failed(struct frag_stage *st);

/*
 * Worker @w has failed: -ECHILD and why in @e, or 0 where the run goes on: then
 * its phase has failed, which is a doubt, and the others of it hold.
 */
int frag_failure_take(struct frag_stage *st, struct frag_worker *w,
		      struct frag_error *e);

/* The same of phase @index that could not be begun, for what @e says; @rc is
 * returned where the run does not go on. */
int frag_failure_of_phase(struct frag_stage *st, unsigned index, int rc,
			  struct frag_error *e);

/* Why phase @index is skipped: it is left out, or has nothing to act on since
 * an earlier one was left out or has failed. NULL: it is not. */
const char *frag_failure_skips(const struct frag_stage *st, unsigned index);

#endif
