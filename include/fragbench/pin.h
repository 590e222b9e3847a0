/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages of one's own that nobody can move, because somebody holds a reference
 * to their frames, as device drivers do: buffers registered with io_uring, or
 * where that cannot be had, pages spliced into pipes.
 */
#ifndef FRAGBENCH_PIN_H
#define FRAGBENCH_PIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "fragbench/workload.h"

/* The choices of an option row for frag_pins_open(). auto: io_uring, and
 * vmsplice for what that refuses. */
#define FRAG_PIN_WAYS "auto|io-uring|vmsplice"

/* Most pages of a group. So many in a step, which is to be short: a pin may
 * take 10 us. */
enum { FRAG_PINS_AT_ONCE = 4096 };

/* Pages that are pinned and let go of together, by one descriptor. */
struct frag_pin_group {
	int fd; /* less than 0: nothing is pinned */
	bool is_pipe;
	unsigned n;
	char **pages;
};

/* Opaque but for groups and ngroups, to look at. 8 bytes a pinned page, 24 and
 * a descriptor a group. */
struct frag_pins {
	struct frag_pin_group *groups;
	unsigned ngroups;

	struct frag_context *ctx;
	const char *key;
	struct iovec *vectors; /* FRAG_PINS_AT_ONCE of them */
	bool is_ring_only;
	bool is_ring_off; /* not, or no more, through io_uring */
	unsigned ring_most; /* pages of a ring */
	uint64_t memlock; /* bytes */
};

/* For the check() of workload @who, whose option @key says @how: can it be had?
 * 0, or a negative errno with @e filled and FRAG_EXIT_CANNOT. */
int frag_pins_check(const char *who, const char *key, const char *how,
		    struct frag_error *e);

/* For a row FRAG_NEED_CALL: is there any way to pin? */
int frag_pins_ask(struct frag_error *e);

/* Pin by @how, one of FRAG_PIN_WAYS, which was the value of option @key: mends
 * name it. Raises the limit of locked memory as far as it goes. 0 or a negative
 * errno; frag_pins_close() in any case. */
int frag_pins_open(struct frag_pins *p, struct frag_context *ctx,
		   const char *key, const char *how);

/*
 * Pin the first of @n pages (FRAG_PINS_AT_ONCE at most) that stand at @pages,
 * as one group; @group is its number. Returns how many were pinned, at least
 * one, or a negative errno with frag_give_up() told. A page may be put into
 * another frame before it is pinned: out of movable zones and CMA.
 */
int frag_pins_add(struct frag_pins *p, char *const *pages, unsigned n,
		  unsigned *group);

/*
 * Let go of the pages of group @group for which @is_kept says so. For a moment
 * nothing of it is pinned: kernels before 5.13 cannot take one buffer away. 0
 * or a negative errno with frag_give_up() told.
 */
int frag_pins_keep(struct frag_pins *p, unsigned group,
		   bool (*is_kept)(const void *arg, const char *page),
		   const void *arg);

/* Let go of all of group @group; its number may be given again. */
void frag_pins_drop(struct frag_pins *p, unsigned group);

/* Let go of everything. */
void frag_pins_close(struct frag_pins *p);

#endif
