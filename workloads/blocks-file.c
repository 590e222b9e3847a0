// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Blocks as parts of a file in memory. A huge page of such a file that nobody
 * has written to yet has not been cleared either (shmem_fallocate, mm/shmem.c),
 * and is split when a hole is made in it (truncate_inode_partial_folio,
 * mm/truncate.c): no memory is touched for it but two pages.
 */
#include "fragbench/blocks.h"

#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/mount.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A file on a file system of our own, that is mounted nowhere and goes with the
 * last descriptor: the descriptor, or a negative errno. */
static int file_make(void)
{
	int fs = (int)syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC);
	int mount = -1;
	int fd = -1;

	if (fs >= 0 &&
	    !syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "huge", "always",
		     0) &&
	    !syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "size", "100%", 0) &&
	    !syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		mount = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, 0);
	if (mount >= 0)
		fd = openat(mount, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		fd = -errno;
	if (mount >= 0)
		close(mount);
	if (fs >= 0)
		close(fs);
	return fd;
}

/* Put the file where the memory of the blocks stands. */
static int file_map(struct frag_blocks *b, size_t bytes)
{
	if (ftruncate(b->file, (off_t)bytes) ||
	    mmap(b->memory, bytes, PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_FIXED | MAP_NORESERVE, b->file,
		 0) == MAP_FAILED)
		return -errno;
	return frag_blocks_advise(b, b->memory, bytes);
}

int frag_blocks_use_file(struct frag_blocks *b)
{
	size_t bytes = (size_t)b->room * b->size;
	int rc;

	if (b->is_blind || b->kpageflags < 0 || b->used)
		return -EINVAL;
	b->file = file_make();
	if (b->file < 0)
		return b->file;
	rc = file_map(b, bytes);
	if (!rc)
		return 0;
	/* The mapping, if it came to that, is of no use without the file. */
	close(b->file);
	b->file = -1;
	if (mmap(b->memory, bytes, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1,
		 0) == b->memory)
		(void)frag_blocks_advise(b, b->memory, bytes);
	return rc;
}

int frag_blocks_file_give(struct frag_blocks *b, const char *at, size_t bytes)
{
	return fallocate(b->file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			 at - b->memory, (off_t)bytes)
		       ? -errno
		       : 0;
}

/* The frame of the page at @at, which is touched for it. */
static uint64_t frame_of(const struct frag_blocks *b, char *at)
{
	uint64_t pfn;

	*(volatile char *)at = 1;
	return frag_pagemap_read(b->pagemap, (uintptr_t)at, 1, &pfn) == 1
		       ? pfn
		       : FRAG_NO_FRAME;
}

/*
 * Is the block that begins with frame @pfn whole, and no huge page any more? By
 * the flags of its last frame: to touch one more page is what takes time where
 * the host has to fetch it. Since Linux 6.15 it is split only as far as the
 * hole asks for (try_folio_split): the last frame may be of a large folio.
 */
static bool is_split_block(const struct frag_blocks *b, uint64_t pfn)
{
	const uint64_t pages = 1ULL << b->order;
	const uint64_t ours = 1ULL << KPF_SWAPBACKED | 1ULL << KPF_DIRTY;
	const uint64_t others = 1ULL << KPF_BUDDY | 1ULL << KPF_MMAP;
	uint64_t first;
	uint64_t last;

	return pfn != FRAG_NO_FRAME && pfn % pages == 0 &&
	       frag_kpageflags_read(b->kpageflags, pfn, 1, &first) == 1 &&
	       frag_kpageflags_read(b->kpageflags, pfn + pages - 1, 1, &last) ==
		       1 &&
	       !(first >> KPF_COMPOUND_HEAD & 1) &&
	       (last & (ours | others)) == ours;
}

bool frag_blocks_file_take(struct frag_blocks *b, char *at, uint64_t *pfn)
{
	if (fallocate(b->file, 0, at - b->memory, (off_t)b->size) ||
	    frag_blocks_file_give(b, at + b->page_size, b->page_size))
		return false;
	*pfn = frame_of(b, at);
	return is_split_block(b, *pfn);
}
