// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The workload that teaches: copy this file, rename "skeleton", and add one
 * line to workloads.def. It maps `size` bytes, touches one page a step, and
 * keeps them.
 *
 * A workload includes only fragbench/ headers. It never forks, pins, sleeps for
 * pace, counts time, handles signals or prints: the runner does. It may use
 * any system call that makes memory do something.
 */
#include <stdlib.h>
#include <sys/mman.h>

#include "fragbench/workload.h"

/* 1. The options: a struct, and a row for every field. Each row is at once the
 * flag, the scenario key, the help, the man page entry and the manifest field. */
struct skeleton_options {
	uint64_t size;
};

static const struct frag_option skeleton_options[] = {
	{ "size", 0, FRAG_SIZE, offsetof(struct skeleton_options, size), NULL,
	  "1M", 4096, 0, "memory of each process" },
	{ 0 }, /* the end */
};

/* 2. What a worker remembers between steps; zeroed, one for each process. What
 * all processes share would be another struct: see shared_size. */
struct skeleton_state {
	char *memory;
	uint64_t done; /* bytes touched so far */
	bool *is_held; /* of each page, so that a second release knows */
};

/* What it counts beside steps and pages; the index is the slot of frag_count(). */
enum { RELEASED };

static const struct frag_workload_counter skeleton_counters[] = {
	[RELEASED] = { "released", "pages", "pages given back by releases" },
	{ 0 }, /* the end */
};

/* 3. How much memory it will take in all, so that the runner can say no before
 * anything is touched ... */
static uint64_t skeleton_bytes(const void *options, unsigned processes,
			       size_t page_size)
{
	const struct skeleton_options *o = options;

	uint64_t bytes;

	(void)page_size;
	if (__builtin_mul_overflow(o->size, processes, &bytes))
		return UINT64_MAX;
	return bytes;
}

/* ... and how to make it smaller where the machine is. */
static bool skeleton_shrink(void *options, unsigned processes, size_t page_size,
			    uint64_t bytes)
{
	struct skeleton_options *o = options;

	o->size = bytes / processes / page_size * page_size;
	return o->size >= page_size;
}

/* 4. Once, in the worker, right before the first step. */
static int skeleton_setup(struct frag_context *ctx)
{
	const struct skeleton_options *o = ctx->options;
	struct skeleton_state *s = ctx->state;

	s->is_held = calloc(o->size / ctx->page_size + 1, sizeof(bool));
	if (!s->is_held)
		return -ENOMEM;
	s->memory = mmap(NULL, o->size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (s->memory == MAP_FAILED) {
		s->memory = NULL;
		/* Why, and what mends it: more than the errno can tell. For
		 * other reasons there is frag_give_up(). */
		return frag_no_space(ctx, o->size);
	}
	/* Small pages: a huge one would hide what the buddy lists do. */
	madvise(s->memory, o->size, MADV_NOHUGEPAGE);
	return 0;
}

/* 5. Again and again: one bounded thing. FRAG_MORE: call me again. FRAG_DONE:
 * reached the goal, hold it. A negative errno: failed. The runner times it and
 * paces it (rate); where part of it is preparation, frag_time_from(ctx) starts
 * the clock anew and frag_time_to(ctx) stops it. */
static int skeleton_step(struct frag_context *ctx)
{
	const struct skeleton_options *o = ctx->options;
	struct skeleton_state *s = ctx->state;

	s->memory[s->done] = 1;
	s->is_held[s->done / ctx->page_size] = true;
	s->done += ctx->page_size;
	frag_add_pages(ctx, 1);
	/* Say where the memory is, and the runner can tell which frames it has. */
	frag_set_range(ctx, 0, (uintptr_t)s->memory,
		       (uintptr_t)s->memory + s->done);
	return s->done < o->size ? FRAG_MORE : FRAG_DONE;
}

/* 6. Give back a share of what is held now, here spread evenly over it. It may
 * be asked again, for a share of the rest; NULL in the descriptor: cannot. */
static int skeleton_release(struct frag_context *ctx, unsigned permille)
{
	struct skeleton_state *s = ctx->state;
	unsigned due = 0;

	for (uint64_t at = 0; at < s->done && !frag_is_stopping(ctx);
	     at += ctx->page_size) {
		bool *is_held = &s->is_held[at / ctx->page_size];

		due += *is_held ? permille : 0;
		if (due < 1000)
			continue;
		due -= 1000;
		if (madvise(s->memory + at, ctx->page_size, MADV_DONTNEED))
			return -errno;
		*is_held = false;
		frag_add_pages(ctx, -1);
		frag_count(ctx, RELEASED, 1);
	}
	return 0;
}

/* 7. Once, at the end, also after a failure of the others. A killed worker
 * never gets here: memory comes back with the process, what else it leaves is
 * the matter of a sweep() of the descriptor. */
static void skeleton_teardown(struct frag_context *ctx)
{
	const struct skeleton_options *o = ctx->options;
	struct skeleton_state *s = ctx->state;

	if (s->memory)
		munmap(s->memory, o->size);
	free(s->is_held);
}

/* 8. The descriptor: all that the rest of fragbench knows of this file. */
extern const struct frag_workload frag_workload_skeleton;
const struct frag_workload frag_workload_skeleton = {
	.name = "skeleton",
	.summary = "the commented example to copy",
	.about = "Maps memory, touches it page by page and keeps it: order-0 "
		 "allocations through the anonymous page fault.",
	.is_hidden = true,
	.options = skeleton_options,
	.options_size = sizeof(struct skeleton_options),
	.state_size = sizeof(struct skeleton_state),
	.processes = 1,
	.cpus = "any",
	.bytes = skeleton_bytes,
	.shrink = skeleton_shrink,
	.counters = skeleton_counters,
	.setup = skeleton_setup,
	.step = skeleton_step,
	.release = skeleton_release,
	.teardown = skeleton_teardown,
};
