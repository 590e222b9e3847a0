/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine that a guest is given: CPUs, memory, and how they are spread over
 * NUMA nodes. */
#ifndef FRAGBENCH_VM_MACHINE_H
#define FRAGBENCH_VM_MACHINE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fragbench/error.h"

enum {
	FRAG_VM_NODES_MAX = 8,
	FRAG_VM_CPUS_MAX = 64,
	FRAG_VM_TIERS_MAX = 4,
	/* Eight nodes with HMAT take 352 words. */
	FRAG_VM_ARGS_MAX = 512,
};

/* One NUMA node. cpus: how many, 0 for a memory-only node; the first node has
 * the first CPUs, and so on. tier: 0 is the fastest memory, 1 slower, ... */
struct frag_vm_node {
	uint64_t memory; /* bytes */
	unsigned cpus;
	unsigned tier;
};

/* nnodes 0: no NUMA at all. distances: as ACPI's SLIT has them, 10 is local. */
struct frag_vm_machine {
	unsigned cpus;
	uint64_t memory; /* bytes, of all nodes */
	unsigned nnodes;
	struct frag_vm_node nodes[FRAG_VM_NODES_MAX];
	unsigned char distances[FRAG_VM_NODES_MAX][FRAG_VM_NODES_MAX];
	bool has_distances;
	bool has_tiers; /* HMAT tables are made */
};

/*
 * As the options of `fragbench vm` have it; 0, NULL or "" for what was not
 * given. nodes is one of
 *
 *   "4"   so many nodes. CPUs and memory are shared out evenly, memory in whole
 *         MiB; where they do not divide the first nodes have one more each, so
 *         that the last have no CPU when there are fewer CPUs than nodes. CPUs
 *         that were not given: two, or one a node if that is more.
 *   "1G@2,1G@2,512M@0/1"   MEMORY[@CPUS][/TIER] a node; "@0" has memory only.
 *         Nodes without "@" share the CPUs that are left, by the same rule
 *         (CPUs that were not given: two in all, or one each if that is more).
 *         Memory that was not given is what the nodes add up to; memory or CPUs
 *         that were given must be just that. A "/" anywhere makes HMAT tables.
 *         Memory-only nodes come last: so Linux numbers them, whatever we say.
 *
 * distances: "0-1=20,0-2=40", both ways alike, 11 to 254 (Linux throws away a
 * whole table in which another node is as near as the own); what is not named
 * is 20, and 10 to itself.
 */
struct frag_vm_machine_options {
	uint64_t cpus;
	uint64_t memory; /* bytes, whole MiB */
	const char *nodes;
	const char *distances;
};

/* Work out the machine. -EINVAL (exit code FRAG_EXIT_USAGE) with the word that
 * was wrong and one that works. Defaults: 2 CPUs, 2 GiB. */
int frag_vm_machine_make(struct frag_vm_machine *m,
			 const struct frag_vm_machine_options *o,
			 struct frag_error *e);

/* A command line in the making; argv ends with NULL; texts are owned. */
struct frag_argv {
	char *argv[FRAG_VM_ARGS_MAX + 1];
	unsigned count;
};

/* Append one word (printf); aborts when the line is full: that is a bug. */
void frag_argv_add(struct frag_argv *a, const char *fmt, ...) FRAG_PRINTF(2, 3);
void frag_argv_free(struct frag_argv *a);

/* Append QEMU's options for @m: -smp, -m, memory backends, -numa ...; what
 * -machine has to say beside its type (",hmat=on") is appended to the text
 * @type ("pc") of @size bytes. */
void frag_vm_machine_args(const struct frag_vm_machine *m, struct frag_argv *a,
			  char *type, size_t size);

/* What manifest.json says of it: cpus, memory_bytes, nodes (node, memory_bytes,
 * cpus as a list "0-1" or "", tier), distances; a new reference. */
json_t *frag_vm_machine_json(const struct frag_vm_machine *m);

#endif
