/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asking with a probe: a child is forked that takes and holds, the floor is
 * kept, knobs are journalled and put back, and what came of it is counted.
 */
#ifndef FRAGBENCH_PROBING_H
#define FRAGBENCH_PROBING_H

#include "fragbench/histogram.h"
#include "fragbench/probe.h"
#include "guardian.h"
#include "knobs.h"
#include "scenario.h"

enum { FRAG_PROBE_CAUSES = 8, FRAG_PROBE_LABEL = 32, FRAG_PROBE_COUNTERS = 16 };

/* The counters of /proc/vmstat that tell why; NULL-terminated. */
extern const char *const frag_probe_counters[FRAG_PROBE_COUNTERS + 1];

/* Why attempts failed, and how many: FRAG_SMALLER or a negative errno. */
struct frag_probe_cause {
	int cause;
	uint64_t count;
};

/*
 * What came of asking for blocks of one order. label: the probe's name, with
 * the size of the block where it has several ("mthp-64k"). asked: how many
 * were wanted; attempts: how many were asked for before it stopped. warmed:
 * successes of the second pass, over memory that the first has touched, and
 * warm: their times; FRAG_ABSENT without one, and warm_stopped NULL.
 * given_back: blocks.
 * stopped: "done", "floor" (of MemAvailable), "patience" (too many failures in
 * a row), or "killed" (the child was: what it held is free again).
 * latency: of the successes, failed_ns: of the other attempts. counters: how
 * far each moved meanwhile, FRAG_ABSENT when the kernel has it not.
 */
struct frag_probe_result {
	const struct frag_probe *type;
	char label[FRAG_PROBE_LABEL];
	unsigned order;
	uint64_t bytes;
	int node;
	uint64_t asked;
	uint64_t attempts;
	uint64_t successes;
	uint64_t warmed;
	uint64_t given_back;
	uint64_t warm_given_back;
	const char *stopped;
	const char *warm_stopped;
	const char *verified;
	struct frag_probe_cause causes[FRAG_PROBE_CAUSES];
	uint64_t counters[FRAG_PROBE_COUNTERS];
	struct frag_histogram latency;
	struct frag_histogram failed_ns;
	struct frag_histogram warm;
};

/*
 * How to ask. journal: NULL or fd -1 when no knob may be written. guardian:
 * told of the child, so that it outlives it; may be NULL. floor: bytes of
 * MemAvailable. watch(): called every 20 ms, ends it with a negative errno;
 * may be NULL, the stop flag is always heeded.
 */
struct frag_probing {
	const struct frag_probe *type;
	const void *options;
	struct frag_probe_settings settings;
	const char *node; /* "all" or a number */
	uint64_t floor;
	struct frag_journal *journal;
	struct frag_guardian *guardian;
	int (*watch)(void *ctx, struct frag_error *e);
	void *ctx;
};

/*
 * Ask. *results: one for each order, to be freed; filled as far as it went.
 * Returns 0; -EINTR when a signal asked to stop; or another negative errno
 * with @e filled (FRAG_EXIT_CANNOT when this machine cannot be asked so).
 * Whatever happens the memory is given back and the knobs are as found.
 */
int frag_probe_ask(const struct frag_probing *p,
		   struct frag_probe_result **results, unsigned *n,
		   struct frag_error *e);

/* Results of a run, each with the phase it was asked in. */
struct frag_probe_log {
	struct frag_probe_row {
		const char *phase;
		struct frag_probe_result result;
	} * rows;
	unsigned count;
};

int frag_probe_log_add(struct frag_probe_log *log, const char *phase,
		       const struct frag_probe_result *results, unsigned n);
void frag_probe_log_free(struct frag_probe_log *log);

/* "fallback 12; ENOMEM 3" in words of probes.csv: joined by @gap. */
const char *frag_probe_causes_text(const struct frag_probe_result *r,
				   const char *gap, char *buf, size_t size);

/* What a cause means, in words; never NULL. */
const char *frag_probe_cause_about(int cause);

/* --- between probing.c and probing-child.c --- */

/* What the child writes and the runner reads. rc: why it could not begin. */
struct frag_probe_share {
	struct frag_probe_result result;
	struct frag_error error;
	int rc;
	bool is_over;
};

/* One pass: take, hold, give back. Does not return. */
_Noreturn void frag_probe_child(const struct frag_probing *p,
				struct frag_probe_context *ctx,
				struct frag_probe_share *share, pid_t parent);

#endif
