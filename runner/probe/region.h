/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A stretch of address space for the blocks of a probe, and how to tell what
 * stands behind an address of it: one block, or many small pages. */
#ifndef FRAGBENCH_PROBE_REGION_H
#define FRAGBENCH_PROBE_REGION_H

#include <time.h>

#include "fragbench/probe.h"

/* base: aligned to step; block number i is at base + i * step. pagemap and
 * kpageflags: -1 where frame numbers are hidden. huge: AnonHugePages of this
 * process in bytes when it was looked at last. */
struct frag_region {
	char *map;
	size_t length;
	char *base;
	size_t step;
	int pagemap;
	int kpageflags;
	uint64_t huge;
};

/*
 * Reserve room for ctx->count blocks, @step bytes apart (a power of two), with
 * protection @prot, and bind it to ctx->node. Nothing is taken.
 */
int frag_region_open(struct frag_region *r,
		     const struct frag_probe_context *ctx, size_t step,
		     int prot, struct frag_error *e);

static inline char *frag_region_block(const struct frag_region *r, uint64_t i)
{
	return r->base + i * r->step;
}

/* Are frame numbers to be had, so that a block is known for what it is? */
static inline bool frag_region_has_frames(const struct frag_region *r)
{
	return r->kpageflags >= 0;
}

/* "frames": by pagemap and kpageflags; "anonhugepages": only by the growth of
 * that counter of the process, which is weaker. */
static inline const char *frag_region_verified(const struct frag_region *r)
{
	return frag_region_has_frames(r) ? "frames" : "anonhugepages";
}

/* Does one block of ctx->order stand behind @at? To be asked once for each
 * block, in turn. */
bool frag_region_is_block(struct frag_region *r,
			  const struct frag_probe_context *ctx, const char *at);

/* Give all of it back. */
int frag_region_close(struct frag_region *r);

/* CLOCK_MONOTONIC in nanoseconds. */
static inline uint64_t frag_probe_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ULL + (uint64_t)ts.tv_nsec;
}

/* Touch @at; returns how long the fault took, in nanoseconds. */
static inline uint64_t frag_probe_touch(char *at)
{
	uint64_t begin = frag_probe_now();

	*(volatile char *)at = 1;
	return frag_probe_now() - begin;
}

#endif
