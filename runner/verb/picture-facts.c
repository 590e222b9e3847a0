// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Says of the facts that no collector has, page size, pageblock order and
 * kernel release, what was assumed because nothing tells it.
 */
#include "picture.h"

#include "base/source.h"
#include "base/units.h"
#include "fragbench/freelists.h"

static void page_size_read(struct frag_picture *p, const char *root)
{
	/* A bare text says nothing of the machine that it is from. */
	p->page_size =
		frag_page_size(p->is_bare ? "" : root, &p->page_size_known);
	p->page_size_known &= !p->is_bare;
	if (!p->page_size_known)
		frag_picture_note(
			p,
			"page size not told: taken as %llu KiB, that of "
			"the machine that prints this",
			(unsigned long long)(p->page_size / FRAG_KIB));
}

static void pageblock_read(struct frag_picture *p, const char *root)
{
	enum frag_pageblock_from from = FRAG_PAGEBLOCK_UNKNOWN;
	unsigned order;

	p->pageblock_order = -1;
	if (!p->is_bare)
		from = frag_pageblock_read(root, &order);
	if (from != FRAG_PAGEBLOCK_TOLD && from != FRAG_PAGEBLOCK_HUGE)
		return;
	p->pageblock_order = (int)order;
	p->pageblock_known = from == FRAG_PAGEBLOCK_TOLD;
	if (!p->pageblock_known)
		frag_picture_note(p, "pageblock order taken from the size of "
				     "huge pages: /proc/pagetypeinfo, which "
				     "tells it, cannot be read");
}

static void kernel_read(struct frag_picture *p, const char *root)
{
	char buf[512];
	struct frag_text t = frag_head(root, "/proc/version", buf, sizeof(buf));
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
