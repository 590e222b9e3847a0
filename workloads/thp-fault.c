// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Faults huge pages of one size, one a step, and looks at the frames to tell
 * whether it got one: the counters of the kernel tell of all processes
 * together, and smaps of no size but one.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "fragbench/pagemap.h"
#include "fragbench/workload.h"

#define THP "/sys/kernel/mm/transparent_hugepage/"

enum {
	/* A piece is a VMA, a gap another: below vm.max_map_count, 65530. */
	PIECES_MAX = 30000,
	/* Bytes that are warmed up in one step. */
	WARM_CHUNK = 4 << 20,
};

struct fault_options {
	uint64_t total;
	uint64_t size;
	const char *mode;
	const char *advice;
	bool warm;
};

#define ROW(field) offsetof(struct fault_options, field)

static const struct frag_option fault_options[] = {
	{ "total", 0, FRAG_SIZE, ROW(total), NULL, "256M", 16384, 0,
	  "memory in which each process faults; at most 30000 huge pages" },
	{ "size", 0, FRAG_SIZE, ROW(size), NULL, "2M", 16384, 2 << 20,
	  "size of a huge page, 16k to 2M; below 2M its enabled file must say so (see knobs)" },
	{ "mode", 0, FRAG_CHOICE, ROW(mode), "hold|recycle", "hold", 0, 0,
	  "hold: fault all of total once, and keep it; recycle: from there on give back the oldest before each fault, until the phase ends" },
	{ "advice", 0, FRAG_CHOICE, ROW(advice), "madvise|always|never",
	  "madvise", 0, 0,
	  "madvise: ask for huge pages (MADV_HUGEPAGE); always: do not ask, for the kernel gives them to all; never: forbid them, to compare with" },
	{ "warm", 0, FRAG_FLAG, ROW(warm), NULL, NULL, 0, 0,
	  "take and give back as much memory first, untimed, in pages of the same kind: for virtual machines whose host has to fetch what is touched first; on a fragmented machine compaction then works before the clock does" },
	{ 0 },
};

enum { HUGE, FALLBACKS, UNKNOWN, WEAK };

static const struct frag_workload_counter fault_counters[] = {
	[HUGE] = { "huge", "count", "faults that got a huge page of the size" },
	[FALLBACKS] = { "fallbacks", "count", "faults that got less" },
	[UNKNOWN] = { "unknown", "count",
		      "faults of which it cannot be told what they got" },
	[WEAK] = { "weak", "count",
		   "faults judged by how much of the memory was there "
		   "afterwards (mincore), because frames are hidden from who "
		   "is not root" },
	{ 0 },
};

/* base: pieces of @size, each with as large a gap behind it, so that no larger
 * huge page finds room. held: pages, by piece. */
struct fault_state {
	char *map;
	size_t map_size;
	char *base;
	uint64_t pieces;
	uint64_t faults;
	uint32_t *held;
	unsigned char *is_in;
	int pagemap;
	int kpageflags;
	char *warm; /* what is being warmed up; NULL: done */
	uint64_t warmed; /* bytes */
};

static uint64_t pieces_of(const struct fault_options *o)
{
	uint64_t pieces = o->total / o->size;

	return pieces < PIECES_MAX ? pieces : PIECES_MAX;
}

static int fault_check(const void *options, unsigned processes,
		       struct frag_error *e)
{
	const struct fault_options *o = options;

	(void)processes;
	if (o->size & (o->size - 1)) {
		frag_fail(e, -EINVAL, "size: no huge page is that large");
		frag_error_why(e, "sizes are powers of two");
		frag_error_mend(e, "--size 64k");
		return -EINVAL;
	}
	if (o->total >= o->size)
		return 0;
	frag_fail(e, -EINVAL, "total: less than one huge page");
	frag_error_mend(e, "--total 256M");
	return -EINVAL;
}

static uint64_t fault_bytes(const void *options, unsigned processes,
			    size_t page_size)
{
	const struct fault_options *o = options;

	(void)page_size;
	return pieces_of(o) * o->size * processes;
}

static bool fault_shrink(void *options, unsigned processes, size_t page_size,
			 uint64_t bytes)
{
	struct fault_options *o = options;

	(void)page_size;
	o->total = bytes / processes / o->size * o->size;
	return o->total >= o->size;
}

/* --- may it have huge pages at all? --- */

/* The word in brackets of the kernel file @path, "" when there is none. */
static void choice_read(const char *path, char word[16])
{
	char text[128] = "";
	FILE *f = fopen(path, "re");
	const char *open;

	word[0] = '\0';
	if (!f)
		return;
	if (fgets(text, sizeof(text), f) && (open = strchr(text, '[')))
		sscanf(open + 1, "%15[a-z]", word);
	fclose(f);
}

static uint64_t pmd_size(void)
{
	unsigned long long size = 0;
	FILE *f = fopen(THP "hpage_pmd_size", "re");

	if (f && fscanf(f, "%llu", &size) != 1)
		size = 0;
	if (f)
		fclose(f);
	return size;
}

/* What the kernel's switches come to for @size: always, madvise, never, or ""
 * where there is no such size. @name: the switch, below THP. */
static void enabled_read(uint64_t size, char name[48], char word[16])
{
	char path[128];

	snprintf(name, 48, "hugepages-%jukB/enabled", (uintmax_t)(size / 1024));
	snprintf(path, sizeof(path), THP "%s", name);
	choice_read(path, word);
	/* Before 6.8 there is one switch, and one size. */
	if (strcmp(word, "inherit") != 0 && (word[0] || size != pmd_size()))
		return;
	snprintf(name, 48, "enabled");
	choice_read(THP "enabled", word);
}

static int advice_check(struct frag_context *ctx)
{
	const struct fault_options *o = ctx->options;
	uintmax_t kib = o->size / 1024;
	char name[48];
	char word[16];

	enabled_read(o->size, name, word);
	if (!strcmp(o->advice, "never"))
		return 0;
	if (!word[0])
		return frag_give_up(ctx, -EOPNOTSUPP,
				    "this kernel has no huge pages of %ju KiB; "
				    "mend: --size %juk",
				    kib, (uintmax_t)pmd_size() / 1024);
	if (!strcmp(word, "always") ||
	    (!strcmp(word, "madvise") && !strcmp(o->advice, "madvise")))
		return 0;
	return frag_give_up(ctx, -EOPNOTSUPP,
			    "no huge page of %ju KiB would come: the kernel's "
			    "setting is %s; mend: --knob "
			    "transparent_hugepage/%s=%s",
			    kib, word, name, o->advice);
}

/* --- setting up --- */

static int buffers_make(struct fault_state *s, uint64_t pages)
{
	s->held = calloc(s->pieces, sizeof(*s->held));
	s->is_in = calloc(pages, 1);
	return s->held && s->is_in ? 0 : -ENOMEM;
}

static char *map_make(size_t size, int prot)
{
	char *map = mmap(NULL, size, prot,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return map == MAP_FAILED ? NULL : map;
}

static void advice_give(const struct fault_options *o, char *start, size_t size)
{
	if (!strcmp(o->advice, "madvise"))
		madvise(start, size, MADV_HUGEPAGE);
	else if (!strcmp(o->advice, "never"))
		madvise(start, size, MADV_NOHUGEPAGE);
}

static int fault_setup(struct frag_context *ctx)
{
	const struct fault_options *o = ctx->options;
	struct fault_state *s = ctx->state;
	int rc;

	s->pagemap = frag_pagemap_open(0);
	s->kpageflags = frag_kpageflags_open();
	s->pieces = pieces_of(o);
	rc = advice_check(ctx);
	if (!rc)
		rc = buffers_make(s, o->size / ctx->page_size);
	if (rc)
		return rc;
	s->map_size = (2 * s->pieces + 1) * o->size;
	s->map = map_make(s->map_size, PROT_NONE);
	if (o->warm)
		s->warm = map_make(s->pieces * o->size, PROT_READ | PROT_WRITE);
	if (!s->map || (o->warm && !s->warm))
		return frag_no_space(ctx, s->map_size);
	s->base = s->map + (-(uintptr_t)s->map & (o->size - 1));
	if (s->warm)
		advice_give(o, s->warm, s->pieces * o->size);
	return 0;
}

/* --- what a fault got --- */

/* How many pages the fault at @start mapped, by mincore. */
static uint64_t pages_in(struct fault_state *s, char *start, uint64_t pages,
			 size_t page_size)
{
	uint64_t in = 0;

	if (mincore(start, pages * page_size, s->is_in))
		return 0;
	for (uint64_t i = 0; i < pages; i++)
		in += s->is_in[i] & 1;
	return in;
}

/* Count what the fault at @start got; returns the pages that it holds now. */
static uint64_t fault_judge(struct frag_context *ctx, char *start)
{
	const struct fault_options *o = ctx->options;
	struct fault_state *s = ctx->state;
	uint64_t pages = o->size / ctx->page_size;
	uint64_t in = pages_in(s, start, pages, ctx->page_size);
	int rc = -EPERM;

	if (s->pagemap >= 0 && s->kpageflags >= 0)
		rc = frag_frames_are_block(s->pagemap, s->kpageflags,
					   (uintptr_t)start, pages);
	if (rc >= 0) {
		frag_count(ctx, rc ? HUGE : FALLBACKS, 1);
	} else if (in) {
		frag_count(ctx, in == pages ? HUGE : FALLBACKS, 1);
		frag_count(ctx, WEAK, 1);
	} else {
		frag_count(ctx, UNKNOWN, 1);
	}
	return in ? in : 1;
}

/* --- stepping --- */

static int warm_step(struct frag_context *ctx)
{
	const struct fault_options *o = ctx->options;
	struct fault_state *s = ctx->state;
	size_t size = s->pieces * o->size;

	for (size_t n = 0;
	     n < WARM_CHUNK && s->warmed < size && !frag_is_stopping(ctx);
	     n += ctx->page_size) {
		*(volatile char *)(s->warm + s->warmed) = 1;
		s->warmed += ctx->page_size;
	}
	if (s->warmed < size)
		return FRAG_IDLE;
	munmap(s->warm, size);
	s->warm = NULL;
	return FRAG_IDLE;
}

static char *piece_at(const struct frag_context *ctx, uint64_t i)
{
	const struct fault_options *o = ctx->options;
	const struct fault_state *s = ctx->state;

	return s->base + 2 * i * o->size;
}

/* Map piece @i anew with @prot; what was there is given back. */
static int piece_map(struct frag_context *ctx, uint64_t i, int prot)
{
	const struct fault_options *o = ctx->options;
	struct fault_state *s = ctx->state;
	void *got =
		mmap(piece_at(ctx, i), o->size, prot,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED,
		     -1, 0);

	if (got == MAP_FAILED)
		return -errno;
	frag_add_pages(ctx, -(int64_t)s->held[i]);
	s->held[i] = 0;
	return 0;
}

static int fault_step(struct frag_context *ctx)
{
	const struct fault_options *o = ctx->options;
	struct fault_state *s = ctx->state;
	uint64_t i = s->faults % s->pieces;
	char *start = piece_at(ctx, i);
	int rc;

	if (s->warm)
		return warm_step(ctx);
	rc = piece_map(ctx, i, PROT_READ | PROT_WRITE);
	if (rc)
		return rc;
	advice_give(o, start, o->size);
	frag_time_from(ctx);
	*(volatile char *)start = 1;
	frag_time_to(ctx);
	s->held[i] = (uint32_t)fault_judge(ctx, start);
	frag_add_pages(ctx, s->held[i]);
	s->faults++;
	if (s->faults <= s->pieces)
		frag_set_range(ctx, 0, (uintptr_t)s->base,
			       (uintptr_t)start + o->size);
	return s->faults < s->pieces || !strcmp(o->mode, "recycle") ? FRAG_MORE
								    : FRAG_DONE;
}

/* Huge pages spread evenly over those that are held. */
static int fault_release(struct frag_context *ctx, unsigned permille)
{
	struct fault_state *s = ctx->state;
	unsigned due = 0;
	int rc = 0;

	for (uint64_t i = 0; !rc && i < s->pieces && !frag_is_stopping(ctx);
	     i++) {
		due += s->held[i] ? permille : 0;
		if (due < 1000)
			continue;
		due -= 1000;
		rc = piece_map(ctx, i, PROT_NONE);
	}
	return rc;
}

static void fault_teardown(struct frag_context *ctx)
{
	const struct fault_options *o = ctx->options;
	struct fault_state *s = ctx->state;

	if (s->warm)
		munmap(s->warm, s->pieces * o->size);
	if (s->map)
		munmap(s->map, s->map_size);
	if (s->pagemap >= 0)
		close(s->pagemap);
	if (s->kpageflags >= 0)
		close(s->kpageflags);
	free(s->held);
	free(s->is_in);
}

static const struct frag_need fault_needs[] = {
	{ FRAG_NEED_FILE, THP "enabled", "huge pages that come by a fault",
	  NULL, 0 },
	{ 0 },
};

extern const struct frag_workload frag_workload_thp_fault;
const struct frag_workload frag_workload_thp_fault = {
	.name = "thp-fault",
	.summary = "faults of huge pages of one size, each timed and verified",
	.about =
		"Every step maps one aligned piece of anonymous memory of the "
		"size, writes one byte and looks at its frames: "
		"do_huge_pmd_anonymous_page (mm/huge_memory.c) for 2M, "
		"alloc_anon_folio (mm/memory.c, Linux 6.8) for less. Both ask "
		"the buddy allocator for one movable block of that order, and, "
		"where transparent_hugepage/defrag lets them, reclaim and "
		"compact for it (__alloc_pages_slowpath) before they fall back "
		"to smaller pages. The time of a step is that of the fault "
		"alone. release gives back huge pages evenly spread over those "
		"that are held.",
	.options = fault_options,
	.options_size = sizeof(struct fault_options),
	.state_size = sizeof(struct fault_state),
	.processes = 1,
	.cpus = "any",
	.needs = fault_needs,
	.counters = fault_counters,
	.check = fault_check,
	.bytes = fault_bytes,
	.shrink = fault_shrink,
	.setup = fault_setup,
	.step = fault_step,
	.release = fault_release,
	.teardown = fault_teardown,
};
