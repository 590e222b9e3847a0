// SPDX-License-Identifier: GPL-2.0-or-later
/* Which flags of a frame make it which kind (fs/proc/page.c, Linux 5.10 to
 * 6.18), and what each kind is called. */
#include "map.h"

#include <linux/kernel-page-flags.h>

/* Beyond the stable ones: include/linux/kernel-page-flags.h of the kernel, of
 * the same numbers since 2.6.31. */
enum { KPF_RESERVED_BIT = 32, KPF_MLOCKED_BIT = 33, KPF_MAPPEDTODISK_BIT = 34 };

#define BIT(n) (1ULL << (n))

const struct frag_kind_row frag_kind_rows[FRAG_KINDS] = {
	[FRAG_KIND_HOLE] = { "hole", "there is no memory" },
	[FRAG_KIND_KERNEL] = { "kernel",
			       "the kernel's own and what no flag tells: pages "
			       "on per-CPU lists are among them" },
	[FRAG_KIND_RESERVED] = { "reserved",
				 "never given to the allocator: firmware, the "
				 "kernel's image, struct pages" },
	[FRAG_KIND_SLAB] = { "slab", "objects of the kernel" },
	[FRAG_KIND_TABLE] = { "page tables", "of processes" },
	[FRAG_KIND_ANON] = { "anon", "memory of processes" },
	[FRAG_KIND_FILE] = { "file", "page cache, tmpfs and shared memory too" },
	[FRAG_KIND_THP] = { "thp", "transparent huge pages, those of a whole "
				   "pageblock" },
	[FRAG_KIND_HUGETLB] = { "hugetlb", "the hugetlb pool, free or used" },
	[FRAG_KIND_UNEVICTABLE] = { "unevictable",
				    "locked by mlock and the like; pins leave "
				    "no flag" },
	[FRAG_KIND_OFFLINE] = { "offline",
				"taken away: balloon, hot-unplug, broken" },
};

/* The order matters: the bits of a slab page's mapping look like those of
 * anonymous memory, and every zero page is mapped. */
uint8_t frag_kind_of_flags(uint64_t flags)
{
	static const struct {
		uint64_t any;
		uint8_t kind;
	} rows[] = {
		{ BIT(KPF_NOPAGE), FRAG_KIND_HOLE },
		{ BIT(KPF_BUDDY), FRAG_KIND_FREE },
		{ BIT(KPF_HWPOISON) | BIT(KPF_OFFLINE), FRAG_KIND_OFFLINE },
		{ BIT(KPF_HUGE), FRAG_KIND_HUGETLB },
		{ BIT(KPF_SLAB), FRAG_KIND_SLAB },
		{ BIT(KPF_PGTABLE), FRAG_KIND_TABLE },
		{ BIT(KPF_RESERVED_BIT), FRAG_KIND_RESERVED },
		{ BIT(KPF_ZERO_PAGE), FRAG_KIND_KERNEL },
		{ BIT(KPF_UNEVICTABLE) | BIT(KPF_MLOCKED_BIT),
		  FRAG_KIND_UNEVICTABLE },
		{ BIT(KPF_ANON), FRAG_KIND_ANON },
		{ BIT(KPF_LRU) | BIT(KPF_SWAPBACKED) | BIT(KPF_MAPPEDTODISK_BIT),
		  FRAG_KIND_FILE },
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (flags & rows[i].any)
			return rows[i].kind;
	return FRAG_KIND_KERNEL;
}
