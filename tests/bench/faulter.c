// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The neighbour whose slowdown tells what an observer costs others: it maps
 * 64 MiB, touches every page, unmaps, and again, for so many seconds. Prints
 * "faults/s p50 p99 p99.9 p99.99 max cpu", the times of single faults in ns;
 * cpu is the CPU time of a fault, all in all.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "fragbench/histogram.h"

enum { SIZE = 64 << 20 };

static uint64_t clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

static uint64_t now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

/* Touch every page once; the time of the last touch, or 0 without memory. */
static uint64_t round_run(size_t page, struct frag_histogram *h)
{
	volatile char *p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t last;

	if (p == MAP_FAILED)
		return 0;
	/* EINVAL from a kernel without THP is as good as a yes. */
	madvise((void *)p, SIZE, MADV_NOHUGEPAGE);
	last = now_ns();
	for (size_t at = 0; at < SIZE; at += page) {
		uint64_t now;

		p[at] = 1;
		now = now_ns();
		frag_histogram_add(h, now - last);
		last = now;
	}
	munmap((void *)p, SIZE);
	return last;
}

int main(int argc, char **argv)
{
	static struct frag_histogram h;
	static const double shares[] = { 0.5, 0.99, 0.999, 0.9999 };
	double seconds = argc == 2 ? strtod(argv[1], NULL) : 0;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint64_t start = now_ns();
	uint64_t now = start;

	if (seconds <= 0) {
		fprintf(stderr, "usage: faulter SECONDS\n");
		return 2;
	}
	while ((double)(now - start) < seconds * 1e9) {
		now = round_run(page, &h);
		if (!now) {
			perror("faulter: mmap");
			return 4;
		}
	}
	printf("%.0f", (double)h.total * 1e9 / (double)(now_ns() - start));
	for (unsigned i = 0; i < sizeof(shares) / sizeof(*shares); i++)
		printf(" %llu", (unsigned long long)frag_histogram_percentile(
					&h, shares[i]));
	printf(" %llu %.1f\n", (unsigned long long)h.max,
	       (double)clock_ns(CLOCK_PROCESS_CPUTIME_ID) / (double)h.total);
	return 0;
}
