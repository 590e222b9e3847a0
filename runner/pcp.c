// SPDX-License-Identifier: GPL-2.0-or-later
/* The per-CPU lists: what makes them small, and what empties them. */
#include <errno.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/units.h"
#include "clock.h"
#include "fragbench/freelists.h"
#include "stage.h"

enum {
	NUDGE_PAGES = 64, /* frees on each CPU: more than a batch of 63 */
	DRAIN_LOOKS = 40,
	DRAIN_LOOK_MS = 50,
};

/* Lists never get smaller than four batches: with 63 that is 252 pages. */
static const char small_lists[] = "100000";

/* Since 5.14; before, the knob had another name and the same sense. */
static const char *const pcp_knobs[] = {
	"/proc/sys/vm/percpu_pagelist_high_fraction",
	"/proc/sys/vm/percpu_pagelist_fraction",
};

const char *frag_pcp_knob(void)
{
	for (unsigned i = 0; i < 2; i++)
		if (!access(pcp_knobs[i], F_OK))
			return pcp_knobs[i];
	return NULL;
}

int frag_pcp_pages(uint64_t *pages)
{
	struct frag_free_look look;
	int rc = frag_free_look_once("", &look);

	*pages = look.pcp_pages;
	return rc;
}

static int knob_fail(struct frag_error *e)
{
	frag_fail(e, -ENOENT, "the per-CPU lists cannot be made small");
	return -ENOENT;
}

int frag_pcp_shrink(struct frag_journal *j, struct frag_error *e)
{
	const char *knob = frag_pcp_knob();

	return knob ? frag_knob_write(j, knob, small_lists, false,
				      FRAG_KNOB_BY_RUN, e)
		    : knob_fail(e);
}

/* Room for the affinity of the largest machines: 8192 CPUs (NR_CPUS on x86). */
struct cpus {
	cpu_set_t sets[8192 / CPU_SETSIZE];
};

/* Free a few pages on @cpu, so that the kernel trims that CPU's lists. */
static void cpu_nudge(int cpu, size_t page_size)
{
	size_t bytes = NUDGE_PAGES * page_size;
	struct cpus only;
	char *p;

	CPU_ZERO_S(sizeof(only), only.sets);
	CPU_SET_S((size_t)cpu, sizeof(only), only.sets);
	if (sched_setaffinity(0, sizeof(only), only.sets))
		return;
	p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return;
	madvise(p, bytes, MADV_NOHUGEPAGE);
	for (size_t at = 0; at < bytes; at += page_size)
		p[at] = 1;
	munmap(p, bytes);
}

static void cpus_nudge(size_t page_size)
{
	struct cpus before = { 0 };

	if (sched_getaffinity(0, sizeof(before), before.sets))
		return;
	for (size_t cpu = 0; cpu < 8 * sizeof(before); cpu++)
		if (CPU_ISSET_S(cpu, sizeof(before), before.sets))
			cpu_nudge((int)cpu, page_size);
	sched_setaffinity(0, sizeof(before), before.sets);
}

/* Nudge until the lists hold no more than small ones may. */
static void lists_empty(void)
{
	size_t page_size = (size_t)sysconf(_SC_PAGESIZE);
	uint64_t pages = UINT64_MAX;
	uint64_t before = 0;

	for (unsigned i = 0; i < DRAIN_LOOKS; i++) {
		struct timespec look =
			frag_timespec(DRAIN_LOOK_MS * FRAG_MS_NS);

		cpus_nudge(page_size);
		if (frag_pcp_pages(&pages))
			return;
		if (i && pages >= before - before / 50)
			return;
		before = pages;
		/* The kernel's own trimming runs once a second: look again. */
		clock_nanosleep(CLOCK_MONOTONIC, 0, &look, NULL);
	}
}

int frag_pcp_drain(struct frag_journal *j, struct frag_error *e)
{
	char now[FRAG_KNOB_TEXT];
	const char *knob = frag_pcp_knob();
	int rc = knob ? frag_knob_read(knob, now, sizeof(now)) : knob_fail(e);

	if (!rc)
		rc = frag_pcp_shrink(j, e);
	if (rc)
		return rc;
	lists_empty();
	return frag_knob_write(j, knob, now, false, FRAG_KNOB_BY_RUN, e);
}
