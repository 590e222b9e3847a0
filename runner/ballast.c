// SPDX-License-Identifier: GPL-2.0-or-later
/* When ballast is safe, and how many huge pages it takes. */
#include "ballast.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/source.h"
#include "base/units.h"

enum { TRIES = 6 };

/* Less than this to set aside is not worth a knob. */
static const uint64_t least_ballast = 256 * FRAG_MIB;

/* The machine's load of the last minute, as a share of its CPUs. */
static double load_share(unsigned cpus)
{
	char text[128];

	if (frag_slurp("", "/proc/loadavg", text, sizeof(text)) <= 0)
		return 0;
	return strtod(text, NULL) / (cpus ? cpus : 1);
}

int frag_ballast_check(const struct frag_facts *facts, uint64_t leave,
		       char *why, size_t size)
{
	uint64_t huge;
	uint64_t used = facts->mem_total - facts->mem_available;
	double load = load_share(facts->cpus);

	if (!facts->is_root)
		return snprintf(why, size, "only root may set memory aside"),
		       -EPERM;
	if (frag_meminfo("", "Hugepagesize", &huge) ||
	    frag_slurp_u64("", FRAG_BALLAST_KNOB, &huge))
		return snprintf(why, size, "the kernel has no hugetlb pool"),
		       -ENOENT;
	if (facts->mem_free < leave + least_ballast)
		return snprintf(why, size,
				"the machine is small already (%" PRIu64
				" MiB free)",
				facts->mem_free >> 20),
		       -ENOSPC;
	if (facts->swap_used)
		return snprintf(why, size, "swap is in use"), -EBUSY;
	if (used > facts->mem_total / 2)
		return snprintf(why, size,
				"others use more than half of the memory"),
		       -EBUSY;
	if (load > 1.5)
		return snprintf(why, size,
				"the machine is busy (load %.1f a CPU)", load),
		       -EBUSY;
	return 0;
}

static int pool_write(struct frag_journal *j, uint64_t pages, uint64_t *got,
		      struct frag_error *e)
{
	char text[32];
	int rc;

	snprintf(text, sizeof(text), "%" PRIu64, pages);
	rc = frag_knob_write(j, FRAG_BALLAST_KNOB, text, true, e);
	return rc ? rc : frag_slurp_u64("", FRAG_BALLAST_KNOB, got);
}

int frag_ballast_set(struct frag_journal *j, uint64_t leave, uint64_t *left,
		     struct frag_error *e)
{
	uint64_t huge = 0;
	uint64_t pages = 0;
	int rc = frag_meminfo("", "Hugepagesize", &huge);

	if (!rc)
		rc = frag_slurp_u64("", FRAG_BALLAST_KNOB, &pages);
	if (!rc)
		rc = frag_meminfo("", "MemFree", left);
	if (rc)
		return frag_fail(e, rc, "cannot set memory aside");
	for (unsigned i = 0; i < TRIES && *left >= leave + huge; i++) {
		uint64_t before = pages;

		rc = pool_write(j, pages + (*left - leave) / huge, &pages, e);
		if (rc || frag_meminfo("", "MemFree", left))
			return rc;
		if (pages == before)
			break;
	}
	return 0;
}
