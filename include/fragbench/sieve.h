/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A sieve: memory of which a few pages are kept, chosen by the numbers of their
 * frames, and the rest is given back. What keeps the pages in their frames is
 * up to the workload: see pinned-pages.c and mlock-sieve.c.
 */
#ifndef FRAGBENCH_SIEVE_H
#define FRAGBENCH_SIEVE_H

#include "fragbench/pick.h"
#include "fragbench/workload.h"

/* size: bytes of each process. order: of the aligned blocks of frames in which
 * pages are kept; 0: the pageblock's. blocks, held: thousandths. */
struct frag_sieve_options {
	uint64_t size;
	uint64_t order;
	uint64_t blocks;
	uint64_t keep;
	uint64_t held;
	const char *spread;
};

#define FRAG_SIEVE_ROW(name, type, field, value, initial, min, max, about) \
	{                                                                  \
		name, 0, type, offsetof(struct frag_sieve_options, field), \
			value, initial, min, max, about                    \
	}

/* The rows of a workload whose options begin with a struct frag_sieve_options;
 * @held_name names the row for its field held, @held_about is its sentence. */
/* clang-format off */
#define FRAG_SIEVE_ROWS(held_name, held_about) \
	FRAG_SIEVE_ROW("size", FRAG_SIZE, size, NULL, "512M", 4096, 1ULL << 38, \
		"memory of each process, before the rest is given back"), \
	FRAG_SIEVE_ROW("block-order", FRAG_COUNT, order, NULL, "0", 0, 16, \
		"pages are kept in aligned blocks of 2^N frames; 0: in " \
		"pageblocks"), \
	FRAG_SIEVE_ROW("blocks", FRAG_SHARE, blocks, NULL, "100%", 0, 1000, \
		"share of the blocks in which pages are kept"), \
	FRAG_SIEVE_ROW("keep", FRAG_COUNT, keep, NULL, "1", 1, 65536, \
		"pages kept in each of those blocks, where chance has it"), \
	FRAG_SIEVE_ROW(held_name, FRAG_SHARE, held, NULL, "100%", 0, 1000, \
		held_about), \
	FRAG_SIEVE_ROW("spread", FRAG_CHOICE, spread, FRAG_PICKS, "even", 0, 0, \
		"how those shares lie over memory, by frame number")
/* clang-format on */

/* The counters; a workload may have more, from FRAG_SIEVE_COUNTERS on. */
enum frag_sieve_counter {
	FRAG_SIEVE_BLOCKS,
	FRAG_SIEVE_HELD_BLOCKS,
	FRAG_SIEVE_HELD,
	FRAG_SIEVE_MOVED,
	FRAG_SIEVE_BLIND,
	FRAG_SIEVE_COUNTERS,
};

#define FRAG_SIEVE_COUNTER_ROWS                                                 \
	[FRAG_SIEVE_BLOCKS] = { "blocks", "count",                              \
				"blocks in which it had a frame" },             \
	[FRAG_SIEVE_HELD_BLOCKS] = { "blocks-held", "count",                    \
				     "blocks in which it held pages fast" },    \
	[FRAG_SIEVE_HELD] = { "held", "pages", "pages held fast" },             \
	[FRAG_SIEVE_MOVED] = { "moved", "pages",                                \
			       "pages that were put into another frame before " \
			       "they were held fast" },                         \
	[FRAG_SIEVE_BLIND] = { "by-address", "pages",                           \
			       "pages kept by their address, because frame "    \
			       "numbers are hidden from this user" }

/* What became of a page. */
enum frag_sieve_mark {
	FRAG_SIEVE_GONE,
	FRAG_SIEVE_SPARE, /* touched, not chosen */
	FRAG_SIEVE_KEPT,
	FRAG_SIEVE_CHOSEN, /* to be held fast */
	FRAG_SIEVE_FAST, /* held fast */
	FRAG_SIEVE_LOOSE, /* was held fast, to be given back */
};

/* A page that is to be held fast. */
struct frag_sieve_page {
	uint64_t pfn; /* its frame, or its page number when is_blind */
	uint32_t page; /* its number in the memory */
};

struct frag_sieve;

/*
 * How pages are held fast. at_once: most pages of one call of hold(). hold():
 * hold these @n pages; what of them is held is FRAG_SIEVE_FAST in marks, also
 * when it fails. loosen(): let go of all pages that are FRAG_SIEVE_LOOSE in
 * marks; the sieve gives them back then. Both return 0 or a negative errno.
 */
struct frag_sieve_holder {
	unsigned at_once;
	int (*hold)(struct frag_context *ctx, struct frag_sieve *s,
		    const struct frag_sieve_page *pages, unsigned n);
	int (*loosen)(struct frag_context *ctx, struct frag_sieve *s);
};

/* A page and its frame in one number, for sorting. */
struct frag_sieve_sort {
	uint64_t *items;
	uint64_t *spare;
	uint64_t widest; /* the highest of the items */
	unsigned shift;
};

struct frag_sieve {
	char *memory;
	size_t page_size;
	uint64_t pages;
	uint8_t *marks; /* enum frag_sieve_mark of each page */
	unsigned order;
	unsigned stage;
	uint64_t at; /* how far this stage has come */
	int pagemap;
	bool is_blind;
	struct frag_sieve_sort sort;
	struct frag_sieve_page *chosen;
	uint64_t nchosen;
};

/* The four that a workload calls from its own; the state has a struct
 * frag_sieve. frag_sieve_setup() leaves the rest to frag_sieve_free(), also
 * when it fails. */
int frag_sieve_setup(struct frag_context *ctx, struct frag_sieve *s);
int frag_sieve_step(struct frag_context *ctx, struct frag_sieve *s,
		    const struct frag_sieve_holder *holder);
int frag_sieve_release(struct frag_context *ctx, struct frag_sieve *s,
		       const struct frag_sieve_holder *holder,
		       unsigned permille);
void frag_sieve_free(struct frag_sieve *s);

/* bytes and shrink of the descriptor. */
uint64_t frag_sieve_bytes(const void *options, unsigned processes,
			  size_t page_size);
bool frag_sieve_shrink(void *options, unsigned processes, size_t page_size,
		       uint64_t bytes);

/* Raise the limit of locked memory as far as it goes; returns it, in bytes. */
uint64_t frag_sieve_memlock_raise(void);

/* The address of page number @page. */
static inline char *frag_sieve_address(const struct frag_sieve *s,
				       uint64_t page)
{
	return s->memory + page * s->page_size;
}

#endif
