// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A machine as QEMU's options say it, and as the manifest does. Knows what QEMU
 * wants of NUMA (every node its own memory backend, an initiator for each
 * node once there is HMAT) and what numbers our HMAT tables hold.
 */
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "vm/machine.h"

/*
 * The memory of tier 0 seen from its own node, as a DRAM of today: the numbers
 * need not be true, for nothing in the guest runs at them, only their order;
 * HMAT has 16 bits for each, so that QEMU refuses a table with 65535 MB/s
 * and 1. Each tier has twice the latency and half the bandwidth of the one
 * before, and so has a node at twice the distance.
 */
enum { LATENCY_NS = 100, BANDWIDTH_MB = 40000 };

static unsigned first_cpu(const struct frag_vm_machine *m, unsigned node)
{
	unsigned cpu = 0;

	for (unsigned i = 0; i < node; i++)
		cpu += m->nodes[i].cpus;
	return cpu;
}

/* The CPUs of @node as QEMU and Linux list them: "2-3", "2", or "". */
static const char *cpus_text(const struct frag_vm_machine *m, unsigned node,
			     char *buf, size_t size)
{
	unsigned first = first_cpu(m, node);
	unsigned n = m->nodes[node].cpus;

	buf[0] = '\0';
	if (n == 1)
		snprintf(buf, size, "%u", first);
	else if (n)
		snprintf(buf, size, "%u-%u", first, first + n - 1);
	return buf;
}

/* The node with CPUs that is nearest to @node: itself when it has some. */
static unsigned initiator_of(const struct frag_vm_machine *m, unsigned node)
{
	unsigned best = node;

	for (unsigned i = 0; i < m->nnodes; i++) {
		if (!m->nodes[i].cpus)
			continue;
		if (!m->nodes[best].cpus ||
		    m->distances[i][node] < m->distances[best][node])
			best = i;
	}
	return best;
}

/*
 * A node is a socket when all nodes with CPUs have as many; else each CPU is.
 * A socket must not span nodes: Linux shares a cache among its CPUs, and warns.
 */
static unsigned sockets_of(const struct frag_vm_machine *m)
{
	unsigned sockets = 0;
	unsigned each = 0;

	for (unsigned i = 0; i < m->nnodes; i++) {
		if (!m->nodes[i].cpus)
			continue;
		if (each && m->nodes[i].cpus != each)
			return m->cpus;
		each = m->nodes[i].cpus;
		sockets++;
	}
	return sockets ? sockets : 1;
}

static void node_args(const struct frag_vm_machine *m, unsigned i,
		      struct frag_argv *a)
{
	char cpus[32], cpus_option[48] = "", initiator[32] = "";

	if (m->nodes[i].cpus)
		snprintf(cpus_option, sizeof(cpus_option), ",cpus=%s",
			 cpus_text(m, i, cpus, sizeof(cpus)));
	if (m->has_tiers)
		snprintf(initiator, sizeof(initiator), ",initiator=%u",
			 initiator_of(m, i));
	frag_argv_add(a, "-object");
	frag_argv_add(a, "memory-backend-ram,id=node%u,size=%lluM", i,
		      (unsigned long long)(m->nodes[i].memory / FRAG_MIB));
	frag_argv_add(a, "-numa");
	frag_argv_add(a, "node,nodeid=%u,memdev=node%u%s%s", i, i, cpus_option,
		      initiator);
}

/* QEMU knows a pair by one direction; the other is taken to be alike. */
static void distance_args(const struct frag_vm_machine *m, struct frag_argv *a)
{
	for (unsigned i = 0; i < m->nnodes; i++)
		for (unsigned j = i + 1; j < m->nnodes; j++) {
			frag_argv_add(a, "-numa");
			frag_argv_add(a, "dist,src=%u,dst=%u,val=%u", i, j,
				      m->distances[i][j]);
		}
}

/* Latency and bandwidth of @target as the CPUs of node @from see it. */
static void hmat_args(const struct frag_vm_machine *m, unsigned from,
		      unsigned target, struct frag_argv *a)
{
	unsigned tier = m->nodes[target].tier;
	unsigned distance = m->distances[from][target];

	frag_argv_add(a, "-numa");
	frag_argv_add(a,
		      "hmat-lb,initiator=%u,target=%u,hierarchy=memory,"
		      "data-type=access-latency,latency=%u",
		      from, target, (LATENCY_NS << tier) * distance / 10);
	frag_argv_add(a, "-numa");
	frag_argv_add(a,
		      "hmat-lb,initiator=%u,target=%u,hierarchy=memory,"
		      "data-type=access-bandwidth,bandwidth=%uM",
		      from, target, (BANDWIDTH_MB >> tier) * 10 / distance);
}

void frag_vm_machine_args(const struct frag_vm_machine *m, struct frag_argv *a,
			  char *type, size_t size)
{
	size_t n = strlen(type);

	frag_argv_add(a, "-m");
	frag_argv_add(a, "%llu", (unsigned long long)(m->memory / FRAG_MIB));
	frag_argv_add(a, "-smp");
	if (m->nnodes)
		frag_argv_add(a, "%u,sockets=%u,cores=%u,threads=1", m->cpus,
			      sockets_of(m), m->cpus / sockets_of(m));
	else
		frag_argv_add(a, "%u", m->cpus);
	for (unsigned i = 0; i < m->nnodes; i++)
		node_args(m, i, a);
	if (m->has_distances)
		distance_args(m, a);
	if (!m->has_tiers)
		return;
	snprintf(type + n, size - n, ",hmat=on");
	for (unsigned i = 0; i < m->nnodes; i++)
		for (unsigned j = 0; m->nodes[i].cpus && j < m->nnodes; j++)
			hmat_args(m, i, j, a);
}

static json_t *node_json(const struct frag_vm_machine *m, unsigned i)
{
	char cpus[32];
	json_t *node = json_pack("{s:I, s:I, s:s}", "node", (json_int_t)i,
				 "memory_bytes", (json_int_t)m->nodes[i].memory,
				 "cpus", cpus_text(m, i, cpus, sizeof(cpus)));

	if (node && m->has_tiers)
		json_object_set_new(node, "tier",
				    json_integer(m->nodes[i].tier));
	return node;
}

static json_t *distances_json(const struct frag_vm_machine *m)
{
	json_t *rows = json_array();

	for (unsigned i = 0; i < m->nnodes; i++) {
		json_t *row = json_array();

		for (unsigned j = 0; j < m->nnodes; j++)
			json_array_append_new(row,
					      json_integer(m->distances[i][j]));
		json_array_append_new(rows, row);
	}
	return rows;
}

json_t *frag_vm_machine_json(const struct frag_vm_machine *m)
{
	json_t *nodes = json_array();
	json_t *json = json_pack("{s:I, s:I, s:o}", "cpus", (json_int_t)m->cpus,
				 "memory_bytes", (json_int_t)m->memory, "nodes",
				 nodes);

	for (unsigned i = 0; i < m->nnodes; i++)
		json_array_append_new(nodes, node_json(m, i));
	if (json && m->has_distances)
		json_object_set_new(json, "distances", distances_json(m));
	return json;
}
