// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * N processes grow their heaps with sbrk at the same time, as in the 2017 blog
 * post that hoped their frames would alternate. free-running does just that;
 * lockstep hands a baton around after every chunk, so that they really do.
 */
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "fragbench/futex.h"
#include "fragbench/pick.h"
#include "fragbench/workload.h"

enum {
	FREE_RUNNING_CHUNK = 64,
	HEAP_STEP =
		256, /* pages that one sbrk adds, to be touched one by one */
	BATON = 1,
};

struct interleave_options {
	uint64_t pages;
	const char *mode;
	uint64_t chunk;
	uint64_t jitter;
};

static const struct frag_option interleave_options[] = {
	{ "pages", 0, FRAG_COUNT, offsetof(struct interleave_options, pages),
	  NULL, "200000", 1, 0, "pages that each process takes" },
	{ "mode", 0, FRAG_CHOICE, offsetof(struct interleave_options, mode),
	  "lockstep|free-running", "lockstep", 0, 0,
	  "lockstep: the processes take turns; free-running: each as fast as it can" },
	{ "chunk", 0, FRAG_COUNT, offsetof(struct interleave_options, chunk),
	  NULL, "1", 1, 4096,
	  "pages that a process takes before it hands over (lockstep)" },
	{ "jitter", 0, FRAG_COUNT, offsetof(struct interleave_options, jitter),
	  NULL, "0", 0, 0,
	  "one turn in so many takes a second chunk, by chance (lockstep); 0: none does" },
	{ 0 },
};

/* Whose turn it is: BATON is set in baton[i] for at most one process; beside it
 * only FRAG_TOLD may be set. */
struct interleave_shared {
	_Atomic uint32_t baton[FRAG_PROCESSES_MAX];
	_Atomic uint32_t is_out[FRAG_PROCESSES_MAX]; /* has all its pages */
};

struct interleave_state {
	char *heap; /* where the heap stood at first */
	char *top; /* where it ends now */
	uint64_t pages; /* touched */
	uint64_t gone; /* of those, given back */
	uint8_t *is_gone; /* a byte for each page; NULL before a release */
	bool is_lockstep;
};

static uint64_t interleave_bytes(const void *options, unsigned processes,
				 size_t page_size)
{
	const struct interleave_options *o = options;
	uint64_t bytes;

	if (__builtin_mul_overflow(o->pages, processes * page_size, &bytes))
		return UINT64_MAX;
	return bytes;
}

static bool interleave_shrink(void *options, unsigned processes,
			      size_t page_size, uint64_t bytes)
{
	struct interleave_options *o = options;

	o->pages = bytes / processes / page_size;
	return o->pages > 0;
}

static int interleave_setup(struct frag_context *ctx)
{
	const struct interleave_options *o = ctx->options;
	struct interleave_shared *shared = ctx->shared;
	struct interleave_state *s = ctx->state;
	uintptr_t end = (uintptr_t)sbrk(0);
	size_t rest = end % ctx->page_size;

	/* Small pages only, also where huge ones of any size are the default. */
	prctl(PR_SET_THP_DISABLE, 1UL, 0UL, 0UL, 0UL);
	/* From a page boundary on, so that a step of n pages is n faults. */
	if (rest && sbrk((intptr_t)(ctx->page_size - rest)) == (void *)-1)
		return -errno;
	s->heap = sbrk(0);
	s->top = s->heap;
	s->is_lockstep = !strcmp(o->mode, "lockstep") && ctx->count > 1;
	frag_wake_when_told(ctx, &shared->baton[ctx->index]);
	if (!ctx->index)
		atomic_fetch_or(&shared->baton[0], BATON);
	return 0;
}

/* Touch @pages more, growing the heap where it ends. */
static int heap_grow(struct frag_context *ctx, uint64_t pages)
{
	struct interleave_state *s = ctx->state;
	char *from = s->heap + s->pages * ctx->page_size;
	char *end = from + pages * ctx->page_size;

	for (; from < end; from += ctx->page_size) {
		if (from == s->top) {
			if (sbrk((intptr_t)(HEAP_STEP * ctx->page_size)) ==
			    (void *)-1)
				return frag_no_space(
					ctx, HEAP_STEP * ctx->page_size);
			s->top += HEAP_STEP * ctx->page_size;
		}
		*(volatile char *)from = 1;
	}
	s->pages += pages;
	frag_add_pages(ctx, pages);
	return frag_set_range(ctx, 0, (uintptr_t)s->heap, (uintptr_t)end);
}

static bool baton_wait(struct frag_context *ctx)
{
	struct interleave_shared *shared = ctx->shared;
	_Atomic uint32_t *mine = &shared->baton[ctx->index];
	uint32_t now;

	while (!((now = atomic_load(mine)) & BATON)) {
		if (frag_is_stopping(ctx))
			return false;
		frag_futex_wait(mine, now, NULL);
	}
	return true;
}

/* Hand the baton to the next process that still wants pages. */
static void baton_pass(struct frag_context *ctx)
{
	struct interleave_shared *shared = ctx->shared;
	unsigned next = ctx->index;

	do {
		next = (next + 1) % ctx->count;
	} while (next != ctx->index && atomic_load(&shared->is_out[next]));
	atomic_fetch_and(&shared->baton[ctx->index], ~(uint32_t)BATON);
	atomic_fetch_or(&shared->baton[next], BATON);
	if (next != ctx->index)
		frag_futex_wake(&shared->baton[next]);
}

/* How many pages this turn takes. */
static uint64_t turn_pages(struct frag_context *ctx)
{
	const struct interleave_options *o = ctx->options;
	const struct interleave_state *s = ctx->state;
	uint64_t left = o->pages - s->pages;
	uint64_t take = s->is_lockstep ? o->chunk : FREE_RUNNING_CHUNK;

	if (s->is_lockstep && o->jitter &&
	    frag_random(&ctx->seed) % o->jitter == 0)
		take += o->chunk;
	return take < left ? take : left;
}

static int interleave_step(struct frag_context *ctx)
{
	const struct interleave_options *o = ctx->options;
	struct interleave_shared *shared = ctx->shared;
	struct interleave_state *s = ctx->state;
	int rc;

	if (s->is_lockstep && !baton_wait(ctx))
		return FRAG_IDLE;
	rc = heap_grow(ctx, turn_pages(ctx));
	if (s->pages == o->pages)
		atomic_store(&shared->is_out[ctx->index], 1);
	if (s->is_lockstep)
		baton_pass(ctx);
	if (rc)
		return rc;
	return s->pages == o->pages ? FRAG_DONE : FRAG_MORE;
}

/* Which pages are gone: not from malloc(), which would grow the heap, too, and
 * not before it is needed, so that no page of it lies between the others. */
static int gone_map(struct frag_context *ctx)
{
	struct interleave_state *s = ctx->state;
	void *map;

	if (s->is_gone)
		return 0;
	map = mmap(NULL, s->pages, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (map == MAP_FAILED)
		return -errno;
	s->is_gone = map;
	return 0;
}

/* brk only cuts off the top, which would be one stretch; holes in the middle
 * are made with MADV_DONTNEED. */
static int interleave_release(struct frag_context *ctx, unsigned permille)
{
	struct interleave_state *s = ctx->state;
	uint64_t held = s->pages - s->gone;
	struct frag_pick pick = frag_pick_make(
		"even", held, frag_permille_of(held, permille), &ctx->seed);
	int rc = held ? gone_map(ctx) : 0;

	for (uint64_t i = 0; held && i < s->pages && !rc; i++) {
		if (frag_is_stopping(ctx))
			break;
		if (s->is_gone[i] || !frag_pick_next(&pick, &ctx->seed))
			continue;
		if (madvise(s->heap + i * ctx->page_size, ctx->page_size,
			    MADV_DONTNEED)) {
			rc = -errno;
			break;
		}
		s->is_gone[i] = 1;
		s->gone++;
		frag_add_pages(ctx, -1);
	}
	return rc;
}

static void interleave_teardown(struct frag_context *ctx)
{
	struct interleave_state *s = ctx->state;

	if (s->is_gone)
		munmap(s->is_gone, s->pages);
}

extern const struct frag_workload frag_workload_sbrk_interleave;
const struct frag_workload frag_workload_sbrk_interleave = {
	.name = "sbrk-interleave",
	.summary = "processes that grow their heaps with sbrk at the same time",
	.about =
		"Every process extends its heap with sbrk and touches each new "
		"page: an order-0 allocation of movable memory through the "
		"anonymous page fault (do_anonymous_page). Where two processes "
		"take turns page by page, neighbouring frames have different "
		"owners, and the death of one leaves single free frames whose "
		"buddies are all held: the most fragmented memory there is, "
		"and all of it movable, so that compaction can mend it. Left to "
		"run freely the processes are served from per-CPU lists that "
		"are refilled in batches, and the runs of one owner are as "
		"long as those. A release gives back single pages, spread "
		"evenly over the heap of each process (MADV_DONTNEED).",
	.options = interleave_options,
	.options_size = sizeof(struct interleave_options),
	.shared_size = sizeof(struct interleave_shared),
	.state_size = sizeof(struct interleave_state),
	.processes = 2,
	.cpus = "same",
	.bytes = interleave_bytes,
	.shrink = interleave_shrink,
	.setup = interleave_setup,
	.step = interleave_step,
	.release = interleave_release,
	.teardown = interleave_teardown,
};
