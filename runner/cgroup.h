/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the memory cgroup that we run in lets us have. */
#ifndef FRAGBENCH_CGROUP_H
#define FRAGBENCH_CGROUP_H

#include <stdbool.h>
#include <stdint.h>

/*
 * limit: the smallest limit of the own group and of those above it, in bytes,
 * UINT64_MAX when none has one. room: the least that any of them has left, with
 * its inactive file cache counted as free, for it is reclaimed first;
 * UINT64_MAX likewise. top: the folder of the root group, of a static life.
 */
struct frag_cgroup {
	uint64_t limit;
	uint64_t room;
	const char *top;
};

/* Look below @root ("" for this machine); false when there is no memory
 * cgroup. Knows both hierarchies: memory.max, and memory.limit_in_bytes. */
bool frag_cgroup_read(struct frag_cgroup *g, const char *root);

#endif
