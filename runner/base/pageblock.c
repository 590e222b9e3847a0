// SPDX-License-Identifier: GPL-2.0-or-later
/* Where the sizes of pages and pageblocks stand, and what follows where they
 * do not. */
#include <unistd.h>

#include "fragbench/freelists.h"
#include "source.h"
#include "units.h"

/* The number behind the first "@name:" in the head of a file. */
static bool head_number(const char *root, const char *path, const char *name,
			uint64_t *value)
{
	char buf[1024];
	struct frag_text t = frag_head(root, path, buf, sizeof(buf));
	struct frag_text line;

	while (frag_text_line(&t, &line))
		if (frag_text_take(&line, name) && frag_text_take(&line, ":"))
			return frag_text_u64(&line, value);
	return false;
}

static bool page_size_is_sane(uint64_t size)
{
	return size >= 4096 && size <= 1 << 20 && !(size & (size - 1));
}

uint64_t frag_page_size(const char *root, bool *is_told)
{
	bool told = !*root;
	uint64_t size = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t kib;

	if (!told &&
	    head_number(root, "/proc/self/smaps", "KernelPageSize", &kib) &&
	    kib <= 1024 && page_size_is_sane(kib * FRAG_KIB)) {
		size = kib * FRAG_KIB;
		told = true;
	}
	if (is_told)
		*is_told = told;
	return size;
}

/* How many orders the first zone has; 0 without a buddyinfo. */
static unsigned orders_count(const char *root)
{
	char buf[1024];
	struct frag_text t =
		frag_head(root, "/proc/buddyinfo", buf, sizeof(buf));
	struct frag_text line;
	struct frag_zone zone;

	if (!frag_text_line(&t, &line) ||
	    frag_buddy_parse(line.at, (size_t)(line.end - line.at), &zone) != 1)
		return 0;
	return zone.buddy.orders;
}

static bool huge_read(const char *root, uint64_t *bytes)
{
	return !frag_slurp_u64(
		       root,
		       "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size",
		       bytes) ||
	       !frag_meminfo(root, "Hugepagesize", bytes);
}

enum frag_pageblock_from frag_pageblock_read(const char *root, unsigned *order)
{
	unsigned orders = orders_count(root);
	uint64_t page = frag_page_size(root, NULL);
	uint64_t value;

	*order = 0;
	if (!orders)
		return FRAG_PAGEBLOCK_UNKNOWN;
	if (head_number(root, "/proc/pagetypeinfo", "Page block order",
			&value) &&
	    value < orders) {
		*order = (unsigned)value;
		return FRAG_PAGEBLOCK_TOLD;
	}
	if (!huge_read(root, &value) || value < page) {
		*order = orders - 1;
		return FRAG_PAGEBLOCK_LARGEST;
	}
	while (*order < orders - 1 && page << *order < value)
		(*order)++;
	return FRAG_PAGEBLOCK_HUGE;
}

unsigned frag_pageblock_order(const char *root)
{
	unsigned order;

	frag_pageblock_read(root, &order);
	return order;
}
