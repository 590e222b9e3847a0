/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a workload declares, and what the runner gives to it. A workload is one
 * file in workloads/ with one descriptor, and one line in workloads.def.
 * The runner owns forking, pinning, memory policy, seeding, stopping, counting
 * and timing; a workload owns nothing but what its step() does.
 */
#ifndef FRAGBENCH_WORKLOAD_H
#define FRAGBENCH_WORKLOAD_H

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fragbench/error.h"
#include "fragbench/histogram.h"
#include "fragbench/option.h"

enum { FRAG_RANGES_MAX = 64, FRAG_PROCESSES_MAX = 250 };

/* What step() returns beside a negative errno. */
enum frag_step {
	FRAG_MORE = 0, /* call me again */
	FRAG_DONE = 1, /* reached the goal: hold what is held until told */
	FRAG_IDLE = 2, /* only waited: not counted, not timed; call me again */
};

/* A stretch of the worker's address space that holds memory: [start, end). */
struct frag_range {
	_Atomic uint64_t start;
	_Atomic uint64_t end;
};

/* Where a worker stands; written by the worker, read by the runner. */
enum frag_worker_state {
	FRAG_WORKER_WAITING, /* forked, not told to begin */
	FRAG_WORKER_RUNNING, /* stepping */
	FRAG_WORKER_HOLDING, /* done; keeps its memory */
	FRAG_WORKER_FAILED, /* gave up: see message */
	FRAG_WORKER_ENDED, /* tore down and left */
};

/* What a worker is told; written by the runner, read by the worker. */
enum frag_worker_command {
	FRAG_TELL_WAIT,
	FRAG_TELL_RUN,
	FRAG_TELL_HOLD,
	FRAG_TELL_STOP,
};

/*
 * The page that a worker shares with the runner. pages: pages of memory that
 * step() has come to hold, cumulative. ops: calls of step() that did their
 * work. ranges: where that memory stands, for reading frame numbers.
 * step_ns: how long each step() took.
 */
struct frag_worker_share {
	_Atomic uint32_t command;
	_Atomic uint32_t state;
	_Atomic uint64_t ops;
	_Atomic uint64_t pages;
	_Atomic uint64_t started_ns;
	_Atomic uint64_t done_ns;
	_Atomic uint32_t nranges;
	_Atomic uintptr_t told_word; /* see frag_wake_when_told() */
	struct frag_range ranges[FRAG_RANGES_MAX];
	char message[256];
	struct frag_histogram step_ns;
};

/*
 * What every call of a workload is given. options: its own option struct,
 * read-only, filled from its rows. shared: shared_size bytes, zeroed, common
 * to all workers of this instance. state: state_size bytes, zeroed, private.
 */
struct frag_context {
	unsigned index; /* which worker, 0 .. count-1 */
	unsigned count; /* how many workers this instance has */
	size_t page_size; /* bytes */
	uint64_t seed; /* random state: see frag_random() */
	const void *options;
	void *shared;
	void *state;
	struct frag_worker_share *share;
};

/* What a workload cannot do without; a table ends with FRAG_NEED_END. */
enum frag_need_kind {
	FRAG_NEED_END,
	FRAG_NEED_ROOT, /* effective uid 0 */
	FRAG_NEED_FILE, /* arg: a kernel file that must be readable */
};

struct frag_need {
	enum frag_need_kind kind;
	const char *arg;
	const char *why; /* what for, as the end of "needed for ..." */
};

/*
 * The descriptor. name: [a-z0-9-]. summary: one line. about: what it does to
 * the buddy lists, and through which kernel path. processes: how many workers
 * by default. cpus: where they run by default ("same", "split", "any" or a
 * list). setup, step and teardown run in the worker; check, bytes and shrink
 * run in the runner, before anything is forked.
 *
 * bytes(): the memory in bytes that all workers come to hold; 0 for none.
 * shrink(): make the options fit into @bytes; returns false when it cannot.
 * check(): 0, or a negative errno with @e filled, for options that cannot go
 * together. All three may be NULL.
 * step(): one bounded thing, well below 100 ms; one of enum frag_step or a
 * negative errno. It must not wait without frag_is_stopping() in the loop.
 */
struct frag_workload {
	const char *name;
	const char *summary;
	const char *about;
	bool is_hidden;
	const struct frag_option *options;
	size_t options_size;
	size_t shared_size;
	size_t state_size;
	unsigned processes;
	const char *cpus;
	const struct frag_need *needs;
	int (*check)(const void *options, unsigned processes,
		     struct frag_error *e);
	uint64_t (*bytes)(const void *options, unsigned processes,
			  size_t page_size);
	bool (*shrink)(void *options, unsigned processes, size_t page_size,
		       uint64_t bytes);
	int (*setup)(struct frag_context *ctx);
	int (*step)(struct frag_context *ctx);
	void (*teardown)(struct frag_context *ctx);
};

/* True when the worker was told to hold or to stop: leave step() soon. */
static inline bool frag_is_stopping(const struct frag_context *ctx)
{
	return atomic_load_explicit(&ctx->share->command,
				    memory_order_relaxed) != FRAG_TELL_RUN;
}

/* The bit that the runner sets in a word of frag_wake_when_told(). */
#define FRAG_TOLD 0x80000000U

/*
 * A step() that sleeps on a futex @word in the shared memory of the workload is
 * woken when the worker is told something: the runner sets FRAG_TOLD in the
 * word and wakes who sleeps on it. Sleep only while the word is what it was
 * before frag_is_stopping() was asked, and no timeout is needed.
 */
static inline void frag_wake_when_told(struct frag_context *ctx,
				       _Atomic uint32_t *word)
{
	atomic_store(&ctx->share->told_word, (uintptr_t)word);
}

/* Tell the runner that @pages more pages of memory are held. */
static inline void frag_add_pages(struct frag_context *ctx, uint64_t pages)
{
	atomic_fetch_add_explicit(&ctx->share->pages, pages,
				  memory_order_relaxed);
}

/*
 * Tell the runner that range number @slot is [@start, @end) from now on; it
 * may grow with every call. Returns -ENOSPC when there is no such slot.
 */
static inline int frag_set_range(struct frag_context *ctx, unsigned slot,
				 uintptr_t start, uintptr_t end)
{
	struct frag_worker_share *share = ctx->share;

	if (slot >= FRAG_RANGES_MAX)
		return -ENOSPC;
	atomic_store_explicit(&share->ranges[slot].start, start,
			      memory_order_relaxed);
	atomic_store_explicit(&share->ranges[slot].end, end,
			      memory_order_relaxed);
	if (atomic_load_explicit(&share->nranges, memory_order_relaxed) <= slot)
		atomic_store_explicit(&share->nranges, slot + 1,
				      memory_order_release);
	return 0;
}

/*
 * The next of a sequence of 64-bit numbers that only the seed decides:
 * SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number
 * generators", OOPSLA 2014).
 */
static inline uint64_t frag_random(uint64_t *seed)
{
	uint64_t z = (*seed += 0x9e3779b97f4a7c15ULL);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

#endif
