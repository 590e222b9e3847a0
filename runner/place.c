// SPDX-License-Identifier: GPL-2.0-or-later
/* What "same", "split", "far:1" and "bind:0" mean on this machine. */
#include "place.h"

#include <errno.h>
#include <hwloc.h>
#include <hwloc/linux.h>
#include <numa.h>
#include <numaif.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "fragbench/nodes.h"

struct frag_topology {
	hwloc_topology_t hwloc;
};

int frag_topology_load(struct frag_topology **out, struct frag_error *e)
{
	struct frag_topology *t = calloc(1, sizeof(*t));

	if (t && !hwloc_topology_init(&t->hwloc)) {
		if (!hwloc_topology_load(t->hwloc)) {
			*out = t;
			return 0;
		}
		hwloc_topology_destroy(t->hwloc);
	}
	free(t);
	return frag_fail(e, -EIO, "hwloc cannot load the topology");
}

void frag_topology_free(struct frag_topology *t)
{
	if (!t)
		return;
	hwloc_topology_destroy(t->hwloc);
	free(t);
}

static int cpus_fail(struct frag_error *e, const char *cpus, const char *why)
{
	frag_fail(e, 0, "cpus cannot be '%s'", cpus);
	frag_error_why(e, "%s", why);
	frag_error_mend(e, "use same, split, any, a list such as 0,2-3, or "
			   "node:NODES or far:NODES");
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

/* The CPUs of a list, all of which must be ones that may be used. */
static int list_parse(struct frag_topology *t, const char *cpus,
		      hwloc_bitmap_t set, struct frag_error *e)
{
	if (!*cpus || cpus[strspn(cpus, "0123456789,-")] ||
	    hwloc_bitmap_list_sscanf(set, cpus) || hwloc_bitmap_iszero(set))
		return cpus_fail(e, cpus, "it is no list of CPUs");
	if (!hwloc_bitmap_isincluded(
		    set, hwloc_topology_get_allowed_cpuset(t->hwloc)))
		return cpus_fail(e, cpus,
				 "this machine has no such CPU for us");
	return 0;
}

/* Reduce @set to its CPU number @index, counting around. */
static void set_take(hwloc_bitmap_t set, unsigned index)
{
	int n = hwloc_bitmap_weight(set);
	int cpu = hwloc_bitmap_first(set);

	for (unsigned i = n > 0 ? index % (unsigned)n : 0; i; i--)
		cpu = hwloc_bitmap_next(set, cpu);
	hwloc_bitmap_only(set, (unsigned)cpu);
}

static int split_take(struct frag_topology *t, hwloc_bitmap_t set,
		      unsigned index, unsigned count)
{
	hwloc_bitmap_t *sets = calloc(count, sizeof(hwloc_bitmap_t));
	hwloc_obj_t root = hwloc_get_root_obj(t->hwloc);
	int rc = -1;

	if (sets)
		rc = hwloc_distrib(t->hwloc, &root, 1, sets, count, INT_MAX, 0);
	for (unsigned i = 0; i < count && !rc; i++) {
		if (i == index)
			hwloc_bitmap_copy(set, sets[i]);
		hwloc_bitmap_free(sets[i]);
	}
	free(sets);
	hwloc_bitmap_singlify(set);
	return rc;
}

/* The CPUs of node @node that may be used. */
static void node_cpus(struct frag_topology *t, unsigned node,
		      hwloc_bitmap_t set)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/node/node%u/cpumap",
		 node);
	/* A kernel without nodes has no such file: all CPUs are node 0's. */
	if (hwloc_linux_read_path_as_cpumask(path, set))
		hwloc_bitmap_copy(set, hwloc_get_root_obj(t->hwloc)->cpuset);
	hwloc_bitmap_and(set, set, hwloc_topology_get_allowed_cpuset(t->hwloc));
}

/*
 * The CPUs of the node nearest to @node, itself first, or, when @is_far, of the
 * farthest other one; of the first, where several are as near. Where no other
 * has CPUs they are its own.
 */
static void near_cpus(struct frag_topology *t, unsigned node, bool is_far,
		      hwloc_bitmap_t set)
{
	hwloc_bitmap_t here = hwloc_bitmap_alloc();
	int best = -1;

	for (int n = 0; n <= numa_max_node(); n++) {
		int distance = n == (int)node ? 0 : numa_distance((int)node, n);

		/* What is 0 away is the node itself: the last choice of far. */
		if (n != (int)node && !distance)
			continue;
		if (best >= 0 && (is_far ? distance <= best : distance >= best))
			continue;
		node_cpus(t, (unsigned)n, here);
		if (hwloc_bitmap_iszero(here))
			continue;
		hwloc_bitmap_copy(set, here);
		best = distance;
	}
	hwloc_bitmap_free(here);
}

/* The nodes of "node:NODES" or "far:NODES"; NULL: it is neither. */
static const char *cpus_nodes(const char *cpus, bool *is_far)
{
	*is_far = !strncmp(cpus, "far:", 4);
	if (*is_far)
		return cpus + 4;
	return strncmp(cpus, "node:", 5) ? NULL : cpus + 5;
}

bool frag_place_has_nodes(const char *cpus)
{
	bool is_far;

	return cpus_nodes(cpus, &is_far) != NULL;
}

static int nodes_parse(const char *cpus, const char *list,
		       struct frag_nodes *nodes, struct frag_error *e)
{
	const struct frag_node_mask allowed = frag_nodes_allowed();

	switch (frag_nodes_parse(list, &allowed, nodes)) {
	case 0:
		return 0;
	case -ENODEV:
		return cpus_fail(e, cpus,
				 "this machine has no such node with memory "
				 "for us");
	default:
		return cpus_fail(e, cpus, "it names no nodes");
	}
}

/* The CPUs that a text with nodes means for process @index; what the scheduler
 * does among them is its own affair. */
static int nodes_take(struct frag_topology *t, const char *cpus, unsigned index,
		      hwloc_bitmap_t set, struct frag_error *e)
{
	struct frag_nodes nodes;
	bool is_far;
	int rc = nodes_parse(cpus, cpus_nodes(cpus, &is_far), &nodes, e);

	if (!rc)
		near_cpus(t, nodes.node[index % nodes.count], is_far, set);
	return rc;
}

static int cpus_here(struct frag_topology *t, const char *cpus, unsigned index,
		     unsigned count, struct frag_error *e)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	bool has_nodes = frag_place_has_nodes(cpus);
	int rc = 0;

	if (has_nodes)
		rc = nodes_take(t, cpus, index, set, e);
	else if (!strcmp(cpus, "same"))
		hwloc_bitmap_only(
			set,
			(unsigned)hwloc_bitmap_last(
				hwloc_topology_get_allowed_cpuset(t->hwloc)));
	else if (!strcmp(cpus, "split"))
		rc = split_take(t, set, index, count);
	else if (strcmp(cpus, "any") != 0)
		rc = list_parse(t, cpus, set, e);
	if (!rc && !has_nodes && hwloc_bitmap_weight(set) > 1)
		set_take(set, index);
	if (!rc && !hwloc_bitmap_iszero(set) &&
	    hwloc_set_cpubind(t->hwloc, set,
			      HWLOC_CPUBIND_PROCESS | HWLOC_CPUBIND_STRICT))
		rc = -errno;
	hwloc_bitmap_free(set);
	return rc ? frag_fail(e, rc, "cannot run on cpus=%s", cpus) : 0;
}

static int policy_fail(struct frag_error *e, const char *policy,
		       const char *why)
{
	frag_fail(e, 0, "mempolicy cannot be '%s'", policy);
	frag_error_why(e, "%s", why);
	frag_error_mend(e, "use default, bind:NODES, preferred:NODE or "
			   "interleave:NODES");
	frag_error_exit(e, FRAG_EXIT_USAGE);
	return -EINVAL;
}

static const struct policy {
	const char *name; /* with its colon */
	int mode;
} policies[] = {
	{ "bind:", MPOL_BIND },
	{ "preferred:", MPOL_PREFERRED },
	{ "interleave:", MPOL_INTERLEAVE },
};

static const struct policy *policy_find(const char *text)
{
	for (unsigned i = 0; i < sizeof(policies) / sizeof(policies[0]); i++)
		if (!strncmp(text, policies[i].name, strlen(policies[i].name)))
			return &policies[i];
	return NULL;
}

/* Does @text name nodes of this machine alone? libnuma would complain of others
 * on standard error, in words of its own. */
static bool is_nodes(const char *text)
{
	char *end;

	while (*text >= '0' && *text <= '9') {
		if (strtoul(text, &end, 10) > (unsigned long)numa_max_node())
			return false;
		if (!*end)
			return true;
		if (*end != ',' && *end != '-')
			return false;
		text = end + 1;
	}
	return false;
}

/* Check @text and, with @is_real, set it for the calling process. */
static int policy_apply(const char *text, bool is_real, struct frag_error *e)
{
	const struct policy *p = policy_find(text);
	struct bitmask *mask;
	const char *nodes;
	int rc = 0;

	if (!strcmp(text, "default"))
		return 0;
	if (!strchr(text, ':'))
		return policy_fail(e, text, "it names no node");
	if (!p)
		return policy_fail(e, text, "there is no such policy");
	if (numa_available() < 0)
		return policy_fail(e, text, "the kernel has no NUMA support");
	nodes = text + strlen(p->name);
	mask = is_nodes(nodes) ? numa_parse_nodestring(nodes) : NULL;
	if (!mask)
		return policy_fail(e, text, "this machine has no such node");
	/* libnuma's own calls would only print a failure. */
	if (is_real && set_mempolicy(p->mode, mask->maskp, mask->size + 1))
		rc = frag_fail(e, -errno, "cannot set mempolicy=%s", text);
	numa_bitmask_free(mask);
	return rc;
}

int frag_place_check(struct frag_topology *t, const char *cpus,
		     const char *mempolicy, struct frag_error *e)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	int rc = 0;

	if (frag_place_has_nodes(cpus))
		rc = nodes_take(t, cpus, 0, set, e);
	else if (strcmp(cpus, "same") && strcmp(cpus, "split") &&
		 strcmp(cpus, "any"))
		rc = list_parse(t, cpus, set, e);
	hwloc_bitmap_free(set);
	return rc ? rc : policy_apply(mempolicy, false, e);
}

int frag_place_here(struct frag_topology *t, const char *cpus,
		    const char *mempolicy, unsigned index, unsigned count,
		    struct frag_error *e)
{
	int rc = cpus_here(t, cpus, index, count, e);

	return rc ? rc : policy_apply(mempolicy, true, e);
}
