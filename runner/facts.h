/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What machine this is: the facts that a result cannot be read without. */
#ifndef FRAGBENCH_FACTS_H
#define FRAGBENCH_FACTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* page_size in bytes; pageblock_order: the order of a pageblock, from
 * /proc/pagetypeinfo when it may be read, else from the size of a huge page,
 * which the kernel takes for it (pageblock_order in
 * include/linux/pageblock-flags.h). orders: how many free lists a zone has.
 * group_room: bytes that the memory cgroup leaves, 0 when none limits. nodes:
 * NUMA nodes that have memory, at least 1. */
struct frag_facts {
	uint64_t page_size;
	unsigned pageblock_order;
	unsigned orders;
	unsigned cpus; /* online */
	uint64_t mem_total;
	uint64_t mem_available;
	uint64_t mem_free;
	uint64_t whole_free; /* of it in blocks of the pageblock order and more */
	uint64_t swap_used;
	uint64_t group_room;
	unsigned nodes;
	uint64_t high; /* watermarks of all zones, bytes: below, it reclaims */
	bool is_root; /* effective uid 0 */
};

/* Read the facts of this machine. Nothing here can fail: what the kernel does
 * not tell is 0. */
void frag_facts_read(struct frag_facts *f);

/* What workloads may have at most, in bytes, and percentages are of:
 * MemAvailable, or what the memory cgroup leaves of it. */
static inline uint64_t frag_facts_memory(const struct frag_facts *f)
{
	return f->group_room && f->group_room < f->mem_available
		       ? f->group_room
		       : f->mem_available;
}

/* The manifest's "machine": @f and what only people read; a new reference. */
json_t *frag_facts_json(const struct frag_facts *f);

/* Nanoseconds of CPU that a plain copy of one page takes here, from and to
 * small pages that were not just used: the floor under the price of a
 * migration. 0 when it cannot be measured. */
double frag_copy_ns_per_page(uint64_t page_size);

#endif
