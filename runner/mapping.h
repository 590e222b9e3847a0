/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Maps of the physical memory at phase ends: maps/NN-PHASE.map of a run. */
#ifndef FRAGBENCH_MAPPING_H
#define FRAGBENCH_MAPPING_H

#include "base/map.h"
#include "rundir.h"

/* taken: how many there are. */
struct frag_mapping {
	bool is_on;
	unsigned taken;
	struct frag_map_head head; /* room for the zones, read anew each time */
};

/* Make the folder; maps are taken from now on. */
int frag_mapping_begin(struct frag_mapping *m, struct frag_rundir *rd,
		       struct frag_error *e);

/*
 * Take the map of the end of @phase, if maps are taken at all; 0.1 us a frame.
 * owners: NULL, or the worker that has each of the first @nowners frames. A
 * machine that shows no frames gets a note of the run, once. Returns 0, or a
 * negative errno with @e filled when the file cannot be written.
 */
int frag_mapping_take(struct frag_mapping *m, struct frag_rundir *rd,
		      const char *phase, const uint8_t *owners,
		      uint64_t nowners, struct frag_error *e);

#endif
