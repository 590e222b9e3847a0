/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small machine whose frames a test makes up: pages of 4 KiB, five orders,
 * pageblocks of 8 frames, two zones with a gap between them and a hole that
 * only /proc/iomem tells of.
 */
#ifndef FRAGBENCH_TESTS_MAPPED_H
#define FRAGBENCH_TESTS_MAPPED_H

#include "scratch.h"

#include <linux/kernel-page-flags.h>

#include "base/map.h"

/* Frame 0 is in no zone; 16 to 23 are in none; 40 to 43 are a hole in Normal. */
enum {
	MAPPED_FRAMES = 64,
	MAPPED_GAP = 16,
	MAPPED_NORMAL = 24,
	MAPPED_HOLE = 40,
	MAPPED_HOLE_END = 44,
	MAPPED_BLOCK = 8,
};

#define KPF(name) (1ULL << KPF_##name)
/* Those that linux/kernel-page-flags.h leaves out. */
#define KPF_RESERVED_FLAG (1ULL << 32)
#define KPF_MLOCKED_FLAG  (1ULL << 33)

static inline void mapped_text(struct scratch *s)
{
	scratch_text(
		s, "proc/zoneinfo",
		"Node 0, zone      DMA\n"
		"  pages free     4\n        min      1\n        low      2\n"
		"        high     3\n        spanned  15\n"
		"        present  15\n        managed  12\n"
		"  pagesets\n    cpu: 0\n              count: 2\n"
		"  start_pfn:           1\n"
		"Node 0, zone   Normal\n"
		"  pages free     4\n        min      1\n        low      2\n"
		"        high     3\n        spanned  40\n"
		"        present  36\n        managed  30\n"
		"  pagesets\n    cpu: 0\n              count: 3\n"
		"  start_pfn:           24\n");
	scratch_text(s, "proc/buddyinfo",
		     "Node 0, zone      DMA 1 0 0 0 0\n"
		     "Node 0, zone   Normal 1 0 0 0 0\n");
	scratch_text(s, "proc/pagetypeinfo",
		     "Page block order: 3\nPages per block:  8\n");
	scratch_text(s, "proc/self/smaps", "KernelPageSize:        4 kB\n");
	scratch_text(s, "proc/iomem",
		     "00000000-00000fff : Reserved\n"
		     "00001000-00027fff : System RAM\n"
		     "  00002000-00002fff : Kernel code\n"
		     "0002c000-0003ffff : System RAM\n"
		     "fee00000-fee00fff : Local APIC\n");
}

/* The machine whose frames have these flags. */
static inline void mapped_make(struct scratch *s,
			       const uint64_t flags[MAPPED_FRAMES])
{
	mapped_text(s);
	scratch_bytes(s, "proc/kpageflags", (const char *)flags,
		      MAPPED_FRAMES * sizeof(*flags));
}

/* Frames from @from to before @to get @flags. */
static inline void mapped_set(uint64_t *all, unsigned from, unsigned to,
			      uint64_t flags)
{
	for (unsigned i = from; i < to; i++)
		all[i] = flags;
}

/* A compound page. */
static inline void mapped_compound(uint64_t *all, unsigned from, unsigned to,
				   uint64_t flags)
{
	mapped_set(all, from, to, flags | KPF(COMPOUND_TAIL));
	all[from] = flags | KPF(COMPOUND_HEAD);
}

/* What a sink was told. */
struct mapped_runs {
	struct frag_map_run run[4096];
	unsigned count;
};

static inline void mapped_note(void *ctx, const struct frag_map_run *run)
{
	struct mapped_runs *r = ctx;

	assert_true(r->count < 4096);
	r->run[r->count++] = *run;
}

/* The kind and the owner of frame @pfn. */
static inline const struct frag_map_run *mapped_at(const struct mapped_runs *r,
						   uint64_t pfn)
{
	for (unsigned i = 0; i < r->count; i++)
		if (pfn - r->run[i].pfn < r->run[i].frames)
			return &r->run[i];
	fail_msg("no run has frame %llu", (unsigned long long)pfn);
	return r->run; /* not reached */
}

#endif
