// SPDX-License-Identifier: GPL-2.0-or-later
/* The workload sculpt: which pages it holds, by pagemap and the kernel's flags
 * of frames, what it gives back, and what it will not be asked for. */
#include "fragbench/sculpt-stages.h"

#include <sys/mman.h>

#include "hand.h"

static struct hand *h;

static int hand_clear(void **state)
{
	(void)state;
	if (h)
		hand_free(h);
	h = NULL;
	return 0;
}

#define MAKE(...) \
	hand_make("sculpt", (const char *const[]){ __VA_ARGS__, NULL })

/* Work to the end; false when this machine has no blocks for it. */
static bool is_made(void)
{
	int rc = hand_setup(h);

	for (unsigned n = 0; n < 1 << 16 && !rc; n++)
		rc = h->type->step(&h->ctx);
	if (rc < 0 && strstr(h->share.message, "mend: ")) {
		printf("not run: %s\n", h->share.message);
		return false;
	}
	assert_int_equal(rc, FRAG_DONE);
	return true;
}

static uint64_t counted(unsigned slot)
{
	return h->share.counters[slot];
}

static bool is_there(const char *at)
{
	unsigned char there = 0;

	assert_int_equal(
		mincore((void *)(uintptr_t)at, h->ctx.page_size, &there), 0);
	return there & 1;
}

/* Of 2 MiB in single pages all is given back that is between two held ones. */
static void test_checkerboard(void **state)
{
	const struct sculpt_state *s;
	uint64_t pages = 0;

	(void)state;
	h = MAKE("pattern=checkerboard", "free=2M");
	if (!is_made()) {
		skip();
		return;
	}
	s = h->ctx.state;
	assert_int_equal(counted(SCULPT_GIVEN), (2 << 20) / h->ctx.page_size);
	assert_int_equal(counted(SCULPT_MOVED), 0);
	for (uint32_t i = 0; i < s->nmine; i++)
		for (uint64_t p = 0; p < 1ULL << s->blocks.order; p++)
			pages += is_there(
				frag_blocks_address(&s->blocks, s->mine[i], p));
	assert_int_equal(pages, h->share.pages);
	/* A page is held beside each that is free. */
	assert_true(pages >= (2 << 20) / h->ctx.page_size);
}

/* No frame beside a free one of ours is free, where it is a single one. */
static void test_frames(void **state)
{
	const struct sculpt_state *s;
	uint64_t wrong = 0;

	(void)state;
	if (frag_frames_are_hidden()) {
		skip();
		return;
	}
	h = MAKE("blocks=0,0,0,40", "unmovable=50%");
	if (!is_made()) {
		skip();
		return;
	}
	s = h->ctx.state;
	for (uint32_t i = 0; i < s->nmine; i++) {
		uint64_t pfn;

		for (uint64_t p = 0; p < 1ULL << s->blocks.order; p++) {
			char *at =
				frag_blocks_address(&s->blocks, s->mine[i], p);

			if (!is_there(at))
				continue;
			assert_int_equal(frag_pagemap_read(s->blocks.pagemap,
							   (uintptr_t)at, 1,
							   &pfn),
					 1);
			wrong += pfn != s->pfn[i] + p;
		}
	}
	/* Others may have moved some meanwhile. */
	assert_true(wrong <= s->blocks.held);
	assert_int_equal(counted(SCULPT_GIVEN), 40 * 8);
	assert_int_equal(counted(SCULPT_PINNED_BLOCKS),
			 (counted(SCULPT_TOUCHED) * 500 + 500) / 1000);
}

static uint64_t vmpin_kib(void)
{
	FILE *f = fopen("/proc/self/status", "r");
	uint64_t kib = 0;
	char line[256];

	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		if (!strncmp(line, "VmPin:", 6))
			kib = strtoull(line + 6, NULL, 10);
	fclose(f);
	return kib;
}

/* Half of the blocks are let go of, then all, what was pinned as well. */
static void test_release(void **state)
{
	uint64_t pinned = vmpin_kib();
	const struct sculpt_state *s;
	uint32_t held;

	(void)state;
	h = MAKE("pattern=one-per-pageblock", "free=40M", "unmovable=100%");
	if (!is_made()) {
		skip();
		return;
	}
	s = h->ctx.state;
	/* And those of looks and top-ups for which there was no need. */
	held = s->blocks.held;
	assert_in_range(held, counted(SCULPT_TOUCHED),
			counted(SCULPT_TOUCHED) + 4 * s->nzones);
	assert_int_equal(counted(SCULPT_PINNED), counted(SCULPT_TOUCHED));
	h->share.command = FRAG_TELL_RELEASE;
	assert_int_equal(h->type->release(&h->ctx, 500), 0);
	assert_int_equal(s->blocks.held, held / 2);
	assert_int_equal(h->type->release(&h->ctx, 1000), 0);
	assert_int_equal(h->share.pages, 0);
	assert_int_equal(vmpin_kib(), pinned);
}

/* As many page tables as were asked for, wherever the kernel put them. */
static void test_tables(void **state)
{
	(void)state;
	h = MAKE("pattern=one-per-pageblock", "free=20M", "unmovable=100%",
		 "unmovable-by=page-tables");
	if (!is_made()) {
		skip();
		return;
	}
	assert_int_equal(counted(SCULPT_PINNED), counted(SCULPT_TOUCHED));
	/* Where they came elsewhere, or nobody knows, that is said. */
	if (counted(SCULPT_PINNED_BLOCKS) * 20 < counted(SCULPT_TOUCHED) * 19)
		assert_true(h->share.ndoubts > 0);
}

/* What was asked for and what came is told; how near, other processes say. */
static void test_tells(void **state)
{
	const struct frag_shaped *t;

	(void)state;
	h = MAKE("blocks=1000,500,250,125", "order=4");
	if (!is_made()) {
		skip();
		return;
	}
	t = &h->share.shaped;
	assert_true(h->share.shapes >= 2 && h->share.shapes % 2 == 0);
	assert_int_equal(t->asked[0], 1000);
	assert_int_equal(t->asked[3], 125);
	assert_int_equal(t->asked[4], 0);
	assert_int_equal(t->order, 4);
	assert_int_equal(t->asked_unusable, 1000);
	assert_int_equal(counted(SCULPT_GIVEN), 4 * 1000);
}

static void refused(const char *word, const char *why)
{
	struct frag_error e = { 0 };
	const char *const more[] = { word, NULL };

	h = hand_make("sculpt", more);
	assert_true(h->type->check(h->options, 1, &e) < 0);
	if (!strstr(e.what, why) && !strstr(e.why, why))
		fail_msg("%s: %s: %s", word, e.what, e.why);
	assert_true(*e.mend);
	hand_clear(NULL);
}

static void test_refuses(void **state)
{
	(void)state;
	refused("unusable=1.2", "between 0 and 1");
	refused("zone=Nowhere", "Nowhere");
	refused("numa-node=900", "node 900");
	refused("numa-node=here", "is no number");
	refused("free=1000000G", "memory");
	refused("like=seed:blog-kiled", "blog-kiled");
	refused("like=/nowhere", "/nowhere");
	refused("blocks=1,2,x", "blocks");
}

static void test_alone(void **state)
{
	struct frag_error e = { 0 };

	(void)state;
	h = MAKE("free=4M");
	assert_true(h->type->check(h->options, 2, &e) < 0);
	assert_int_equal(e.exit, FRAG_EXIT_USAGE);
}

/* A shape that is written out is not made smaller behind one's back. */
static void test_shrinks(void **state)
{
	(void)state;
	h = MAKE("pattern=checkerboard");
	assert_true(h->type->shrink(h->options, 1, h->ctx.page_size, 64 << 20));
	assert_in_range(h->type->bytes(h->options, 1, h->ctx.page_size), 1,
			64 << 20);
	hand_clear(NULL);
	h = MAKE("free=64M");
	assert_false(h->type->shrink(h->options, 1, h->ctx.page_size, 64 << 20));
	hand_clear(NULL);
	h = MAKE("blocks=100000");
	assert_false(h->type->shrink(h->options, 1, h->ctx.page_size, 64 << 20));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_checkerboard, hand_clear),
		cmocka_unit_test_teardown(test_frames, hand_clear),
		cmocka_unit_test_teardown(test_release, hand_clear),
		cmocka_unit_test_teardown(test_tables, hand_clear),
		cmocka_unit_test_teardown(test_tells, hand_clear),
		cmocka_unit_test_teardown(test_refuses, hand_clear),
		cmocka_unit_test_teardown(test_alone, hand_clear),
		cmocka_unit_test_teardown(test_shrinks, hand_clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
