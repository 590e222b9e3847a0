// SPDX-License-Identifier: GPL-2.0-or-later
/* What is done about what the free lists are: who gives way to whom, in which
 * order, and how much of it in one step. */
#include <math.h>
#include <string.h>

#include "fragbench/futex.h"
#include "fragbench/holder.h"
#include "fragbench/pick.h"

enum {
	/* Of one step, which is to be well below 100 ms. */
	LOOKS_AT_ONCE = 64, /* at blocks that may be let go of: 3 ms */
	DUST_AT_ONCE = 4096, /* pages: 10 ms */
	SWEEP_AT_ONCE = 256, /* kept pages: 0.1 ms */
	SWEEP_FAR = 2048, /* where something has mended blocks: 2 ms */
	PINNED_AT_ONCE = 16, /* blocks: one group of pins */
	TAKE_AT_ONCE = 8, /* blocks, before the clock is asked */
	TAKE_MS = 40,
	RELIEF = 8, /* one in so many blocks is given back at a time */
	/* Takes in a row that bring no block although the free lists have some. */
	PATIENCE = 20,
};

/* What a step has seen. */
struct sight {
	struct frag_hold_view view;
	struct frag_hold_signs signs;
	enum frag_hold_strain strain;
	double index;
	double share;
	double blocks;
};

static int sight_take(struct frag_context *ctx, struct sight *at)
{
	const struct frag_hold_options *o = ctx->options;
	struct frag_holder *s = ctx->state;
	struct frag_free_look look;
	int rc = frag_freelists_look(&s->lists, &look);

	*at = (struct sight){ .signs.floor = o->leave };
	if (!rc)
		rc = frag_signs_look(&s->signs, &at->signs.available,
				     &at->signs.kswapd, &at->signs.direct);
	if (rc)
		return frag_give_up(ctx, rc,
				    "cannot look at the free lists: %s",
				    strerror(-rc));
	at->view = frag_hold_view(&s->law, &look.buddy, look.pcp_pages);
	at->signs.free = at->view.free;
	at->signs.low = look.low;
	at->strain = frag_hold_strain(&at->signs);
	at->index = frag_hold_index(&s->law, &at->view);
	at->blocks = frag_hold_blocks(&s->law, &at->view);
	at->share = frag_hold_share(&s->law, at->index, s->is_reached);
	return 0;
}

static uint64_t held(const struct frag_holder *s)
{
	return frag_kept_held(&s->kept) + frag_dust_held(&s->dust);
}

/* Blocks that may be taken: within the cap, and with room for all of their
 * pages above what is to be left. */
static uint64_t blocks_allowed(const struct frag_holder *s,
			       const struct sight *at)
{
	const struct frag_blocks *b = &s->kept.blocks;
	uint64_t left = at->signs.floor + at->signs.floor / 4;
	uint64_t now = held(s);
	uint64_t by_cap = now < s->cap ? (s->cap - now) / s->kept.parts : 0;
	uint64_t by_room = at->signs.available > left
				   ? (at->signs.available - left) / b->size
				   : 0;
	uint64_t most = by_cap < by_room ? by_cap : by_room;

	return most < FRAG_BLOCKS_AT_ONCE ? most : FRAG_BLOCKS_AT_ONCE;
}

/* Of the blocks in pieces as many are pinned as was asked. */
static int pins_keep(struct frag_context *ctx)
{
	const struct frag_hold_options *o = ctx->options;
	struct frag_holder *s = ctx->state;
	uint64_t due = s->kept.nlive * o->unmovable / 1000;
	int rc = 0;

	while (o->unmovable && s->fast.blocks < due && !frag_is_stopping(ctx)) {
		uint64_t n = due - s->fast.blocks;

		rc = frag_fast_more(&s->fast, n < PINNED_AT_ONCE
						      ? (unsigned)n
						      : PINNED_AT_ONCE);
		if (rc <= 0)
			return rc;
		frag_count(ctx, FRAG_HOLD_PINNED, (uint64_t)rc);
	}
	while (s->fast.blocks > due + PINNED_AT_ONCE)
		frag_count(ctx, FRAG_HOLD_UNPINNED, frag_fast_less(&s->fast));
	return 0;
}

/* Take up to @n blocks, for as long as a step may last: cold memory takes five
 * times as long as warm. How many, or a negative errno. */
static int blocks_take(struct frag_context *ctx, unsigned n)
{
	struct frag_holder *s = ctx->state;
	uint64_t until = frag_time_now() + TAKE_MS * 1000000ULL;
	unsigned done = 0;
	int got = 1;

	while (got > 0 && done < n && frag_time_now() < until) {
		unsigned most = n - done;

		got = frag_kept_take(&s->kept,
				     most < TAKE_AT_ONCE ? most : TAKE_AT_ONCE);
		done += got > 0 ? (unsigned)got : 0;
	}
	return got < 0 ? got : (int)done;
}

/* The free lists have blocks, and a fault brings none. */
static int vain_count(struct frag_context *ctx)
{
	const struct frag_hold_options *o = ctx->options;
	struct frag_holder *s = ctx->state;

	if (!frag_blocks_ready(&s->kept.blocks) || ++s->vain < PATIENCE)
		return 0;
	if (*o->zone && s->kept.nlive)
		return frag_give_up(
			ctx, -ENOMEM,
			"there is no room to keep more than %u blocks, and the "
			"kernel gives those of zones above %s first; mend: "
			"--zone with the highest zone that has free blocks "
			"(/proc/buddyinfo), or no zone",
			s->kept.nlive, o->zone);
	return frag_give_up(
		ctx, -ENOMEM,
		"blocks are free and no huge page comes; mend: "
		"--knob transparent_hugepage/enabled=madvise --knob "
		"transparent_hugepage/shmem_enabled=advise, or another node or "
		"zone");
}

static void lost_less(struct frag_holder *s, uint64_t pages)
{
	s->lost -= pages < s->lost ? pages : s->lost;
}

/* The index is too low. Returns how much was done, or a negative errno. */
static int64_t raise(struct frag_context *ctx, const struct sight *at)
{
	struct frag_holder *s = ctx->state;
	double lost;
	int64_t n;
	int got;
	int rc;

	/* Pages that were taken to lower it go first. */
	if (frag_dust_held(&s->dust)) {
		n = frag_hold_whole(-frag_hold_pages(&s->law, &at->view),
				    at->share, DUST_AT_ONCE, &s->carry_dust);
		n = (int64_t)frag_dust_give(&s->dust, (uint64_t)n);
		frag_count(ctx, FRAG_HOLD_DUST_GIVEN, (uint64_t)n);
		return n;
	}
	if (at->strain != FRAG_HOLD_EASY)
		return 0;
	lost = (double)s->lost / s->kept.parts;
	n = frag_hold_whole(at->blocks,
			    frag_hold_share_lost(at->share, at->blocks, lost),
			    blocks_allowed(s, at), &s->carry_blocks);
	if (n <= 0)
		return 0;
	got = blocks_take(ctx, (unsigned)n);
	if (got <= 0)
		return got < 0 || frag_is_stopping(ctx) ? got : vain_count(ctx);
	s->vain = 0;
	lost_less(s, (uint64_t)got * s->kept.parts);
	frag_count(ctx, FRAG_HOLD_TAKEN, (uint64_t)got);
	rc = pins_keep(ctx);
	return rc ? rc : got;
}

/* Take free pages in pieces: what is left of them is usable to a larger share. */
static int64_t dust_lower(struct frag_context *ctx, const struct sight *at)
{
	struct frag_holder *s = ctx->state;
	uint64_t left = (at->signs.floor + at->signs.floor / 4);
	uint64_t room = at->signs.available > left
				? (at->signs.available - left) / ctx->page_size
				: 0;
	uint64_t now = held(s);
	uint64_t most = now < s->cap ? s->cap - now : 0;
	int64_t n;

	if (at->strain != FRAG_HOLD_EASY)
		return 0;
	most = most < room ? most : room;
	most = most < DUST_AT_ONCE ? most : DUST_AT_ONCE;
	n = frag_hold_whole(frag_hold_pages(&s->law, &at->view), at->share,
			    most, &s->carry_dust);
	if (n <= 0)
		return 0;
	n = (int64_t)frag_dust_take(&s->dust, (uint64_t)n);
	frag_count(ctx, FRAG_HOLD_DUST_TAKEN, (uint64_t)n);
	return n;
}

/* The index is too high. */
static int64_t lower(struct frag_context *ctx, const struct sight *at)
{
	struct frag_holder *s = ctx->state;
	int64_t n =
		frag_hold_whole(at->blocks * s->kept.parts, at->share,
				FRAG_BLOCKS_AT_ONCE * (uint64_t)s->kept.parts,
				&s->carry_blocks);
	int64_t done;
	int rc;

	if (n >= 0)
		return 0;
	done = frag_kept_let_go(&s->kept, (uint64_t)-n, LOOKS_AT_ONCE);
	if (done < 0)
		return done;
	s->pointless = done ? 0 : s->pointless + LOOKS_AT_ONCE;
	frag_count(ctx, FRAG_HOLD_LET_GO, (uint64_t)done);
	rc = pins_keep(ctx);
	if (done)
		frag_dust_rinse(&s->dust);
	if (rc || done || s->pointless < s->kept.nlive)
		return rc ? rc : done;
	return dust_lower(ctx, at);
}

/* Others need memory: single pages first, then the oldest blocks, which are
 * worth little memory and much order. */
static int64_t relieve(struct frag_context *ctx)
{
	struct frag_holder *s = ctx->state;
	uint64_t given = frag_dust_give(&s->dust, DUST_AT_ONCE);
	uint32_t n = s->kept.nlive / RELIEF + 1;
	int done;

	frag_count(ctx, FRAG_HOLD_DUST_GIVEN, given);
	if (s->fast.blocks > s->kept.nlive - s->kept.nlive / RELIEF)
		frag_count(ctx, FRAG_HOLD_UNPINNED, frag_fast_less(&s->fast));
	done = given ? 0 : frag_kept_drop(&s->kept, n);
	if (done < 0)
		return done;
	frag_count(ctx, FRAG_HOLD_LET_GO, (uint64_t)done * s->kept.parts);
	frag_count(ctx, FRAG_HOLD_RELIEVED, given || done);
	return (int64_t)given + done;
}

/* What has been moved away keeps nothing from merging: it is only held. */
static int sweep(struct frag_context *ctx, const struct sight *at)
{
	struct frag_holder *s = ctx->state;
	bool is_mended =
		s->is_reached && frag_hold_is_mended(&s->law, at->index);
	unsigned looks =
		(is_mended ? SWEEP_FAR : SWEEP_AT_ONCE) / s->kept.parts;
	int64_t moved = frag_kept_sweep(&s->kept, looks ? looks : 1);

	/* Nothing is left to be made up for where the index is high enough. */
	if (at->index >= s->law.target - s->law.band)
		s->lost = 0;
	if (moved <= 0)
		return (int)moved;
	s->lost += (uint64_t)moved;
	frag_count(ctx, FRAG_HOLD_MOVED, (uint64_t)moved);
	return 0;
}

static int64_t correct(struct frag_context *ctx, const struct sight *at)
{
	struct frag_holder *s = ctx->state;

	if (at->strain == FRAG_HOLD_SHORT)
		return relieve(ctx);
	if (!s->is_reached && (at->share <= 0 || fabs(at->blocks) < 0.5)) {
		s->is_reached = true;
		frag_count(ctx, FRAG_HOLD_REACHED, 1);
	}
	if (at->share <= 0)
		return 0;
	return at->index < s->law.target ? raise(ctx, at) : lower(ctx, at);
}

/* Sleep until the next look is due, or until told something else. */
static void period_wait(struct frag_context *ctx)
{
	const struct frag_hold_options *o = ctx->options;
	struct frag_holder *s = ctx->state;
	uint64_t now = frag_time_now();

	while (!s->is_busy && now < s->due_ns && !frag_is_stopping(ctx)) {
		uint64_t left = s->due_ns - now;
		struct timespec ts = { (time_t)(left / 1000000000),
				       (long)(left % 1000000000) };

		frag_futex_wait(&ctx->share->command, FRAG_TELL_RUN, &ts);
		now = frag_time_now();
	}
	s->due_ns += o->period;
	if (s->due_ns < now)
		s->due_ns = now + o->period;
}

static uint64_t cpu_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ULL + (uint64_t)ts.tv_nsec;
}

/* Is it to go on at once, and not when the next look is due? */
static bool is_urgent(const struct frag_holder *s, const struct sight *at)
{
	return !s->is_reached || at->strain == FRAG_HOLD_SHORT ||
	       s->lost >= s->kept.parts;
}

int frag_holder_step(struct frag_context *ctx)
{
	const struct frag_hold_options *o = ctx->options;
	struct frag_holder *s = ctx->state;
	struct sight at;
	uint64_t begin;
	int64_t done;

	period_wait(ctx);
	if (frag_is_stopping(ctx))
		return FRAG_IDLE;
	frag_time_from(ctx);
	begin = cpu_now();
	done = sight_take(ctx, &at);
	if (!done)
		done = sweep(ctx, &at);
	if (!done)
		done = correct(ctx, &at);
	if (done < 0)
		return (int)done;
	s->is_busy = done && is_urgent(s, &at);
	frag_count(ctx, FRAG_HOLD_LOOKS, 1);
	frag_count(ctx, FRAG_HOLD_CORRECTIONS, done > 0);
	frag_count(ctx, FRAG_HOLD_CPU, cpu_now() - begin);
	return s->is_reached && !strcmp(o->follow, "no") ? FRAG_DONE
							 : FRAG_MORE;
}

/* The oldest blocks go, and with the last of them all the rest. */
int frag_holder_release(struct frag_context *ctx, unsigned permille)
{
	struct frag_holder *s = ctx->state;
	uint64_t blocks = frag_permille_of(s->kept.nlive, permille);
	uint64_t pages = frag_permille_of(frag_dust_held(&s->dust), permille);
	int rc = 0;

	frag_dust_give(&s->dust, pages);
	while (s->fast.blocks && s->fast.blocks > s->kept.nlive - blocks)
		frag_count(ctx, FRAG_HOLD_UNPINNED, frag_fast_less(&s->fast));
	while (blocks && rc >= 0 && !frag_is_stopping(ctx)) {
		rc = frag_kept_drop(&s->kept, FRAG_BLOCKS_AT_ONCE < blocks
						      ? FRAG_BLOCKS_AT_ONCE
						      : (uint32_t)blocks);
		blocks -= rc > 0 ? (uint64_t)rc : 0;
		if (!rc)
			break;
	}
	if (permille == 1000 && !frag_is_stopping(ctx))
		frag_dust_close(&s->dust);
	return rc < 0 ? rc : 0;
}
