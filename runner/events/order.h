/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records of many rings in one order: they wait in a window of fixed size until
 * nothing older can come, and leave it by their time. */
#ifndef FRAGBENCH_EVENTS_ORDER_H
#define FRAGBENCH_EVENTS_ORDER_H

#include "events/ring.h"

/* late: records that came after a later one had already left. */
struct frag_order {
	struct frag_record *records;
	size_t count;
	size_t capacity;
	uint64_t seq;
	uint64_t last_ns; /* time of the record that left last */
	uint64_t late;
};

/* How many records the window of a machine with @cpus CPUs is to hold. */
size_t frag_order_capacity(unsigned cpus);

/* Make room for @capacity records (at least 2). 0 or -ENOMEM. */
int frag_order_make(struct frag_order *o, size_t capacity);

void frag_order_free(struct frag_order *o);

/*
 * Keep @r. When there is no room the older half leaves early, to @take. Records
 * of the same time leave in the order in which they were put.
 */
void frag_order_put(struct frag_order *o, const struct frag_record *r,
		    frag_record_take *take, void *ctx);

/* Give all records up to the time @until_ns to @take, the oldest first. */
void frag_order_leave(struct frag_order *o, uint64_t until_ns,
		      frag_record_take *take, void *ctx);

#endif
