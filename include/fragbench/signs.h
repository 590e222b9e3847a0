/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the machine is short of memory: MemAvailable, and whether anybody
 * reclaims (/proc/meminfo, /proc/vmstat). */
#ifndef FRAGBENCH_SIGNS_H
#define FRAGBENCH_SIGNS_H

#include <stdint.h>

/* Kept descriptors, -1 where there is none, and the counters of the last look. */
struct frag_signs {
	int meminfo;
	int vmstat;
	uint64_t kswapd;
	uint64_t direct;
};

/* Open and look once. 0 or a negative errno; close it in any case. */
int frag_signs_open(struct frag_signs *s);

/*
 * Look now (some 40 us). *available: MemAvailable in bytes. *kswapd, *direct:
 * pages that kswapd, and those who allocate, have scanned for reclaim since the
 * look before. 0 or a negative errno.
 */
int frag_signs_look(struct frag_signs *s, uint64_t *available, uint64_t *kswapd,
		    uint64_t *direct);

void frag_signs_close(struct frag_signs *s);

#endif
