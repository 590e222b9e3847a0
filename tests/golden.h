/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Free lists that other people have printed, with what follows from them: the
 * 2017 blog (a VM of 2000 MB) and the article on Mint 19.1 (Linux 4.15). Pages
 * are of 4 KiB. unusable: at order 9, in thousandths; mib: to the hundredth.
 * Both follow from the row itself; the articles print only some of them.
 */
#ifndef FRAGBENCH_TESTS_GOLDEN_H
#define FRAGBENCH_TESTS_GOLDEN_H

#include <stdint.h>

enum { GOLDEN_ORDERS = 11 };

struct golden_row {
	const char *name;
	const char *zone;
	uint64_t free[GOLDEN_ORDERS];
	const char *mib;
	int unusable;
};

/* The 2017 blog: a kernel module that takes 16 KiB blocks and gives back every
 * other one; then two processes that grow with sbrk, one of them killed. */
static const struct golden_row golden_blog[] = {
	{ "start",
	  "DMA32",
	  { 114, 136, 104, 13, 12, 5, 8, 10, 6, 2, 447 },
	  "1809.91",
	  9 },
	{ "module loaded",
	  "DMA32",
	  { 60, 94, 92, 13, 10, 5, 9, 10, 5, 3, 56 },
	  "246.31",
	  66 },
	{ "module unloaded",
	  "DMA32",
	  { 116, 145, 50098, 13, 10, 4, 9, 10, 5, 3, 56 },
	  "1028.15",
	  776 },
	{ "module compacted",
	  "DMA32",
	  { 48, 8, 50004, 12, 4, 2, 5, 3, 6, 2, 58 },
	  "1027.19",
	  770 },
	{ "two processes",
	  "DMA32",
	  { 146, 138, 167, 127, 67, 3, 2, 2, 2, 3, 44 },
	  "198.29",
	  82 },
	{ "one killed",
	  "DMA32",
	  { 6446, 6410, 6335, 6271, 6214, 136, 21, 4, 4, 3, 47 },
	  "980.84",
	  802 },
	{ "compacted",
	  "DMA32",
	  { 142, 143, 117, 96, 61, 21, 21, 14, 13, 13, 229 },
	  "980.19",
	  38 },
};

/* Mint 19.1: before and after a write to compact_memory. */
static const struct golden_row golden_mint[] = {
	{ "before",
	  "DMA32",
	  { 50311, 43673, 29118, 12645, 2612, 281, 27, 3, 1, 1, 0 },
	  "1597.47",
	  998 },
	{ "before",
	  "Normal",
	  { 19659, 17036, 8875, 3676, 184, 4, 2, 0, 0, 0, 0 },
	  "475.93",
	  1000 },
	{ "after",
	  "DMA32",
	  { 3914, 3343, 3081, 2300, 1471, 983, 637, 416, 262, 182, 57 },
	  "1597.48",
	  629 },
	{ "after",
	  "Normal",
	  { 1471, 1279, 1387, 916, 417, 215, 141, 86, 50, 45, 31 },
	  "461.22",
	  536 },
};

enum {
	GOLDEN_BLOG = sizeof(golden_blog) / sizeof(*golden_blog),
	GOLDEN_MINT = sizeof(golden_mint) / sizeof(*golden_mint),
};

#endif
