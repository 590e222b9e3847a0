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
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "fragbench/buddy.h"
#include "fragbench/error.h"
#include "fragbench/histogram.h"
#include "fragbench/option.h"

enum {
	FRAG_RANGES_MAX = 64,
	FRAG_PROCESSES_MAX = 250,
	FRAG_COUNTERS_MAX = 16,
	FRAG_DOUBTS_MAX = 4,
	FRAG_DOUBT_TEXT = 256,
};

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
	FRAG_WORKER_RELEASING, /* giving back a share of what it holds */
};

/*
 * What a worker is told; written by the runner, read by the worker, which
 * itself makes HOLD of RELEASE when it has done so.
 */
enum frag_worker_command {
	FRAG_TELL_WAIT,
	FRAG_TELL_RUN,
	FRAG_TELL_HOLD,
	FRAG_TELL_STOP,
	FRAG_TELL_RELEASE, /* only to one that holds */
};

/* A number of a shape that was not asked for, or is not known. */
#define FRAG_NOT_ASKED UINT64_MAX

/*
 * A shape of the free lists that a workload was to make, and the one that it
 * made: asked[o] and got[o] blocks of each order below @orders, and the
 * unusable index of the zones in question at @order, in thousandths. What was
 * not asked for is FRAG_NOT_ASKED.
 */
struct frag_shaped {
	unsigned orders;
	uint64_t asked[FRAG_ORDERS_MAX];
	uint64_t got[FRAG_ORDERS_MAX];
	unsigned order;
	uint64_t asked_unusable;
	uint64_t got_unusable;
};

/*
 * The page that a worker shares with the runner. pages: pages of memory that
 * are held now; allocated: all that were ever come by. ops: calls of step()
 * that did their work. kept: pages held when it was told to stop. ranges: where
 * the memory stands, for reading frame numbers. step_ns: how long each step()
 * took. counters: by slot, see struct frag_workload_counter. permille: of
 * FRAG_TELL_RELEASE. ndoubts: how many were told, of which only the first
 * FRAG_DOUBTS_MAX are kept. shapes: goes up by two with each shape that was
 * told, and is odd while one is being written.
 */
struct frag_worker_share {
	_Atomic uint32_t command;
	_Atomic uint32_t state;
	_Atomic uint64_t ops;
	_Atomic uint64_t pages;
	_Atomic uint64_t allocated;
	_Atomic uint64_t kept;
	_Atomic uint32_t permille;
	_Atomic uint64_t started_ns;
	_Atomic uint64_t done_ns;
	_Atomic uint32_t nranges;
	_Atomic uintptr_t told_word; /* see frag_wake_when_told() */
	struct frag_range ranges[FRAG_RANGES_MAX];
	_Atomic uint64_t counters[FRAG_COUNTERS_MAX];
	char message[256];
	_Atomic uint32_t ndoubts;
	char doubts[FRAG_DOUBTS_MAX][FRAG_DOUBT_TEXT];
	_Atomic uint32_t shapes;
	struct frag_shaped shaped;
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
	uint64_t step_began_ns; /* see frag_time_from(), frag_time_to() */
	uint64_t step_ended_ns; /* 0: when step() returns */
};

/* What a workload cannot do without; a table ends with FRAG_NEED_END. */
enum frag_need_kind {
	FRAG_NEED_END,
	FRAG_NEED_ROOT, /* effective uid 0 */
	FRAG_NEED_FILE, /* arg: a kernel file that must be readable */
	FRAG_NEED_CALL, /* ask() must return 0 */
	FRAG_NEED_NODES, /* count: NUMA nodes with memory, at least */
	FRAG_NEED_YES, /* the user must say --yes: it is not for every machine */
};

/*
 * One need. arg: what is needed, as people call it (of FRAG_NEED_FILE the
 * path; of FRAG_NEED_ROOT, NODES and YES NULL). ask(): asks the running
 * kernel, in the runner, before anything is forked; 0, or a negative errno with
 * @e filled: why it cannot be had, and an exact mend. It must leave the machine
 * and the process as they were.
 */
struct frag_need {
	enum frag_need_kind kind;
	const char *arg;
	const char *why; /* what for, as the end of "needed for ..." */
	int (*ask)(struct frag_error *e);
	unsigned count;
};

/*
 * Something that a workload counts, beside steps and pages: it only ever grows.
 * name: [a-z0-9-], plural. unit: "count", "pages", "bytes", "ns". The index in
 * the table is the slot of frag_count(). The table ends with name NULL.
 */
struct frag_workload_counter {
	const char *name;
	const char *unit;
	const char *about;
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
 * release(): give back @permille thousandths (1 to 1000) of what is held at
 * this call, spread as `about` says, and tell frag_add_pages() of it. Called
 * while the worker holds, and maybe again later, then of the rest. It should
 * give up early, returning 0, when frag_is_stopping(). 0 or a negative errno.
 * NULL: cannot release, can only be killed.
 * teardown(): once, at the end, if setup() was called; also when setup(),
 * step() or release() failed: the state is then as they left it. It need not
 * tell frag_add_pages(). NULL where the end of the process is enough.
 * sweep(): in the runner, at the end, for a worker that was killed: remove what
 * it may have left outside of its process, such as files, and nothing of the
 * living. NULL: it leaves nothing.
 *
 * Told to hold or to stop, a worker leaves step() or release() within 100 ms,
 * however much it holds. setup() and teardown() may take longer (a million
 * files have to be removed one by one), but 10 s after it was told to stop a
 * worker is killed: what it holds must go with its process, or by sweep().
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
	/* It looks at MemAvailable itself, and gives back when that is short:
	 * at the floor it is not told to hold what it has. */
	bool gives_way;
	const struct frag_need *needs;
	const struct frag_workload_counter *counters; /* NULL: none */
	int (*check)(const void *options, unsigned processes,
		     struct frag_error *e);
	uint64_t (*bytes)(const void *options, unsigned processes,
			  size_t page_size);
	bool (*shrink)(void *options, unsigned processes, size_t page_size,
		       uint64_t bytes);
	int (*setup)(struct frag_context *ctx);
	int (*step)(struct frag_context *ctx);
	int (*release)(struct frag_context *ctx, unsigned permille);
	void (*teardown)(struct frag_context *ctx);
	void (*sweep)(const void *options);
};

/* True when the worker was told to hold or to stop: leave step() or release()
 * soon. */
static inline bool frag_is_stopping(const struct frag_context *ctx)
{
	uint32_t told = atomic_load_explicit(&ctx->share->command,
					     memory_order_relaxed);

	return told != FRAG_TELL_RUN && told != FRAG_TELL_RELEASE;
}

/* CLOCK_MONOTONIC in nanoseconds. */
static inline uint64_t frag_time_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ULL + (uint64_t)ts.tv_nsec;
}

/* The time of this step begins only now: what came before was preparation. */
static inline void frag_time_from(struct frag_context *ctx)
{
	ctx->step_began_ns = frag_time_now();
}

/* The time of this step ends here already: what follows is tidying up. */
static inline void frag_time_to(struct frag_context *ctx)
{
	ctx->step_ended_ns = frag_time_now();
}

static inline int frag_give_up(struct frag_context *ctx, int rc,
			       const char *fmt, ...) FRAG_PRINTF(3, 4);

/* Say why setup(), step() or release() fails, and how that is mended; returns
 * @rc, so that it can end the function. Without it the errno's text is told. */
static inline int frag_give_up(struct frag_context *ctx, int rc,
			       const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(ctx->share->message, sizeof(ctx->share->message), fmt, args);
	va_end(args);
	return rc;
}

/* The same for @bytes of address space that the kernel has refused: errno says
 * why. Where vm.overcommit_memory is 2 such space counts as memory from the
 * start, whether anything is ever in it or not. */
static inline int frag_no_space(struct frag_context *ctx, size_t bytes)
{
	return frag_give_up(ctx, -errno,
			    "no address space for %zu MiB: %s; mend: ulimit "
			    "-v unlimited, or --knob overcommit_memory=0 "
			    "where vm.overcommit_memory is 2, or ask for less",
			    bytes >> 20, strerror(errno));
}

static inline void frag_doubt(struct frag_context *ctx, const char *fmt, ...)
	FRAG_PRINTF(2, 3);

/*
 * Say why what this worker did is not to be trusted, though it did not fail:
 * the run goes on and ends with FRAG_EXIT_DOUBT. "; mend: " and an exact step
 * may end the text. What was said before is not said again.
 */
static inline void frag_doubt(struct frag_context *ctx, const char *fmt, ...)
{
	struct frag_worker_share *share = ctx->share;
	uint32_t n =
		atomic_load_explicit(&share->ndoubts, memory_order_relaxed);
	char text[FRAG_DOUBT_TEXT];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	for (uint32_t i = 0; i < n && i < FRAG_DOUBTS_MAX; i++)
		if (!strcmp(share->doubts[i], text))
			return;
	if (n < FRAG_DOUBTS_MAX)
		memcpy(share->doubts[n], text, sizeof(text));
	atomic_store_explicit(&share->ndoubts, n + 1, memory_order_release);
}

/* Tell which shape was asked for and which was made: the last one of a phase
 * stands in shapes.csv. */
static inline void frag_report_shape(struct frag_context *ctx,
				     const struct frag_shaped *shaped)
{
	struct frag_worker_share *share = ctx->share;

	atomic_fetch_add(&share->shapes, 1);
	share->shaped = *shaped;
	atomic_fetch_add(&share->shapes, 1);
}

/* Count @n more in counter number @slot of the workload's table. */
static inline void frag_count(struct frag_context *ctx, unsigned slot,
			      uint64_t n)
{
	if (slot < FRAG_COUNTERS_MAX)
		atomic_fetch_add_explicit(&ctx->share->counters[slot], n,
					  memory_order_relaxed);
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

/* Tell the runner that @pages more pages of memory are held; less than 0: that
 * so many were given back. */
static inline void frag_add_pages(struct frag_context *ctx, int64_t pages)
{
	struct frag_worker_share *share = ctx->share;

	atomic_fetch_add_explicit(&share->pages, (uint64_t)pages,
				  memory_order_relaxed);
	if (pages > 0)
		atomic_fetch_add_explicit(&share->allocated, (uint64_t)pages,
					  memory_order_relaxed);
}

/*
 * Tell the runner that range number @slot is [@start, @end) from now on; it
 * may grow with every call; @start == @end: there is nothing any more. Not
 * every page in it need be there. Returns -ENOSPC when there is no such slot.
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
