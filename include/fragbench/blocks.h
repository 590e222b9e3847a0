/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole blocks of physical memory of one's own: 2^order pages, naturally
 * aligned, as large as a huge page of the page tables. Each is taken as one
 * transparent huge page, split into its pages at once, and can then be carved:
 * any of its pages are given back, the others stay in their frames. No frame
 * number has to be known for it: the alignment is the kernel's own.
 */
#ifndef FRAGBENCH_BLOCKS_H
#define FRAGBENCH_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fragbench/freelists.h"
#include "fragbench/pagemap.h"
#include "fragbench/workload.h"

enum {
	FRAG_BLOCKS_AT_ONCE = 64, /* most blocks of one frag_blocks_take() */
	FRAG_BLOCKS_ZONES =
		64, /* zones with memory that are looked at before */
	FRAG_BLOCKS_SPANS = 256, /* zones of a machine, also empty ones */
};

/* A zone to take from. reserve: pages that it keeps from such as us. */
struct frag_blocks_zone {
	struct frag_freelists lists;
	uint64_t reserve;
};

/* One block. pfn: its first frame when it was taken, FRAG_NO_FRAME when that is
 * not known; its pages may be moved later. pages: how many of them are here.
 * is_huge: it is not split yet. */
struct frag_block {
	uint64_t pfn;
	uint32_t pages;
	bool is_huge;
};

/*
 * Opaque but for order (of a block), size (its bytes), room (most blocks at the
 * same time), held (blocks with a page here), is_blind (frame numbers are
 * hidden), is_lazy (to be set by the caller: blocks stay huge pages, which no
 * compaction moves, until frag_blocks_split()), odd (what came was no whole
 * block and went back) and unsplit (could not be split and went back).
 * Bookkeeping: 20 bytes a block, 0.04 a page.
 */
struct frag_blocks {
	unsigned order;
	size_t size;
	uint32_t room;
	uint32_t held;
	bool is_blind;
	bool is_lazy;
	uint64_t odd;
	uint64_t unsplit;

	struct frag_context *ctx;
	size_t page_size;
	char *memory; /* aligned to a block */
	char *mapping;
	size_t mapped; /* bytes */
	struct frag_block *block;
	uint32_t *spare; /* slots that were given back */
	uint32_t nspare;
	uint32_t used; /* slots that were ever taken */
	int node;
	int pagemap;
	int kpageflags;
	int self; /* a pidfd of this process; less than 0: one call a run */
	bool is_collapsed; /* faults bring no huge pages: MADV_COLLAPSE */
	int file; /* that blocks are parts of; less than 0: none */
	unsigned nzones;
	struct frag_blocks_zone zones[FRAG_BLOCKS_ZONES];
};

/* The order of a block: that of a transparent huge page; 0 where the kernel has
 * none. */
unsigned frag_blocks_order(void);

/*
 * Make room for @room blocks; nothing is taken yet. @node: take from this node
 * alone; -1: from any. Zones cannot be chosen: the kernel fills the highest
 * first. Returns 0, or a negative errno with frag_give_up() told: no huge pages
 * to be had (-ENOTSUP), no address space. frag_blocks_close() in any case.
 */
int frag_blocks_open(struct frag_blocks *b, struct frag_context *ctx,
		     uint32_t room, int node);

/*
 * From now on, before the first frag_blocks_take(): blocks are parts of a file
 * in memory that is on no path and goes with the process. They are not cleared
 * then, and but two pages of each are touched: 0.1 ms a block. The second page
 * of each is not there. Returns 0, or a negative errno where that cannot be
 * had, and all is as it was: it takes CAP_SYS_ADMIN, frame numbers and huge
 * pages in tmpfs.
 */
int frag_blocks_use_file(struct frag_blocks *b);

/*
 * Take up to @n blocks (FRAG_BLOCKS_AT_ONCE at most), and no more than the free
 * lists have ready above the low watermark, so that nothing is compacted and
 * nothing reclaimed for it. @slots: their numbers, 0 to room - 1. Returns how
 * many, fewer when told to stop; 0: there are none ready, or no room; or a
 * negative errno. frag_add_pages() is told. 1 ms a block, 6 where the host of a
 * virtual machine has to fetch the memory.
 */
int frag_blocks_take(struct frag_blocks *b, uint32_t *slots, unsigned n);

/* How many blocks the free lists have ready for frag_blocks_take(). */
uint64_t frag_blocks_ready(struct frag_blocks *b);

/* Part block @slot into its pages, where it was left in one piece. 0, or -EBUSY
 * when somebody holds it: it stays as it is. */
int frag_blocks_split(struct frag_blocks *b, uint32_t slot);

/* Pages that the zones have above the low watermark and what they keep back:
 * single ones may be taken as long as this is not 0. */
uint64_t frag_blocks_above(struct frag_blocks *b);

/*
 * Give back all pages of block @slot whose bits in @kept (2^order of them) are
 * not set, in one call of process_madvise where the kernel takes that, else one
 * of madvise a run. Of pages that are gone already bits are ignored: what was
 * given back does not return. 0 or a negative errno.
 */
int frag_blocks_keep(struct frag_blocks *b, uint32_t slot,
		     const uint64_t *kept);

/* Ask for memory of @b's node alone for [@at, @at + @bytes), in single pages
 * until told otherwise; 0 or a negative errno. */
int frag_blocks_advise(const struct frag_blocks *b, char *at, size_t bytes);

/* Give back all of block @slot; the slot can be taken again. */
int frag_blocks_drop(struct frag_blocks *b, uint32_t slot);

/* Where page @page of block @slot stands. */
static inline char *frag_blocks_address(const struct frag_blocks *b,
					uint32_t slot, uint64_t page)
{
	return b->memory + slot * b->size + page * b->page_size;
}

/* The first frame of block @slot as it was taken, or FRAG_NO_FRAME. */
static inline uint64_t frag_blocks_pfn(const struct frag_blocks *b,
				       uint32_t slot)
{
	return b->block[slot].pfn;
}

/* For blocks.c, where blocks are of a file: take the one that stands at @at,
 * its first frame into *pfn, or say that what came was none; make a hole. */
bool frag_blocks_file_take(struct frag_blocks *b, char *at, uint64_t *pfn);
int frag_blocks_file_give(struct frag_blocks *b, const char *at, size_t bytes);

/* Give back everything. */
void frag_blocks_close(struct frag_blocks *b);

#endif
