// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A sieve of locked pages. Whether they can be moved is the kernel's choice, by
 * a knob: the same layout is then in compaction's way, or is not.
 */
#include <string.h>
#include <sys/mman.h>

#include "fragbench/sieve.h"

enum { LOCK_AT_ONCE = 1024 };

static const struct frag_option mlock_options[] = {
	FRAG_SIEVE_ROWS("locked",
			"share of those blocks whose kept pages are locked"),
	{ 0 },
};

static const struct frag_workload_counter mlock_counters[] = {
	FRAG_SIEVE_COUNTER_ROWS,
	{ 0 },
};

struct mlock_state {
	struct frag_sieve sieve;
	uint64_t memlock; /* bytes */
	uint64_t locked; /* pages */
};

static int mlock_setup(struct frag_context *ctx)
{
	struct mlock_state *s = ctx->state;

	s->memlock = frag_sieve_memlock_raise();
	return frag_sieve_setup(ctx, &s->sieve);
}

static int lock_fail(struct frag_context *ctx, int errnum)
{
	const struct mlock_state *s = ctx->state;
	uint64_t next = (s->locked + 1) * s->sieve.page_size;

	if (next > s->memlock)
		return frag_give_up(ctx, -errnum,
				    "no more than %ju kB may be locked "
				    "(RLIMIT_MEMLOCK); mend: ulimit -Hl "
				    "unlimited, run as root, or locked = less",
				    (uintmax_t)s->memlock >> 10);
	if (errnum == ENOMEM)
		return frag_give_up(ctx, -errnum,
				    "more locked stretches than "
				    "vm.max_map_count allows, after %ju; mend: "
				    "sysctl -w vm.max_map_count=1048576, or "
				    "more processes",
				    (uintmax_t)s->locked);
	return -errnum;
}

static int mlock_hold(struct frag_context *ctx, struct frag_sieve *sieve,
		      const struct frag_sieve_page *pages, unsigned n)
{
	struct mlock_state *s = ctx->state;

	for (unsigned i = 0; i < n; i++) {
		if (mlock(frag_sieve_address(sieve, pages[i].page),
			  sieve->page_size))
			return lock_fail(ctx, errno);
		sieve->marks[pages[i].page] = FRAG_SIEVE_FAST;
		s->locked++;
	}
	return 0;
}

static int mlock_loosen(struct frag_context *ctx, struct frag_sieve *sieve)
{
	struct mlock_state *s = ctx->state;

	for (uint64_t i = 0; i < sieve->pages && !frag_is_stopping(ctx); i++) {
		if (sieve->marks[i] != FRAG_SIEVE_LOOSE)
			continue;
		if (munlock(frag_sieve_address(sieve, i), sieve->page_size))
			return -errno;
		s->locked--;
	}
	return 0;
}

static const struct frag_sieve_holder mlock_holder = { LOCK_AT_ONCE, mlock_hold,
						       mlock_loosen };

static int mlock_step(struct frag_context *ctx)
{
	struct mlock_state *s = ctx->state;

	return frag_sieve_step(ctx, &s->sieve, &mlock_holder);
}

static int mlock_release(struct frag_context *ctx, unsigned permille)
{
	struct mlock_state *s = ctx->state;

	return frag_sieve_release(ctx, &s->sieve, &mlock_holder, permille);
}

static void mlock_teardown(struct frag_context *ctx)
{
	struct mlock_state *s = ctx->state;

	frag_sieve_free(&s->sieve);
}

extern const struct frag_workload frag_workload_mlock_sieve;
const struct frag_workload frag_workload_mlock_sieve = {
	.name = "mlock-sieve",
	.summary = "locked pages in chosen frames: movable or not, by a knob",
	.about =
		"Populates memory, reads its frame numbers from pagemap, keeps "
		"a page or a few in each pageblock, locks those of a share of "
		"the pageblocks (mlock, mm/mlock.c: they go to the unevictable "
		"list) and gives the rest back with MADV_DONTNEED. With "
		"vm.compact_unevictable_allowed = 1, the default of most "
		"kernels, compaction moves locked pages like others; with 0 it "
		"leaves them where they are (ISOLATE_UNEVICTABLE in "
		"isolate_migratepages_block, mm/compaction.c), and the same "
		"layout cannot be mended. Set it with the scenario key knobs. "
		"Where frame numbers are hidden (no CAP_SYS_ADMIN) pages are "
		"chosen by address, and `by-address` counts them. A release "
		"lets go of kept pages, by address.",
	.options = mlock_options,
	.options_size = sizeof(struct frag_sieve_options),
	.state_size = sizeof(struct mlock_state),
	.processes = 1,
	.cpus = "same",
	.counters = mlock_counters,
	.bytes = frag_sieve_bytes,
	.shrink = frag_sieve_shrink,
	.setup = mlock_setup,
	.step = mlock_step,
	.release = mlock_release,
	.teardown = mlock_teardown,
};
