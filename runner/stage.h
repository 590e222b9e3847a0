/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stage of a run: everything that a phase may touch, and what the kinds of
 * phases do to it.
 */
#ifndef FRAGBENCH_STAGE_H
#define FRAGBENCH_STAGE_H

#include "crew.h"
#include "guardian.h"
#include "knobs.h"
#include "owners.h"
#include "phase-knobs.h"
#include "plan.h"
#include "probing.h"
#include "scenario.h"
#include "session.h"

struct frag_stage;

/*
 * What a verb does beside the phases. is_over: asked at least every 20 ms while
 * a phase settles: is it over before its time? Where a phase settles for no
 * time, it then lasts until that. say: the text of the progress line.
 * takes_stop: a signal is its matter, and interrupts nothing.
 */
struct frag_beside {
	bool (*is_over)(struct frag_stage *st, void *ctx);
	void (*say)(struct frag_stage *st, void *ctx, char *line, size_t size);
	bool takes_stop;
	void *ctx;
};

struct frag_stage {
	struct frag_session session;
	const struct frag_scenario *scenario;
	struct frag_journal journal; /* fd -1: no knob may be written */
	struct frag_phase_knobs knobs;
	struct frag_guardian guardian;
	struct frag_crew crew;
	struct frag_owners owners;
	bool has_owners;
	struct frag_mapping mapping;
	struct frag_csv shapes; /* buf NULL: nobody told of any */
	struct frag_probe_log probes;
	uint64_t floor; /* bytes of MemAvailable */
	bool has_failed[FRAG_PHASES_MAX]; /* phases; the run goes on */
	const char *floored; /* the phase that was stopped at the floor */
	const char *phase; /* the name of the one that is on */
	const struct frag_beside *beside; /* NULL: nothing */
};

/* What became of a phase, for phases.csv. */
struct frag_outcome {
	const char *result; /* "done", "timeout", "skipped" or "failed" */
	uint64_t wall_ns; /* of its one action */
	uint64_t cpu_ns; /* of the caller in it */
	const char *node; /* the number of the only one that it was about; or
			     NULL */
};

/*
 * Set the stage: the knobs of the plan, small per-CPU lists, a clean start, as
 * much left free as the plan's ballast says, as the scenario asks and this
 * machine allows; what it does not becomes a note of the run. But a knob that
 * the kernel refuses is a failure, as those of frag_phase_perform() are.
 */
int frag_setup(struct frag_stage *st, const struct frag_plan *plan,
	       struct frag_error *e);

/*
 * Perform phase number @index of the scenario: its action, then its waiting.
 * A phase that cannot be done here is skipped with a note of the run. Returns
 * 0, or a negative errno with @e filled when the run cannot go on (a full disk,
 * a worker that failed, -EINTR when a signal asked to stop).
 */
int frag_phase_perform(struct frag_stage *st, unsigned index,
		       struct frag_outcome *out, struct frag_error *e);

/*
 * Wait until CLOCK_MONOTONIC @until, or until all workers of @phase have
 * reached their goal (@phase >= 0). Keeps watch meanwhile: the stop flag, the
 * floor, the guardian, the disk, and workers that die.
 */
int frag_stage_wait(struct frag_stage *st, uint64_t until, int phase,
		    struct frag_error *e);

/* One look of what frag_stage_wait() watches: 0, or why the run must end. */
int frag_stage_watch(struct frag_stage *st, struct frag_error *e);

/* Ask with all probes of phase @index; one that cannot be used here becomes a
 * note of the run, *skipped tells whether none could. */
int frag_phase_ask(struct frag_stage *st, unsigned index, bool *skipped,
		   struct frag_error *e);

/* Asked at least every 20 ms while a phase waits. */
typedef bool frag_stage_is_over(struct frag_stage *st, void *ctx);

/* The same, until @is_over (NULL: never) says so or @until has come. */
int frag_stage_wait_for(struct frag_stage *st, uint64_t until,
			frag_stage_is_over *is_over, void *ctx,
			struct frag_error *e);

/* The knob that makes the per-CPU lists small; NULL when there is none. */
const char *frag_pcp_knob(void);

/* Pages on the per-CPU lists of all zones now. */
int frag_pcp_pages(uint64_t *pages);

/*
 * Push the per-CPU lists back to the free lists: lists as small as they go, a
 * few frees on every CPU, and the knob as it was. Needs the journal.
 */
int frag_pcp_drain(struct frag_journal *j, struct frag_error *e);

/* Make the per-CPU lists as small as the kernel allows, until restored. */
int frag_pcp_shrink(struct frag_journal *j, struct frag_error *e);

/* Write to compact_memory, or to node @node's file ("all": the whole machine). */
int frag_compact(const char *node, struct frag_error *e);

#endif
