// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel offers for taking whole blocks: huge pages by faults or by
 * MADV_COLLAPSE, frame numbers or none, and how many blocks are ready in the
 * zones that the next ones come from.
 */
#include "fragbench/blocks.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "fragbench/nodes.h"

#ifndef SYS_process_madvise
#define SYS_process_madvise 440 /* Linux 5.10 */
#endif

static const char huge[] = "/sys/kernel/mm/transparent_hugepage";

/* --- what the kernel offers --- */

/* The word in brackets of file @name below `huge`, or all of it where there is
 * none; "" where there is no such file. */
static void switch_read(const char *name, char *buf, size_t size)
{
	char path[128];
	char text[128] = "";
	char *open;
	char *close;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", huge, name);
	f = fopen(path, "re");
	if (f) {
		(void)!fgets(text, sizeof(text), f);
		fclose(f);
	}
	open = strchr(text, '[');
	close = open ? strchr(open, ']') : NULL;
	if (close)
		*close = '\0';
	snprintf(buf, size, "%s", close ? open + 1 : text);
}

unsigned frag_blocks_order(void)
{
	char text[32];
	unsigned long bytes;

	switch_read("hpage_pmd_size", text, sizeof(text));
	bytes = strtoul(text, NULL, 10) / (unsigned long)getpagesize();
	return bytes ? (unsigned)__builtin_ctzl(bytes) : 0;
}

/* Does a fault bring a huge page to whom asks with MADV_HUGEPAGE? */
static bool has_faults(size_t size)
{
	char name[64];
	char one[32];
	char all[32];

	snprintf(name, sizeof(name), "hugepages-%zukB/enabled", size >> 10);
	switch_read(name, one, sizeof(one));
	switch_read("enabled", all, sizeof(all));
	if (*one && strcmp(one, "inherit"))
		return strcmp(one, "never") != 0;
	return *all && strcmp(all, "never") != 0;
}

/* Does process_madvise() here take MADV_DONTNEED? Of nothing, to ask. */
static int self_open(const struct frag_blocks *b)
{
	struct iovec v = { b->memory, b->page_size };
	int fd = (int)syscall(SYS_pidfd_open, getpid(), 0);

	if (fd >= 0 &&
	    syscall(SYS_process_madvise, fd, &v, 1, MADV_DONTNEED, 0) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* --- how many blocks are ready --- */

/* What a zone keeps from requests that could have been served by the zones
 * above it (lowmem_reserve): the most of its "protection: (0, 3019, 24090)". */
static uint64_t reserve_of(int node, const char *name)
{
	FILE *f = fopen("/proc/zoneinfo", "re");
	char line[256];
	char zone[FRAG_ZONE_NAME];
	uint64_t most = 0;
	bool is_here = false;
	int n;

	while (f && fgets(line, sizeof(line), f)) {
		char *at = strchr(line, '(');

		if (sscanf(line, "Node %d, zone %15s", &n, zone) == 2)
			is_here = n == node && !strcmp(zone, name);
		if (!is_here || !at || !strstr(line, "protection:"))
			continue;
		while (*at && *at != ')') {
			uint64_t pages = strtoull(at + 1, &at, 10);

			most = pages > most ? pages : most;
		}
	}
	if (f)
		fclose(f);
	return most;
}

static int zones_open(struct frag_blocks *b, int node)
{
	struct frag_zone_span spans[FRAG_BLOCKS_SPANS];
	int n = frag_zone_spans("", spans, FRAG_BLOCKS_SPANS);
	struct frag_error e = { 0 };
	int rc = 0;

	for (int i = 0; i < n && i < FRAG_BLOCKS_SPANS &&
			b->nzones < FRAG_BLOCKS_ZONES && !rc;
	     i++) {
		struct frag_blocks_zone *z = &b->zones[b->nzones];

		if (!spans[i].managed || (node >= 0 && spans[i].node != node))
			continue;
		rc = frag_freelists_open(&z->lists, "", spans[i].node,
					 spans[i].name, &e);
		z->reserve = reserve_of(spans[i].node, spans[i].name);
		b->nzones += !rc;
	}
	if (n < 0 || rc)
		return frag_give_up(b->ctx, n < 0 ? n : rc,
				    "cannot look at the free lists: %s",
				    n < 0 ? strerror(-n) : e.why);
	return 0;
}

/* What @z has above its watermark and what it keeps, in pages; *look is filled
 * then. */
static uint64_t zone_above(const struct frag_blocks_zone *z,
			   struct frag_free_look *look)
{
	uint64_t pages;
	uint64_t kept;

	if (frag_freelists_look(&z->lists, look))
		return 0;
	pages = frag_buddy_pages(&look->buddy);
	kept = look->low + z->reserve;
	return pages > kept ? pages - kept : 0;
}

uint64_t frag_blocks_ready(struct frag_blocks *b)
{
	struct frag_free_look look;
	uint64_t n = 0;

	for (unsigned i = 0; i < b->nzones; i++) {
		uint64_t above = zone_above(&b->zones[i], &look) >> b->order;
		uint64_t blocks =
			above ? frag_buddy_suitable(&look.buddy, b->order) : 0;

		n += blocks < above ? blocks : above;
	}
	return n;
}

uint64_t frag_blocks_above(struct frag_blocks *b)
{
	struct frag_free_look look;
	uint64_t n = 0;

	for (unsigned i = 0; i < b->nzones; i++)
		n += zone_above(&b->zones[i], &look);
	return n;
}

/* --- opening and closing --- */

static int memory_map(struct frag_blocks *b)
{
	size_t pad;
	int rc;

	b->mapped = ((size_t)b->room + 1) * b->size;
	b->mapping = mmap(NULL, b->mapped, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (b->mapping == MAP_FAILED) {
		b->mapping = NULL;
		return frag_no_space(b->ctx, b->mapped);
	}
	pad = -(uintptr_t)b->mapping & (b->size - 1);
	b->memory = b->mapping + pad;
	rc = frag_blocks_advise(b, b->mapping, b->mapped);
	return rc ? frag_give_up(b->ctx, rc,
				 "cannot take memory of node %d: %s", b->node,
				 strerror(-rc))
		  : 0;
}

int frag_blocks_advise(const struct frag_blocks *b, char *at, size_t bytes)
{
	struct frag_node_mask m = { { 0 } };

	madvise(at, bytes, MADV_NOHUGEPAGE);
	if (b->node < 0)
		return 0;
	frag_node_mask_set(&m, (unsigned)b->node);
	return mbind(at, bytes, MPOL_BIND, m.bits, FRAG_NODE_NUMBERS + 1, 0)
		       ? -errno
		       : 0;
}

int frag_blocks_open(struct frag_blocks *b, struct frag_context *ctx,
		     uint32_t room, int node)
{
	int rc;

	*b = (struct frag_blocks){
		.ctx = ctx,
		.room = room,
		.order = frag_blocks_order(),
		.node = node,
		.page_size = ctx->page_size,
		.pagemap = -1,
		.kpageflags = -1,
		.self = -1,
		.file = -1,
	};
	if (!b->order)
		return frag_give_up(
			ctx, -ENOTSUP,
			"this kernel has no transparent huge pages; "
			"mend: one with CONFIG_TRANSPARENT_HUGEPAGE");
	b->size = b->page_size << b->order;
	b->is_collapsed = !has_faults(b->size);
	/* Whoever started us may have had it disabled for all its children. */
	prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0);
	b->block = calloc((size_t)room + 1, sizeof(*b->block));
	b->spare = calloc((size_t)room + 1, sizeof(*b->spare));
	if (!b->block || !b->spare)
		return -ENOMEM;
	b->pagemap = frag_pagemap_open(0);
	b->kpageflags = frag_kpageflags_open();
	b->is_blind = frag_frames_are_hidden();
	rc = memory_map(b);
	if (!rc)
		rc = zones_open(b, node);
	if (!rc)
		b->self = self_open(b);
	return rc;
}

void frag_blocks_close(struct frag_blocks *b)
{
	const int fds[] = { b->pagemap, b->kpageflags, b->self, b->file };

	if (!b->ctx)
		return;
	if (b->mapping)
		munmap(b->mapping, b->mapped);
	for (unsigned i = 0; i < b->nzones; i++)
		frag_freelists_close(&b->zones[i].lists);
	for (unsigned i = 0; i < sizeof(fds) / sizeof(*fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	free(b->block);
	free(b->spare);
	*b = (struct frag_blocks){ 0 };
}
