/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Before anything is touched: does the scenario fit this machine? */
#ifndef FRAGBENCH_PLAN_H
#define FRAGBENCH_PLAN_H

#include <stdio.h>

#include "facts.h"
#include "place.h"
#include "scenario-knobs.h"
#include "scenario.h"

enum { FRAG_PLAN_NOTES = 8, FRAG_NOTE_TEXT = 256 };

/*
 * What became of the scenario here. bytes: the most that all workloads
 * hold at the same time (peak.h). budget: what they may hold. ballast: room to
 * leave free, of 0 bytes when no ballast is set. notes: what was changed or
 * cannot be done, for the user and the run. knobs: what the scenario sets, all
 * of which can be set here.
 */
struct frag_plan {
	uint64_t bytes;
	uint64_t budget;
	struct frag_room ballast;
	unsigned nnotes;
	char notes[FRAG_PLAN_NOTES][FRAG_NOTE_TEXT];
	struct frag_asked_knobs knobs;
};

/*
 * Fit @s to this machine: decide on ballast, shrink workloads that are too
 * large (with a note; all by one factor, so that the most they hold at a time
 * fits), check options, CPUs, nodes, needs and knobs. More than
 * nine tenths of the memory are taken only with @is_sure. Refuses what cannot
 * be shrunk (FRAG_EXIT_CANNOT).
 */
int frag_plan_make(struct frag_plan *p, struct frag_scenario *s,
		   const struct frag_facts *facts, struct frag_topology *t,
		   bool is_sure, struct frag_error *e);

/* Say one more thing about the plan; what finds no room is not said. */
void frag_plan_note(struct frag_plan *p, const char *fmt, ...)
	FRAG_PRINTF(2, 3);

/* Read and check the knobs of @s and of its phases, and leave out the phases of
 * a knob that this kernel does not have and need not. */
int frag_plan_knobs(struct frag_plan *p, struct frag_scenario *s,
		    const struct frag_facts *facts, struct frag_error *e);

/* Is it certain that a run of @s as planned writes knobs of the machine? One
 * whose probes alone may is not. */
bool frag_plan_has_knobs(const struct frag_plan *p,
			 const struct frag_scenario *s);

/* Say what becomes of the knobs, for frag_plan_print(). */
void frag_plan_knobs_print(const struct frag_plan *p,
			   const struct frag_scenario *s, FILE *out);

/* Say the plan, for --dry-run: what would happen, then the scenario. */
void frag_plan_print(const struct frag_plan *p, const struct frag_scenario *s,
		     FILE *out);

#endif
