/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One cheap look at the free lists of chosen zones and at what hides from them,
 * for whoever acts on what it sees: runner and workloads. And where the zones
 * and pageblocks lie.
 */
#ifndef FRAGBENCH_FREELISTS_H
#define FRAGBENCH_FREELISTS_H

#include <stdbool.h>
#include <stdint.h>

#include "fragbench/buddy.h"
#include "fragbench/error.h"

struct frag_source;

/* Which zones: those named @zone ("": of any name) on @node (-1: on any). */
struct frag_freelists {
	int node;
	char zone[FRAG_ZONE_NAME];
	struct frag_source *files; /* kept: buddyinfo, zoneinfo; NULL: closed */
};

/*
 * The chosen zones, added up. pcp_pages: pages on the per-CPU lists of all
 * CPUs, free and in no free list. managed: pages that the buddy allocator
 * manages. min, low, high: watermarks in pages, boost not included. Zones that
 * manage nothing count for nothing, not even their watermarks.
 */
struct frag_free_look {
	struct frag_buddy buddy;
	uint64_t pcp_pages;
	uint64_t managed;
	uint64_t min;
	uint64_t low;
	uint64_t high;
};

/*
 * Open /proc/buddyinfo and /proc/zoneinfo below @root ("" for this machine).
 * 0; -ENOENT with FRAG_EXIT_USAGE when no such zone has memory, @e then says
 * which there are; or another negative errno with @e filled. @f is closed then.
 */
int frag_freelists_open(struct frag_freelists *f, const char *root, int node,
			const char *zone, struct frag_error *e);

/*
 * Look now: one read of each file, side by side, without allocation (some 50
 * us on a machine of one node; with 256 CPUs on two nodes zoneinfo has 280 KB,
 * and to parse it takes 0.5 ms). Works in a process forked later, too. 0,
 * -ENOENT when the zones are gone, or another negative errno; @look is then
 * undefined.
 */
int frag_freelists_look(const struct frag_freelists *f,
			struct frag_free_look *look);

/* Close and free; safe on a zeroed or failed @f. */
void frag_freelists_close(struct frag_freelists *f);

/* Open, look once at all zones of @root, close. 0 or a negative errno, @look
 * then being zeroed. */
int frag_free_look_once(const char *root, struct frag_free_look *look);

/* Where a zone lies: frames [start_pfn, start_pfn + spanned), holes among them;
 * present: frames that exist; managed: those that the buddy allocator has. */
struct frag_zone_span {
	int node;
	char name[FRAG_ZONE_NAME];
	uint64_t start_pfn;
	uint64_t spanned;
	uint64_t present;
	uint64_t managed;
};

/*
 * The zones of /proc/zoneinfo below @root that span any frame, in its order,
 * into @spans, as many as @max has room for. Zones of two nodes may overlap.
 * Returns how many there are, which may be more than @max, or a negative errno.
 */
int frag_zone_spans(const char *root, struct frag_zone_span *spans,
		    unsigned max);

/* Bytes of a page of the machine below @root; *is_told (may be NULL) false when
 * it does not say, and those of this machine are returned. */
uint64_t frag_page_size(const char *root, bool *is_told);

/*
 * The order of a pageblock below @root: as /proc/pagetypeinfo says when it may
 * be read (dear on a fragmented machine: milliseconds), else that of a huge
 * page, which the kernel takes for it; never above the largest order, which it
 * is where there are no huge pages (pageblock_order in
 * include/linux/pageblock-flags.h, Linux 5.10 to 6.12). 0 when nothing tells.
 */
unsigned frag_pageblock_order(const char *root);

/* From where frag_pageblock_order() has it. */
enum frag_pageblock_from {
	FRAG_PAGEBLOCK_TOLD, /* pagetypeinfo */
	FRAG_PAGEBLOCK_HUGE, /* the size of a huge page */
	FRAG_PAGEBLOCK_LARGEST, /* no huge pages: the largest order */
	FRAG_PAGEBLOCK_UNKNOWN, /* not even a buddyinfo */
};

/* The same into *order, and where it is from. */
enum frag_pageblock_from frag_pageblock_read(const char *root, unsigned *order);

#endif
