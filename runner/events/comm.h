/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which thread is called what: learnt from the records of the rings as names
 * are taken and threads begin, and from /proc for those that were there before.
 */
#ifndef FRAGBENCH_EVENTS_COMM_H
#define FRAGBENCH_EVENTS_COMM_H

#include <stdint.h>

#include "events/ring.h"

enum { FRAG_COMMS = 8192 };

/* A name; tid 0: none here. */
struct frag_comm {
	uint32_t tid;
	char name[FRAG_COMM];
};

/* All names that are known, in a table of fixed size: when it is full it is
 * emptied, and /proc is asked anew. */
struct frag_comms {
	const char *root;
	unsigned count;
	struct frag_comm table[FRAG_COMMS];
};

/* The thread @tid took @name: as it is to stand in a CSV, where what is no
 * letter, digit or plain sign becomes '_'. */
void frag_comms_set(struct frag_comms *c, uint32_t tid, const char *name);

/* The thread @tid began as a copy of @parent. */
void frag_comms_fork(struct frag_comms *c, uint32_t tid, uint32_t parent);

/* What @tid is called; "?" when it was gone before anybody asked. Valid until
 * the next call. */
const char *frag_comms_name(struct frag_comms *c, uint32_t tid);

#endif
