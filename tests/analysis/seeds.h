/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Free lists that other people have published: the 2017 blog (a virtual
 * machine of 2000 MB, zone DMA32) and the Mint 19.1 article (Linux 4.15).
 */
#ifndef TESTS_ANALYSIS_SEEDS_H
#define TESTS_ANALYSIS_SEEDS_H

#include <stdint.h>

static const uint64_t blog_start[11] = { 114, 136, 104, 13, 12, 5,
					 8,   10,  6,	2,  447 };
static const uint64_t blog_unloaded[11] = { 116, 145, 50098, 13, 10, 4,
					    9,	 10,  5,     3,	 56 };
static const uint64_t blog_unloaded_compacted[11] = { 48, 8, 50004, 12, 4, 2,
						      5,  3, 6,	    2,	58 };
static const uint64_t blog_both[11] = { 146, 138, 167, 127, 67, 3,
					2,   2,	  2,   3,   44 };
static const uint64_t blog_killed[11] = { 6446, 6410, 6335, 6271, 6214, 136,
					  21,	4,    4,    3,	  47 };
static const uint64_t blog_compacted[11] = { 142, 143, 117, 96, 61, 21,
					     21,  14,  13,  13, 229 };
static const uint64_t mint_dma32[11] = { 50311, 43673, 29118, 12645, 2612, 281,
					 27,	3,     1,     1,     0 };
static const uint64_t mint_normal[11] = { 19659, 17036, 8875, 3676, 184, 4,
					  2,	 0,	0,    0,    0 };
static const uint64_t mint_dma32_after[11] = { 3914, 3343, 3081, 2300,
					       1471, 983,  637,	 416,
					       262,  182,  57 };
static const uint64_t mint_normal_after[11] = { 1471, 1279, 1387, 916, 417, 215,
						141,  86,   50,	  45,  31 };

#endif
