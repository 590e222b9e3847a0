// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Knows where the facts stand that no collector has: page size, pageblock
 * order, kernel release; and what to assume, aloud, where they do not.
 */
#include "picture.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "base/source.h"
#include "base/units.h"

/* The first bytes of a file: enough for a header line, whatever its length.
 * Nothing when it cannot be read. */
static struct frag_text head_read(const char *root, const char *path, char *buf,
				  size_t size)
{
	char full[PATH_MAX];
	ssize_t n;
	int fd;

	if (snprintf(full, sizeof(full), "%s%s", root, path) >= PATH_MAX)
		return frag_text_of(buf, 0);
	fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return frag_text_of(buf, 0);
	n = read(fd, buf, size);
	close(fd);
	return frag_text_of(buf, n < 0 ? 0 : (size_t)n);
}

/* The number behind the first "@name:" in the head of a file. */
static int head_number(const char *root, const char *path, const char *name,
		       uint64_t *value)
{
	char buf[1024];
	struct frag_text t = head_read(root, path, buf, sizeof(buf));
	struct frag_text line;

	while (frag_text_line(&t, &line))
		if (frag_text_take(&line, name) && frag_text_take(&line, ":"))
			return frag_text_u64(&line, value) ? 0 : -EINVAL;
	return -ENOENT;
}

static bool page_size_is_sane(uint64_t size)
{
	return size >= 4096 && size <= 1 << 20 && !(size & (size - 1));
}

static void page_size_read(struct frag_picture *p, const char *root)
{
	uint64_t kib;

	p->page_size = (uint64_t)sysconf(_SC_PAGESIZE);
	p->page_size_known = p->is_live;
	if (p->is_live)
		return;
	if (!p->is_bare &&
	    !head_number(root, "/proc/self/smaps", "KernelPageSize", &kib) &&
	    kib <= 1024 && page_size_is_sane(kib * FRAG_KIB)) {
		p->page_size = kib * FRAG_KIB;
		p->page_size_known = true;
		return;
	}
	frag_picture_note(p,
			  "page size not told: taken as %llu KiB, that of "
			  "the machine that prints this",
			  (unsigned long long)(p->page_size / FRAG_KIB));
}

/* Pageblocks have the size of the huge page where there is one, and not more
 * than the largest order (include/linux/pageblock-flags.h, 5.10 to 6.12). */
static int pageblock_from_huge(const struct frag_picture *p, const char *root)
{
	uint64_t huge;
	unsigned order = 0;

	if (frag_meminfo(root, "Hugepagesize", &huge) || huge < p->page_size)
		return -1;
	while ((p->page_size << order) < huge)
		order++;
	return (int)(order < p->orders ? order : p->orders - 1);
}

static void pageblock_read(struct frag_picture *p, const char *root)
{
	uint64_t order;

	p->pageblock_order = -1;
	if (p->is_bare)
		return;
	if (!head_number(root, "/proc/pagetypeinfo", "Page block order",
			 &order) &&
	    order < p->orders) {
		p->pageblock_order = (int)order;
		p->pageblock_known = true;
		return;
	}
	p->pageblock_order = pageblock_from_huge(p, root);
	if (p->pageblock_order >= 0)
		frag_picture_note(p, "pageblock order taken from the size of "
				     "huge pages: /proc/pagetypeinfo, which "
				     "tells it, cannot be read");
}

static void kernel_read(struct frag_picture *p, const char *root)
{
	char buf[512];
	struct frag_text t = head_read(root, "/proc/version", buf, sizeof(buf));
	struct frag_text word = { buf, buf };
	struct frag_text line;

	if (frag_text_line(&t, &line) && frag_text_take(&line, "Linux version"))
		frag_text_word(&line, &word);
	frag_text_plain(word, p->kernel, sizeof(p->kernel));
}

void frag_picture_facts(struct frag_picture *p, const char *root)
{
	page_size_read(p, root);
	pageblock_read(p, root);
	if (!p->is_bare)
		kernel_read(p, root);
}
