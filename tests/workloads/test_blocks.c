// SPDX-License-Identifier: GPL-2.0-or-later
/* Blocks are whole, in pages, and give back what they are told: no more. */
#include "fragbench/blocks.h"

#include <sys/mman.h>

#include "hand.h"

enum { ROOM = 4 };

struct rig {
	struct frag_worker_share share;
	struct frag_context ctx;
	struct frag_blocks b;
};

/* What else of this process the kernel has given huge pages: it may do so. */
static uint64_t huge_before;

/* NULL: this machine has no huge pages to take. */
static struct rig *rig_make(void)
{
	struct rig *r = calloc(1, sizeof(*r));

	assert_non_null(r);
	huge_before = hand_smaps_kib("AnonHugePages");
	r->share.command = FRAG_TELL_RUN;
	r->ctx = (struct frag_context){
		.page_size = (size_t)sysconf(_SC_PAGESIZE),
		.share = &r->share,
	};
	if (!frag_blocks_open(&r->b, &r->ctx, ROOM, -1))
		return r;
	printf("not run: %s\n", r->share.message);
	frag_blocks_close(&r->b);
	free(r);
	return NULL;
}

static void rig_free(struct rig *r)
{
	frag_blocks_close(&r->b);
	free(r);
}

/* Take @n blocks; fewer on a machine that has not so many. */
static int rig_take(struct rig *r, uint32_t *slots, unsigned n)
{
	int got = frag_blocks_take(&r->b, slots, n);

	assert_in_range(got, 0, n);
	if (!got)
		printf("not run: no free block above the watermark\n");
	return got;
}

static bool is_there(const struct rig *r, uint32_t slot, uint64_t page)
{
	unsigned char there = 0;

	assert_int_equal(mincore(frag_blocks_address(&r->b, slot, page),
				 r->b.page_size, &there),
			 0);
	return there & 1;
}

static void test_takes_whole_blocks(void **state)
{
	uint32_t slots[ROOM];
	struct rig *r = rig_make();
	uint64_t rss;
	int n;

	(void)state;
	if (!r) {
		skip();
		return;
	}
	rss = hand_smaps_kib("Rss");
	n = rig_take(r, slots, ROOM);
	assert_int_equal(r->b.held, n);
	assert_int_equal(r->share.pages, (uint64_t)n << r->b.order);
	assert_true(hand_smaps_kib("Rss") - rss >= n * (r->b.size >> 10));
	/* In pages, not as a huge page of the page tables. */
	assert_int_equal(hand_smaps_kib("AnonHugePages"), huge_before);
	for (int i = 0; i < n; i++) {
		uint64_t pfn = frag_blocks_pfn(&r->b, slots[i]);

		assert_in_range(slots[i], 0, ROOM - 1);
		assert_true(r->b.is_blind || pfn % (1U << r->b.order) == 0);
		for (int j = 0; j < i; j++)
			assert_true(slots[i] != slots[j]);
	}
	/* There is no room for more. */
	if (n == ROOM)
		assert_int_equal(frag_blocks_take(&r->b, slots, 1), 0);
	rig_free(r);
}

/* Every third page is kept: by vectors, and by single calls. */
static void keeps_check(bool by_vector)
{
	uint64_t kept[1024] = { 0 };
	struct rig *r = rig_make();
	uint32_t pages;
	uint32_t left = 0;
	uint32_t slot;

	if (!r) {
		skip();
		return;
	}
	pages = 1U << r->b.order;
	assert_true(pages <= 64 * 1024);
	if (!by_vector && r->b.self >= 0) {
		close(r->b.self);
		r->b.self = -1;
	}
	if (rig_take(r, &slot, 1) != 1) {
		rig_free(r);
		skip();
		return;
	}
	for (uint32_t i = 0; i < pages; i += 3) {
		kept[i / 64] |= 1ULL << i % 64;
		memset(frag_blocks_address(&r->b, slot, i), (int)i, 64);
		left++;
	}
	assert_int_equal(frag_blocks_keep(&r->b, slot, kept), 0);
	assert_int_equal(r->share.pages, left);
	assert_int_equal(r->b.block[slot].pages, left);
	for (uint32_t i = 0; i < pages; i++)
		assert_int_equal(is_there(r, slot, i), i % 3 == 0);
	for (uint32_t i = 0; i < pages; i += 3)
		assert_int_equal(*frag_blocks_address(&r->b, slot, i), (char)i);
	/* The last of it, and the slot is free for another. */
	memset(kept, 0, sizeof(kept));
	assert_int_equal(frag_blocks_keep(&r->b, slot, kept), 0);
	assert_int_equal(r->share.pages, 0);
	assert_int_equal(r->b.held, 0);
	rig_free(r);
}

static void test_keeps(void **state)
{
	(void)state;
	keeps_check(true);
}

static void test_keeps_by_single_calls(void **state)
{
	(void)state;
	keeps_check(false);
}

static void test_drops_and_takes_again(void **state)
{
	uint32_t slots[ROOM];
	uint32_t again;
	struct rig *r = rig_make();

	(void)state;
	if (!r) {
		skip();
		return;
	}
	if (rig_take(r, slots, ROOM) == ROOM) {
		assert_int_equal(frag_blocks_drop(&r->b, slots[1]), 0);
		assert_false(is_there(r, slots[1], 0));
		assert_int_equal(r->b.held, ROOM - 1);
		assert_int_equal(frag_blocks_take(&r->b, &again, 1), 1);
		assert_int_equal(again, slots[1]);
		assert_int_equal(hand_smaps_kib("AnonHugePages"), huge_before);
		assert_int_equal(r->share.pages, ROOM << r->b.order);
	}
	rig_free(r);
}

/* Where blocks are of a file, what is kept stays in its frame, and the rest is
 * as free as it ever is. */
static void test_keeps_of_a_file(void **state)
{
	uint64_t kept[1024] = { 0 };
	struct rig *r = rig_make();
	uint64_t pfn = 0;
	uint32_t slot;
	uint32_t left = 0;

	(void)state;
	if (!r || frag_blocks_use_file(&r->b) || rig_take(r, &slot, 1) != 1) {
		if (r)
			rig_free(r);
		skip();
		return;
	}
	assert_int_equal(frag_blocks_pfn(&r->b, slot) % (1U << r->b.order), 0);
	for (uint32_t i = 0; i < 1U << r->b.order; i += 16) {
		kept[i / 64] |= 1ULL << i % 64;
		left++;
	}
	assert_int_equal(frag_blocks_keep(&r->b, slot, kept), 0);
	assert_int_equal(r->share.pages, left);
	for (uint32_t i = 0; i < 1U << r->b.order; i++) {
		if (i % 16) {
			assert_false(is_there(r, slot, i));
			continue;
		}
		/* What was never written is not told to be there. */
		*(volatile char *)frag_blocks_address(&r->b, slot, i) = 1;
		assert_int_equal(
			frag_pagemap_read(
				r->b.pagemap,
				(uintptr_t)frag_blocks_address(&r->b, slot, i),
				1, &pfn),
			1);
		assert_int_equal(pfn, frag_blocks_pfn(&r->b, slot) + i);
	}
	assert_int_equal(frag_blocks_drop(&r->b, slot), 0);
	assert_false(is_there(r, slot, 0));
	assert_int_equal(r->share.pages, 0);
	rig_free(r);
}

/* Told to stop, it takes nothing more. */
static void test_stops(void **state)
{
	struct rig *r = rig_make();
	uint32_t slots[ROOM];

	(void)state;
	if (!r) {
		skip();
		return;
	}
	r->share.command = FRAG_TELL_STOP;
	assert_int_equal(frag_blocks_take(&r->b, slots, ROOM), 0);
	assert_int_equal(r->share.pages, 0);
	rig_free(r);
}

/* MADV_COLLAPSE where faults bring none; refused by kernels before 6.1. */
static void test_collapses(void **state)
{
	struct rig *r = rig_make();
	uint32_t slot;

	(void)state;
	if (!r) {
		skip();
		return;
	}
	r->b.is_collapsed = true;
	/* So that a fault does not bring a huge page already. */
	if (frag_blocks_take(&r->b, &slot, 1) == 1) {
		assert_int_equal(hand_smaps_kib("AnonHugePages"), huge_before);
		assert_int_equal(r->share.pages, 1U << r->b.order);
	} else {
		assert_int_equal(r->share.pages, 0);
	}
	rig_free(r);
}

static void test_node_that_is_not_there(void **state)
{
	struct rig *r = rig_make();

	(void)state;
	if (!r) {
		skip();
		return;
	}
	frag_blocks_close(&r->b);
	assert_true(frag_blocks_open(&r->b, &r->ctx, ROOM, 999) < 0);
	assert_non_null(strstr(r->share.message, "node 999"));
	rig_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_takes_whole_blocks),
		cmocka_unit_test(test_keeps),
		cmocka_unit_test(test_keeps_by_single_calls),
		cmocka_unit_test(test_drops_and_takes_again),
		cmocka_unit_test(test_keeps_of_a_file),
		cmocka_unit_test(test_stops),
		cmocka_unit_test(test_collapses),
		cmocka_unit_test(test_node_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
