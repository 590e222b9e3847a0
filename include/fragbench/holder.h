/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the two halves of the workload `hold` share: its options and what it
 * remembers (workloads/hold.c), and the loop (workloads/hold-loop.c). */
#ifndef FRAGBENCH_HOLDER_H
#define FRAGBENCH_HOLDER_H

#include "fragbench/freelists.h"
#include "fragbench/hold.h"
#include "fragbench/kept.h"
#include "fragbench/signs.h"

struct frag_hold_options {
	double unusable;
	uint64_t order;
	uint64_t unmovable;
	const char *unmovable_by;
	uint64_t memory;
	uint64_t leave;
	const char *node;
	const char *zone;
	const char *follow;
	double band;
	uint64_t period;
};

/* Slots of frag_count(). */
enum frag_hold_counter {
	FRAG_HOLD_LOOKS,
	FRAG_HOLD_CPU,
	FRAG_HOLD_REACHED,
	FRAG_HOLD_CORRECTIONS,
	FRAG_HOLD_TAKEN,
	FRAG_HOLD_LET_GO,
	FRAG_HOLD_MOVED,
	FRAG_HOLD_DUST_TAKEN,
	FRAG_HOLD_DUST_GIVEN,
	FRAG_HOLD_PINNED,
	FRAG_HOLD_UNPINNED,
	FRAG_HOLD_RELIEVED,
};

struct frag_holder {
	struct frag_hold_law law;
	struct frag_freelists lists;
	struct frag_signs signs;
	struct frag_kept kept;
	struct frag_dust dust;
	struct frag_fast fast;
	uint64_t cap; /* pages */
	uint64_t due_ns;
	double carry_blocks;
	double carry_dust;
	uint64_t lost; /* kept pages that were moved away, not yet made up for */
	unsigned vain; /* takes in a row that brought nothing */
	uint32_t pointless; /* looks at blocks since one could be let go of */
	bool is_reached;
	bool is_busy; /* go on at once */
};

/* One look at the free lists, when it is due, and what follows from it. */
int frag_holder_step(struct frag_context *ctx);

/* Give back @permille thousandths of what is held, the oldest first. */
int frag_holder_release(struct frag_context *ctx, unsigned permille);

#endif
