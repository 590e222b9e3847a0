/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The free lists of a zone and the kernel's two fragmentation indices over
 * them, from ONE read of /proc/buddyinfo.
 */
#ifndef FRAGBENCH_BUDDY_H
#define FRAGBENCH_BUDDY_H

#include <stddef.h>
#include <stdint.h>

/* x86-64 has 11 orders, arm64 with 16 KiB pages 12, with 64 KiB pages 14. */
enum { FRAG_ORDERS_MAX = 20, FRAG_ZONE_NAME = 16 };

/* free[o]: free blocks of order o, of 2^o pages each; orders: how many. */
struct frag_buddy {
	unsigned orders;
	uint64_t free[FRAG_ORDERS_MAX];
};

/* One line of /proc/buddyinfo. */
struct frag_zone {
	int node;
	char name[FRAG_ZONE_NAME];
	struct frag_buddy buddy;
};

/* Free pages: sum of free[o] << o. */
uint64_t frag_buddy_pages(const struct frag_buddy *b);

/* Free blocks of all orders: sum of free[o]. */
uint64_t frag_buddy_blocks(const struct frag_buddy *b);

/*
 * Blocks of order @k that could be handed out now: sum over o >= k of
 * free[o] << (o - k). (free_blocks_suitable in mm/vmstat.c)
 */
uint64_t frag_buddy_suitable(const struct frag_buddy *b, unsigned k);

/*
 * Unusable free space index at order @k in thousandths, 0 to 1000: the share of
 * free memory that cannot serve a request of order k. 1000 when nothing is
 * free. (unusable_free_index in mm/vmstat.c, Linux 6.1 to 6.18)
 */
int frag_buddy_unusable(const struct frag_buddy *b, unsigned k);

/*
 * External fragmentation index at order @k in thousandths: -1000 when a request
 * would succeed; otherwise toward 0 a failure is for lack of memory, toward
 * 1000 for fragmentation. One free block can give a value below 0 that is not
 * -1000. (__fragmentation_index in mm/vmstat.c, Linux 6.1 to 6.18)
 */
int frag_buddy_extfrag(const struct frag_buddy *b, unsigned k);

/* Add @from to @to, order by order; @to takes the larger number of orders. */
void frag_buddy_add(struct frag_buddy *to, const struct frag_buddy *from);

/*
 * @b with @pcp_pages pages counted as free blocks of order 0. They sit on
 * per-CPU lists, are free, and no index of the kernel sees them.
 */
struct frag_buddy frag_buddy_with_pcp(const struct frag_buddy *b,
				      uint64_t pcp_pages);

/*
 * Print @thousandths as the kernel does (`%d.%03d`), so that a value between
 * -999 and -1 comes out as "0.-500". @buf of @size bytes, 16 are enough.
 */
const char *frag_index_text(int thousandths, char *buf, size_t size);

/*
 * Read one line of /proc/buddyinfo. Returns 1 with @zone filled, 0 for a blank
 * line, -EINVAL for anything else (@zone is then undefined).
 */
int frag_buddy_parse(const char *line, size_t length, struct frag_zone *zone);

#endif
