// SPDX-License-Identifier: GPL-2.0-or-later
/* What a machine tells of its memory before any frame is looked at. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "map.h"
#include "source.h"

static uint64_t realtime_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int zones_read(struct frag_map_head *h, const char *root,
		      struct frag_error *e)
{
	int n = frag_zone_spans(root, h->zones, FRAG_MAP_ZONES_MAX);

	if (n < 0)
		return frag_fail(e, n, "cannot read %s/proc/zoneinfo", root);
	if (!n || n > FRAG_MAP_ZONES_MAX)
		return frag_fail(e, -ERANGE, "%s/proc/zoneinfo has %d zones",
				 root, n);
	h->nzones = (unsigned)n;
	for (int i = 0; i < n; i++) {
		const struct frag_zone_span *z = &h->zones[i];

		if (z->start_pfn > FRAG_MAP_FRAMES_MAX ||
		    z->spanned > FRAG_MAP_FRAMES_MAX - z->start_pfn)
			return frag_fail(e, -ERANGE,
					 "zone %s lies beyond all memory",
					 z->name);
		if (z->start_pfn + z->spanned > h->frames)
			h->frames = z->start_pfn + z->spanned;
	}
	return 0;
}

int frag_map_head_read(struct frag_map_head *head, const char *root,
		       struct frag_error *e)
{
	struct frag_free_look look;
	uint64_t moves = 1;
	int rc;

	memset(head, 0, sizeof(*head));
	rc = zones_read(head, root, e);
	if (rc)
		return rc;
	rc = frag_free_look_once(root, &look);
	if (rc)
		return frag_fail(e, rc, "cannot read the free lists of %s",
				 *root ? root : "this machine");
	head->orders = look.buddy.orders;
	head->pcp_pages = look.pcp_pages;
	head->page_size = frag_page_size(root, NULL);
	head->pageblock_order = frag_pageblock_order(root);
	/* Missing: a kernel without mlock in compaction; it does move them. */
	(void)frag_slurp_u64(root, "/proc/sys/vm/compact_unevictable_allowed",
			     &moves);
	head->does_unevictable_move = moves;
	head->taken_ns = realtime_ns();
	return 0;
}
