// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pages that cannot be moved because somebody holds a reference to their
 * frames, as device drivers do: buffers registered with io_uring, or where that
 * cannot be had, pages spliced into pipes.
 */
#include <stdlib.h>

#include "fragbench/pin.h"
#include "fragbench/sieve.h"

struct pinned_options {
	struct frag_sieve_options sieve;
	const char *how;
};

static const struct frag_option pinned_options[] = {
	FRAG_SIEVE_ROWS("pinned",
			"share of those blocks whose kept pages are pinned"),
	{ "how", 0, FRAG_CHOICE, offsetof(struct pinned_options, how),
	  FRAG_PIN_WAYS, "auto", 0, 0,
	  "what holds the pages; auto: io_uring, and vmsplice for what that refuses" },
	{ 0 },
};

enum { BY_RING = FRAG_SIEVE_COUNTERS, BY_PIPE };

static const struct frag_workload_counter pinned_counters[] = {
	FRAG_SIEVE_COUNTER_ROWS,
	[BY_RING] = { "by-io-uring", "pages", "pages pinned through io_uring" },
	[BY_PIPE] = { "by-vmsplice", "pages", "pages pinned through vmsplice" },
	{ 0 },
};

struct pinned_state {
	struct frag_sieve sieve;
	struct frag_pins pins;
	char **pages; /* FRAG_PINS_AT_ONCE of them */
};

static int pinned_check(const void *options, unsigned processes,
			struct frag_error *e)
{
	const struct pinned_options *o = options;

	(void)processes;
	return frag_pins_check("pinned-pages", "how", o->how, e);
}

static int pinned_setup(struct frag_context *ctx)
{
	const struct pinned_options *o = ctx->options;
	struct pinned_state *s = ctx->state;
	int rc = frag_sieve_setup(ctx, &s->sieve);

	s->pages = calloc(FRAG_PINS_AT_ONCE, sizeof(*s->pages));
	if (!rc && !s->pages)
		rc = -ENOMEM;
	return rc ? rc : frag_pins_open(&s->pins, ctx, "how", o->how);
}

static uint32_t page_number(const struct frag_sieve *sieve, const char *page)
{
	return (uint32_t)((size_t)(page - sieve->memory) / sieve->page_size);
}

static int pinned_hold(struct frag_context *ctx, struct frag_sieve *sieve,
		       const struct frag_sieve_page *chosen, unsigned n)
{
	struct pinned_state *s = ctx->state;
	unsigned group;
	int done;

	for (; n; chosen += done, n -= (unsigned)done) {
		const struct frag_pin_group *g;

		for (unsigned i = 0; i < n; i++)
			s->pages[i] = frag_sieve_address(sieve, chosen[i].page);
		done = frag_pins_add(&s->pins, s->pages, n, &group);
		if (done < 0)
			return done;
		g = &s->pins.groups[group];
		for (unsigned i = 0; i < g->n; i++)
			sieve->marks[chosen[i].page] = FRAG_SIEVE_FAST;
		frag_count(ctx, g->is_pipe ? BY_PIPE : BY_RING, g->n);
	}
	return 0;
}

static bool is_fast(const void *arg, const char *page)
{
	const struct frag_sieve *sieve = arg;

	return sieve->marks[page_number(sieve, page)] == FRAG_SIEVE_FAST;
}

static int pinned_loosen(struct frag_context *ctx, struct frag_sieve *sieve)
{
	struct pinned_state *s = ctx->state;
	int rc = 0;

	for (unsigned i = 0;
	     i < s->pins.ngroups && !rc && !frag_is_stopping(ctx); i++)
		rc = frag_pins_keep(&s->pins, i, is_fast, sieve);
	return rc;
}

static const struct frag_sieve_holder pinned_holder = { FRAG_PINS_AT_ONCE,
							pinned_hold,
							pinned_loosen };

static int pinned_step(struct frag_context *ctx)
{
	struct pinned_state *s = ctx->state;

	return frag_sieve_step(ctx, &s->sieve, &pinned_holder);
}

static int pinned_release(struct frag_context *ctx, unsigned permille)
{
	struct pinned_state *s = ctx->state;

	return frag_sieve_release(ctx, &s->sieve, &pinned_holder, permille);
}

static void pinned_teardown(struct frag_context *ctx)
{
	struct pinned_state *s = ctx->state;

	frag_pins_close(&s->pins);
	free(s->pages);
	frag_sieve_free(&s->sieve);
}

static const struct frag_need pinned_needs[] = {
	{ FRAG_NEED_CALL, "io_uring or vmsplice", "pinning pages",
	  frag_pins_ask, 0 },
	{ 0 },
};

extern const struct frag_workload frag_workload_pinned_pages;
const struct frag_workload frag_workload_pinned_pages = {
	.name = "pinned-pages",
	.summary =
		"pages pinned in frames chosen by number, one in each pageblock",
	.about =
		"Populates memory, reads its frame numbers from pagemap, keeps "
		"a page or a few in each pageblock, pins those of a share of "
		"the pageblocks, and gives the rest back with MADV_DONTNEED. "
		"Pinned are they as drivers do: buffers registered with "
		"io_uring (io_sqe_buffer_register, pin_user_pages with "
		"FOLL_LONGTERM, mm/gup.c), up to 4096 a ring; where io_uring "
		"is disabled, pages spliced into pipes (vmsplice, fs/splice.c). "
		"Compaction skips a page with more references than mappings "
		"(isolate_migratepages_block, mm/compaction.c): with 0 % "
		"pinned it makes whole blocks again, with 100 % none. Pins "
		"for long move a page out of movable zones and CMA first; "
		"`moved` counts those. Where frame numbers are hidden (no "
		"CAP_SYS_ADMIN) pages are chosen by address, and `by-address` "
		"counts them. A release lets go of kept pages, by address.",
	.options = pinned_options,
	.options_size = sizeof(struct pinned_options),
	.state_size = sizeof(struct pinned_state),
	.processes = 1,
	.cpus = "same",
	.needs = pinned_needs,
	.counters = pinned_counters,
	.check = pinned_check,
	.bytes = frag_sieve_bytes,
	.shrink = frag_sieve_shrink,
	.setup = pinned_setup,
	.step = pinned_step,
	.release = pinned_release,
	.teardown = pinned_teardown,
};
