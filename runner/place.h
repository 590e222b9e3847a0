/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where processes run and where their memory comes from: hwloc and libnuma. */
#ifndef FRAGBENCH_PLACE_H
#define FRAGBENCH_PLACE_H

#include <stdbool.h>

#include "fragbench/error.h"

/* The machine's topology; NULL when it was not loaded. */
struct frag_topology;

/* Load the topology; free with frag_topology_free(). */
int frag_topology_load(struct frag_topology **t, struct frag_error *e);
void frag_topology_free(struct frag_topology *t);

/* Check a `cpus` text and a `mempolicy` text before anything is started;
 * the errors name the CPU or node that is not there. */
int frag_place_check(struct frag_topology *t, const char *cpus,
		     const char *mempolicy, struct frag_error *e);

/*
 * Bind the calling process, number @index of @count: "same" takes the last CPU
 * that it may use, "split" spreads over distinct cores, a list is dealt out in
 * turn, "any" binds nothing; "node:NODES" takes the CPUs of the node that is
 * process @index's by the list (those of the nearest one for a node without),
 * "far:NODES" those of the node farthest from it. Then set its memory policy.
 */
int frag_place_here(struct frag_topology *t, const char *cpus,
		    const char *mempolicy, unsigned index, unsigned count,
		    struct frag_error *e);

/* Does @cpus say nodes, "node:NODES" or "far:NODES"? */
bool frag_place_has_nodes(const char *cpus);

#endif
