/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists of NUMA nodes in which the order counts: "1,0" gives the first process
 * node 1 and the second node 0. Who deals CPUs and who deals memory read the
 * same list in the same way.
 */
#ifndef FRAGBENCH_NODES_H
#define FRAGBENCH_NODES_H

#include <errno.h>
#include <numaif.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	FRAG_NODES_MAX = 64, /* as many as a list may have */
	FRAG_NODE_NUMBERS = 1024, /* the kernel's MAX_NUMNODES is at most so */
};

struct frag_nodes {
	unsigned count;
	unsigned node[FRAG_NODES_MAX];
};

/* A set of nodes as the kernel's calls take it, for a maxnode of
 * FRAG_NODE_NUMBERS + 1: the kernel takes one off. */
struct frag_node_mask {
	unsigned long bits[FRAG_NODE_NUMBERS / (8 * sizeof(unsigned long))];
};

static inline void frag_node_mask_set(struct frag_node_mask *m, unsigned node)
{
	const unsigned width = 8 * sizeof(m->bits[0]);

	if (node < FRAG_NODE_NUMBERS)
		m->bits[node / width] |= 1UL << node % width;
}

static inline bool frag_node_mask_has(const struct frag_node_mask *m,
				      unsigned node)
{
	const unsigned width = 8 * sizeof(m->bits[0]);

	return node < FRAG_NODE_NUMBERS &&
	       m->bits[node / width] >> node % width & 1;
}

/* The nodes with memory that this process may take from (a cpuset may leave
 * out some); node 0 alone where the kernel knows of no nodes. */
static inline struct frag_node_mask frag_nodes_allowed(void)
{
	struct frag_node_mask m = { { 0 } };

	if (get_mempolicy(NULL, m.bits, FRAG_NODE_NUMBERS + 1, NULL,
			  MPOL_F_MEMS_ALLOWED)) {
		memset(&m, 0, sizeof(m));
		frag_node_mask_set(&m, 0);
	}
	return m;
}

/* Add @first to @last, in this order; -ENODEV when one of them is not in @m. */
static inline int frag_nodes_add(struct frag_nodes *n,
				 const struct frag_node_mask *m,
				 unsigned long first, unsigned long last)
{
	if (first > last)
		return -EINVAL;
	for (unsigned long i = first; i <= last; i++) {
		if (i >= FRAG_NODE_NUMBERS ||
		    !frag_node_mask_has(m, (unsigned)i))
			return -ENODEV;
		if (n->count == FRAG_NODES_MAX)
			return -E2BIG;
		n->node[n->count++] = (unsigned)i;
	}
	return 0;
}

/*
 * Read @text, "all" or a list such as "2-3,0", into @n, in its order. All are
 * those of @allowed (frag_nodes_allowed()), by number. Returns 0, -EINVAL when
 * it is no list, -ENODEV when it names a node that is not in @allowed, or
 * -E2BIG when there are too many.
 */
static inline int frag_nodes_parse(const char *text,
				   const struct frag_node_mask *allowed,
				   struct frag_nodes *n)
{
	int rc = 0;

	n->count = 0;
	if (!strcmp(text, "all")) {
		for (unsigned i = 0; i < FRAG_NODE_NUMBERS && !rc; i++)
			if (frag_node_mask_has(allowed, i))
				rc = frag_nodes_add(n, allowed, i, i);
		return rc;
	}
	for (;; text++) {
		unsigned long first;
		unsigned long last;
		char *end;

		if (*text < '0' || *text > '9')
			return -EINVAL;
		first = last = strtoul(text, &end, 10);
		if (*end == '-' && end[1] >= '0' && end[1] <= '9')
			last = strtoul(end + 1, &end, 10);
		rc = frag_nodes_add(n, allowed, first, last);
		if (rc || !*end)
			return rc;
		if (*end != ',')
			return -EINVAL;
		text = end;
	}
}

#endif
