/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which of a row of things are taken: an exact share of them, spread evenly, as
 * one stretch, or by chance. For workloads whose memory is to be held, pinned
 * or given back in a pattern that the seed decides.
 */
#ifndef FRAGBENCH_PICK_H
#define FRAGBENCH_PICK_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "fragbench/workload.h"

/* The choices of an option row for frag_pick_make(). */
#define FRAG_PICKS "even|clustered|random"

enum frag_pick_kind {
	FRAG_PICK_EVEN, /* every n-th */
	FRAG_PICK_CLUSTERED, /* one stretch, at a random place; it may wrap */
	FRAG_PICK_RANDOM, /* each as likely as any other */
};

/* total: how many there are; due: how many of them are taken; at: which is
 * asked for next; taken: how many were; first: where the stretch begins. */
struct frag_pick {
	enum frag_pick_kind kind;
	uint64_t total;
	uint64_t due;
	uint64_t at;
	uint64_t taken;
	uint64_t first;
};

/* Take @due (at most @total) of @total things. @kind: one of FRAG_PICKS. */
static inline struct frag_pick frag_pick_make(const char *kind, uint64_t total,
					      uint64_t due, uint64_t *seed)
{
	struct frag_pick p = {
		.kind = FRAG_PICK_EVEN,
		.total = total,
		.due = due < total ? due : total,
	};

	if (!strcmp(kind, "clustered"))
		p.kind = FRAG_PICK_CLUSTERED;
	else if (!strcmp(kind, "random"))
		p.kind = FRAG_PICK_RANDOM;
	if (p.kind == FRAG_PICK_CLUSTERED && total)
		p.first = frag_random(seed) % total;
	return p;
}

/* @permille thousandths of @total, rounded to the nearest. */
static inline uint64_t frag_permille_of(uint64_t total, uint64_t permille)
{
	return (total * permille + 500) / 1000;
}

/*
 * Is the next one taken? To be asked once for each of the total, in their
 * order; exactly the number that is due are. Random: selection sampling, Knuth,
 * The Art of Computer Programming, volume 2, 3.4.2, algorithm S.
 */
static inline bool frag_pick_next(struct frag_pick *p, uint64_t *seed)
{
	uint64_t i = p->at++;
	uint64_t left = i < p->total ? p->total - i : 0;
	bool is_taken = false;

	if (!left)
		return false;
	switch (p->kind) {
	case FRAG_PICK_EVEN:
		is_taken = (i + 1) * p->due / p->total > i * p->due / p->total;
		break;
	case FRAG_PICK_CLUSTERED:
		is_taken = (i + p->total - p->first) % p->total < p->due;
		break;
	case FRAG_PICK_RANDOM:
		is_taken = frag_random(seed) % left < p->due - p->taken;
		break;
	}
	p->taken += is_taken;
	return is_taken;
}

#endif
