// SPDX-License-Identifier: GPL-2.0-or-later
/* What stands in the way of blocks of an order, and what mends it: from one
 * picture of the machine. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/source.h"
#include "base/units.h"
#include "stage.h"
#include "verb/probe.h"

static uint64_t meminfo(const char *name)
{
	uint64_t bytes = 0;

	(void)frag_meminfo("", name, &bytes);
	return bytes;
}

static void types_add(struct frag_way *w, const struct frag_picture *p)
{
	if (!p->ntypes)
		w->movable = w->unmovable = w->reclaimable = FRAG_ABSENT;
	for (unsigned i = 0; i < p->ntypes; i++) {
		const struct frag_picture_type *t = &p->types[i];

		if (t->pageblocks == FRAG_ABSENT ||
		    (w->node >= 0 && t->node != w->node))
			continue;
		if (!strcasecmp(t->type, "movable"))
			w->movable += t->pageblocks;
		else if (!strcasecmp(t->type, "unmovable"))
			w->unmovable += t->pageblocks;
		else if (!strcasecmp(t->type, "reclaimable"))
			w->reclaimable += t->pageblocks;
	}
}

/* The zones of the node, or all. */
static void zones_add(struct frag_way *w, const struct frag_picture *p)
{
	struct frag_buddy b = { 0 };

	for (unsigned i = 0; i < p->nzones; i++) {
		const struct frag_picture_zone *z = &p->zones[i];

		if (w->node >= 0 && z->zone.node != w->node)
			continue;
		frag_buddy_add(&b, &z->zone.buddy);
		if (z->pcp_pages != FRAG_ABSENT)
			w->hidden += z->pcp_pages * p->page_size;
		if (z->high != FRAG_ABSENT)
			w->high += z->high * p->page_size;
	}
	w->free = frag_buddy_pages(&b) * p->page_size;
	if (w->order >= p->orders)
		return;
	w->suitable = frag_buddy_suitable(&b, w->order);
	w->unusable = frag_buddy_unusable(&b, w->order);
}

void frag_way_of(struct frag_way *w, const struct frag_picture *p,
		 unsigned order, const char *node)
{
	*w = (struct frag_way){
		.order = order,
		.max_order = p->orders - 1,
		.node = strcmp(node, "all") != 0 ? atoi(node) : -1,
		.block = p->page_size << order,
		.suitable = FRAG_ABSENT,
		.unusable = -1,
	};
	zones_add(w, p);
	types_add(w, p);
}

int frag_way_read(struct frag_way *w, unsigned order, const char *node,
		  struct frag_error *e)
{
	struct frag_picture p;
	uint64_t kib = 0;
	int rc = frag_picture_read(&p, "", e);

	if (!rc) {
		frag_way_of(w, &p, order, node);
		w->slab = meminfo("SReclaimable");
		w->cached = meminfo("Cached");
		w->swap_total = meminfo("SwapTotal");
		w->swap_free = meminfo("SwapFree");
		(void)frag_slurp_u64("", "/proc/sys/vm/min_free_kbytes", &kib);
		w->min_free = kib * FRAG_KIB;
	}
	frag_picture_free(&p);
	return rc;
}

static double mib(uint64_t bytes)
{
	return (double)bytes / (double)FRAG_MIB;
}

static void free_say(FILE *out, const struct frag_way *w)
{
	fprintf(out, "  %-11s %.1f MiB, ", "free", mib(w->free));
	if (w->suitable == FRAG_ABSENT)
		fprintf(out,
			"on lists that end at order %u: they cannot say what "
			"could be made of it\n",
			w->max_order);
	else
		fprintf(out,
			"of which %" PRIu64 " blocks of that order could be "
			"made (unusable index %d.%03d)\n",
			w->suitable, w->unusable / 1000, w->unusable % 1000);
}

void frag_way_say(FILE *out, const struct frag_way *w)
{
	const char *whole = w->node < 0 ? "" : ", of the whole machine";

	fprintf(out, "\nwhat stands in the way at order %u", w->order);
	if (w->node >= 0)
		fprintf(out, " on node %d", w->node);
	fputs(", before it was asked\n", out);
	free_say(out, w);
	fprintf(out,
		"  %-11s %.1f MiB on per-CPU lists, where nothing merges\n",
		"hidden", mib(w->hidden));
	if (w->movable != FRAG_ABSENT)
		fprintf(out,
			"  %-11s %" PRIu64 " movable, %" PRIu64
			" unmovable, %" PRIu64
			" reclaimable: what stands in unmovable ones seldom moves\n",
			"pageblocks", w->movable, w->unmovable, w->reclaimable);
	fprintf(out, "  %-11s %.1f MiB reclaimable%s\n  %-11s %.1f MiB%s\n",
		"slab", mib(w->slab), whole, "page cache", mib(w->cached),
		whole);
	if (w->swap_total)
		fprintf(out, "  %-11s %.1f of %.1f MiB free\n", "swap",
			mib(w->swap_free), mib(w->swap_total));
	else
		fprintf(out,
			"  %-11s none: anonymous memory can be moved, not "
			"put aside\n",
			"swap");
	fprintf(out, "  %-11s below %.1f MiB free it reclaims (high)\n",
		"watermarks", mib(w->high));
}

void frag_way_advise(FILE *out, const struct frag_way *w)
{
	const char *knob = frag_pcp_knob();
	char compact[64] = "/proc/sys/vm/compact_memory";
	unsigned n = 1;

	if (w->node >= 0)
		snprintf(compact, sizeof(compact),
			 "/sys/devices/system/node/node%d/compact", w->node);

	fputs("\nwhat to do, cheapest first\n", out);
	if (knob && w->hidden >= w->block)
		fprintf(out,
			"  %u. drain the per-CPU lists (%.1f MiB), a moment between the two\n"
			"       echo 100000 > %s\n"
			"       echo 0 > %s\n",
			n++, mib(w->hidden), knob, knob);
	fprintf(out,
		"  %u. drop dentries and inodes (%.1f MiB of slab); they are read again later\n"
		"       sync; echo 2 > /proc/sys/vm/drop_caches\n",
		n++, mib(w->slab));
	fprintf(out,
		"  %u. compact, which takes CPU time and moves what others use\n"
		"       echo 1 > %s\n",
		n++, compact);
	fprintf(out,
		"  %u. for the time to come: keep more free, so that blocks survive\n"
		"       echo %" PRIu64 " > /proc/sys/vm/min_free_kbytes\n"
		"  fragbench probe --fix --yes does the first %u, and asks again after each.\n",
		n, (uint64_t)(2 * w->min_free / FRAG_KIB), n - 1);
}

static json_t *count_json(uint64_t count)
{
	return count == FRAG_ABSENT ? json_null()
				    : json_integer((json_int_t)count);
}

json_t *frag_way_json(const struct frag_way *w)
{
	return json_pack(
		"{s:i, s:o, s:I, s:o, s:o, s:I, s:o, s:o, s:o, s:I, s:I, "
		"s:I, s:I, s:I}",
		"order", (int)w->order, "node",
		w->node < 0 ? json_string("all") : json_integer(w->node),
		"free_bytes", (json_int_t)w->free, "suitable",
		count_json(w->suitable), "unusable",
		w->unusable < 0 ? json_null()
				: json_real((double)w->unusable / 1000),
		"hidden_bytes", (json_int_t)w->hidden, "movable_pageblocks",
		count_json(w->movable), "unmovable_pageblocks",
		count_json(w->unmovable), "reclaimable_pageblocks",
		count_json(w->reclaimable), "slab_reclaimable_bytes",
		(json_int_t)w->slab, "page_cache_bytes", (json_int_t)w->cached,
		"swap_total_bytes", (json_int_t)w->swap_total,
		"swap_free_bytes", (json_int_t)w->swap_free, "high_bytes",
		(json_int_t)w->high);
}
