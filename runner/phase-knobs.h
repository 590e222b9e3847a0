/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The knobs of a phase: set while it lasts, and put back before the next one. */
#ifndef FRAGBENCH_PHASE_KNOBS_H
#define FRAGBENCH_PHASE_KNOBS_H

#include <jansson.h>

#include "knobs.h"
#include "scenario-knobs.h"
#include "scenario.h"

/* Those that are set now. back: what each goes back to; row: its row of this
 * phase. rows: as manifest.json has the knobs of all phases so far; owned. */
struct frag_phase_knobs {
	unsigned count;
	struct frag_phase_knob {
		struct frag_asked_knob asked;
		char back[FRAG_KNOB_TEXT];
		json_t *row;
	} knob[FRAG_ASKED_MAX];
	json_t *rows;
};

/*
 * From one phase to @next (NULL: to none): what @next does not set is put back,
 * then its own are written and read back. What both set alike stays as it is,
 * for some kernels act on being written to. All through the journal.
 */
int frag_phase_knobs_turn(struct frag_phase_knobs *k, struct frag_journal *j,
			  const struct frag_phase *next, struct frag_error *e);

/* The same, to the phase named @phase that sets @a. */
int frag_phase_knobs_set(struct frag_phase_knobs *k, struct frag_journal *j,
			 const struct frag_asked_knobs *a, const char *phase,
			 struct frag_error *e);

/* Free the rows. */
void frag_phase_knobs_free(struct frag_phase_knobs *k);

#endif
