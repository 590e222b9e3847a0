/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ballast: memory set aside in the hugetlb pool, untouched, in milliseconds, so
 * that what is left behaves like a small machine. The pool outlives its maker:
 * it is a knob like any other, journalled and put back.
 */
#ifndef FRAGBENCH_BALLAST_H
#define FRAGBENCH_BALLAST_H

#include <stdbool.h>
#include <stdint.h>

#include "facts.h"
#include "fragbench/option.h"
#include "knobs.h"

/* The pool of the default huge page size. */
#define FRAG_BALLAST_KNOB "/proc/sys/vm/nr_hugepages"

/*
 * What lower zones keep from allocations that could use a higher one grows with
 * the machine, not with what ballast leaves: 82 MiB of DMA32 on 24 GiB, 1 GiB
 * on 256 GiB. It is switched off while ballast is in place.
 */
#define FRAG_RESERVE_KNOB "/proc/sys/vm/lowmem_reserve_ratio"

/*
 * Can and should ballast leave @leave bytes free here? 0 when it can; otherwise
 * -errno, and @why says in words why not: no root, no hugetlb, memory that is
 * small already, swap in use, a machine that is busy.
 * Takes a fifth of a second: it looks at how busy the CPUs are.
 */
int frag_ballast_check(const struct frag_facts *facts, uint64_t leave,
		       char *why, size_t size);

/* What is free, in bytes: all of it, and in blocks of a pageblock and more. */
struct frag_ballast_left {
	uint64_t all;
	uint64_t whole;
};

/* What is free now, pageblocks being of order @pageblock. */
int frag_ballast_look(unsigned pageblock, struct frag_ballast_left *left,
		      struct frag_error *e);

/* Of @left what @leave counts. */
static inline uint64_t frag_ballast_counted(const struct frag_room *leave,
					    const struct frag_ballast_left *left)
{
	return leave->is_whole ? left->whole : left->all;
}

/*
 * Grow the pool until @leave is free, to within one huge page where the kernel
 * gives what it is asked for. May be called again, when memory was compacted
 * meanwhile and more of it is whole. *left: afterwards.
 */
int frag_ballast_set(struct frag_journal *j, const struct frag_room *leave,
		     unsigned pageblock, struct frag_ballast_left *left,
		     struct frag_error *e);

#endif
