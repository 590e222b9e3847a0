/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hugetlb pool of one page size, grown page by page: what the probes
 * hugetlb and hugetlb-1g have in common. */
#ifndef FRAGBENCH_PROBE_POOL_H
#define FRAGBENCH_PROBE_POOL_H

#include "fragbench/probe.h"

enum { FRAG_POOL_NODES = 64, FRAG_POOL_PATH = 128 };

/* A file nr_hugepages, and surplus_hugepages beside it. found: pages when the
 * probe began; now: pages there. */
struct frag_pool_file {
	char path[FRAG_POOL_PATH];
	int fd;
	int surplus;
	uint64_t found;
	uint64_t now;
};

struct frag_pool {
	struct frag_pool_file files[FRAG_POOL_NODES];
	unsigned count;
	unsigned next; /* where the next attempt begins */
};

/* The callbacks; ctx->state is a struct frag_pool. */
int frag_pool_knobs(struct frag_probe_context *ctx, struct frag_error *e);
int frag_pool_open(struct frag_probe_context *ctx, struct frag_error *e);
const char *frag_pool_verified(const struct frag_probe_context *ctx);
int frag_pool_attempt(struct frag_probe_context *ctx, uint64_t i, uint64_t *ns);
uint64_t frag_pool_release(struct frag_probe_context *ctx);

extern const struct frag_need frag_pool_needs[];

#endif
