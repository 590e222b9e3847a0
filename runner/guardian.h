/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guardian: a small process that outlives the runner, however that ends. It
 * kills what workers are left, puts every knob back and removes what files the
 * workers leave. While the runner lives it is the cushion: when MemAvailable
 * falls below the floor it lets the ballast go before the kernel has to look
 * for something to kill.
 */
#ifndef FRAGBENCH_GUARDIAN_H
#define FRAGBENCH_GUARDIAN_H

#include <stdatomic.h>
#include <sys/types.h>

#include "crew.h"
#include "knobs.h"

/* What the guardian and the runner tell one another. */
struct frag_guardian_share {
	_Atomic bool is_ballast_gone; /* the guardian let it go */
	_Atomic bool is_dismissed; /* the runner has put all back itself */
	_Atomic pid_t probe; /* a child that writes knobs; 0: none */
};

struct frag_guardian {
	pid_t pid;
	int pidfd;
	struct frag_guardian_share *share;
};

/*
 * Fork the guardian over @journal (which it holds locked with us) and @crew.
 * @floor: bytes of MemAvailable below which ballast goes; 0: never.
 */
int frag_guardian_start(struct frag_guardian *g, struct frag_journal *journal,
			const struct frag_crew *crew, uint64_t floor,
			struct frag_error *e);

/* True when it died before it was dismissed. */
bool frag_guardian_is_dead(struct frag_guardian *g);

/* All is back: end it and wait for it. */
void frag_guardian_dismiss(struct frag_guardian *g);

#endif
