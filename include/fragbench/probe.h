/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a probe declares. A probe asks the kernel for blocks of one order, one
 * after another, holds all that it gets, and gives them back: could you get
 * them now, how fast, what stopped you? It is one file in runner/probe/ with
 * one descriptor, and one line in probes.def. The runner owns forking, floors,
 * knobs, counting, holding and timing out; a probe owns nothing but what one
 * attempt is.
 */
#ifndef FRAGBENCH_PROBE_H
#define FRAGBENCH_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fragbench/error.h"
#include "fragbench/option.h"
#include "fragbench/workload.h"

/* A kernel has at most that many block sizes that one probe may ask for. */
enum { FRAG_PROBE_ORDERS = 16 };

/* What attempt() returns beside a negative errno, which tells the cause. */
enum frag_attempt {
	FRAG_GOT = 0, /* a block of the order that was asked for */
	FRAG_SMALLER = 1, /* memory came, in smaller blocks */
};

/*
 * What every call of a probe is given. order: of the blocks asked for; bytes:
 * of one block. count: how many attempts there will be at most. node: the NUMA
 * node to ask, -1 for any. taken: blocks got so far. options: the probe's own,
 * read-only. state: state_size bytes, zeroed before knobs(), which the child
 * inherits.
 */
struct frag_probe_context {
	unsigned order;
	uint64_t bytes;
	uint64_t count;
	int node;
	uint64_t taken;
	size_t page_size; /* bytes */
	const void *options;
	void *state;
	/*
	 * For knobs() only: set the kernel setting @path to @value, or with
	 * NULL only announce that attempt() will write it. The old value is
	 * journalled first, and put back when the probe is over.
	 */
	int (*knob)(struct frag_probe_context *ctx, const char *path,
		    const char *value, struct frag_error *e);
	void *runner; /* knob()'s own */
};

/*
 * The descriptor. name: [a-z0-9-]. summary: one line. about: which kernel path
 * an attempt takes, and what it does not measure. count: attempts by default.
 * zeroes: an attempt clears the block, so that memory which the machine has
 * never touched is slower. needs: ends with FRAG_NEED_END; may be NULL.
 *
 * orders(): the orders that this kernel has for the probe, ascending; returns
 * how many, 0 with @e filled when there is none (FRAG_EXIT_CANNOT).
 * knobs(): runs in the runner, before the fork; may be NULL. The rest runs in
 * a forked child that dies before anybody else does when memory runs out:
 * open(): make ready, take nothing. verified(): by what a block is known to be
 * one, a word of a-z. attempt(): number @i of count; *ns is the time of the
 * request alone. release(): give back all; returns how many blocks went back.
 */
struct frag_probe {
	const char *name;
	const char *summary;
	const char *about;
	const struct frag_option *options;
	size_t options_size;
	size_t state_size;
	uint64_t count;
	bool zeroes;
	const struct frag_need *needs;
	unsigned (*orders)(unsigned orders[FRAG_PROBE_ORDERS],
			   struct frag_error *e);
	int (*knobs)(struct frag_probe_context *ctx, struct frag_error *e);
	int (*open)(struct frag_probe_context *ctx, struct frag_error *e);
	const char *(*verified)(const struct frag_probe_context *ctx);
	int (*attempt)(struct frag_probe_context *ctx, uint64_t i,
		       uint64_t *ns);
	uint64_t (*release)(struct frag_probe_context *ctx);
};

#endif
