// SPDX-License-Identifier: GPL-2.0-or-later
/* When ballast is safe, and how many huge pages it takes. */
#include "ballast.h"

#include <errno.h>
#include <inttypes.h>
#include <numa.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/source.h"
#include "base/units.h"
#include "fragbench/freelists.h"
#include "stop.h"

enum { TRIES = 6 };

/* A machine that uses more of its CPU time than this is not mostly idle. */
#define BUSY_SHARE 0.6

/* Less than this to set aside is not worth a knob. */
static const uint64_t least_ballast = 256 * FRAG_MIB;

enum { LOOK_NS = 200000000 };

/* Idle and total time of all CPUs so far, in ticks (proc(5), /proc/stat). */
static bool cpu_time(uint64_t *idle, uint64_t *total)
{
	struct frag_text t;
	char line[512];
	uint64_t v;
	FILE *f = fopen("/proc/stat", "re");
	char *got = f ? fgets(line, sizeof(line), f) : NULL;

	if (f)
		fclose(f);
	if (!got || strncmp(line, "cpu ", 4) != 0)
		return false;
	t = frag_text_of(line + 4, strcspn(line + 4, "\n"));
	*idle = 0;
	*total = 0;
	/* user nice system idle iowait ...: the fourth and fifth are idle. */
	for (unsigned i = 0; frag_text_u64(&t, &v); i++) {
		*idle += i == 3 || i == 4 ? v : 0;
		*total += v;
	}
	return true;
}

/* The share of CPU time that is used now; 0 when it cannot be told. */
static double busy_share(void)
{
	const struct timespec look = { .tv_nsec = LOOK_NS };
	uint64_t idle[2];
	uint64_t total[2];

	if (!cpu_time(&idle[0], &total[0]))
		return 0;
	clock_nanosleep(CLOCK_MONOTONIC, 0, &look, NULL);
	if (!cpu_time(&idle[1], &total[1]) || total[1] == total[0])
		return 0;
	return 1 - (double)(idle[1] - idle[0]) / (double)(total[1] - total[0]);
}

FRAG_PRINTF(4, 5)
static int no_ballast(int rc, char *why, size_t size, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(why, size, fmt, args);
	va_end(args);
	return rc;
}

static int pool_check(char *why, size_t size)
{
	uint64_t pages;

	if (frag_slurp_u64("", FRAG_BALLAST_KNOB, &pages))
		return no_ballast(-ENOENT, why, size,
				  "the kernel has no hugetlb pool");
	if (access(FRAG_BALLAST_KNOB, W_OK))
		return no_ballast(-EROFS, why, size, "%s cannot be written",
				  FRAG_BALLAST_KNOB);
	/* The kernel grows and shrinks it node by node in turn: a pool that
	 * somebody has placed would come back elsewhere. */
	if (pages && numa_available() >= 0 && numa_num_configured_nodes() > 1)
		return no_ballast(-EBUSY, why, size,
				  "a hugetlb pool is in use on several nodes");
	return 0;
}

static int memory_check(const struct frag_facts *f, uint64_t leave, char *why,
			size_t size)
{
	uint64_t used = f->mem_total - f->mem_available;

	if (f->mem_available < leave + least_ballast)
		return no_ballast(
			-ENOSPC, why, size,
			"the machine is small already (%llu MiB to be had)",
			(unsigned long long)f->mem_available >> 20);
	if (f->mem_free < leave + least_ballast)
		return no_ballast(
			-EBUSY, why, size,
			"what is free is page cache (sync; echo 1 > /proc/sys/vm/drop_caches)");
	if (f->swap_used)
		return no_ballast(-EBUSY, why, size, "swap is in use");
	if (used > f->mem_total / 2)
		return no_ballast(-EBUSY, why, size,
				  "others use more than half of the memory");
	if (f->high > leave / 4)
		return no_ballast(
			-ENOSPC, why, size,
			"the kernel itself keeps %llu MiB back here (try --ballast 8G --pages 1000000)",
			(unsigned long long)f->high >> 20);
	return 0;
}

int frag_ballast_check(const struct frag_facts *facts, uint64_t leave,
		       char *why, size_t size)
{
	double busy;
	int rc;

	if (!facts->is_root)
		return no_ballast(-EPERM, why, size,
				  "only root may set memory aside");
	rc = pool_check(why, size);
	if (!rc)
		rc = memory_check(facts, leave, why, size);
	if (rc)
		return rc;
	busy = busy_share();
	if (busy > BUSY_SHARE)
		return no_ballast(
			-EBUSY, why, size,
			"the machine is busy (%.0f %% of its CPU time)",
			busy * 100);
	return 0;
}

/* A row of zeros, as many as the kernel has ratios: no zone keeps anything. */
static int reserve_release(struct frag_journal *j)
{
	char now[FRAG_KNOB_TEXT];
	char none[FRAG_KNOB_TEXT];
	size_t n = 0;
	bool is_digit = false;
	int rc = frag_knob_read(FRAG_RESERVE_KNOB, now, sizeof(now));

	for (const char *p = now; !rc && *p; p++) {
		if (*p < '0' || *p > '9')
			none[n++] = *p;
		else if (!is_digit)
			none[n++] = '0';
		is_digit = *p >= '0' && *p <= '9';
	}
	none[n] = '\0';
	return rc ? rc
		  : frag_knob_write(j, FRAG_RESERVE_KNOB, none, false,
				    FRAG_KNOB_BY_RUN, NULL);
}

static int pool_write(struct frag_journal *j, uint64_t pages, uint64_t *got,
		      struct frag_error *e)
{
	char text[32];
	int rc;

	snprintf(text, sizeof(text), "%" PRIu64, pages);
	rc = frag_knob_write(j, FRAG_BALLAST_KNOB, text, true, FRAG_KNOB_BY_RUN,
			     e);
	return rc ? rc : frag_slurp_u64("", FRAG_BALLAST_KNOB, got);
}

int frag_ballast_look(unsigned pageblock, struct frag_ballast_left *left,
		      struct frag_error *e)
{
	struct frag_free_look look;
	int rc = frag_meminfo("", "MemFree", &left->all);

	if (!rc)
		rc = frag_free_look_once("", &look);
	if (rc)
		return frag_fail(e, rc, "cannot tell how much is free");
	left->whole =
		(frag_buddy_suitable(&look.buddy, pageblock) << pageblock) *
		frag_page_size("", NULL);
	return 0;
}

int frag_ballast_set(struct frag_journal *j, const struct frag_room *leave,
		     unsigned pageblock, struct frag_ballast_left *left,
		     struct frag_error *e)
{
	uint64_t huge = 0;
	uint64_t pages = 0;
	uint64_t free;
	int rc = frag_meminfo("", "Hugepagesize", &huge);

	if (!rc)
		rc = frag_slurp_u64("", FRAG_BALLAST_KNOB, &pages);
	if (rc)
		return frag_fail(e, rc, "cannot set memory aside");
	/* Without it the floor is reached a little earlier, no more. */
	(void)reserve_release(j);
	rc = frag_ballast_look(pageblock, left, e);
	for (unsigned i = 0; i < TRIES && !rc && !frag_stop; i++) {
		uint64_t before = pages;

		free = frag_ballast_counted(leave, left);
		if (free < leave->bytes + huge)
			break;
		rc = pool_write(j, pages + (free - leave->bytes) / huge, &pages,
				e);
		if (!rc)
			rc = frag_ballast_look(pageblock, left, e);
		if (pages == before)
			break;
	}
	return rc;
}
