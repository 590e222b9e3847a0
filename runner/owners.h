/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who owns which frame: the workers' pagemaps, turned into owners.csv (a row a
 * pageblock) and frames.csv (a strip of frames to look at).
 */
#ifndef FRAGBENCH_OWNERS_H
#define FRAGBENCH_OWNERS_H

#include "base/csv.h"
#include "crew.h"
#include "mapping.h"
#include "rundir.h"

enum { FRAG_STRIP_WINDOWS = 8 };

struct frag_owners {
	struct frag_csv owners;
	struct frag_csv frames;
	unsigned pageblock_order;
	uint64_t page_size;
	uint64_t max_pfn; /* one above the last frame of the machine */
	uint64_t low_pfn; /* of the frames seen in this reading: lowest, */
	uint64_t high_pfn; /* and one above the highest */
	uint64_t windows[FRAG_STRIP_WINDOWS]; /* first frames of the strip */
	unsigned nwindows;
	bool is_hidden; /* frame numbers may not be seen: said once */
	struct frag_mapping *mapping; /* told of the owners; NULL: nobody is */
};

/* Create both files and describe them in the manifest. */
int frag_owners_open(struct frag_owners *o, struct frag_rundir *rd,
		     unsigned pageblock_order, uint64_t page_size,
		     struct frag_error *e);

/*
 * Read the pagemap of every living worker that told its ranges, and write the
 * rows of @phase. Memory: one byte a frame between the lowest and the highest
 * that a worker owns, and given back. Without the right to see frame numbers a
 * note is left once and nothing is written. In any case the map of the phase is
 * taken, where maps are.
 */
int frag_owners_read(struct frag_owners *o, struct frag_rundir *rd,
		     const struct frag_crew *crew, const char *phase,
		     struct frag_error *e);

int frag_owners_close(struct frag_owners *o);

#endif
