// SPDX-License-Identifier: GPL-2.0-or-later
/* Which tracepoints there are, in this kernel too, and which field of theirs is
 * which column. */
#include "events/tracepoints.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * The set "default" must not be felt: each hit costs some 0.2 us. What happens
 * with every page is counted when asked for, and what happens with every stretch
 * that compaction scans: a compaction that finds nothing to do took a tenth
 * longer with these counted (Linux 6.18). /proc/vmstat has their pages anyway.
 */
const struct frag_tracepoint frag_tracepoints[] = {
	{ "kmem", "mm_page_alloc_extfrag", FRAG_LISTEN_ROWS,
	  "A block was taken from the free lists of another migratetype. Of an order below that of a pageblock it mixes two types in one: that fragments." },
	{ "compaction", "mm_compaction_begin", FRAG_LISTEN_ROWS,
	  "Compaction of a zone began." },
	{ "compaction", "mm_compaction_end", FRAG_LISTEN_ROWS,
	  "Compaction of a zone ended; its status says how." },
	{ "compaction", "mm_compaction_try_to_compact_pages", FRAG_LISTEN_ROWS,
	  "An allocation turned to direct compaction: it compacts zone after zone itself, and waits meanwhile." },
	{ "compaction", "mm_compaction_kcompactd_wake", FRAG_LISTEN_ROWS,
	  "kcompactd woke up to compact: for this order, in zones up to this one." },
	{ "compaction", "mm_compaction_kcompactd_sleep", FRAG_LISTEN_ROWS,
	  "kcompactd went to sleep. Proactive compaction wakes it twice a second to look around." },
	{ "vmscan", "mm_vmscan_direct_reclaim_begin", FRAG_LISTEN_ROWS,
	  "An allocation turned to direct reclaim: it reclaims pages itself, and waits meanwhile." },
	{ "vmscan", "mm_vmscan_direct_reclaim_end", FRAG_LISTEN_ROWS,
	  "A direct reclaim ended." },
	{ "compaction", "mm_compaction_isolate_migratepages", FRAG_LISTEN_ASKED,
	  "The migration scanner of compaction took pages out of a range." },
	{ "compaction", "mm_compaction_isolate_freepages", FRAG_LISTEN_ASKED,
	  "The free scanner of compaction took pages out of a range." },
	{ "compaction", "mm_compaction_migratepages", FRAG_LISTEN_ASKED,
	  "Compaction moved a batch of pages." },
	{ "vmscan", "mm_vmscan_kswapd_wake", FRAG_LISTEN_COUNT,
	  "kswapd woke up." },
	{ "migrate", "mm_migrate_pages", FRAG_LISTEN_ASKED,
	  "A list of pages was migrated, for whatever reason." },
	{ "kmem", "mm_page_alloc", FRAG_LISTEN_ASKED,
	  "A block of pages was allocated." },
	{ "kmem", "mm_page_free", FRAG_LISTEN_ASKED,
	  "A block of pages was freed." },
	{ "kmem", "mm_page_free_batched", FRAG_LISTEN_ASKED,
	  "A page was freed as one of many." },
	{ "kmem", "mm_page_alloc_zone_locked", FRAG_LISTEN_ASKED,
	  "A block was allocated under the lock of the zone, for a per-CPU list or directly." },
	{ "kmem", "mm_page_pcpu_drain", FRAG_LISTEN_ASKED,
	  "A block went back from a per-CPU list to the free lists." },
	{ NULL, NULL, 0, NULL },
};

/* The kernel's names of fields, some of which changed. */
static const struct {
	const char *field;
	enum frag_event_cell cell;
} cells[] = {
	{ "order", FRAG_CELL_ORDER },
	{ "alloc_order", FRAG_CELL_ORDER },
	{ "fallback_order", FRAG_CELL_FALLBACK_ORDER },
	{ "alloc_migratetype", FRAG_CELL_MIGRATETYPE },
	{ "fallback_migratetype", FRAG_CELL_FALLBACK_MIGRATETYPE },
	{ "change_ownership", FRAG_CELL_CHANGE_OWNERSHIP },
	{ "pfn", FRAG_CELL_PFN },
	{ "nid", FRAG_CELL_NODE },
	{ "highest_zoneidx", FRAG_CELL_ZONE },
	{ "classzone_idx", FRAG_CELL_ZONE },
	{ "gfp_flags", FRAG_CELL_GFP_FLAGS },
	{ "gfp_mask", FRAG_CELL_GFP_FLAGS },
	{ "prio", FRAG_CELL_PRIO },
	{ "sync", FRAG_CELL_SYNC },
	{ "status", FRAG_CELL_STATUS },
	{ "zone_start", FRAG_CELL_ZONE_START },
	{ "nr_reclaimed", FRAG_CELL_NR_RECLAIMED },
};

static void fields_find(struct frag_listened *l)
{
	for (unsigned i = 0; i < FRAG_CELLS; i++)
		l->field[i] = -1;
	for (unsigned i = 0; i < sizeof(cells) / sizeof(*cells); i++) {
		int field = frag_format_field(&l->format, cells[i].field);

		if (field >= 0)
			l->field[cells[i].cell] = field;
	}
}

/* Can events of @l be told apart and read? */
static int tracepoint_find(struct frag_listened *l,
			   const struct frag_tracefs *t, char *text)
{
	int n = frag_tracefs_format(t, l->type->system, l->type->name, text,
				    FRAG_FORMAT_TEXT);

	if (n < 0)
		return n;
	n = frag_format_parse(&l->format, text, (size_t)n);
	if (!n)
		fields_find(l);
	return n;
}

int frag_listening_find(struct frag_listening *l, const struct frag_tracefs *t,
			bool all, struct frag_error *e)
{
	const struct frag_tracepoint *type = frag_tracepoints;
	char *text = malloc(FRAG_FORMAT_TEXT);
	int first = 0;

	memset(l, 0, sizeof(*l));
	if (!text)
		return frag_fail(e, -ENOMEM, "cannot read the tracepoints");
	for (; type->name; type++) {
		int rc;

		if (type->listen == FRAG_LISTEN_ASKED && !all)
			continue;
		l->events[l->count].type = type;
		rc = tracepoint_find(&l->events[l->count], t, text);
		first = first ? first : rc;
		if (rc)
			l->missing[l->nmissing++] = type;
		else
			l->count++;
	}
	free(text);
	if (l->count)
		return 0;
	frag_fail(e, first,
		  "no tracepoint of memory management can be read in %s",
		  t->source);
	frag_error_mend(e, first == -ENOENT
				   ? "run on a kernel with CONFIG_FTRACE=y"
				   : "run as root");
	return first;
}

int frag_listening_of(const struct frag_listening *l, const void *raw,
		      size_t length)
{
	uint16_t id;

	if (length < sizeof(id))
		return -1;
	/* common_type, the first field of every event. */
	memcpy(&id, raw, sizeof(id));
	for (unsigned i = 0; i < l->count; i++)
		if (l->events[i].format.id == id)
			return (int)i;
	return -1;
}

void frag_event_decode(const struct frag_listened *l, const void *raw,
		       size_t length, struct frag_event *event)
{
	event->has = 0;
	for (unsigned i = 0; i < FRAG_CELLS; i++)
		if (l->field[i] >= 0 &&
		    frag_format_value(&l->format, l->field[i], raw, length,
				      &event->cell[i]))
			event->has |= 1U << i;
}
