// SPDX-License-Identifier: GPL-2.0-or-later
/* Flags of frames that were made up: which runs come of them. */
#include "mapped.h"

static int setup(void **state)
{
	static struct scratch s;

	scratch_make(&s);
	*state = &s;
	return 0;
}

static int teardown(void **state)
{
	scratch_remove(*state);
	return 0;
}

static void scan(struct scratch *s, const uint64_t *flags,
		 const uint8_t *owners, struct mapped_runs *r)
{
	struct frag_error e = { .exit = 0 };
	struct frag_map_head head;
	uint64_t pfn = 0;

	mapped_make(s, flags);
	assert_int_equal(frag_map_head_read(&head, s->path, &e), 0);
	assert_int_equal(head.frames, MAPPED_FRAMES);
	assert_int_equal(head.pageblock_order, 3);
	assert_int_equal(head.orders, 5);
	assert_int_equal(head.page_size, 4096);
	assert_int_equal(head.pcp_pages, 5);
	assert_int_equal(head.nzones, 2);
	assert_true(head.does_unevictable_move);
	r->count = 0;
	assert_int_equal(frag_map_scan(&head, s->path, owners,
				       owners ? MAPPED_FRAMES : 0, mapped_note,
				       r, &e),
			 0);
	/* Without gaps, and no two that are the same. */
	for (unsigned i = 0; i < r->count; i++) {
		assert_int_equal(r->run[i].pfn, pfn);
		assert_true(r->run[i].frames > 0);
		pfn += r->run[i].frames;
		assert_true(!i || r->run[i].kind != r->run[i - 1].kind ||
			    r->run[i].owner != r->run[i - 1].owner);
	}
	assert_int_equal(pfn, MAPPED_FRAMES);
}

static void test_holes(void **state)
{
	uint64_t flags[MAPPED_FRAMES] = { 0 };
	struct mapped_runs r;

	/* What a hole's flags say does not count. */
	flags[41] = KPF(SLAB);
	scan(*state, flags, NULL, &r);
	assert_int_equal(r.count, 6);
	assert_int_equal(r.run[0].kind, FRAG_KIND_HOLE);
	assert_int_equal(r.run[0].frames, 1);
	assert_int_equal(r.run[1].kind, FRAG_KIND_KERNEL);
	assert_int_equal(r.run[1].frames, 15);
	assert_int_equal(r.run[2].kind, FRAG_KIND_HOLE);
	assert_int_equal(r.run[2].pfn, MAPPED_GAP);
	assert_int_equal(r.run[4].kind, FRAG_KIND_HOLE);
	assert_int_equal(r.run[4].pfn, MAPPED_HOLE);
	assert_int_equal(r.run[4].frames, MAPPED_HOLE_END - MAPPED_HOLE);
}

/* Where iomem is hidden all its addresses are 0: the zones alone tell. */
static void test_holes_without_iomem(void **state)
{
	struct frag_error e = { .exit = 0 };
	uint64_t flags[MAPPED_FRAMES] = { 0 };
	struct frag_map_head head;
	struct mapped_runs r = { .count = 0 };
	struct scratch *s = *state;

	mapped_make(s, flags);
	scratch_text(s, "proc/iomem", "00000000-00000000 : System RAM\n");
	assert_int_equal(frag_map_head_read(&head, s->path, &e), 0);
	assert_int_equal(
		frag_map_scan(&head, s->path, NULL, 0, mapped_note, &r, &e), 0);
	assert_int_equal(r.count, 4);
	assert_int_equal(r.run[3].pfn, MAPPED_NORMAL);
	assert_int_equal(r.run[3].frames, 40);
}

static void test_orders_follow_from_place(void **state)
{
	uint64_t flags[MAPPED_FRAMES] = { 0 };
	struct mapped_runs r;

	/* 1, 2 to 3, 4 to 7, 8 to 15: the zone ends at 16. */
	mapped_set(flags, 1, 16, KPF(BUDDY));
	/* 25 alone; 26 to 27; 32 to 39, cut by the hole. */
	mapped_set(flags, 25, 28, KPF(BUDDY));
	mapped_set(flags, 32, 40, KPF(BUDDY));
	/* 48 to 63: the largest order is 4. */
	mapped_set(flags, 48, 64, KPF(BUDDY));
	scan(*state, flags, NULL, &r);
	assert_int_equal(mapped_at(&r, 1)->kind, FRAG_KIND_FREE);
	assert_int_equal(mapped_at(&r, 2)->kind, FRAG_KIND_FREE + 1);
	assert_int_equal(mapped_at(&r, 7)->kind, FRAG_KIND_FREE + 2);
	assert_int_equal(mapped_at(&r, 15)->kind, FRAG_KIND_FREE + 3);
	assert_int_equal(mapped_at(&r, 16)->kind, FRAG_KIND_HOLE);
	assert_int_equal(mapped_at(&r, 24)->kind, FRAG_KIND_KERNEL);
	assert_int_equal(mapped_at(&r, 25)->kind, FRAG_KIND_FREE);
	assert_int_equal(mapped_at(&r, 26)->kind, FRAG_KIND_FREE + 1);
	assert_int_equal(mapped_at(&r, 32)->kind, FRAG_KIND_FREE + 3);
	assert_int_equal(mapped_at(&r, 48)->kind, FRAG_KIND_FREE + 4);
	assert_int_equal(mapped_at(&r, 48)->frames, 16);
}

static void test_blocks_end_with_their_zone(void **state)
{
	struct frag_error e = { .exit = 0 };
	uint64_t flags[MAPPED_FRAMES] = { 0 };
	struct mapped_runs r = { .count = 0 };
	struct frag_map_head head;
	struct scratch *s = *state;

	/* Zones that touch: 24 to 31 belong to one, 32 to 39 to another. */
	mapped_set(flags, 16, 48, KPF(BUDDY));
	mapped_make(s, flags);
	scratch_text(s, "proc/iomem", "00000000-0003ffff : System RAM\n");
	assert_int_equal(frag_map_head_read(&head, s->path, &e), 0);
	head.zones[0].start_pfn = 0;
	head.zones[0].spanned = 24;
	assert_int_equal(
		frag_map_scan(&head, s->path, NULL, 0, mapped_note, &r, &e), 0);
	assert_int_equal(mapped_at(&r, 16)->kind, FRAG_KIND_FREE + 3);
	assert_int_equal(mapped_at(&r, 24)->kind, FRAG_KIND_FREE + 3);
	assert_int_equal(mapped_at(&r, 32)->kind, FRAG_KIND_FREE + 4);
}

static void test_kinds(void **state)
{
	static const struct {
		uint64_t flags;
		uint8_t kind;
	} rows[] = {
		{ 0, FRAG_KIND_KERNEL },
		{ KPF(SLAB), FRAG_KIND_SLAB },
		/* The mapping of a slab page looks like anon_vma. */
		{ KPF(SLAB) | KPF(ANON), FRAG_KIND_SLAB },
		{ KPF(PGTABLE) | KPF(MMAP), FRAG_KIND_TABLE },
		{ KPF_RESERVED_FLAG, FRAG_KIND_RESERVED },
		{ KPF(ZERO_PAGE) | KPF(THP) | KPF(MMAP), FRAG_KIND_KERNEL },
		{ KPF(ANON) | KPF(LRU) | KPF(MMAP) | KPF(SWAPBACKED),
		  FRAG_KIND_ANON },
		/* Not yet on an LRU list. */
		{ KPF(ANON) | KPF(UPTODATE) | KPF(MMAP), FRAG_KIND_ANON },
		{ KPF(LRU) | KPF(REFERENCED), FRAG_KIND_FILE },
		{ KPF(SWAPBACKED) | KPF(DIRTY), FRAG_KIND_FILE },
		{ KPF(LRU) | KPF(UNEVICTABLE), FRAG_KIND_UNEVICTABLE },
		{ KPF(ANON) | KPF_MLOCKED_FLAG, FRAG_KIND_UNEVICTABLE },
		{ KPF(HUGE), FRAG_KIND_HUGETLB },
		{ KPF(HUGE) | KPF(ANON), FRAG_KIND_HUGETLB },
		{ KPF(OFFLINE), FRAG_KIND_OFFLINE },
		{ KPF(HWPOISON) | KPF(ANON), FRAG_KIND_OFFLINE },
		{ KPF(NOPAGE), FRAG_KIND_HOLE },
		{ KPF(BUDDY), FRAG_KIND_FREE },
		/* Mapped by a driver: neither file nor anonymous. */
		{ KPF(MMAP), FRAG_KIND_KERNEL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(frag_kind_of_flags(rows[i].flags),
				 rows[i].kind);
}

static void test_huge_pages_and_large_folios(void **state)
{
	uint64_t flags[MAPPED_FRAMES] = { 0 };
	struct mapped_runs r;

	/* A whole pageblock; half of one; a file's; what its tails say of
	 * themselves does not count. */
	mapped_compound(flags, 24, 32, KPF(THP) | KPF(ANON) | KPF(LRU));
	mapped_compound(flags, 32, 36, KPF(THP) | KPF(ANON) | KPF(LRU));
	mapped_set(flags, 33, 36, KPF(COMPOUND_TAIL));
	mapped_compound(flags, 48, 56, KPF(THP) | KPF(LRU));
	mapped_compound(flags, 56, 64, KPF(HUGE));
	/* Two of the kernel's own, one behind the other. */
	mapped_compound(flags, 44, 46, 0);
	mapped_compound(flags, 46, 48, KPF(SLAB));
	scan(*state, flags, NULL, &r);
	assert_int_equal(mapped_at(&r, 24)->kind, FRAG_KIND_THP);
	assert_int_equal(mapped_at(&r, 24)->frames, 8);
	assert_int_equal(mapped_at(&r, 35)->kind, FRAG_KIND_ANON);
	assert_int_equal(mapped_at(&r, 32)->frames, 4);
	assert_int_equal(mapped_at(&r, 45)->kind, FRAG_KIND_KERNEL);
	assert_int_equal(mapped_at(&r, 47)->kind, FRAG_KIND_SLAB);
	assert_int_equal(mapped_at(&r, 50)->kind, FRAG_KIND_THP);
	assert_int_equal(mapped_at(&r, 63)->kind, FRAG_KIND_HUGETLB);
}

static void test_owners(void **state)
{
	uint64_t flags[MAPPED_FRAMES] = { 0 };
	uint8_t owners[MAPPED_FRAMES] = { 0 };
	struct mapped_runs r;

	mapped_set(flags, 24, 40, KPF(ANON) | KPF(LRU));
	for (unsigned i = 24; i < 32; i++)
		owners[i] = 1 + i % 2;
	scan(*state, flags, owners, &r);
	for (unsigned i = 24; i < 32; i++) {
		assert_int_equal(mapped_at(&r, i)->kind, FRAG_KIND_ANON);
		assert_int_equal(mapped_at(&r, i)->owner, 1 + i % 2);
		assert_int_equal(mapped_at(&r, i)->frames, 1);
	}
	assert_int_equal(mapped_at(&r, 32)->owner, 0);
	assert_int_equal(mapped_at(&r, 32)->frames, 8);
}

/* The kernel knows of fewer frames than the zones span. */
static void test_flags_end_early(void **state)
{
	struct frag_error e = { .exit = 0 };
	uint64_t flags[MAPPED_FRAMES] = { 0 };
	struct mapped_runs r = { .count = 0 };
	struct frag_map_head head;
	struct scratch *s = *state;

	mapped_set(flags, 44, MAPPED_FRAMES, KPF(BUDDY));
	mapped_make(s, flags);
	scratch_bytes(s, "proc/kpageflags", (const char *)flags,
		      50 * sizeof(*flags));
	assert_int_equal(frag_map_head_read(&head, s->path, &e), 0);
	assert_int_equal(
		frag_map_scan(&head, s->path, NULL, 0, mapped_note, &r, &e), 0);
	assert_int_equal(mapped_at(&r, 49)->kind, FRAG_KIND_FREE + 1);
	assert_int_equal(mapped_at(&r, 50)->kind, FRAG_KIND_HOLE);
	assert_int_equal(mapped_at(&r, 63)->kind, FRAG_KIND_HOLE);
}

static void test_what_cannot_be_scanned(void **state)
{
	struct frag_error e = { .exit = 0 };
	struct mapped_runs r = { .count = 0 };
	struct frag_map_head head;
	struct scratch *s = *state;

	mapped_text(s);
	assert_int_equal(frag_map_head_read(&head, s->path, &e), 0);
	assert_int_equal(frag_map_scan(&head, s->path, NULL, 0, mapped_note, &r,
				       &e),
			 -ENOENT);
	assert_int_equal(frag_error_code(&e), FRAG_EXIT_CANNOT);
	assert_non_null(strstr(e.mend, "--save"));
	frag_error_clear(&e);
	scratch_text(s, "proc/zoneinfo",
		     "Node 0, zone   Normal\n  pages free 1\n"
		     "        spanned  9\n        present  9\n"
		     "        managed  9\n"
		     "  start_pfn:           18446744073709551610\n");
	assert_true(frag_map_head_read(&head, s->path, &e) < 0);
	assert_true(e.what[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_holes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_holes_without_iomem, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_orders_follow_from_place,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_blocks_end_with_their_zone,
						setup, teardown),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test_setup_teardown(
			test_huge_pages_and_large_folios, setup, teardown),
		cmocka_unit_test_setup_teardown(test_owners, setup, teardown),
		cmocka_unit_test_setup_teardown(test_flags_end_early, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_what_cannot_be_scanned,
						setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
