/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel's numbers in events mean on this machine: the zone of a
 * frame, and the names of migratetypes. */
#ifndef FRAGBENCH_EVENTS_PLACES_H
#define FRAGBENCH_EVENTS_PLACES_H

#include <stdint.h>

enum {
	FRAG_PLACES_MAX = 1024,
	FRAG_PLACE_NAME = 16,
	FRAG_MIGRATETYPES_MAX = 8,
};

/* Frames [start, end) belong to that zone, as far as they exist. */
struct frag_place {
	int node;
	char zone[FRAG_PLACE_NAME];
	uint64_t start;
	uint64_t end;
};

struct frag_places {
	unsigned count;
	struct frag_place place[FRAG_PLACES_MAX];
	unsigned ntypes;
	char type[FRAG_MIGRATETYPES_MAX][FRAG_PLACE_NAME];
};

/* Read /proc/zoneinfo and /proc/pagetypeinfo below @root, once. What cannot be
 * read is not known; zones that span no frame are left out. */
void frag_places_read(struct frag_places *p, const char *root);

/* The zone of frame @pfn, or NULL. Where zones of several nodes are woven into
 * one another it may be the wrong one: the one that begins last is taken. */
const struct frag_place *frag_place_of(const struct frag_places *p,
				       uint64_t pfn);

/* The name of migratetype number @type, lower case; NULL when not known. */
const char *frag_migratetype_name(const struct frag_places *p, int64_t type);

#endif
