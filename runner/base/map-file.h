/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bytes of a map file, which results/README.md specifies: what its writer
 * and its reader must agree on.
 */
#ifndef FRAGBENCH_BASE_MAP_FILE_H
#define FRAGBENCH_BASE_MAP_FILE_H

#include "map.h"

#define FRAG_MAP_MAGIC "fragmap\n"

enum {
	FRAG_MAP_VERSION = 1,
	FRAG_MAP_MOVES = 1, /* flag: does_unevictable_move */
	FRAG_MAP_HEAD_SIZE = 64, /* in front of the zones */
	FRAG_MAP_ZONE_SIZE = 4 + FRAG_ZONE_NAME + 4 * 8,
	/*
	 * A run is a byte, its rank among the kinds and owners used last times
	 * 16 plus its length; rank 15: new, kind and owner follow; length 0:
	 * a longer one follows, less 16. Rank 0, that of the run before, cannot
	 * come, which leaves room for the others.
	 */
	FRAG_TOKEN_REPEAT = 0x00, /* the one-byte run before, N more times */
	FRAG_TOKEN_END = 0x01, /* and the checksum follows */
	FRAG_TOKEN_LENGTH = 15,
};

/* Move @symbol from @rank to the front of those that were used last. */
void frag_map_recall(uint16_t *recent, unsigned rank, uint16_t symbol);

#endif
