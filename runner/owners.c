// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads pagemaps and counts runs, pairs and switches of owners. */
#include "owners.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "clock.h"
#include "fragbench/freelists.h"
#include "fragbench/pagemap.h"

enum { PAGEMAP_BATCH = 4096 };

/* One above the last frame of any zone; 0 when nothing tells. */
static uint64_t max_pfn_read(void)
{
	int count = frag_zone_spans("", NULL, 0);
	struct frag_zone_span *spans =
		count > 0 ? calloc((unsigned)count, sizeof(*spans)) : NULL;
	uint64_t max = 0;

	if (spans && frag_zone_spans("", spans, (unsigned)count) != count)
		count = 0;
	for (int i = 0; spans && i < count; i++) {
		uint64_t end = spans[i].start_pfn + spans[i].spanned;

		max = end > max ? end : max;
	}
	free(spans);
	return max;
}

int frag_owners_open(struct frag_owners *o, struct frag_rundir *rd,
		     unsigned pageblock_order, uint64_t page_size,
		     struct frag_error *e)
{
	static const struct frag_column owners[] = {
		{ "t_ns", "ns", "time since the start of the run" },
		{ "phase", "", "phase name" },
		{ "pageblock_pfn", "pfn", "first frame of the pageblock" },
		{ "owned", "pages", "frames that workers own" },
		{ "owners", "count", "different workers among them" },
		{ "runs", "count",
		  "stretches of adjacent frames of one owner that begin in this pageblock" },
		{ "pairs", "count",
		  "adjacent frames (f-1, f), f in this pageblock, that workers own both" },
		{ "switches", "count", "pairs with two different owners" },
	};
	static const struct frag_column frames[] = {
		{ "t_ns", "ns", "time since the start of the run" },
		{ "phase", "", "phase name" },
		{ "window", "", "number of the pageblock in the strip, from 0" },
		{ "pfn", "pfn", "first frame of the stretch" },
		{ "pages", "pages", "length of the stretch" },
		{ "owner", "",
		  "number of the worker that owns it, 0 when none does" },
	};
	int rc;

	memset(o, 0, sizeof(*o));
	o->pageblock_order = pageblock_order;
	o->page_size = page_size;
	o->max_pfn = max_pfn_read();
	rc = frag_rundir_table(
		rd, &o->owners, "owners.csv",
		"who owns the frames of a pageblock, at phase ends", owners, 8,
		e);
	if (!rc)
		rc = frag_rundir_table(
			rd, &o->frames, "frames.csv",
			"a strip of frames and their owners, at phase ends",
			frames, 6, e);
	return rc;
}

static void frame_mark(struct frag_owners *o, uint8_t *map, uint64_t pfn,
		       uint8_t owner)
{
	map[pfn] = owner;
	o->low_pfn = pfn < o->low_pfn ? pfn : o->low_pfn;
	o->high_pfn = pfn >= o->high_pfn ? pfn + 1 : o->high_pfn;
}

/* Mark the frames of [start, end) of one process as @owner's. Returns how many
 * frames were seen, or a negative errno. */
static int64_t range_read(int pagemap, uint64_t start, uint64_t end,
			  uint8_t owner, uint8_t *map, struct frag_owners *o)
{
	uint64_t pfns[PAGEMAP_BATCH];
	int64_t seen = 0;

	while (start < end) {
		uint64_t n = (end - start) / o->page_size;
		int64_t got;

		got = frag_pagemap_read(pagemap, start,
					n < PAGEMAP_BATCH ? n : PAGEMAP_BATCH,
					pfns);
		if (got <= 0)
			return got ? got : seen;
		for (int64_t i = 0; i < got; i++) {
			/* No frame is above all numbers of frames, too. */
			if (pfns[i] >= o->max_pfn)
				continue;
			frame_mark(o, map, pfns[i], owner);
			seen++;
		}
		start += (uint64_t)got * o->page_size;
	}
	return seen;
}

static int64_t worker_read(const struct frag_worker *w, uint8_t *map,
			   struct frag_owners *o)
{
	unsigned n = atomic_load(&w->share->nranges);
	int64_t seen = 0;
	int fd;

	if (w->is_dead || !n)
		return 0;
	fd = frag_pagemap_open(w->pid);
	/* It may have died this very moment: then it owns nothing. */
	if (fd < 0)
		return fd == -ENOENT || fd == -ESRCH ? 0 : fd;
	for (unsigned i = 0; i < n && seen >= 0; i++) {
		int64_t one =
			range_read(fd, atomic_load(&w->share->ranges[i].start),
				   atomic_load(&w->share->ranges[i].end),
				   (uint8_t)w->number, map, o);

		seen = one < 0 ? one : seen + one;
	}
	close(fd);
	return seen;
}

/* What is counted over one pageblock. */
struct block {
	uint64_t owned;
	uint64_t owners;
	uint64_t runs;
	uint64_t pairs;
	uint64_t switches;
};

static struct block block_count(const uint8_t *map, uint64_t first,
				uint64_t end)
{
	bool is_seen[256] = { false };
	uint8_t before = first ? map[first - 1] : 0;
	struct block b = { 0 };

	for (uint64_t pfn = first; pfn < end; pfn++) {
		uint8_t owner = map[pfn];

		if (owner) {
			b.owned++;
			b.owners += !is_seen[owner];
			is_seen[owner] = true;
			b.runs += owner != before;
			b.pairs += before != 0;
			b.switches += before && owner != before;
		}
		before = owner;
	}
	return b;
}

static void block_write(struct frag_csv *csv, uint64_t t_ns, const char *phase,
			uint64_t first, const struct block *b)
{
	frag_csv_u64(csv, t_ns);
	frag_csv_text(csv, phase);
	frag_csv_u64(csv, first);
	frag_csv_u64(csv, b->owned);
	frag_csv_u64(csv, b->owners);
	frag_csv_u64(csv, b->runs);
	frag_csv_u64(csv, b->pairs);
	frag_csv_u64(csv, b->switches);
	frag_csv_end(csv);
}

/* The pageblocks that have an owner. */
static void blocks_write(struct frag_owners *o, const uint8_t *map,
			 uint64_t t_ns, const char *phase)
{
	uint64_t step = 1ULL << o->pageblock_order;

	for (uint64_t first = o->low_pfn & ~(step - 1); first < o->high_pfn;
	     first += step) {
		uint64_t end =
			first + step < o->max_pfn ? first + step : o->max_pfn;
		struct block b = block_count(map, first, end);

		if (!b.owned)
			continue;
		block_write(&o->owners, t_ns, phase, first, &b);
	}
}

/* Choose the strip: pageblocks that are owned to three quarters at least,
 * spread evenly over those. */
static void windows_choose(struct frag_owners *o, const uint8_t *map)
{
	uint64_t step = 1ULL << o->pageblock_order;
	uint64_t full = 0;
	uint64_t n = 0;

	for (int pass = 0; pass < 2; pass++) {
		for (uint64_t first = o->low_pfn & ~(step - 1);
		     first < o->high_pfn && first + step <= o->max_pfn;
		     first += step) {
			struct block b = block_count(map, first, first + step);

			if (b.owned < step * 3 / 4)
				continue;
			if (!pass)
				full++;
			else if (o->nwindows < FRAG_STRIP_WINDOWS &&
				 n++ * FRAG_STRIP_WINDOWS / full >= o->nwindows)
				o->windows[o->nwindows++] = first;
		}
		if (!full)
			return;
	}
}

static void stretch_write(struct frag_csv *csv, uint64_t t_ns,
			  const char *phase, unsigned window, uint64_t pfn,
			  uint64_t pages, uint8_t owner)
{
	frag_csv_u64(csv, t_ns);
	frag_csv_text(csv, phase);
	frag_csv_u64(csv, window);
	frag_csv_u64(csv, pfn);
	frag_csv_u64(csv, pages);
	frag_csv_u64(csv, owner);
	frag_csv_end(csv);
}

static void strip_write(struct frag_owners *o, const uint8_t *map,
			uint64_t t_ns, const char *phase)
{
	uint64_t step = 1ULL << o->pageblock_order;

	for (unsigned w = 0; w < o->nwindows; w++) {
		uint64_t first = o->windows[w];
		uint64_t begin = first;

		for (uint64_t pfn = first + 1; pfn <= first + step; pfn++) {
			if (pfn < first + step && map[pfn] == map[begin])
				continue;
			stretch_write(&o->frames, t_ns, phase, w, begin,
				      pfn - begin, map[begin]);
			begin = pfn;
		}
	}
}

static int64_t crew_read(struct frag_owners *o, const struct frag_crew *crew,
			 uint8_t *map)
{
	int64_t seen = 0;

	for (unsigned i = 0; i < crew->count; i++) {
		int64_t one = worker_read(&crew->workers[i], map, o);

		if (one < 0)
			return one;
		seen += one;
	}
	return seen;
}

static bool has_ranges(const struct frag_crew *crew)
{
	for (unsigned i = 0; i < crew->count; i++)
		if (!crew->workers[i].is_dead &&
		    atomic_load(&crew->workers[i].share->nranges))
			return true;
	return false;
}

static void hidden_note(struct frag_owners *o, struct frag_rundir *rd,
			const char *phase, const char *why)
{
	o->is_hidden = true;
	frag_rundir_warn(rd, false, phase,
			 "who owns which frame cannot be told: %s", why);
}

static uint8_t *map_make(const struct frag_owners *o)
{
	uint8_t *map = mmap(NULL, o->max_pfn, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	/* Huge pages would take of the very blocks that are measured. */
	if (map != MAP_FAILED)
		madvise(map, o->max_pfn, MADV_NOHUGEPAGE);
	return map == MAP_FAILED ? NULL : map;
}

static void map_write(struct frag_owners *o, const uint8_t *map, uint64_t t_ns,
		      const char *phase)
{
	blocks_write(o, map, t_ns, phase);
	if (!o->nwindows)
		windows_choose(o, map);
	strip_write(o, map, t_ns, phase);
}

/* The owners of this moment, written down; NULL where nobody can tell. */
static uint8_t *owners_see(struct frag_owners *o, struct frag_rundir *rd,
			   const struct frag_crew *crew, const char *phase)
{
	uint64_t t_ns = frag_now() - rd->start_ns;
	uint8_t *map;
	int64_t seen;

	if (o->is_hidden || !o->max_pfn || !has_ranges(crew))
		return NULL;
	map = map_make(o);
	if (!map) {
		hidden_note(o, rd, phase, "no memory to look with");
		return NULL;
	}
	o->low_pfn = o->max_pfn;
	o->high_pfn = 0;
	seen = crew_read(o, crew, map);
	if (seen > 0)
		map_write(o, map, t_ns, phase);
	else if (seen < 0)
		hidden_note(
			o, rd, phase,
			"frame numbers are hidden; mend: run as root (CAP_SYS_ADMIN)");
	return map;
}

int frag_owners_read(struct frag_owners *o, struct frag_rundir *rd,
		     const struct frag_crew *crew, const char *phase,
		     struct frag_error *e)
{
	uint8_t *map = owners_see(o, rd, crew, phase);
	int rc = frag_csv_flush(&o->owners);
	int taken = 0;

	rc = rc ? rc : frag_csv_flush(&o->frames);
	if (o->mapping)
		taken = frag_mapping_take(o->mapping, rd, phase, map,
					  o->max_pfn, e);
	if (map)
		munmap(map, o->max_pfn);
	if (taken)
		return taken;
	return rc ? frag_fail(e, rc, "cannot write owners.csv") : 0;
}

int frag_owners_close(struct frag_owners *o)
{
	int rc = o->owners.buf ? frag_csv_close(&o->owners) : 0;
	int frames = o->frames.buf ? frag_csv_close(&o->frames) : 0;

	return rc ? rc : frames;
}
