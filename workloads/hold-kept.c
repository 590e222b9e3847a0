// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which page of a part stays (its first), and how to tell that nothing but that
 * page keeps the part from merging: by the kernel's flags of its frames.
 */
#include <stdlib.h>
#include <string.h>

#include "fragbench/kept.h"

enum { WORD = 64 };

/* Pages of a part. */
static uint64_t part_pages(const struct frag_kept *k)
{
	return 1ULL << (k->order < k->blocks.order ? k->order
						   : k->blocks.order);
}

static uint64_t *bits_of(const struct frag_kept *k, uint32_t slot)
{
	return k->bits + (size_t)slot * k->words;
}

static bool bit_get(const uint64_t *bits, uint32_t i)
{
	return bits[i / WORD] >> i % WORD & 1;
}

static void bit_set(uint64_t *bits, uint32_t i, bool value)
{
	bits[i / WORD] &= ~(1ULL << i % WORD);
	bits[i / WORD] |= (uint64_t)value << i % WORD;
}

int frag_kept_open(struct frag_kept *k, struct frag_context *ctx,
		   unsigned order, uint32_t room, int node)
{
	uint64_t pages;
	int rc = frag_blocks_open(&k->blocks, ctx, room, node);

	if (rc)
		return rc;
	/* Where that cannot be had it takes longer. */
	(void)frag_blocks_use_file(&k->blocks);
	k->order = order;
	pages = 1ULL << k->blocks.order;
	k->parts = (uint32_t)(pages / part_pages(k));
	k->words = (k->parts + WORD - 1) / WORD;
	k->bits = calloc((size_t)room * k->words, sizeof(*k->bits));
	k->live = calloc(room, sizeof(*k->live));
	k->tags = calloc(room, sizeof(*k->tags));
	k->carve = calloc(pages / WORD + 1, sizeof(*k->carve));
	k->numbers = calloc(pages, sizeof(*k->numbers));
	if (!k->bits || !k->live || !k->tags || !k->carve || !k->numbers)
		return -ENOMEM;
	return 0;
}

void frag_kept_close(struct frag_kept *k)
{
	frag_blocks_close(&k->blocks);
	free(k->bits);
	free(k->live);
	free(k->tags);
	free(k->carve);
	free(k->numbers);
	*k = (struct frag_kept){ 0 };
}

/* Give back all of block @slot but the pages whose parts' bits are set. */
static int block_carve(struct frag_kept *k, uint32_t slot)
{
	const uint64_t *bits = bits_of(k, slot);

	memset(k->carve, 0, ((1ULL << k->blocks.order) / WORD + 1) * 8);
	for (uint32_t i = 0; i < k->parts; i++)
		if (bit_get(bits, i))
			bit_set(k->carve, (uint32_t)(i * part_pages(k)), true);
	return frag_blocks_keep(&k->blocks, slot, k->carve);
}

/* The pages that stay are to be seen in pagemap: of a file that takes a touch
 * of each. */
static void pages_map(const struct frag_kept *k, uint32_t slot)
{
	for (uint32_t i = 0; i < k->parts; i++)
		*(volatile char *)frag_blocks_address(&k->blocks, slot,
						      i * part_pages(k)) = 1;
}

int frag_kept_take(struct frag_kept *k, unsigned n)
{
	uint32_t slots[FRAG_BLOCKS_AT_ONCE];
	int got = frag_blocks_take(&k->blocks, slots, n);
	int rc = 0;

	for (int i = 0; i < got; i++) {
		for (uint32_t part = 0; part < k->parts; part++)
			bit_set(bits_of(k, slots[i]), part, true);
		k->live[k->nlive++] = slots[i];
		if (!rc)
			rc = block_carve(k, slots[i]);
		pages_map(k, slots[i]);
	}
	return rc ? rc : got;
}

unsigned frag_kept_pages(const struct frag_kept *k, uint32_t slot, char **pages)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < k->parts; i++)
		if (bit_get(bits_of(k, slot), i))
			pages[n++] = frag_blocks_address(&k->blocks, slot,
							 i * part_pages(k));
	return n;
}

/* Blocks of which nothing is left are live no more. */
static void live_tidy(struct frag_kept *k)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < k->nlive; i++)
		if (k->blocks.block[k->live[i]].pages)
			k->live[n++] = k->live[i];
	k->nlive = n;
}

uint64_t frag_kept_held(const struct frag_kept *k)
{
	uint64_t pages = 0;

	for (uint32_t i = 0; i < k->nlive; i++)
		pages += k->blocks.block[k->live[i]].pages;
	return pages;
}

int frag_kept_drop(struct frag_kept *k, uint32_t n)
{
	int done = 0;
	int rc = 0;

	for (uint32_t i = 0; i < k->nlive && (uint32_t)done < n && !rc; i++) {
		if (k->tags[k->live[i]])
			continue;
		rc = frag_blocks_drop(&k->blocks, k->live[i]);
		done++;
	}
	live_tidy(k);
	return rc ? rc : done;
}

/* Is the kept page of part @i of block @slot where it was taken? */
static bool is_in_place(const struct frag_kept *k, uint32_t slot, uint32_t i)
{
	uint64_t page = i * part_pages(k);
	uint64_t pfn;

	return frag_pagemap_read(k->blocks.pagemap,
				 (uintptr_t)frag_blocks_address(&k->blocks,
								slot, page),
				 1, &pfn) == 1 &&
	       pfn == frag_blocks_pfn(&k->blocks, slot) + page;
}

/* Are all pages of part @i but the first free, by the flags in numbers? */
static bool is_alone(const struct frag_kept *k, uint32_t i)
{
	uint64_t first = i * part_pages(k);

	for (uint64_t page = 1; page < part_pages(k); page++)
		if (!(k->numbers[first + page] >> KPF_BUDDY & 1))
			return false;
	return true;
}

/* Let go of up to @n parts of block @slot that would merge; how many, or a
 * negative errno. */
static int64_t block_loosen(struct frag_kept *k, uint32_t slot, uint64_t n)
{
	uint64_t *bits = bits_of(k, slot);
	uint64_t pages = 1ULL << k->blocks.order;
	int64_t done = 0;
	int rc;

	if (frag_kpageflags_read(k->blocks.kpageflags,
				 frag_blocks_pfn(&k->blocks, slot), pages,
				 k->numbers) != (int64_t)pages)
		return 0;
	for (uint32_t i = 0; i < k->parts && (uint64_t)done < n; i++) {
		if (!bit_get(bits, i) || !is_alone(k, i) ||
		    !is_in_place(k, slot, i))
			continue;
		bit_set(bits, i, false);
		done++;
	}
	rc = done ? block_carve(k, slot) : 0;
	return rc ? rc : done;
}

static bool can_see(const struct frag_kept *k)
{
	return !k->blocks.is_blind && k->blocks.kpageflags >= 0;
}

int64_t frag_kept_let_go(struct frag_kept *k, uint64_t n, unsigned looks)
{
	uint64_t done = 0;
	int64_t one = 0;

	if (!can_see(k)) {
		one = frag_kept_drop(k,
				     (uint32_t)((n + k->parts - 1) / k->parts));
		return one < 0 ? one : one * k->parts;
	}
	if (looks > k->nlive)
		looks = k->nlive;
	for (; looks && done < n && one >= 0; looks--) {
		uint32_t slot = k->live[k->asked++ % k->nlive];

		if (k->tags[slot])
			continue;
		one = block_loosen(k, slot, n - done);
		done += one > 0 ? (uint64_t)one : 0;
	}
	live_tidy(k);
	return one < 0 ? one : (int64_t)done;
}

/* Let go of the pages of block @slot that have moved; how many. */
static int64_t block_sweep(struct frag_kept *k, uint32_t slot)
{
	uint64_t *bits = bits_of(k, slot);
	int64_t done = 0;
	int rc;

	for (uint32_t i = 0; i < k->parts; i++) {
		if (!bit_get(bits, i) || is_in_place(k, slot, i))
			continue;
		bit_set(bits, i, false);
		done++;
	}
	rc = done ? block_carve(k, slot) : 0;
	return rc ? rc : done;
}

int64_t frag_kept_sweep(struct frag_kept *k, unsigned looks)
{
	int64_t done = 0;
	int64_t one = 0;

	if (k->blocks.is_blind)
		return 0;
	if (looks > k->nlive)
		looks = k->nlive;
	for (; looks && one >= 0; looks--) {
		uint32_t slot = k->live[k->swept++ % k->nlive];

		if (k->tags[slot])
			continue;
		one = block_sweep(k, slot);
		done += one;
	}
	live_tidy(k);
	return one < 0 ? one : done;
}
