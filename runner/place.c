// SPDX-License-Identifier: GPL-2.0-or-later
/* What "same", "split" and "bind:0" mean on this machine. */
#include "place.h"

#include <errno.h>
#include <hwloc.h>
#include <numa.h>
#include <numaif.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

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
	frag_error_mend(e, "use same, split, any or a list such as 0,2-3");
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

static int cpus_here(struct frag_topology *t, const char *cpus, unsigned index,
		     unsigned count, struct frag_error *e)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	int rc = 0;

	if (!strcmp(cpus, "same"))
		hwloc_bitmap_only(
			set,
			(unsigned)hwloc_bitmap_last(
				hwloc_topology_get_allowed_cpuset(t->hwloc)));
	else if (!strcmp(cpus, "split"))
		rc = split_take(t, set, index, count);
	else if (strcmp(cpus, "any") != 0)
		rc = list_parse(t, cpus, set, e);
	if (!rc && hwloc_bitmap_weight(set) > 1)
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

	if (strcmp(cpus, "same") && strcmp(cpus, "split") && strcmp(cpus, "any"))
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
