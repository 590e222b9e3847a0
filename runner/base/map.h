/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A map of the physical memory: of every frame what it is used for, as runs of
 * frames of one kind. How it is scanned, kept in a file and read again;
 * results/README.md specifies the file.
 */
#ifndef FRAGBENCH_BASE_MAP_H
#define FRAGBENCH_BASE_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "fragbench/error.h"
#include "fragbench/freelists.h"

/* What a frame is used for. A free one has FRAG_KIND_FREE + the order of its
 * free block. The numbers stand in files: new ones go to the end. */
enum frag_kind {
	FRAG_KIND_HOLE, /* there is no memory */
	FRAG_KIND_KERNEL, /* the kernel's own, or free on a per-CPU list */
	FRAG_KIND_RESERVED, /* never given to the buddy allocator */
	FRAG_KIND_SLAB,
	FRAG_KIND_TABLE, /* page tables */
	FRAG_KIND_ANON,
	FRAG_KIND_FILE, /* page cache, tmpfs and shared memory too */
	FRAG_KIND_THP, /* of a transparent huge page, a whole pageblock */
	FRAG_KIND_HUGETLB,
	FRAG_KIND_UNEVICTABLE, /* locked by mlock and the like */
	FRAG_KIND_OFFLINE, /* taken away: balloon, hot-unplug, broken */
	FRAG_KINDS,
	FRAG_KIND_FREE = 32,
	FRAG_KIND_CODES = FRAG_KIND_FREE + FRAG_ORDERS_MAX,
};

/* Row @kind: its name ("page tables"), and what to know of it. */
struct frag_kind_row {
	const char *name;
	const char *about;
};

extern const struct frag_kind_row frag_kind_rows[FRAG_KINDS];

static inline bool frag_kind_is_free(uint8_t kind)
{
	return kind >= FRAG_KIND_FREE;
}

/* @frames frames of one kind from @pfn on. owner: the number of the worker that
 * has them, 0 when none does or nobody asked. */
struct frag_map_run {
	uint64_t pfn;
	uint64_t frames;
	uint8_t kind;
	uint8_t owner;
};

enum { FRAG_MAP_ZONES_MAX = 256 };

/* Beyond this frame no machine has memory: a file that says so is damaged. */
#define FRAG_MAP_FRAMES_MAX (1ULL << 38)

/*
 * What a map is of. first, frames: it covers [first, first + frames).
 * orders: how many a free list has. taken_ns: CLOCK_REALTIME when the scan
 * began. pcp_pages: free on the per-CPU lists then, which no flag tells: that
 * many frames of the kind "kernel" are free. does_unevictable_move: compaction
 * takes locked pages along (vm.compact_unevictable_allowed).
 */
struct frag_map_head {
	uint64_t page_size;
	unsigned pageblock_order;
	unsigned orders;
	uint64_t first;
	uint64_t frames;
	uint64_t taken_ns;
	uint64_t pcp_pages;
	bool does_unevictable_move;
	unsigned nzones;
	struct frag_zone_span zones[FRAG_MAP_ZONES_MAX];
};

/* Takes one run after the other, in order, without gaps, no two of one kind and
 * owner next to each other. */
typedef void frag_map_sink(void *ctx, const struct frag_map_run *run);

/* --- scanning --- */

/* What the machine below @root ("" for this one) tells of its memory, without
 * a look at any frame. */
int frag_map_head_read(struct frag_map_head *head, const char *root,
		       struct frag_error *e);

/*
 * Look at every frame: /proc/kpageflags below @root, streamed; 0.1 us a frame.
 * owners: NULL, or the owner of each of the first @nowners frames. Memory that
 * is used while it is looked at is seen as it was at some moment of the scan.
 * Holes come from /proc/iomem, or from the zones alone where that tells
 * nothing. Orders of free blocks follow from where they lie: the flags only say
 * that a frame is free, and two free buddies are always one block. Without the
 * right to look: -EACCES or -EPERM with a mend and FRAG_EXIT_CANNOT.
 */
int frag_map_scan(const struct frag_map_head *head, const char *root,
		  const uint8_t *owners, uint64_t nowners, frag_map_sink *sink,
		  void *ctx, struct frag_error *e);

/* The kind that the flags of a frame (bits KPF_*) tell; FRAG_KIND_FREE without
 * its order. */
uint8_t frag_kind_of_flags(uint64_t flags);

/* --- a file, written --- */

enum { FRAG_MAP_RECENT = 15 };

struct frag_map_writer {
	int fd;
	uint8_t *buf;
	size_t length;
	uint32_t crc;
	uint16_t recent[FRAG_MAP_RECENT]; /* kind and owner, last used first */
	int token; /* the one-byte token that may be repeated, or -1 */
	uint64_t repeats; /* of it, not written yet */
	uint64_t bytes; /* written so far */
	int error; /* negative errno of the first failure */
};

/* Create @name in @dirfd; -EEXIST when it is there: nothing is overwritten. */
int frag_map_create(struct frag_map_writer *w, int dirfd, const char *name,
		    const struct frag_map_head *head, struct frag_error *e);

/* A frag_map_sink; @writer is a struct frag_map_writer. */
void frag_map_put(void *writer, const struct frag_map_run *run);

/* End the file and close it; the first failure of its life. */
int frag_map_end(struct frag_map_writer *w);

/* --- a file, read --- */

struct frag_map_reader {
	struct frag_map_head head;
	char name[256];
	int fd;
	uint8_t *buf;
	size_t at;
	size_t length;
	uint32_t crc;
	uint16_t recent[FRAG_MAP_RECENT];
	int token;
	uint64_t repeats;
	uint64_t pfn; /* first of the next run */
};

/* Open @name in @dirfd and read its head. Files of others are not trusted: what
 * is wrong becomes -EINVAL with @e saying what. */
int frag_map_open(struct frag_map_reader *r, int dirfd, const char *name,
		  struct frag_error *e);

/* The next run: 1, 0 at the sound end of the file, or a negative errno with @e
 * filled (cut short, damaged). */
int frag_map_next(struct frag_map_reader *r, struct frag_map_run *run,
		  struct frag_error *e);

/* Close and free; safe on a reader that failed. */
void frag_map_close(struct frag_map_reader *r);

/* Run @crc (0 to begin) on over @n bytes: CRC-32 as in IEEE 802.3 and zlib. */
uint32_t frag_crc32(uint32_t crc, const void *bytes, size_t n);

#endif
