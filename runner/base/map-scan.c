// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Turns the flags of all frames into runs: where there is no memory, how large
 * free blocks are, which compound pages are huge ones.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/kernel-page-flags.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fragbench/pagemap.h"
#include "map.h"
#include "source.h"

enum { BATCH = 8192, RANGES_MAX = 1024, NONE = 0xff };

/* Frames [start, end) that are memory. */
struct range {
	uint64_t start;
	uint64_t end;
};

struct scan {
	const struct frag_map_head *head;
	const uint8_t *owners;
	uint64_t nowners;
	frag_map_sink *sink;
	void *ctx;
	struct frag_map_run run; /* not handed out yet; frames 0: none */
	uint64_t pfn; /* of the frame that is looked at */
	uint64_t begin; /* where what is open began: */
	uint8_t open; /* free frames, a compound page, or NONE */
	bool is_thp;
	struct range ram[RANGES_MAX];
	unsigned nram;
	uint64_t flags[BATCH];
};

/* --- runs ------------------------------------------------------------------ */

static void run_flush(struct scan *s)
{
	if (s->run.frames)
		s->sink(s->ctx, &s->run);
	s->run.frames = 0;
}

static void stretch_put(struct scan *s, uint64_t frames, uint8_t kind,
			uint8_t owner)
{
	struct frag_map_run *run = &s->run;

	if (!run->frames || run->kind != kind || run->owner != owner) {
		uint64_t pfn = run->pfn + run->frames;

		run_flush(s);
		*run = (struct frag_map_run){ pfn, 0, kind, owner };
	}
	run->frames += frames;
}

/* @frames more frames are of @kind; whose each is the owners say. */
static void frames_put(struct scan *s, uint64_t frames, uint8_t kind)
{
	uint64_t pfn = s->run.pfn + s->run.frames;
	uint64_t end = pfn + frames;

	while (pfn < end) {
		uint64_t begin = pfn;
		uint8_t owner = 0;

		if (pfn < s->nowners) {
			uint64_t stop = end < s->nowners ? end : s->nowners;

			owner = s->owners[pfn++];
			while (pfn < stop && s->owners[pfn] == owner)
				pfn++;
		} else {
			pfn = end;
		}
		stretch_put(s, pfn - begin, kind, owner);
	}
}

/* Free frames from @pfn to @end: the blocks that they must be. Two buddies that
 * are both free have been merged, so each block is as large as it can be. */
static void free_put(struct scan *s, uint64_t pfn, uint64_t end)
{
	while (pfn < end) {
		unsigned order = s->head->orders - 1;

		while ((pfn & ((1ULL << order) - 1)) ||
		       end - pfn < 1ULL << order)
			order--;
		frames_put(s, 1ULL << order, (uint8_t)(FRAG_KIND_FREE + order));
		pfn += 1ULL << order;
	}
}

/* What is open ends in front of the frame that is looked at. */
static void open_end(struct scan *s)
{
	uint64_t frames = s->pfn - s->begin;
	uint8_t kind = s->open;

	if (kind == NONE)
		return;
	s->open = NONE;
	if (kind == FRAG_KIND_FREE) {
		free_put(s, s->begin, s->pfn);
		return;
	}
	/* KPF_THP tells of large folios of all sizes. */
	if (s->is_thp && frames >= 1ULL << s->head->pageblock_order &&
	    (kind == FRAG_KIND_ANON || kind == FRAG_KIND_FILE))
		kind = FRAG_KIND_THP;
	frames_put(s, frames, kind);
}

static void frame_look(struct scan *s, uint64_t flags)
{
	bool is_tail = flags >> KPF_COMPOUND_TAIL & 1;
	uint8_t kind;

	/* What the tails of a page tell of it depends on the kernel. */
	if (is_tail && s->open != NONE && s->open != FRAG_KIND_FREE)
		return;
	kind = frag_kind_of_flags(flags);
	if (kind == FRAG_KIND_FREE && s->open == kind)
		return;
	open_end(s);
	if (kind == FRAG_KIND_FREE || flags >> KPF_COMPOUND_HEAD & 1) {
		s->open = kind;
		s->begin = s->pfn;
		s->is_thp = flags >> KPF_THP & 1;
	} else {
		frames_put(s, 1, kind);
	}
}

/* --- where there is memory -------------------------------------------------- */

static bool hex_take(struct frag_text *t, uint64_t *value)
{
	const char *start = t->at;

	for (*value = 0; t->at < t->end; t->at++) {
		char c = *t->at;
		unsigned digit;

		if (c >= '0' && c <= '9')
			digit = (unsigned)(c - '0');
		else if (c >= 'a' && c <= 'f')
			digit = (unsigned)(c - 'a') + 10;
		else
			break;
		if (*value >> 60)
			return false;
		*value = *value << 4 | digit;
	}
	return t->at > start;
}

/* "00100000-bfffffff : System RAM", of the outermost level: whole frames. */
static bool line_take(struct frag_text line, uint64_t page_size,
		      struct range *range)
{
	uint64_t first;
	uint64_t last;

	if (!hex_take(&line, &first) || !frag_text_take(&line, "-") ||
	    !hex_take(&line, &last) || !frag_text_take(&line, ":") ||
	    !frag_text_take(&line, "System RAM"))
		return false;
	range->start = (first + page_size - 1) / page_size;
	range->end = last / page_size + ((last + 1) % page_size == 0);
	return range->start < range->end;
}

/* The ranges of memory; none where the file hides them or is not there. */
static void ram_read(struct scan *s, const char *root)
{
	struct frag_source file;
	struct frag_text line;
	struct frag_text t;

	if (frag_source_open(&file, root, "/proc/iomem", NULL))
		return;
	t = frag_source_text(&file);
	while (s->nram < RANGES_MAX && frag_text_line(&t, &line))
		if (line_take(line, s->head->page_size, &s->ram[s->nram]))
			s->nram++;
	frag_source_close(&file);
}

static bool is_memory(const struct scan *s, uint64_t pfn)
{
	bool is_zone = false;
	bool is_ram = !s->nram;

	for (unsigned i = 0; i < s->head->nzones && !is_zone; i++)
		is_zone = pfn - s->head->zones[i].start_pfn <
			  s->head->zones[i].spanned;
	for (unsigned i = 0; i < s->nram && !is_ram; i++)
		is_ram = pfn >= s->ram[i].start && pfn < s->ram[i].end;
	return is_zone && is_ram;
}

static void nearer(uint64_t pfn, uint64_t cut, uint64_t *next)
{
	if (cut > pfn && cut < *next)
		*next = cut;
}

/* Up to where it goes on as at @pfn: the same zones, memory or none. */
static uint64_t segment_end(const struct scan *s, uint64_t pfn)
{
	uint64_t next = s->head->first + s->head->frames;

	for (unsigned i = 0; i < s->head->nzones; i++) {
		const struct frag_zone_span *z = &s->head->zones[i];

		nearer(pfn, z->start_pfn, &next);
		nearer(pfn, z->start_pfn + z->spanned, &next);
	}
	for (unsigned i = 0; i < s->nram; i++) {
		nearer(pfn, s->ram[i].start, &next);
		nearer(pfn, s->ram[i].end, &next);
	}
	return next;
}

/* --- the scan ---------------------------------------------------------------- */

static int segment_scan(struct scan *s, int fd, uint64_t end)
{
	while (s->pfn < end) {
		uint64_t n = end - s->pfn < BATCH ? end - s->pfn : BATCH;
		int64_t got = frag_kpageflags_read(fd, s->pfn, n, s->flags);

		if (got < 0)
			return (int)got;
		for (int64_t i = 0; i < got; i++, s->pfn++)
			frame_look(s, s->flags[i]);
		if (got == (int64_t)n)
			continue;
		/* The kernel knows of no frame from here on. */
		open_end(s);
		frames_put(s, end - s->pfn, FRAG_KIND_HOLE);
		s->pfn = end;
	}
	open_end(s);
	return 0;
}

static int flags_open(const char *root, struct frag_error *e)
{
	char path[PATH_MAX];
	int fd;
	int rc;

	if (snprintf(path, sizeof(path), "%s/proc/kpageflags", root) >= PATH_MAX)
		return frag_fail(e, -ENAMETOOLONG, "%s", root);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		return fd;
	rc = frag_fail(e, -errno, "cannot look at the frames: %s", path);
	if (rc == -EACCES || rc == -EPERM)
		frag_error_mend(e, "run as root");
	else if (rc == -ENOENT && *root)
		frag_error_mend(e, "a recorded machine has no flags of its "
				   "frames: fragbench map --save FILE there, "
				   "--load FILE here");
	else if (rc == -ENOENT)
		frag_error_mend(e,
				"boot a kernel with CONFIG_PROC_PAGE_MONITOR");
	frag_error_exit(e, FRAG_EXIT_CANNOT);
	return rc;
}

static int all_scan(struct scan *s, int fd)
{
	uint64_t end = s->head->first + s->head->frames;
	int rc = 0;

	while (s->pfn < end && !rc) {
		uint64_t next = segment_end(s, s->pfn);

		if (is_memory(s, s->pfn)) {
			rc = segment_scan(s, fd, next);
		} else {
			frames_put(s, next - s->pfn, FRAG_KIND_HOLE);
			s->pfn = next;
		}
	}
	run_flush(s);
	return rc;
}

int frag_map_scan(const struct frag_map_head *head, const char *root,
		  const uint8_t *owners, uint64_t nowners, frag_map_sink *sink,
		  void *ctx, struct frag_error *e)
{
	int fd = flags_open(root, e);
	struct scan *s;
	int rc;

	if (fd < 0)
		return fd;
	s = calloc(1, sizeof(*s));
	if (!s) {
		close(fd);
		return frag_fail(e, -ENOMEM, "cannot look at the frames");
	}
	s->head = head;
	s->owners = owners;
	s->nowners = owners ? nowners : 0;
	s->sink = sink;
	s->ctx = ctx;
	s->pfn = head->first;
	s->run.pfn = head->first;
	s->open = NONE;
	ram_read(s, root);
	rc = all_scan(s, fd);
	free(s);
	close(fd);
	return rc ? frag_fail(e, rc, "cannot look at the frames") : 0;
}
