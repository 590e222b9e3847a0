// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which pages of a sieve are kept: populate, read the frame numbers, sort by
 * them, choose in each block, have the chosen ones held fast, give back the
 * rest. One short piece of that a step.
 */
#include "fragbench/sieve.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "fragbench/pagemap.h"

enum {
	TOUCH_AT_ONCE = 512,
	READ_AT_ONCE = 16384,
	GIVE_AT_ONCE = 65536, /* pages looked at, in one step */
	CALLS_AT_ONCE = 2048, /* calls of madvise, in one step */
	DIGIT_BITS = 11,
	/* An item: the frame number above, the number of the page below. */
	PAGE_BITS = 26,
};

static const uint64_t frame_max = (1ULL << (64 - PAGE_BITS)) - 1;

enum stage { TOUCH, READ, SORT, CHOOSE, HOLD, GIVE_BACK, DONE };

uint64_t frag_sieve_memlock_raise(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_MEMLOCK, &limit))
		return 0;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_MEMLOCK, &limit);
	return limit.rlim_cur;
}

uint64_t frag_sieve_bytes(const void *options, unsigned processes,
			  size_t page_size)
{
	const struct frag_sieve_options *o = options;
	uint64_t bytes;

	(void)page_size;
	if (__builtin_mul_overflow(o->size, processes, &bytes))
		return UINT64_MAX;
	return bytes;
}

bool frag_sieve_shrink(void *options, unsigned processes, size_t page_size,
		       uint64_t bytes)
{
	struct frag_sieve_options *o = options;

	o->size = bytes / processes / page_size * page_size;
	return o->size >= page_size;
}

/* A pageblock is as large as what one page table maps (pageblock_order in
 * include/linux/pageblock-flags.h), whose entries have 8 bytes. */
static unsigned pageblock_order(size_t page_size)
{
	return (unsigned)__builtin_ctzll(page_size / 8);
}

int frag_sieve_setup(struct frag_context *ctx, struct frag_sieve *s)
{
	const struct frag_sieve_options *o = ctx->options;

	s->page_size = ctx->page_size;
	s->pagemap = -1;
	s->order =
		o->order ? (unsigned)o->order : pageblock_order(ctx->page_size);
	s->pages = (o->size - 1) / ctx->page_size + 1;
	s->memory =
		mmap(NULL, s->pages * ctx->page_size, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (s->memory == MAP_FAILED) {
		s->memory = NULL;
		return frag_no_space(ctx, s->pages * ctx->page_size);
	}
	/* Single frames; refused only where there are no huge pages. */
	madvise(s->memory, s->pages * ctx->page_size, MADV_NOHUGEPAGE);
	s->marks = calloc(s->pages, 1);
	s->pagemap = frag_pagemap_open(0);
	/* Without it the pages are as good as those with hidden frames. */
	s->is_blind = s->pagemap < 0;
	return s->marks ? 0 : -ENOMEM;
}

static void sort_free(struct frag_sieve *s)
{
	free(s->sort.items);
	free(s->sort.spare);
	s->sort = (struct frag_sieve_sort){ 0 };
}

void frag_sieve_free(struct frag_sieve *s)
{
	sort_free(s);
	free(s->chosen);
	free(s->marks);
	if (s->pagemap >= 0)
		close(s->pagemap);
	if (s->memory)
		munmap(s->memory, s->pages * s->page_size);
}

static void stage_next(struct frag_sieve *s, enum stage stage)
{
	s->stage = stage;
	s->at = 0;
}

static int touch(struct frag_context *ctx, struct frag_sieve *s)
{
	uint64_t n = s->pages - s->at < TOUCH_AT_ONCE ? s->pages - s->at
						      : TOUCH_AT_ONCE;

	for (uint64_t i = 0; i < n; i++)
		*(volatile char *)frag_sieve_address(s, s->at + i) = 1;
	memset(s->marks + s->at, FRAG_SIEVE_SPARE, n);
	s->at += n;
	frag_add_pages(ctx, (int64_t)n);
	frag_set_range(ctx, 0, (uintptr_t)s->memory,
		       (uintptr_t)frag_sieve_address(s, s->at));
	if (s->at < s->pages)
		return 0;
	s->sort.items = calloc(s->pages, sizeof(uint64_t));
	s->sort.spare = calloc(s->pages, sizeof(uint64_t));
	stage_next(s, READ);
	return s->sort.items && s->sort.spare ? 0 : -ENOMEM;
}

/* --- by frame number --- */

/* The frame numbers of @n pages from number @page on; false: they are hidden. */
static bool frames_read(const struct frag_sieve *s, uint64_t page, uint64_t n,
			uint64_t *pfns)
{
	return frag_pagemap_read(s->pagemap,
				 (uintptr_t)frag_sieve_address(s, page), n,
				 pfns) == (int64_t)n;
}

static int frames_take(struct frag_context *ctx, struct frag_sieve *s)
{
	struct frag_sieve_sort *sort = &s->sort;
	uint64_t n = s->pages - s->at < READ_AT_ONCE ? s->pages - s->at
						     : READ_AT_ONCE;
	uint64_t *items = sort->items + s->at;

	if (!s->is_blind && !frames_read(s, s->at, n, items)) {
		/* All by address then: the two do not mix. */
		s->is_blind = true;
		s->at = 0;
		sort->widest = 0;
		return 0;
	}
	for (uint64_t i = 0; i < n; i++) {
		if (s->is_blind)
			items[i] = (uintptr_t)frag_sieve_address(s, s->at + i) /
				   ctx->page_size;
		/* Swapped out meanwhile, or further up than an item reaches. */
		if (items[i] > frame_max)
			items[i] = frame_max;
		items[i] = items[i] << PAGE_BITS | (s->at + i);
		if (items[i] > sort->widest)
			sort->widest = items[i];
	}
	s->at += n;
	if (s->at < s->pages)
		return 0;
	/* The pages are in order already: only the frames are left. */
	sort->shift = PAGE_BITS;
	stage_next(s, SORT);
	return 0;
}

/* One pass of a radix sort, the least digit first. */
static int frames_sort(struct frag_context *ctx, struct frag_sieve *s)
{
	struct frag_sieve_sort *sort = &s->sort;
	uint64_t place[1 << DIGIT_BITS] = { 0 };
	const uint64_t mask = (1 << DIGIT_BITS) - 1;
	uint64_t *sorted = sort->spare;
	uint64_t sum = 0;

	(void)ctx;
	for (uint64_t i = 0; i < s->pages; i++)
		place[sort->items[i] >> sort->shift & mask]++;
	for (unsigned d = 0; d <= mask; d++) {
		uint64_t n = place[d];

		place[d] = sum;
		sum += n;
	}
	for (uint64_t i = 0; i < s->pages; i++)
		sorted[place[sort->items[i] >> sort->shift & mask]++] =
			sort->items[i];
	sort->spare = sort->items;
	sort->items = sorted;
	sort->shift += DIGIT_BITS;
	if (sort->shift >= 64 || !(sort->widest >> sort->shift))
		stage_next(s, CHOOSE);
	return 0;
}

/* --- choosing --- */

static uint64_t block_of(const struct frag_sieve *s, uint64_t i)
{
	return s->sort.items[i] >> PAGE_BITS >> s->order;
}

/* Where the block that begins at item @i ends. */
static uint64_t block_end(const struct frag_sieve *s, uint64_t i)
{
	uint64_t block = block_of(s, i);

	while (i < s->pages && block_of(s, i) == block)
		i++;
	return i;
}

static uint64_t blocks_count(const struct frag_sieve *s)
{
	uint64_t n = 0;

	for (uint64_t i = 0; i < s->pages; i = block_end(s, i))
		n++;
	return n;
}

/* Keep some of the items [i, end), and have them held fast if @is_held. */
static void block_choose(struct frag_context *ctx, struct frag_sieve *s,
			 uint64_t i, uint64_t end, bool is_held)
{
	const struct frag_sieve_options *o = ctx->options;
	struct frag_pick pick =
		frag_pick_make("random", end - i, o->keep, &ctx->seed);

	for (; i < end; i++) {
		uint64_t item = s->sort.items[i];
		uint32_t page = item & ((1U << PAGE_BITS) - 1);

		if (!frag_pick_next(&pick, &ctx->seed))
			continue;
		s->marks[page] = is_held ? FRAG_SIEVE_CHOSEN : FRAG_SIEVE_KEPT;
		if (is_held)
			s->chosen[s->nchosen++] =
				(struct frag_sieve_page){ item >> PAGE_BITS,
							  page };
	}
	frag_count(ctx, FRAG_SIEVE_HELD_BLOCKS, is_held);
	frag_count(ctx, FRAG_SIEVE_BLIND, s->is_blind ? pick.taken : 0);
}

static int choose(struct frag_context *ctx, struct frag_sieve *s)
{
	const struct frag_sieve_options *o = ctx->options;
	uint64_t blocks = blocks_count(s);
	uint64_t kept = frag_permille_of(blocks, o->blocks);
	uint64_t held = frag_permille_of(kept, o->held);
	struct frag_pick keep =
		frag_pick_make(o->spread, blocks, kept, &ctx->seed);
	struct frag_pick hold =
		frag_pick_make(o->spread, kept, held, &ctx->seed);
	uint64_t most = held * o->keep < s->pages ? held * o->keep : s->pages;

	s->chosen = calloc(most + 1, sizeof(*s->chosen));
	if (!s->chosen)
		return -ENOMEM;
	for (uint64_t i = 0; i < s->pages;) {
		uint64_t end = block_end(s, i);

		if (frag_pick_next(&keep, &ctx->seed))
			block_choose(ctx, s, i, end,
				     frag_pick_next(&hold, &ctx->seed));
		i = end;
	}
	frag_count(ctx, FRAG_SIEVE_BLOCKS, blocks);
	sort_free(s);
	stage_next(s, HOLD);
	return 0;
}

/* --- holding and giving back --- */

/* A page may be moved until it is held: a pin for long takes it out of movable
 * and CMA memory first (FOLL_LONGTERM, mm/gup.c). */
static void moved_count(struct frag_context *ctx, const struct frag_sieve *s,
			const struct frag_sieve_page *pages, unsigned n)
{
	uint64_t pfn;

	for (unsigned i = 0; i < n && !s->is_blind; i++)
		if (frames_read(s, pages[i].page, 1, &pfn) &&
		    pfn != pages[i].pfn)
			frag_count(ctx, FRAG_SIEVE_MOVED, 1);
}

static int hold(struct frag_context *ctx, struct frag_sieve *s,
		const struct frag_sieve_holder *holder)
{
	const struct frag_sieve_page *pages = s->chosen + s->at;
	uint64_t left = s->nchosen - s->at;
	unsigned n = left < holder->at_once ? (unsigned)left : holder->at_once;
	int rc = n ? holder->hold(ctx, s, pages, n) : 0;

	if (rc)
		return rc;
	moved_count(ctx, s, pages, n);
	frag_count(ctx, FRAG_SIEVE_HELD, n);
	s->at += n;
	if (s->at == s->nchosen)
		stage_next(s, GIVE_BACK);
	return 0;
}

/* Give back the pages [from, to), all of which are there. */
static int pages_give(struct frag_context *ctx, struct frag_sieve *s,
		      uint64_t from, uint64_t to)
{
	if (madvise(frag_sieve_address(s, from), (to - from) * s->page_size,
		    MADV_DONTNEED))
		return -errno;
	memset(s->marks + from, FRAG_SIEVE_GONE, to - from);
	frag_add_pages(ctx, -(int64_t)(to - from));
	return 0;
}

/* Give back what is marked @mark, from page s->at on, a bounded piece of it. */
static int marked_give(struct frag_context *ctx, struct frag_sieve *s,
		       enum frag_sieve_mark mark)
{
	uint64_t stop = s->pages - s->at < GIVE_AT_ONCE ? s->pages
							: s->at + GIVE_AT_ONCE;
	unsigned calls = 0;
	int rc = 0;

	while (s->at < stop && calls < CALLS_AT_ONCE && !rc) {
		uint64_t from = s->at;

		while (s->at < stop && s->marks[s->at] == mark)
			s->at++;
		if (s->at > from) {
			rc = pages_give(ctx, s, from, s->at);
			calls++;
		} else {
			s->at++;
		}
	}
	return rc;
}

int frag_sieve_step(struct frag_context *ctx, struct frag_sieve *s,
		    const struct frag_sieve_holder *holder)
{
	int rc = 0;

	switch ((enum stage)s->stage) {
	case TOUCH:
		return touch(ctx, s);
	case READ:
		return frames_take(ctx, s);
	case SORT:
		return frames_sort(ctx, s);
	case CHOOSE:
		return choose(ctx, s);
	case HOLD:
		return hold(ctx, s, holder);
	case GIVE_BACK:
		rc = marked_give(ctx, s, FRAG_SIEVE_SPARE);
		if (s->at == s->pages)
			stage_next(s, DONE);
		return rc;
	case DONE:
		break;
	}
	return FRAG_DONE;
}

/* Mark what is to be given back; what is held fast is loosened first. */
static void release_mark(struct frag_context *ctx, struct frag_sieve *s,
			 unsigned permille)
{
	const struct frag_sieve_options *o = ctx->options;
	uint64_t held = 0;
	struct frag_pick pick;

	for (uint64_t i = 0; i < s->pages; i++)
		held += s->marks[i] != FRAG_SIEVE_GONE;
	pick = frag_pick_make(o->spread, held, frag_permille_of(held, permille),
			      &ctx->seed);
	for (uint64_t i = 0; i < s->pages; i++) {
		if (s->marks[i] == FRAG_SIEVE_GONE ||
		    !frag_pick_next(&pick, &ctx->seed))
			continue;
		s->marks[i] = s->marks[i] == FRAG_SIEVE_FAST ? FRAG_SIEVE_LOOSE
							     : FRAG_SIEVE_SPARE;
	}
}

int frag_sieve_release(struct frag_context *ctx, struct frag_sieve *s,
		       const struct frag_sieve_holder *holder,
		       unsigned permille)
{
	static const enum frag_sieve_mark marks[] = { FRAG_SIEVE_SPARE,
						      FRAG_SIEVE_LOOSE };
	int rc;

	/* Told to hold before it was done: nothing more is chosen then, and
	 * what was not chosen is as good as kept. */
	for (uint64_t i = 0; i < s->pages; i++)
		if (s->marks[i] != FRAG_SIEVE_GONE &&
		    s->marks[i] != FRAG_SIEVE_FAST)
			s->marks[i] = FRAG_SIEVE_KEPT;
	release_mark(ctx, s, permille);
	rc = holder->loosen(ctx, s);
	for (unsigned m = 0; m < 2 && !rc; m++)
		for (s->at = 0;
		     s->at < s->pages && !rc && !frag_is_stopping(ctx);)
			rc = marked_give(ctx, s, marks[m]);
	return rc;
}
