// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How a block is had without a frame number: a huge page is one by its nature,
 * and advice about a part of it makes the kernel split it. How few calls give
 * back the rest of it.
 */
#include "fragbench/blocks.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25 /* Linux 6.1 */
#endif
#ifndef SYS_process_madvise
#define SYS_process_madvise 440 /* Linux 5.10 */
#endif

enum {
	RUNS_AT_ONCE = 1024, /* UIO_MAXIOV */
	WORD = 64,
};

/* --- taking --- */

/* Bring one huge page to @at; 0, or a negative errno when the kernel will not. */
static int huge_fault(const struct frag_blocks *b, char *at)
{
	int rc = madvise(at, b->size, MADV_HUGEPAGE) ? -errno : 0;

	if (rc)
		return rc;
	*(volatile char *)at = 1;
	if (b->is_collapsed && madvise(at, b->size, MADV_COLLAPSE))
		rc = -errno;
	/* khugepaged is to leave it as it will be carved. */
	madvise(at, b->size, MADV_NOHUGEPAGE);
	return rc;
}

/* Did one touch of the first page bring the last one? A fault brings one folio
 * at most, and only one of this order reaches so far. */
static bool is_whole(const struct frag_blocks *b, char *at)
{
	unsigned char there = 0;

	return !mincore(at + b->size - b->page_size, b->page_size, &there) &&
	       there & 1;
}

/*
 * Part the huge page at @at into its pages. Advice about one of them does it
 * (madvise_free_huge_pmd, mm/madvise.c); what it says of that page is taken
 * back by writing to it. Pages full of zeros would be lost: since Linux 6.12
 * they become the shared zero page (try_to_map_unused_to_zeropage).
 */
static bool block_split(const struct frag_blocks *b, char *at, uint64_t pfn)
{
	uint64_t flags = 0;

	for (size_t i = 0; i < b->size; i += b->page_size)
		*(volatile char *)(at + i) = 1;
	if (madvise(at, b->page_size, MADV_FREE))
		return false;
	*(volatile char *)at = 1;
	if (pfn == FRAG_NO_FRAME || b->kpageflags < 0 ||
	    frag_kpageflags_read(b->kpageflags, pfn, 1, &flags) != 1)
		return true;
	return !(flags >> KPF_COMPOUND_HEAD & 1);
}

int frag_blocks_split(struct frag_blocks *b, uint32_t slot)
{
	struct frag_block *block = &b->block[slot];

	if (block->is_huge &&
	    !block_split(b, frag_blocks_address(b, slot, 0), block->pfn)) {
		b->unsplit++;
		return -EBUSY;
	}
	block->is_huge = false;
	return 0;
}

/* A page table that was filled once stands in the way of a huge page, even when
 * it is empty (freed with what it maps since 6.14 only): map the slot anew. */
static bool slot_renew(const struct frag_blocks *b, char *at)
{
	return mmap(at, b->size, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1,
		    0) == at &&
	       !frag_blocks_advise(b, at, b->size);
}

/* Give back @bytes at @at. */
static int stretch_give(struct frag_blocks *b, char *at, size_t bytes)
{
	if (b->file >= 0)
		return frag_blocks_file_give(b, at, bytes);
	return madvise(at, bytes, MADV_DONTNEED) ? -errno : 0;
}

/* The same, where blocks are parts of a file: without its second page. */
static int part_take(struct frag_blocks *b, uint32_t slot)
{
	struct frag_block *block = &b->block[slot];
	char *at = frag_blocks_address(b, slot, 0);

	if (frag_blocks_file_take(b, at, &block->pfn)) {
		block->pages = 1U << b->order;
		return 1;
	}
	b->odd++;
	stretch_give(b, at, b->size);
	return 0;
}

/* 1: slot @slot has a block; 0: what came was none. */
static int block_take(struct frag_blocks *b, uint32_t slot)
{
	struct frag_block *block = &b->block[slot];
	char *at = frag_blocks_address(b, slot, 0);

	if (block->pfn && !slot_renew(b, at))
		return 0;
	*block = (struct frag_block){ .pfn = FRAG_NO_FRAME, .is_huge = true };
	if (huge_fault(b, at) || !is_whole(b, at)) {
		b->odd++;
	} else {
		if (!b->is_blind)
			(void)frag_pagemap_read(b->pagemap, (uintptr_t)at, 1,
						&block->pfn);
		if (b->is_lazy || !frag_blocks_split(b, slot)) {
			block->pages = 1U << b->order;
			return 1;
		}
	}
	madvise(at, b->size, MADV_DONTNEED);
	return 0;
}

static uint32_t slot_next(struct frag_blocks *b)
{
	return b->nspare ? b->spare[--b->nspare] : b->used++;
}

static void slot_return(struct frag_blocks *b, uint32_t slot)
{
	b->spare[b->nspare++] = slot;
}

int frag_blocks_take(struct frag_blocks *b, uint32_t *slots, unsigned n)
{
	uint64_t ready = frag_blocks_ready(b);
	unsigned done = 0;

	if (n > FRAG_BLOCKS_AT_ONCE)
		n = FRAG_BLOCKS_AT_ONCE;
	if (n > b->room - b->held)
		n = b->room - b->held;
	if (n > ready)
		n = (unsigned)ready;
	while (done < n && !frag_is_stopping(b->ctx)) {
		uint32_t slot = slot_next(b);

		if (!(b->file < 0 ? block_take(b, slot) : part_take(b, slot))) {
			slot_return(b, slot);
			break;
		}
		slots[done++] = slot;
	}
	b->held += done;
	frag_add_pages(b->ctx, (int64_t)done << b->order);
	frag_set_range(b->ctx, 0, (uintptr_t)b->memory,
		       (uintptr_t)frag_blocks_address(b, b->used, 0));
	return (int)done;
}

/* --- giving back --- */

/* Give back the @n stretches @v, each of which lies in one block. */
static int runs_give(struct frag_blocks *b, const struct iovec *v, unsigned n)
{
	size_t bytes = 0;

	for (unsigned i = 0; i < n; i++)
		bytes += v[i].iov_len;
	if (n > 1 && b->self >= 0 && b->file < 0 &&
	    syscall(SYS_process_madvise, b->self, v, n, MADV_DONTNEED, 0) ==
		    (long)bytes)
		return 0;
	for (unsigned i = 0; i < n; i++) {
		int rc = stretch_give(b, v[i].iov_base, v[i].iov_len);

		if (rc)
			return rc;
	}
	return 0;
}

static bool is_set(const uint64_t *bits, uint32_t i)
{
	return bits[i / WORD] >> i % WORD & 1;
}

/* The next page from @i on, below @end, whose bit is @value. */
static uint32_t bit_next(const uint64_t *bits, uint32_t i, uint32_t end,
			 bool value)
{
	while (i < end && is_set(bits, i) != value)
		i++;
	return i;
}

/* The block has @pages pages from now on. */
static void block_shrink(struct frag_blocks *b, uint32_t slot, uint32_t pages)
{
	struct frag_block *block = &b->block[slot];

	if (block->pages <= pages)
		return;
	frag_add_pages(b->ctx, (int64_t)pages - block->pages);
	block->pages = pages;
	if (pages)
		return;
	b->held--;
	slot_return(b, slot);
}

int frag_blocks_keep(struct frag_blocks *b, uint32_t slot, const uint64_t *kept)
{
	struct iovec v[RUNS_AT_ONCE];
	const uint32_t pages = 1U << b->order;
	uint32_t left = pages;
	unsigned n = 0;
	int rc = 0;

	for (uint32_t i = bit_next(kept, 0, pages, false); i < pages && !rc;) {
		uint32_t end = bit_next(kept, i, pages, true);

		v[n].iov_base = frag_blocks_address(b, slot, i);
		v[n++].iov_len = (end - i) * b->page_size;
		left -= end - i;
		i = bit_next(kept, end, pages, false);
		if (n < RUNS_AT_ONCE && i < pages)
			continue;
		rc = runs_give(b, v, n);
		n = 0;
	}
	if (!rc)
		block_shrink(b, slot, left);
	return rc;
}

int frag_blocks_drop(struct frag_blocks *b, uint32_t slot)
{
	int rc = stretch_give(b, frag_blocks_address(b, slot, 0), b->size);

	if (!rc)
		block_shrink(b, slot, 0);
	return rc;
}
