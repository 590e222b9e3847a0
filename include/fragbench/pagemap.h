/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which frame stands behind an address, and what the kernel says of a frame:
 * /proc/PID/pagemap and /proc/kpageflags
 * (Documentation/admin-guide/mm/pagemap.rst). The names of the flags, KPF_*,
 * are in linux/kernel-page-flags.h.
 */
#ifndef FRAGBENCH_PAGEMAP_H
#define FRAGBENCH_PAGEMAP_H

#include <errno.h>
#include <fcntl.h>
#include <linux/kernel-page-flags.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

#define FRAG_PAGEMAP_PRESENT (1ULL << 63)
#define FRAG_PAGEMAP_PFN     ((1ULL << 55) - 1)

/* A page that has no frame: never touched, given back, or swapped out. */
#define FRAG_NO_FRAME UINT64_MAX

/* Open the pagemap of process @pid (0: the own). The descriptor, or a negative
 * errno; the caller closes it. */
static inline int frag_pagemap_open(pid_t pid)
{
	char path[64] = "/proc/self/pagemap";
	int fd;

	if (pid)
		snprintf(path, sizeof(path), "/proc/%d/pagemap", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* Open /proc/kpageflags (root only). The descriptor, or a negative errno. */
static inline int frag_kpageflags_open(void)
{
	int fd = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* Read @count 64-bit numbers from number @first on; how many there were, or a
 * negative errno. */
static inline int64_t frag_numbers_read(int fd, uint64_t first, uint64_t count,
					uint64_t *numbers)
{
	uint64_t done = 0;

	while (done < count) {
		ssize_t got = pread(fd, numbers + done,
				    (size_t)(count - done) * sizeof(*numbers),
				    (off_t)((first + done) * sizeof(*numbers)));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got < (ssize_t)sizeof(*numbers))
			break;
		done += (uint64_t)got / sizeof(*numbers);
	}
	return (int64_t)done;
}

/*
 * The frame numbers of @pages pages from address @addr on, by the pagemap @fd:
 * pfns[i] is that of page i, FRAG_NO_FRAME when it has none. Returns how many
 * pages were read (fewer only at the end of the address space), -EPERM when
 * frame numbers are hidden from this process (CAP_SYS_ADMIN shows them), or
 * another negative errno. Touch the page first: one that was never written has
 * no frame, one that was only read may have the zero page's.
 */
static inline int64_t frag_pagemap_read(int fd, uintptr_t addr, uint64_t pages,
					uint64_t *pfns)
{
	uint64_t page_size = (uint64_t)sysconf(_SC_PAGESIZE);
	int64_t n = frag_numbers_read(fd, addr / page_size, pages, pfns);

	for (int64_t i = 0; i < n; i++) {
		uint64_t pfn = pfns[i] & FRAG_PAGEMAP_PFN;

		if (!(pfns[i] & FRAG_PAGEMAP_PRESENT)) {
			pfns[i] = FRAG_NO_FRAME;
			continue;
		}
		/* The kernel shows 0 to those who may not know. */
		if (!pfn)
			return -EPERM;
		pfns[i] = pfn;
	}
	return n;
}

/* Are frame numbers hidden from this process? */
static inline bool frag_frames_are_hidden(void)
{
	volatile char here = 1;
	uint64_t pfn = 0;
	int fd = frag_pagemap_open(0);
	bool is_hidden =
		fd < 0 || frag_pagemap_read(fd, (uintptr_t)&here, 1, &pfn) != 1;

	if (fd >= 0)
		close(fd);
	return is_hidden;
}

/* The flags (1 << KPF_THP, ...) of @count frames from @pfn on, by the
 * kpageflags @fd. Returns how many there are, or a negative errno. */
static inline int64_t frag_kpageflags_read(int fd, uint64_t pfn, uint64_t count,
					   uint64_t *flags)
{
	return frag_numbers_read(fd, pfn, count, flags);
}

/* Frames that are looked at in one go. */
enum { FRAG_FRAMES_BATCH = 512 };

/* Is one compound page of @pages frames, a power of two, mapped at @addr from
 * its first frame on? By the descriptors of the own pagemap and of kpageflags:
 * 1, 0, or a negative errno (-EPERM where frame numbers are hidden). */
static inline int frag_frames_are_block(int pagemap, int kpageflags,
					uintptr_t addr, uint64_t pages)
{
	uint64_t frames[FRAG_FRAMES_BATCH];
	uint64_t flags[FRAG_FRAMES_BATCH];
	uint64_t page_size = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t first = 0;
	uint64_t n;

	for (uint64_t done = 0; done < pages; done += n) {
		int64_t got;

		n = pages - done;
		n = n < FRAG_FRAMES_BATCH ? n : FRAG_FRAMES_BATCH;
		got = frag_pagemap_read(pagemap, addr + done * page_size, n,
					frames);
		if (got != (int64_t)n)
			return got < 0 ? (int)got : -EIO;
		first = done ? first : frames[0];
		for (uint64_t i = 0; i < n; i++)
			if (frames[i] == FRAG_NO_FRAME ||
			    frames[i] != first + done + i)
				return 0;
		if (first % pages)
			return 0;
		got = frag_kpageflags_read(kpageflags, first + done, n, flags);
		if (got != (int64_t)n)
			return got < 0 ? (int)got : -EIO;
		for (uint64_t i = 0; i < n; i++) {
			unsigned bit = done + i ? KPF_COMPOUND_TAIL
						: KPF_COMPOUND_HEAD;

			if (!(flags[i] >> bit & 1))
				return 0;
		}
	}
	return 1;
}

#endif
